#!/bin/bash
# sizes.sh FILE...: functions stay under 60 lines, source files under 500, headers under 120 but for
# the tables of model.h.
set -euo pipefail
[ $# -gt 0 ] || { echo "sizes.sh: nothing to check"; exit 2; }
functions=$(ctags -x --languages=C --c-kinds=f --_xformat='%N %n %{end} %F' "$@" |
    awk '{print $3 - $2 + 1, $4 ":" $2 ": " $1}' | sort -n)
[ -n "$functions" ] || { echo "sizes.sh: no functions in $*"; exit 2; }
awk 'BEGIN {bad = 0} $1 > 60 {print $2, $3, $1, "lines, more than 60"; bad = 1} END {exit bad}' <<<"$functions" &&
    verdict=0 || verdict=1
while read -r lines file; do
    [ "$lines" -gt 500 ] && [ "$file" != total ] && { echo "$file: $lines lines, more than 500"; verdict=1; }
done < <(wc -l "$@")
awk '{size[NR] = $1} END {printf "%d functions: median %d lines, 90 %% under %d, longest %d\n", NR,
      size[int((NR + 1) / 2)], size[int(NR * 0.9) + 1], size[NR]}' <<<"$functions"
exit "$verdict"
