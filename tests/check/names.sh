#!/bin/bash
# names.sh FILE...: every global symbol that these libraries or objects define begins with rg_, but for
# pilaenv_ and pxerbla_, which take the place of ScaLAPACK's.
set -euo pipefail
[ $# -gt 0 ] || { echo "names.sh: nothing to check"; exit 2; }
# The sanitizers add a twin __odr_asan.NAME to every global variable.
symbols=$(nm --defined-only --extern-only --format=posix "$@" |
    awk 'NF > 1 && $2 ~ /^[A-Zu]$/ {sub(/^__odr_asan\./, "", $1); print $1}' | sort -u)
[ -n "$symbols" ] || { echo "names.sh: no symbols in $*"; exit 2; }
if grep -vE '^(rg_|pilaenv_$|pxerbla_$)' <<<"$symbols" | sed 's/^/not prefixed rg_: /' | grep .; then
    exit 1
fi
echo "$(wc -l <<<"$symbols") symbols begin with rg_"
