# What zsh offers for a command line, one a line: complete.zsh FOLDER LINE. An interactive zsh gets the line and a Tab; its
# compadd, which all completions end in, tells what it was given.
zmodload zsh/zpty || exit 1
answers=$(mktemp) || exit 1
trap 'zpty -d shell; rm -f $answers $answers.done' EXIT
zpty -b shell zsh -f -i
zpty -w shell "answers=$answers; fpath=(${1:A} \$fpath); cd ${PWD:q}"
zpty -w shell "$(<<'SETUP'
PROMPT=; unsetopt beep prompt_sp zle_bracketed_paste; setopt no_list_beep; autoload -Uz compinit; compinit -u -D
compadd() {
    if [[ ${argv[1,(i)(-|--)]} == *-[a-zA-Z]#[OAD]* ]]; then
        builtin compadd "$@"
        return
    fi
    local -a matches
    builtin compadd -O matches "$@"
    print -rl -- $matches >>$answers
    builtin compadd "$@"
}
finish() { BUFFER=; print >$answers.done }
zle -N finish; bindkey '^X^Y' finish; bindkey '^I' complete-word
SETUP
)"
zpty -w -n shell "$2"$'\t\C-X\C-Y'
for _ in {1..400}; do
    [[ -e $answers.done ]] && break
    zpty -r -t shell >/dev/null
    sleep 0.05
done
[[ -e $answers.done ]] || { print -u2 "zsh gave no answer to: $2"; exit 1 }
cat $answers
