#!/bin/bash
# scalapack.sh LIBRARY FOLDER OBJECT...: of these objects, only those of FOLDER call what LIBRARY, ScaLAPACK
# with its BLACS and PBLAS, defines.
set -euo pipefail
library=$1 folder=$2
shift 2
[ $# -gt 0 ] || { echo "scalapack.sh: no objects"; exit 2; }
defined() { nm "$@" --defined-only --extern-only --format=posix "$library" 2>/dev/null | awk '$2 ~ /^[TW]$/ {print $1}'; }
names=$(defined --dynamic; defined) # of a shared and of a static library
grep -qx 'pdgemm_' <<<"$names" || { echo "scalapack.sh: $library defines no pdgemm_"; exit 2; }
nm --undefined-only --format=posix --print-file-name "$@" |
    awk -v folder="$folder" -v names="$names" '
    BEGIN { n = split(names, name, "\n"); for (i = 1; i <= n; i++) theirs[name[i]] = 1 }
    {
        file = $1; sub(/:$/, "", file); symbol = $2
        if (!(symbol in theirs)) next
        if (index(file, folder)) { n_calls++; next }
        print file ": " symbol ": only " folder " calls ScaLAPACK"
        bad = 1
    }
    END {
        if (!bad && !n_calls) { print "scalapack.sh: nobody calls ScaLAPACK"; exit 2 }
        if (!bad) print n_calls " calls of ScaLAPACK, all in " folder
        exit bad
    }'
