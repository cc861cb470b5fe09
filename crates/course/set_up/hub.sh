# shellcheck shell=bash disable=SC2154
# A hub for a class: JupyterHub in an environment of its own, which no learner's machine has.
# The names of places and `watch_over`, `say`, … are those of kernel-setup.sh.

hub_files=$root/crates/course/hub

install_hub() {
    local folder=$root/target/hub stamp=$root/target/hub/installed wanted
    wanted="$root $(cat "$hub_files"/requirements.txt "$hub_files"/package-lock.json | cksum)"
    [[ ! (-x $folder/venv/bin/jupyterhub && -f $stamp && $(<"$stamp") == "$wanted") ]] || return 0
    mkdir -p "$folder"
    alone packages
    rm -f "$stamp"
    watch_over 'virtual environment of the hub' hub-venv "$venv/bin/python" -m venv --clear "$folder/venv" || exit 1
    watch_over 'JupyterHub and Node.js' hub-pip "$folder/venv/bin/pip" install --progress-bar off \
        --require-hashes -r "$hub_files/requirements.txt" || exit 1
    cp "$hub_files"/package*.json "$folder/"
    watch_over 'proxy of the hub' hub-proxy env PATH="$folder/venv/bin:$PATH" \
        npm_config_cache="$state/npm-cache" npm ci --prefix "$folder" --no-audit --no-fund || exit 1
    rm -rf "$PIP_CACHE_DIR" "$state/npm-cache"
    printf '%s\n' "$wanted" >"$stamp"
    [[ ! -d $shared ]] || chmod -R go+rX "$folder"
    no_longer_alone
}

# Else the hub and its proxy say it in a page of their insides, and one of them may stay.
port_is_free() { # port_is_free VARIABLE ADDRESS PORT
    if ! "$python" -I -S -c 'import errno, socket, sys
address, port = sys.argv[1], int(sys.argv[2])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
try: socket.create_server((address, port), family=family).close()
except OSError as error: raise SystemExit(error.errno == errno.EADDRINUSE)' "$2" "$3" 2>/dev/null; then
        printf 'error: port %s of %s is taken, by another hub perhaps, or is none: end what listens there, or name another port in %s\n' \
            "$3" "$2" "$1" >&2
        return 1
    fi
}

hub() { # hub [ARG...]: becomes JupyterHub
    set_up
    install_hub
    [[ ${1:-} != install ]] || return 0
    port_is_free COURSE_HUB_PORT "${COURSE_HUB_IP:-127.0.0.1}" "${COURSE_HUB_PORT:-8000}" || exit 1
    port_is_free COURSE_HUB_HUB_PORT "${COURSE_HUB_HUB_IP:-127.0.0.1}" "${COURSE_HUB_HUB_PORT:-8081}" || exit 1
    port_is_free COURSE_HUB_PROXY_PORT 127.0.0.1 "${COURSE_HUB_PROXY_PORT:-8001}" || exit 1
    say "The hub: http://${COURSE_HUB_IP:-127.0.0.1}:${COURSE_HUB_PORT:-8000}  Ctrl+C ends it and all servers of users."
    export CARGO_HOME=$cargo_home
    exec "$root/target/hub/venv/bin/jupyterhub" --config "$hub_files/jupyterhub_config.py" "$@"
}

# What the hub starts for each user, in their name: the folder of their own, then their server.
hub_user() { # hub_user [ARG...]
    local rest=()
    set_up
    own_notebooks "$own/my-notebooks"
    ((EUID != 0)) || rest+=(--allow-root)
    cd -- "$own" || exit 1
    export WARM_KERNEL_SPARE=$spare
    exec "${venv_python[@]}" "$hub_files/user_server.py" --ServerApp.root_dir="$own" \
        --LanguageServerManager.autodetect=False ${rest[@]+"${rest[@]}"} "$@"
}
