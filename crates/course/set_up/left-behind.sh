# What a set-up that was killed leaves running: the next one ends it, and nothing else.
# shellcheck shell=bash disable=SC2154 # names from kernel-setup.sh
#
# A step is a process group of its own, which goes on when the set-up above it gets a SIGKILL: its
# lock is free, and pip still writes. So a step leaves a note beside the lock, with the number of its
# leader and when that one began, and whoever gets the lock ends what the note names. A number
# alone may be a stranger's by then. Held by crates/course/tests/test_killed.py.

# When a process began, counted in ticks since this machine started, of which it says which start
# that was. Elsewhere in the words of `ps`: seconds, which Linux computes anew at each look.
began() { # began PID
    local line
    if line=$(cat "/proc/$1/stat" 2>/dev/null); then
        # shellcheck disable=SC2086 # the words behind the name, which may hold anything
        set -- ${line##*) }
        say "${20} $(cat /proc/sys/kernel/random/boot_id 2>/dev/null)"
    else
        ps -o lstart= -p "$1" 2>/dev/null
    fi
}

# By the leader itself, before it begins, so that there is no moment without a note.
note_this_group() { # note_this_group NOTE
    local leader
    sh -c 'echo "$PPID"' >"$1" || return 0 # bash 3.2 cannot say the number of a subshell
    leader=$(<"$1")
    printf '%s\n' "$leader" "$(began "$leader")" >"$1"
}

is_running() { kill -0 -- "-$1" 2>/dev/null; } # is_running GROUP

# First as Ctrl+C does, so that pip and cargo can put away what they have begun.
end_group() { # end_group GROUP
    local signal
    for signal in INT TERM KILL; do
        kill "-$signal" -- "-$1" 2>/dev/null || return 0
        for _ in {1..20}; do
            is_running "$1" || return 0
            sleep 0.1
        done
    done
}

end_what_was_left() { # end_what_was_left NOTE: by who has the lock
    local leader='' when=''
    [[ -s $1 ]] || return 0
    { read -r leader && read -r when; } <"$1" || true
    rm -f "$state/step" # it is not done any more
    if [[ -n $when && $(began "$leader") == "$when" ]]; then
        say '  a set-up that was killed left a step running: it is ended'
        end_group "$leader"
    fi
    rm -f "$1"
}
