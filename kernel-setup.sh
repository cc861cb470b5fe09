#!/usr/bin/env bash
# The one entry to the course: sets it up, opens it, runs, tests and measures it.
# Kept to what bash 3.2 knows, the version that macOS still ships.
set -euo pipefail

readonly evcxr_version=0.22.0

usage() {
    cat <<'END'
Usage: ./kernel-setup.sh [verb]

  (none)       set everything up; what is already done is not done again
  lab [ARG]    set up what is missing (the Rust kernel while JupyterLab is open already),
               open JupyterLab with your own notebooks: copies
               without outputs in my-notebooks/, made once; with --as-published the
               course's own, with outputs; other ARGs go to `jupyter lab`
  run [ARG]    execute notebooks and refresh their outputs
  check [ARG]  hold the notebooks to the rules of the course
  export [ARG] make a site of the notebooks in html/, with --slides slides too
  handout      one archive for a class; --no-solutions and --no-outputs leave these out
  results DIR  a table of the exercises that a class has solved, from its notebooks in DIR
  board [ARG]  show what a class guesses and finds on one page, live, without names;
               with --listen 0.0.0.0 for a class room. It prints what the class sets
  ready        say in one line, within 10 s, whether the course can begin here
  pack [FILE]  make an archive of what takes long to compile, for machines like this one
  unpack FILE  set everything up with such an archive: the Rust kernel is not compiled
  share        set everything up for all users of this machine, who may only read it; for
               them `lab` then opens notebooks in a folder of their own, which `own` makes
  own          make that folder: ~/concurrency-course, or what COURSE_HOME names
  beyond       install (as root on Debian) or name what crates/beyond needs, and build it
  hub [ARG]    install JupyterHub and start it for a class, on this machine alone at first;
               crates/course/hub/README.md says how to go on. ARGs go to `jupyterhub`
  test         set up what is missing, run every check and test; with --long also those that
               take long and hardly ever fail alone
  bench [ARG]  measure the models, changing displays in a browser, then the cells of
               all notebooks; with ARGs the cells alone: `bench 03` those of notebook 03
  clean        remove what this script made inside the checkout
  help         show this text

`run`, `check`, `export`, `handout`, `results`, `board` and `bench` set up what is missing;
their ARGs go to the command `course` in crates/course: `./kernel-setup.sh run --help` shows
them.

Environment: PYTHON (the Python to use, 3.10 or newer), CARGO_HOME (where the
Rust kernel is installed), TMPDIR. All else stays inside the checkout.
WARM_KERNEL_SPARE: `lab` keeps one kernel ready for the next notebook while that
many GB of memory are free, by itself 4; 0 for none.
COURSE_BOARD: where `lab` hands over guesses and results, as `board` prints it;
without it nothing is handed over.
END
}

# ---------------------------------------------------------------- words

say() { printf '%s\n' "$*"; }

