#!/bin/bash
# sizes.sh FILE...: no function is longer than 60 lines, no source file than 500, no header than 120 but
# for regime/model.h, the tables of which belong together.
set -euo pipefail
[ $# -gt 0 ] || { echo "sizes.sh: nothing to check"; exit 2; }
functions=$(ctags -x --languages=C --c-kinds=f --_xformat='%N %n %{end} %F' "$@" |
    awk '{print $3 - $2 + 1, $4 ":" $2 ": " $1}' | sort -n)
[ -n "$functions" ] || { echo "sizes.sh: no functions in $*"; exit 2; }
awk 'BEGIN {bad = 0} $1 > 60 {print $2, $3, $1, "lines, more than 60"; bad = 1} END {exit bad}' <<<"$functions" &&
    verdict=0 || verdict=1
for file in "$@"; do
    case $file in
    */regime/model.h) limit=240 ;;
    *.h) limit=120 ;;
    *) limit=500 ;;
    esac
    lines=$(wc -l <"$file")
    [ "$lines" -le $limit ] || { echo "$file: $lines lines, more than $limit"; verdict=1; }
done
awk '{size[NR] = $1} END {printf "%d functions: median %d lines, 90 %% under %d, longest %d\n", NR,
      size[int((NR + 1) / 2)], size[int(NR * 0.9) + 1], size[NR]}' <<<"$functions"
exit "$verdict"
