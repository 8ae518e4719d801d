#!/usr/bin/env bash
# What TAB answers in bash and zsh, from the installed files' sources, and that it follows the program's own tables.
. "$SOURCE/tests/run/common.sh"
made=$BUILD/manual
mkdir sweeps
touch sweeps/small.cfg sweeps/small.h5

# ---- bash: the line is cut as bash cuts it, "=" being a word of its own ----
# shellcheck source=/dev/null
. "$made/regime"

# answers LINE: what bash would offer, one a line, into ./output
answers() {
    local text
    text=$(sed 's/=/ = /g; s/= \([^ ]\)/= \1/g' <<<"$1")
    read -r -a COMP_WORDS <<<"$text"
    [[ $1 != *' ' ]] || COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    _regime
    printf '%s\n' "${COMPREPLY[@]}" | sort -u >output
}

# offers LINE ANSWER...: these and no other
offers() {
    local line=$1
    shift
    answers "$line"
    printf '%s\n' "$@" | sort -u | cmp -s - output || { fail "offered for '$line', not '$*':"; cat output; }
}

offers "regime stat" status
offers "regime st" status stop
offers "regime describe par" parity_rnn
offers "regime run --sch" --schedule
offers "regime run --schedule " dynamic static
offers "regime run --schedule=" dynamic static
offers "regime run --progress=al" always
offers "regime plan sweeps/small.c" sweeps/small.cfg
offers "regime plan --ranks 4 sweeps/" sweeps/small.cfg
offers "regime status sweeps/small.h" sweeps/small.h5
offers "regime run -o sweeps/small.h" sweeps/small.h5
offers "regime run --set activat" activation=
offers "regime run --set activation=ta" tanh
offers "regime point sweeps/small.h5 gai" gain=
offers "regime point sweeps/small.h5 gain=0.1 replic" replicate=
offers "regime status sweeps/small.h5 sweeps/sm" "" # it takes one file
offers "regime run --no-such-option" ""             # the planted fault

# All that --help names is offered: commands, and their options.
"$REGIME" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | sort >commands
[ "$(wc -l <commands)" -ge 10 ] || fail "the commands of --help are not found"
answers "regime "
grep -v -e --help -e --version output | cmp -s - commands || { fail "not the commands of --help"; cat output; }
while read -r command; do
    "$REGIME" "$command" --help | sed -n 's/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p' | sort >options
    answers "regime $command -"
    grep -vx -e --help output | cmp -s - options || { fail "not the options of $command --help"; cat output; }
done <commands

# ---- zsh, where there is one: typed into a real line editor ----
if have zsh; then
    zsh -n "$made/_regime" || fail "zsh cannot read it"
    cat >typed.zsh <<'ZSH'
zmodload zsh/zpty
setopt extended_glob
zpty shell zsh -f -i
await() { local seen; zpty -r -m shell seen "*$1*" && print -r -- ${seen//$'\e['[0-9;?]#[a-zA-Z]/} }
zpty -w shell "fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; PS1=; regime() { }; print rea''dy"
await ready >/dev/null
for line in "regime describe lin" "regime run --sched" "regime run --progress=alw" "regime run --set activation=tan" \
    "regime point x.h5 frac"; do
    zpty -w -n shell "$line"$'\t'" ; print do''ne"$'\n'
    await done
done
zpty -d shell
ZSH
    timeout -k 5 60 zsh -f typed.zsh "$made" >output 2>&1 </dev/null || fail "zsh does not answer"
    for whole in "describe linear_net" --schedule= --progress=always activation=tanh fraction=; do
        says "$whole"
    done
fi
finish
