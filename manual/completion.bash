# What bash does with the tables. It takes "=" for the end of a word: pieces are put together again here, and what
# stands before the last "=" is taken off the answers.

# _regime_candidates KIND WORD: what may stand where the tables say KIND
_regime_candidates() {
    case $1 in
    COMMAND) compgen -W "$(_regime_commands | cut -d : -f 1) --help --version" -- "$2" ;;
    MODEL) compgen -W "$(_regime_models)" -- "$2" ;;
    KNOB=VALUE | AXIS=VALUE)
        if [[ $2 == *=* ]]; then
            compgen -P "${2%%=*}=" -W "$(_regime_values "${2%%=*}")" -- "${2#*=}"
        elif [[ $1 == KNOB* ]]; then
            compgen -S = -W "$(_regime_knobs | sort -u)" -- "$2"
        else
            compgen -S = -W "$(_regime_axes | sort -u)" -- "$2"
        fi
        ;;
    SWEEP.cfg)
        compgen -f -X '!*.cfg' -- "$2"
        compgen -d -- "$2"
        ;;
    FILE) compgen -f -- "$2" ;;
    *'|'*) compgen -W "${1//|/ }" -- "$2" ;;
    esac
}

# _regime_kind COMMAND N: of its N-th word, counted from 0
_regime_kind() {
    local words
    read -r -a words <<<"$(_regime_words "$1" | tr -d '[]')"
    if [[ ${words[$2]-} && ${words[$2]} != ... ]]; then
        echo "${words[$2]}"
    elif [[ ${#words[@]} -gt 1 && ${words[-1]} == ... ]]; then
        echo "${words[-2]}"
    fi
}

# _regime_argument COMMAND OPTION: what it takes; fails where there is no such option
_regime_argument() {
    local name brief argument
    while IFS=: read -r name brief argument _; do
        if [[ $2 == "$name" || $2 == "$brief" ]]; then
            echo "$argument"
            return
        fi
    done < <(_regime_options "$1")
    return 1
}

_regime() {
    local words=() i glue='' word current command count=0 kind=''
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ ${#words[@]} -gt 0 && ($glue || $word == =*) ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
        [[ $word == *= ]] && glue=1 || glue=
    done
    current=${words[-1]}
    unset 'words[-1]'
    command=${words[0]-}

    if [[ ! $command ]]; then
        kind=COMMAND
    elif [[ $current == --*=* ]]; then
        kind=$(_regime_argument "$command" "${current%%=*}")
        current=${current#*=}
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_regime_options "$command" | cut -d : -f 1)" -- "$current")
        return
    else
        for ((i = 1; i < ${#words[@]}; i++)); do
            kind=
            case ${words[i]} in
            --*=*) ;;
            -*) kind=$(_regime_argument "$command" "${words[i]}"); [[ ! $kind ]] || ((i++)) ;;
            *) ((count++)) ;;
            esac
        done
        # An option that was last still waits for its value.
        ((i > ${#words[@]})) || kind=$(_regime_kind "$command" "$count")
    fi
    mapfile -t COMPREPLY < <(_regime_candidates "$kind" "$current")
    if [[ $current == *=* && $COMP_WORDBREAKS == *=* ]]; then
        COMPREPLY=("${COMPREPLY[@]#*=}")
    elif [[ ${COMPREPLY[0]-} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

complete -o filenames -F _regime regime
