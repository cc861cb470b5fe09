# shellcheck shell=bash disable=SC2154
# A checkout for all users of the machine, as kernel-setup.sh makes and finds it: they may only
# read it. What is needed and closed to them where it is, in somebody's home, is copied into it.
# The names of places and `watch_over`, `say`, … are those of kernel-setup.sh.

closed() { # closed ABSOLUTE-PATH: the first of it and the folders around it that others may not read or enter
    local path=$1 mode
    while mode=$(ls -ldL -- "$path" 2>/dev/null) || { say "$path" && return; }; do
        case ${mode:0:10} in
            d????????[xt] | -??????r??) ;;
            *) say "$path" && return ;;
        esac
        [[ $path != / ]] || return 0
        path=$(dirname -- "$path")
    done
}

share() {
    local around
    around=$(closed "$(dirname -- "$root")")
    if [[ -n $around ]]; then
        printf 'error: %s is closed to other users: move the checkout, for example to /opt, or open that folder\n' "$around" >&2
        return 1
    fi
    mkdir -p "$shared"
    exec "$root/kernel-setup.sh"
}

# Others may not enter this user's home, where rustup and cargo put all: then copies serve. What
# was compiled already is not compiled again.
share_rust() {
    local sysroot version from=$callers_cargo_home
    sysroot=$(PATH=$callers_path rustc --print sysroot)
    version=$(PATH=$callers_path rustc -vV)
    if [[ -n $(closed "$sysroot/bin/rustc") && ! (-e $shared/rust.version && $(<"$shared/rust.version") == "$version") ]]; then
        rm -rf "$shared/rust" "$shared/rust.version"
        mkdir -p "$shared/rust"
        # Without the documentation, half of it.
        watch_over 'Rust, for all users' rust cp -R "$sysroot/bin" "$sysroot/lib" "$shared/rust/" || exit 1
        say "$version" >"$shared/rust.version"
    fi
    if ! kernel_is_installed && [[ -e $from/.crates.toml ]] && grep -q "^\"evcxr_jupyter $evcxr_version " "$from/.crates.toml"; then
        mkdir -p "$cargo_home/bin"
        cp "$from/bin/evcxr_jupyter" "$cargo_home/bin/"
        { say '[v1]' && grep '^"evcxr_jupyter ' "$from/.crates.toml"; } >"$cargo_home/.crates.toml"
    fi
}

# Whatever the umask was. What is private in here, such as Jupyter's keys, stays so.
open_to_all() {
    local part around
    chmod go+rx . target target/{setup,release} target/release/{warm-kernel,concurrency-worker}
    chmod -R go+rX kernel-setup.sh Cargo.* requirements.txt crates notebooks "$venv" "$shared" target/warm
    chmod 600 target/warm/install.lock "$state"/*.lock # else anybody could hold these, and hold up the owner
    for part in "$(rustc --print sysroot)/bin/rustc" "$cargo_home/bin/evcxr_jupyter" "$(real_python)" "$root/target/warm/stamp"; do
        around=$(closed "$part")
        if [[ -n $around ]]; then
            printf 'error: %s is closed to other users, who need %s: open it, and run share again\n' "$around" "$part" >&2
            exit 1
        fi
    done
    say "All users of this machine can use it: $root/kernel-setup.sh lab"
}

# For who may only read the checkout: a small one of their own, in which all lands that cells and
# the tools make.
own_course() {
    local why
    if [[ -O $root && ! -e $state/done ]]; then
        printf 'error: %s is read-only, and not set up: copy it to a folder that you can write to\n' "$root" >&2
        exit 1
    fi
    if [[ ! -e $state/done || ! -e $cargo_home ]]; then
        printf 'error: %s is not yours, and not set up for all: let its owner run ./kernel-setup.sh share\n' "$root" >&2
        exit 1
    fi
    if ! why=$({ mkdir -p -- "$own/target" && link_course && style_errors; } 2>&1); then
        printf 'error: the folder %s cannot be made (%s): name another one in COURSE_HOME\n' "$own" "${why##*: }" >&2
        exit 1
    fi
}

link_course() {
    local name
    for name in crates notebooks .venv Cargo.toml README.md; do
        if [[ -e $own/$name && ! -L $own/$name ]]; then
            say "its $name is in the way" && return 1
        fi
        ln -sfn "$root/$name" "$own/$name" || return 1
    done
}

real_python() { "$python" -c 'import os, sys; print(os.path.realpath(sys.executable))'; }
