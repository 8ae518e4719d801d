# What zsh does with the tables.

# _regime_offer KIND: what may stand where the tables say KIND
_regime_offer() {
    local -a answers
    case $1 in
    COMMAND) answers=(${(f)"$(_regime_commands)"}); _describe command answers ;;
    MODEL) answers=(${(f)"$(_regime_models)"}); _describe model answers ;;
    KNOB=VALUE | AXIS=VALUE)
        if compset -P '*='; then
            answers=(${(f)"$(_regime_values ${IPREFIX%=})"})
            _describe value answers
        else
            [[ $1 == KNOB* ]] && answers=(${(fu)"$(_regime_knobs)"}) || answers=(${(fu)"$(_regime_axes)"})
            _describe knob answers -S =
        fi
        ;;
    SWEEP.cfg) _files -g '*.cfg' ;;
    FILE) _files ;;
    *'|'*) answers=(${(s:|:)1}); _describe word answers ;;
    *) _message $1 ;;
    esac
}

_regime() {
    if ((CURRENT == 2)); then
        _regime_offer COMMAND
        return
    fi
    local command=$words[2] row word help value n=1
    local -a specs fields kinds
    for row in ${(f)"$(_regime_options $command)"}; do
        fields=("${(@s.:.)row}")
        help=${${(j.:.)fields[4,-1]}//(#m)[\[\]:]/\\$MATCH}
        value=
        if [[ -n $fields[3] ]]; then
            value=":${fields[3]}:{_regime_offer ${(qq)fields[3]}}"
        fi
        specs+=("*${fields[1]}${value:+=}[$help]$value")
        if [[ -n $fields[2] ]]; then
            specs+=("*${fields[2]}${value:++}[$help]$value")
        fi
    done
    kinds=(${=$(_regime_words $command | tr -d '[]')})
    for word in $kinds; do
        if [[ $word == ... ]]; then
            specs+=("*:$kinds[n-1]:{_regime_offer ${(qq)kinds[n-1]}}")
        else
            specs+=("$n:$word:{_regime_offer ${(qq)word}}")
            ((n++))
        fi
    done
    shift words
    ((CURRENT--))
    _arguments $specs
}

# Found by compinit, this file is the body of the function that it is to define; else it was sourced.
if [[ $funcstack[1] == _regime ]]; then
    _regime "$@"
else
    compdef _regime regime
fi
