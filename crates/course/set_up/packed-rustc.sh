#!/bin/sh
# RUSTC_WRAPPER for the first build after `unpack`. It lies beside what the archive has compiled:
# what is there is put into place, all else is compiled. A file's name tells of version, features,
# profile and compiler. Cargo would not take these files by itself, since their sources lay in
# another home; nor would a compiler cache, which asks for the same path.

put() { # put RUSTC OPTION...
    name='' folder='' mark='' before=''
    for word; do
        case $before=$word in
            --crate-name=*) name=$word ;;
            --out-dir=*) folder=$word ;;
            -C=extra-filename=*) mark=${word#*=} ;;
        esac
        before=$word
    done
    packed=${0%/*} found=1
    [ -n "$mark" ] || return 1 # a question, not a crate
    for file in "$packed/$name$mark" "$packed/$name$mark".* "$packed/lib$name$mark".*; do
        [ -e "$file" ] || continue
        # A copy, since a link would share its time with others: Cargo goes by the times.
        cp "$file" "$folder/" || exit 1
        found=0
    done
    # From what it was made: the version of a crate says that, and the paths were those of another.
    [ "$found" = 1 ] || : >"$folder/$name$mark.d"
    return "$found"
}

case ${CARGO_MANIFEST_DIR:-} in
    */registry/src/*) if put "$@"; then exit; fi ;;
esac
exec "$@"
