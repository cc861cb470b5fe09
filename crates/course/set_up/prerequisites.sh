# What has to be there before anything is begun: all that is missing is named at once, with its cure.
# shellcheck shell=bash disable=SC2034,SC2154 # names from and for kernel-setup.sh

missing=()

package() { # package DEBIAN FEDORA ARCH BREW: the command that installs it here
    if command -v apt-get >/dev/null; then
        say "(as root) apt-get install $1"
    elif command -v dnf >/dev/null; then
        say "(as root) dnf install $2"
    elif command -v pacman >/dev/null; then
        say "(as root) pacman -S $3"
    elif [[ $(uname) == Darwin ]]; then
        say "$4"
    else
        say "your package manager with: $2"
    fi
}

at_least() { [[ $(printf '%s\n' "$1" "$2" | sort -V | head -n 1) == "$2" ]]; }

check_rust() {
    local tool found wanted how='with rustup, as https://rustup.rs says'
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    ! command -v rustup >/dev/null || how='rustup update stable && rustup default stable'
    for tool in cargo rustc; do
        found=$({ "$tool" --version 2>/dev/null || true; } | awk '{ sub(/-.*/, "", $2); print $2 }')
        if [[ -z $found ]]; then
            missing+=("Rust $wanted or newer: \`$tool --version\` gives no answer. Install it: $how")
            return
        elif ! at_least "$found" "$wanted"; then
            missing+=("Rust $wanted or newer: $tool is $found. Update it: $how")
            return
        fi
    done
}

unusable() { # unusable FOLDER: why no program can be made and run there; nothing if one can
    local trial said
    trial=$(mktemp -d "$1/.trial.XXXXXX" 2>&1) || { say "${trial##*: }" && return; }
    if ! said=$({ printf '#!/bin/sh\n' >"$trial/program" && chmod +x "$trial/program"; } 2>&1); then
        say "${said##*: }"
    elif ! "$trial/program" 2>/dev/null; then
        say 'programs do not run there: it is mounted noexec'
    fi
    rm -rf "$trial"
}

# Programs are linked there, and what a cell is compiled to is loaded from there.
check_temporary() {
    local folder why
    folder=$(temporary)
    why=$(unusable "$folder")
    [[ $folder != *%* ]] || why='no linker writes to a path with a percent sign'
    if [[ -n $why ]]; then
        missing+=("a temporary folder: $folder is of no use ($why). Free some space there, or name another one in TMPDIR")
        return 1
    fi
    check_space "$folder" 100 ', or name another folder in TMPDIR'
}

check_linker() {
    local trial why
    trial=$(mktemp -d)
    printf 'int main(void) { return 0; }\n' >"$trial/main.c"
    if ! why=$(cc "$trial/main.c" -o "$trial/main" 2>&1); then
        why=${why%%$'\n'*}
        missing+=("a C linker: \`cc\` cannot link a program (${why#*: line *: }). Install it: $(package \
            build-essential gcc base-devel 'xcode-select --install')")
    fi
    rm -rf "$trial"
}

# What an earlier set-up under another name, as with sudo, has left; and what is mounted read-only.
check_places() {
    local place why=
    for place in "$root/target" "$state" "$root/target/release" "$venv" "$root"/target/setup-*.log "$state"/*.lock; do
        [[ ! -e $place || -w $place ]] || { why="$place cannot be written to" && break; }
    done
    [[ -n $why || -e $state/done ]] || { why=$(unusable "$root") && why=${why:+"$root is of no use ($why)"}; }
    [[ -z $why ]] ||
        missing+=("a checkout of yours: $why. Make it yours (as root: chown -R $EUID \"$root\"), or copy it elsewhere")
    if ! kernel_is_installed; then
        place=$(there "$cargo_home")
        why=$(unusable "$place")
        [[ -z $why ]] || missing+=("a folder for Cargo: $place is of no use ($why). Name another one in CARGO_HOME")
    fi
}

python=
check_python() { # the first that is new enough and can make virtual environments
    local candidate answer found='none found' candidates=("${PYTHON:-python3}")
    local probe='import sys; v = sys.version_info; print("%d.%d.%d" % v[:3]); import venv, ensurepip; sys.exit(v < (3, 10))'
    [[ -n ${PYTHON:-} ]] || candidates+=(python3.{14,13,12,11,10})
    if [[ -d $shared ]]; then # the first on the path may be in a closed home, as pyenv's is
        IFS=$'\n' read -r -d '' -a candidates < <(type -aP "${candidates[@]}") || true
    fi
    for candidate in ${candidates[@]+"${candidates[@]}"}; do
        if answer=$("$candidate" -c "$probe" 2>/dev/null); then
            python=$candidate
            [[ -d $shared && -n $(closed "$(real_python)") ]] || return 0
            python='' found="$candidate is closed to other users"
            continue
        fi
        [[ $found != 'none found' || -z $answer ]] || found="$candidate is $answer"
        [[ -z $answer ]] || ! at_least "$answer" 3.10 || found="$candidate $answer lacks venv or ensurepip"
    done
    missing+=("Python 3.10 or newer with venv: $found. Install it: $(package \
        'python3 python3-venv' python3 python 'brew install python3'), or name another one in PYTHON")
}

check_space() { # check_space FOLDER MEGABYTES [OR]: on the file system that holds it
    local free
    free=$(free_megabytes "$1")
    [[ -z $free ]] || ((free >= $2)) ||
        missing+=("disk space: $1 has $free MB free, the set-up needs $2 MB. Free some there${3:-}")
}

check_prerequisites() {
    # What pip writes into its programs is read by a shell, between these quotes; Rust's linker puts
    # letters of its own in the place of a percent sign, and then finds no such folder.
    [[ $root != *[:%$'\n\\"`$']* ]] ||
        missing+=("a usable folder: $root holds a colon, a line break or one of % \" \\ \` \$, which search paths or programs cannot hold. Move the checkout")
    check_rust
    if check_temporary; then
        check_linker
    elif ! command -v cc >/dev/null; then
        missing+=("a C linker: there is no \`cc\`. Install it: $(package build-essential gcc base-devel 'xcode-select --install')")
    fi
    check_python
    check_places
    # Measured, then a margin: building the kernel takes 0.7 GB in the checkout and
    # 0.3 GB in cargo's folder, all the rest 0.7 GB after that; `test` ends with 1.2 GB.
    if ! kernel_is_installed; then check_space "$cargo_home" 500 ', or name another folder in CARGO_HOME'; fi
    if [[ ! -e $state/done ]]; then check_space "$root" 1500; fi
    if ((${#missing[@]} > 0)); then
        printf 'missing: %s\n' "${missing[@]}" >&2
        exit 1
    fi
}
