# What to do about a step that failed, as far as its last words, its end or the disks tell.
# shellcheck shell=bash disable=SC2154 # names from kernel-setup.sh

there() { # there FOLDER: itself, or the first around it that is there
    local folder=$1
    while [[ ! -d $folder ]]; do folder=$(dirname -- "$folder"); done
    say "$folder"
}

free_megabytes() { # free_megabytes FOLDER: on the file system that holds it, or will; nothing if that is unknown
    df -Pm -- "$(there "$1")" 2>/dev/null |
        awk 'NR == 2 { for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+%$/) print $(i - 1) }'
}

temporary() { say "${TMPDIR:-/tmp}"; }

# Where a step may run out of space, and which variable names another place.
full() {
    local folder name free
    printf '%s\n' "CHECKOUT $root" "CARGO_HOME $cargo_home" "TMPDIR $(temporary)" | while read -r name folder; do
        free=$(free_megabytes "$folder")
        if [[ -z $free ]] || ((free >= 20)); then continue; fi
        case $name in
            CHECKOUT) say "$folder is full ($free MB free): free some there" ;;
            *) say "$folder is full ($free MB free): free some there, or name another folder in $name" ;;
        esac
    done
}

has_said() { tail -n 40 "$1" 2>/dev/null | tr '\r' '\n' | grep -Ei "$2" >/dev/null; } # has_said LOG WORDS

no_network='resolve host|name resolution|name or service|network is unreachable|no route to host'
no_network+='|connection (refused|reset|timed out|broken)|spurious network error|failed to download'
no_network+='|newconnectionerror|could not fetch url|could not connect'
no_network+='|from versions: none' # of pip, which found no index that answers

cure() { # cure STATUS LOG: a sentence; none if nothing is known
    local places
    places=$(full)
    if [[ -n $places ]]; then
        say "$places"
    elif has_said "$2" 'do not match the hashes'; then
        say 'a package is not the one that the course was tried with, and was not installed: try another network'
    elif has_said "$2" 'no space left on device|disk quota exceeded'; then
        say 'a disk is full, or your part of it: free some there'
    elif has_said "$2" "$no_network"; then
        say 'it needs the network: connect, or name your proxy in https_proxy'
    elif (($1 == 137)) || has_said "$2" 'signal: 9, SIGKILL'; then
        say 'it was killed, as a system does whose memory has run out: close other programs'
    elif has_said "$2" 'read-only file system|permission denied'; then
        say 'a folder that is named above cannot be written to: make it yours, or name another one in CARGO_HOME or TMPDIR'
    fi
}