elapsed() { # elapsed SECONDS: "7 s", "3 min 31 s"
    if (($1 < 60)); then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

checkout() { # the folder of this script, also when it was called through a symbolic link
    local script=${BASH_SOURCE[0]} link
    while [[ -L $script ]]; do
        link=$(readlink -- "$script")
        [[ $link == /* ]] || link=$(dirname -- "$script")/$link
        script=$link
    done
    cd -P -- "$(dirname -- "$script")" && pwd
}

# ---------------------------------------------------------------- places

called_from=$PWD
root=$(checkout)
export HOME=${HOME:-~} # a service may have been given none
venv=$root/.venv
state=$root/target/setup
cargo_home=${CARGO_HOME:-$HOME/.cargo}
# -E: no settings of Python from outside; -B: no __pycache__ in the checkout.
venv_python=("$venv/bin/python" -E -B)
# The tools around the notebooks: run, check, export, handout, results, board, bench.
course=("${venv_python[@]}" "$root/crates/course")
# What others than this user need and could not read elsewhere. It is there once `share` was run.
shared=$root/target/shared
callers_path=$PATH:$cargo_home/bin # the latter for a shell that was opened before Rust was installed
callers_cargo_home=$cargo_home
# What is written goes there: for who may only read the checkout, into a folder of their own.
own=$root
[[ -w $root && "${1:-} ${2:-}" != 'hub user' ]] || own=${COURSE_HOME:-$HOME/concurrency-course}
[[ $own == /* ]] || own=$called_from/$own
export PATH=$callers_path
if [[ -d $shared ]]; then
    cargo_home=$shared/cargo
    export CARGO_HOME=$cargo_home PATH=$shared/rust/bin:$PATH
    [[ $own != "$root" ]] || umask 022 # what others make is theirs
fi
readonly called_from root venv state cargo_home venv_python shared callers_path callers_cargo_home own
cd -- "$root"

export CARGO_TARGET_DIR=$root/target
# Jupyter's own files stay in the checkout, in a folder without a leading dot: a browser that was
# installed as a snap may not read hidden ones, and Jupyter hands it its start page as a file.
jupyter=$own/target/jupyter
export JUPYTER_CONFIG_DIR=$jupyter/config JUPYTER_DATA_DIR=$jupyter/data
export JUPYTER_RUNTIME_DIR=$jupyter/runtime JUPYTERLAB_SETTINGS_DIR=$jupyter/lab/settings
export JUPYTERLAB_WORKSPACES_DIR=$jupyter/lab/workspaces IPYTHONDIR=$jupyter/ipython
export PYTHONNOUSERSITE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_USER=0 PIP_CACHE_DIR=$state/pip-cache
# Another's kernels and Python modules, and a build folder under another name, would get in the way.
unset JUPYTER_PATH JUPYTER_CONFIG_PATH PYTHONPATH PYTHONHOME CARGO_BUILD_TARGET

# For kernels of `lab` alone: what is started from a terminal in it, or from a cell, has none.
readonly spare=${WARM_KERNEL_SPARE:-4}
unset WARM_KERNEL_SPARE

# ---------------------------------------------------------------- pieces

# shellcheck source=crates/course/set_up/left-behind.sh
. "$root/crates/course/set_up/left-behind.sh"
# shellcheck source=crates/course/set_up/cures.sh
. "$root/crates/course/set_up/cures.sh"
# shellcheck source=crates/course/set_up/long-steps.sh
. "$root/crates/course/set_up/long-steps.sh"
# shellcheck source=crates/course/set_up/prerequisites.sh
. "$root/crates/course/set_up/prerequisites.sh"
if [[ -d $shared || $own != "$root" || ${1:-} == share || ${1:-} == own ]]; then
    # shellcheck source=crates/course/set_up/for-all.sh
    . "$root/crates/course/set_up/for-all.sh"
fi
# shellcheck source=crates/course/set_up/hub.sh
. "$root/crates/course/set_up/hub.sh"

# ---------------------------------------------------------------- set-up, step by step

# Cargo notes what it installed; evcxr_jupyter itself cannot be asked for its version. `cargo install
# --list` would want to write to its folder, which may be closed.
installed_kernel() { sed -n 's/^"evcxr_jupyter \([^ ]*\) .*/\1/p' "$cargo_home/.crates.toml" 2>/dev/null || true; }
kernel_is_installed() { [[ -x $cargo_home/bin/evcxr_jupyter && $(installed_kernel) == "$evcxr_version" ]]; }

install_kernel() {
    local what="Rust kernel evcxr_jupyter $evcxr_version" other
    kernel_is_installed && { say "  $what: there" && return; }
    if [[ -e $cargo_home/bin/evcxr_jupyter ]]; then
        other=$(installed_kernel)
        say "  evcxr_jupyter ${other:-of an unknown version} in $cargo_home/bin is replaced by $evcxr_version"
    fi
    if command -v cargo-binstall >/dev/null && watch_over "$what, ready-made" binstall \
        cargo binstall --no-confirm --locked --force --root "$cargo_home" "evcxr_jupyter@$evcxr_version" && kernel_is_installed; then
        return
    fi
    say "  $what: is compiled, once; 4 minutes with 4 cores, 7 with 2"
    # Built in a folder that stays when it is interrupted, so that the next run continues.
    watch_cargo "$what" evcxr env CARGO_TARGET_DIR="$state/evcxr-build" \
        cargo install --locked --force --root "$cargo_home" "evcxr_jupyter@$evcxr_version" || exit 1
    rm -rf "$state/evcxr-build"
}

install_python_packages() { # a virtual environment holds its own path: a moved checkout needs a new one
    local stamp=$venv/installed wanted
    wanted="$root $("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') $(cksum <requirements.txt)"
    [[ ! -d $shared ]] || wanted+=" $(real_python)" # else the one that is first on the PATH will do
    if [[ -x $venv/bin/python && -f $stamp && $(<"$stamp") == "$wanted" ]]; then
        say "  JupyterLab and its packages: there"
        return
    fi
    rm -f "$stamp" # first: what is cleared half is not there
    watch_over 'virtual environment' venv "$python" -m venv --clear "$venv" || exit 1
    watch_over 'JupyterLab and its packages' pip "$venv/bin/pip" install --progress-bar off \
        --require-hashes -r requirements.txt || exit 1
    rm -rf "$PIP_CACHE_DIR"
    printf '%s\n' "$wanted" >"$stamp"
}

install_rust_source() { # helps completion and inspection; the course works without. Tried once.
    local tried=$state/rust-src
    [[ ! -d $(PATH=$callers_path rustc --print sysroot)/lib/rustlib/src/rust/library && ! -e $tried ]] || return 0
    if ! command -v rustup >/dev/null || ! watch_over 'rust-src' rust-src rustup component add rust-src 2>/dev/null; then
        say '  rust-src could not be added: completion knows less about the standard library'
    fi
    touch "$tried"
}

install_kernelspec() { # and the build folder that lets a kernel start at once
    "$root/target/release/warm-kernel" install crates/notebook/kernel/kernel.toml --prefix "$venv"
}

# JupyterLab's settings: defaults of this checkout, which a user's own settings override. A first
# completion takes 1.7 s, more than JupyterLab waits by itself; no news; a closed notebook leaves
# no kernel of half a gigabyte behind. And readable errors: JupyterLab looks for a style sheet of
# this name in its configuration folder only, and only where it is told to.
configure_jupyterlab() {
    local from=$root/crates/course/jupyterlab
    mkdir -p "$venv/share/jupyter/lab/settings" "$venv/etc/jupyter"
    cp "$from/overrides.json" "$venv/share/jupyter/lab/settings/"
    cp "$from/jupyter_lab_config.json" "$venv/etc/jupyter/"
    style_errors
}
style_errors() {
    mkdir -p "$JUPYTER_CONFIG_DIR/custom" &&
        cp "$root/crates/course/jupyterlab/custom.css" "$JUPYTER_CONFIG_DIR/custom/"
}

set_up() {
    [[ $own == "$root" ]] || { own_course && return; }
    set_up_jupyterlab
    set_up_rust
}

set_up_jupyterlab() {
    say "Setting up the course in $root"
    check_prerequisites
    mkdir -p "$state"
    alone packages
    install_python_packages
    configure_jupyterlab
    no_longer_alone
}

set_up_rust() {
    alone build
    while [[ -z $packages && ! -e $venv ]]; do # `clean` was quicker
        no_longer_alone
        set_up_jupyterlab
        alone build
    done
    install_rust_source
    if [[ -d $shared ]]; then share_rust; fi
    install_kernel
    build_crates || exit 1
    [[ -z $packages ]] || await_packages
    watch_over 'kernel in JupyterLab' kernel install_kernelspec || exit 1
    touch "$state/done"
    if [[ -d $shared ]]; then open_to_all; fi
    no_longer_alone
}

# JupyterLab's packages come from the network while this machine compiles, and are told afterwards.
packages= # the process that installs them
packages_beside() {
    set -m # a group of its own: it ends by itself when this script does
    (server=$$ && trap interrupted INT TERM HUP && set_up_jupyterlab) >"$state/packages.log" 2>&1 </dev/null &
    packages=$!
    set +m
}
await_packages() {
    local start=$SECONDS said=0
    while kill -0 "$packages" 2>/dev/null; do
        show_progress 'JupyterLab and its packages' $((SECONDS - start)) "$root/target/setup-pip.log"
        sleep 1
    done
    [[ ! -t 1 ]] || printf '\r\033[K'
    wait "$packages" || { cat "$state/packages.log" >&2 && exit 1; }
    grep -E ': (there$|done )' "$state/packages.log"
}

build_crates() { # what came with `unpack` is not compiled again
    local packed=$root/target/warm/packed/rustc build=(cargo build --release --locked)
    [[ ! -e $packed ]] || build=(env "RUSTC_WRAPPER=$packed" "${build[@]}")
    watch_cargo 'crates of the course' build "${build[@]}"
}

was_set_up() { [[ -e $state/done && -x $root/target/release/warm-kernel ]] && kernel_is_installed; }

# Until it is done, a kernel that stands in says in the notebook how far it is.
set_up_beside_the_server() {
    set_up_jupyterlab
    "${venv_python[@]}" crates/course/set_up stand-in
    say 'JupyterLab opens. The Rust kernel is compiled meanwhile, once; a cell shows how far it is,'
    say 'and runs as soon as it can. The folder notebooks has the course with its outputs, to read.'
    (
        set -m # a group of its own: what interrupts the server is asked about first
        beside </dev/null >/dev/null &
    )
}

beside() { # runs in a shell of its own, of which only the errors are seen
    server=$$ # what this script becomes
    trap interrupted INT TERM HUP
    set_up_rust
    printf '\nThe Rust kernel is ready (after %s); cells that wait for it run now.\n' "$(elapsed "$SECONDS")" >&2
}

# ---------------------------------------------------------------- verbs

lab() { # lab [--as-published] [ARG...]
    local folder=$own/my-notebooks address=127.0.0.1 argument rest=() open=() named=
    for argument; do
        case $argument in
            --as-published) folder=$own/notebooks && continue ;;
            --ip=* | --ServerApp.ip=*) address=${argument#*=} && continue ;; # Jupyter takes one
            *.ipynb) named=1 ;;
        esac
        rest+=("$argument")
    done
    if [[ $own != "$root" ]] || was_set_up; then set_up; else set_up_beside_the_server; fi
    if [[ -z $named ]]; then
        [[ $folder == "$own/notebooks" ]] || own_notebooks "$folder"
        open=("$folder"/*.ipynb)
        open=("${open[0]}")
    fi
    # In a container the user is root as a rule; Jupyter then asks for this flag.
    ((EUID != 0)) || open+=(--allow-root)
    cd -- "$called_from"
    export WARM_KERNEL_SPARE=$spare
    ! was_set_up || first_spare "$folder"
    # No search for language servers: none understands evcxr's cells, and it starts npm.
    exec "$venv/bin/jupyter" lab --ServerApp.ip="$address" --ServerApp.root_dir="$own" \
        --LanguageServerManager.autodetect=False ${open[@]+"${open[@]}"} ${rest[@]+"${rest[@]}"}
}

# A learner's own: no answer is visible, and what is there stays as it is.
own_notebooks() { # own_notebooks FOLDER
    "${course[@]}" run --clear --new-only --output "$1" && return
    [[ $own == "$root" ]] || printf 'error: %s has no room for them: make some, or name another folder in COURSE_HOME\n' "$own" >&2
    exit 1
}

# Gets ready while the browser opens. This process becomes the server, and the kernel ends with it.
first_spare() { # first_spare FOLDER
    local settings=$root/crates/notebook/kernel/kernel.toml
    (JPY_PARENT_PID=$$ "$root/target/release/warm-kernel" spare "$settings" "$1" >/dev/null 2>&1 </dev/null &)
}

become_course() { # become_course VERB ARG...: the rest is what crates/course does
    cd -- "$called_from"
    exec "${course[@]}" "$@"
}

tool() { # tool VERB ARG...
    set_up
    # These write; the others only read, or write where they were called.
    case $1 in run | export | board) [[ $own == "$root" ]] || course+=(--root "$own") ;; esac
    become_course "$@"
}

ready() { # starts nothing long: what is missing is told, not made
    local command=("${venv_python[@]}" "$root/crates/course/set_up" --evcxr "$evcxr_version" ready)
    local there=$venv/bin/python cure='Run ./kernel-setup.sh lab'
    [[ $own == "$root" ]] || there=$state/done cure='Let its owner run ./kernel-setup.sh share'
    if [[ -e $there && $(cat "$venv/installed" 2>/dev/null) == "$root "* ]]; then exec "${command[@]}"; fi
    if [[ -t 1 && -z ${NO_COLOR:-} ]]; then printf '\033[31mNOT READY\033[0m'; else printf 'NOT READY'; fi
    say ": The course is not set up in this folder. $cure"
    exit 1
}

archive() { # archive PYTHON VERB [FILE]
    "$1" -E -B crates/course/set_up --evcxr "$evcxr_version" --cargo-home "$cargo_home" "${@:2}"
}
from_where_called() { if [[ $1 == /* ]]; then say "$1"; else say "$called_from/$1"; fi; }

pack() { # pack [FILE]
    set_up
    archive "$venv/bin/python" pack "$(from_where_called "${1:-.}")"
}

unpack() { # unpack FILE
    check_prerequisites
    mkdir -p "$state"
    alone build
    archive "$python" unpack "$(from_where_called "$1")" || exit 1
    no_longer_alone
    say "Setting up the course in $root"
    packages_beside
    set_up_rust
}

passed=0
failed=()
step() { # step NAME COMMAND...: a failure is kept, the later steps still run
    local name=$1 start=$SECONDS
    shift
    printf '\n=== %s\n' "$name"
    if "$@"; then
        passed=$((passed + 1))
        say "=== $name: passed ($(elapsed $((SECONDS - start))))"
    else
        failed+=("$name")
        say "=== $name: FAILED ($(elapsed $((SECONDS - start))))"
    fi
}

checked_docs() { RUSTDOCFLAGS=-Dwarnings cargo doc --locked --release --no-deps; }
checked_python() { "$venv/bin/ruff" check --no-cache crates && "$venv/bin/ruff" format --no-cache --check crates; }

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

# Root on Debian, as in a container or in CI, gets the browser; nobody else's machine is changed.
have_browser() {
    browser >/dev/null && return
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        watch_over 'Chromium, for the tests in a browser' chromium install_chromium || true
    fi
    browser >/dev/null || [[ ${CI:-} == true ]] # where it may not be missing, the tests say so
}
install_chromium() { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y chromium; }

# What crates/beyond needs: an MPI with its headers, libclang, the server of the broker, and `ip`
# for several hosts. One test tries GNU parallel as well, and says so where it is missing.
beyond_packages='openmpi-bin libopenmpi-dev libclang-dev nats-server iproute2 parallel'
beyond_is_there() {
    command -v mpirun >/dev/null && command -v mpicc >/dev/null &&
        PATH=$PATH:/usr/sbin command -v nats-server >/dev/null &&
        compgen -G '/usr/lib*/*/libclang*.so*' >/dev/null
}
install_beyond() { # shellcheck disable=SC2086 # several packages
    apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y $beyond_packages
}
have_beyond() {
    beyond_is_there && return
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        watch_over 'MPI, libclang and a NATS server' beyond install_beyond || true
    fi
    beyond_is_there
}
name_beyond() {
    say "An MPI with headers, libclang or nats-server is missing. Install it: $(package "$beyond_packages" \
        'openmpi-devel clang-devel nats-server' 'openmpi clang nats-server' 'brew install open-mpi llvm nats-server')"
}
beyond() {
    check_prerequisites
    mkdir -p "$state"
    have_beyond || { name_beyond && exit 1; }
    alone build
    watch_cargo 'the jobs beyond one machine' beyond-build cargo build --release --locked -p beyond || exit 1
    no_longer_alone
    say 'Ready: crates/beyond/README.md says what it does.'
}
test_beyond() {
    cargo clippy --locked --release -p beyond --all-targets -- -D warnings &&
        RUSTDOCFLAGS=-Dwarnings cargo doc --locked --release -p beyond --no-deps &&
        cargo test --locked --release -p beyond
}

# Those in `browser_tests` leave screenshots in target/screenshots.
python_tests() { "${venv_python[@]}" crates/course/tests "$1"; } # python_tests FOLDER

run_tests() { # run_tests [--long]
    local name alone=(02) told=()
    if [[ ${1:-} == --long ]]; then
        export LONG_TESTS=1
        told=(-- --show-output) # the figures of those that count something
        # Part two has no sections that are shared out: the rule `skippable` is enough.
        alone=(0{0..6})
    fi
    unset COURSE_BOARD # a test is no learner
    set_up
    for name in fmt clippy; do # a minimal Rust installation lacks them
        cargo "$name" --version >/dev/null 2>&1 || rustup component add "${name/#fmt/rustfmt}" || true
    done
    step 'Rust format' cargo fmt --all --check
    # All in the one profile of the set-up, which has compiled most of it already.
    step 'Rust lints' cargo clippy --locked --release --all-targets -- -D warnings
    step 'Rust documentation' checked_docs
    step 'shell scripts' "$venv/bin/shellcheck" -x kernel-setup.sh crates/course/set_up/*.sh .ci/run
    step 'Python format and lints' checked_python
    step 'rules of the notebooks' "${course[@]}" check
    step 'crate tests' cargo test --locked --release --no-fail-fast ${told[@]+"${told[@]}"}
    # With the features that the whole workspace asks for: its libraries are there.
    step 'benchmarks, in smoke mode' cargo test --locked --release --bench '*' -- --test
    if have_beyond; then # before the notebook that needs it
        step 'beyond one machine: MPI and a broker' test_beyond
    else
        say "skipped, crates/beyond: $(name_beyond)"
    fi
    (install_hub) || true # without it, its test says so
    step "tests of the course's tools" python_tests tests
    # Every cell of every notebook, and each exercise as it is, answered wrongly and solved.
    step 'notebooks and exercises' "${course[@]}" check --exercises
    step 'sections alone, and without what is extra' "${course[@]}" check --alone "${alone[@]}"
    if have_browser; then
        step 'JupyterLab and the exported pages, in a browser' python_tests browser_tests
    else
        say "skipped, no browser: chromium is missing. Install it: $(package \
            chromium chromium chromium 'brew install --cask chromium')"
    fi
    [[ -z ${LONG_TESTS:-} ]] || step 'what takes long' python_tests long_tests
    printf '\n'
    ((${#failed[@]} == 0)) || printf 'failed: %s\n' "${failed[@]}"
    say "$passed passed, ${#failed[@]} failed"
    ((${#failed[@]} == 0))
}

bench() { # bench [ARG...]: with arguments they name cells, and the models are left out
    set_up
    if (($# == 0)); then
        cargo bench --locked -p concurrency-demos --bench '*'
        if beyond_is_there; then cargo bench --locked -p beyond; fi
        if browser >/dev/null; then (cd crates && "${venv_python[@]}" -m course.browser_tests.latency); fi
    fi
    become_course bench "$@"
}

clean() {
    local folder removed=() aside=$root/.clean
    check_python
    if [[ -d $state && -n $python ]]; then # not under the hands of another
        alone packages # which a set-up does before it builds: this waits for all of it
        alone build
        exec 8>&9 # and held on to
        alone packages
    fi
    rm -rf -- "$aside" # of one that was killed
    # Aside at once, the locks last: who waits for them begins anew, and not in what is half gone.
    for folder in "$venv" "$root/html" "$root/target"; do
        [[ -e $folder ]] || continue
        mkdir -p "$aside"
        mv -- "$folder" "$aside/"
        removed+=("$folder")
    done
    rm -rf -- "$aside"
    ((${#removed[@]} == 0)) || printf 'removed %s\n' "${removed[@]}"
    [[ ! -e $root/my-notebooks ]] || say 'my-notebooks stays: it is yours'
    say "The Rust kernel stays in $cargo_home; \`cargo uninstall evcxr_jupyter\` removes it."
}

case ${1:-} in
    test)
        [[ $# == 1 || "${*:2}" == --long ]] || { printf 'error: test takes --long, or no argument\n' >&2 && exit 2; }
        ;;
    clean | ready | share | own | beyond)
        (($# == 1)) || { printf 'error: %s takes no further argument\n' "$1" >&2 && exit 2; }
        ;;
    unpack)
        (($# == 2)) || { printf 'error: unpack takes one archive, made by pack\n' >&2 && exit 2; }
        ;;
    pack)
        (($# <= 2)) || { printf 'error: pack takes one file, or none\n' >&2 && exit 2; }
        ;;
esac
case ${1:-} in
    test | bench | clean | share | pack | unpack | hub | beyond)
        if [[ -O $root && ! -w $root ]]; then
            printf 'error: %s is read-only, and %s writes there: copy it to a folder that you can write to\n' "$root" "$1" >&2
            exit 1
        fi
        [[ -w $root || ${2:-} == user ]] || { printf 'error: %s is for the owner of %s\n' "$1" "$root" >&2 && exit 1; }
        ;;
esac
next='Ready. Next: ./kernel-setup.sh lab (the course in the browser), ./kernel-setup.sh test (every check)'
[[ $own == "$root" ]] || next="Ready. Next: $root/kernel-setup.sh lab (the course in the browser)"

case ${1:-} in
    '')
        set_up
        say "$next"
        ;;
    lab) lab "${@:2}" ;;
    run | check | export | handout | results | board) tool "$@" ;;
    share) share ;;
    own)
        set_up
        own_notebooks "$own/my-notebooks"
        ;;
    beyond) beyond ;;
    hub)
        if [[ ${2:-} == user ]]; then hub_user "${@:3}"; else hub "${@:2}"; fi
        ;;
    test) run_tests "${@:2}" ;;
    ready) ready ;;
    pack) pack "${@:2}" ;;
    unpack) unpack "$2" && say "$next" ;;
    bench) bench "${@:2}" ;;
    clean) clean ;;
    help | -h | --help) usage ;;
    *)
        printf 'error: there is no verb "%s"\n\n' "$1" >&2
        usage >&2
        exit 2
        ;;
esac
