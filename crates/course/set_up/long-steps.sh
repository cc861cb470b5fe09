# Steps that take longer: they show that they live, can be interrupted, and are done by one at a time.
# shellcheck shell=bash disable=SC2034,SC2154 # names from and for kernel-setup.sh

child= # the step that runs
held= # the lock that this shell has
server= # beside which all this goes on, if there is one

interrupted() { # interrupted [WHY]
    trap '' INT TERM HUP
    printf '\n%s; the next ./kernel-setup.sh goes on from here\n' "${1:-interrupted}" >&2
    rm -f "$state/step"
    [[ -n $child ]] || child=$(jobs -p | tail -n 1) # between the start of a step and its number
    if [[ -n $child ]]; then
        end_group "$child"
        is_running "$child" || rm -f "$state/$held.left"
    fi
    exit 130
}
trap interrupted INT TERM HUP

is_wanted() { [[ -z $server ]] || kill -0 "$server" 2>/dev/null; }
go_on_if_wanted() { is_wanted || interrupted 'JupyterLab was closed, which ends the set-up beside it'; }

# One set-up at a time in a checkout: the lock holds as long as this shell has the file open, so
# that none is left behind, however the shell ends. The system's own: macOS has no command `flock`.
# A file that `clean` has removed meanwhile locks nothing. Held by crates/course/tests/test_killed.py
# and test_first_minute.py.
alone() { # alone NAME: waits for another that does the same, and ends what a killed one left
    local lock='import fcntl, os, sys
try: fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError: raise SystemExit(1)
except OSError: pass # a file system without locks
try: there = os.stat(sys.argv[1])
except OSError: raise SystemExit(1)
raise SystemExit(there.st_ino != os.fstat(9).st_ino)' start=$SECONDS said=-9
    while take "$1.lock" && ! "$python" -I -S -c "$lock" "$state/$1.lock"; do
        go_on_if_wanted
        show_progress 'another set-up goes on here; waiting for it' $((SECONDS - start)) "$state/step"
        sleep 1
    done
    [[ ! -t 1 ]] || printf '\r\033[K'
    held=$1
    end_what_was_left "$state/$held.left"
}
take() { # take NAME: has the file open; anew each time, since `clean` may have removed it
    { mkdir -p "$state" && exec 9>>"$state/$1"; } 2>/dev/null && return
    printf 'error: %s cannot be written to: free space there, or make the folder yours\n' "$state/$1" >&2
    exit 1
}
no_longer_alone() { held='' && exec 9>&-; }

last_line() { # of a log, progress bars included
    { tail -c 2000 "$1" 2>/dev/null || true; } | tr '\r' '\n' | sed '/^[[:space:]]*$/d; s/^ *//; s/ *$//' | tail -n 1
}

show_progress() { # show_progress WHAT SECONDS LOG: one line, in place on a terminal
    local line
    line="  $1: $(elapsed "$2"): $(last_line "$3")"
    if [[ -t 1 ]]; then
        printf '\r\033[K%.78s' "$line"
    elif (($2 >= said + 4)); then
        printf '%.110s\n' "$line"
        said=$2
    fi
}

watch_over() { # watch_over WHAT LOG-NAME COMMAND...: runs it, shows that it lives, keeps its log
    local what=$1 log=$root/target/setup-$2.log start=$SECONDS said=0 shown=0 status=0 left=
    shift 2
    mkdir -p "$state"
    if ! { : >"$log"; } 2>/dev/null; then # else the words of an older one would be told
        printf 'error: %s: %s cannot be written to: free space there, or make the folder yours\n' "$what" "$log" >&2
        return 1
    fi
    rm -f "$state/failure"
    printf '%s\n' "$(date +%s)" "$log" "$what" >"$state/step" # for who waits for it
    [[ -z $held ]] || left=$state/$held.left # what is not done alone is nobody else's to end
    set -m                                   # a process group of its own, so that an interruption ends all of it
    { [[ -z $left ]] || note_this_group "$left" && "$@"; } >"$log" 2>&1 </dev/null 9>&- &
    child=$!
    set +m
    while kill -0 "$child" 2>/dev/null; do
        sleep 0.2
        go_on_if_wanted
        ((SECONDS - start <= shown)) || { shown=$((SECONDS - start)) && show_progress "$what" "$shown" "$log"; }
    done
    [[ ! -t 1 ]] || printf '\r\033[K'
    wait "$child" || status=$?
    child=
    rm -f "$state/step" ${left:+"$left"}
    if ((status == 0)); then
        say "  $what: done ($(elapsed $((SECONDS - start))))"
        return
    fi
    why "$what" "$log" "$status" | tee "$state/failure" >&2
    return 1
}

why() { # why WHAT LOG STATUS: what a step that failed has said, and what to do
    local cure
    tr '\r' '\n' <"$2" | grep -v '^ *Building \[' | tail -n 20 || true
    printf 'error: %s failed; the lines above are the end of %s\n' "$1" "$2"
    cure=$(cure "$3" "$2")
    [[ -z $cure ]] || printf 'What to do: %s. Then run ./kernel-setup.sh again: it goes on from here\n' "$cure"
}

# Cargo's own progress bar in the log: it knows how many crates are still to come.
watch_cargo() {
    local what=$1 log=$2
    shift 2
    watch_over "$what" "$log" env CARGO_TERM_PROGRESS_WHEN=always CARGO_TERM_PROGRESS_WIDTH=50 \
        CARGO_TERM_COLOR=never "$@"
}
