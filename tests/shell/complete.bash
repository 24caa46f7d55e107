# What bash would offer for a command line, one a line: complete.bash SCRIPT LINE
source "$1" || exit 1
# Readline cuts at blanks and at "=".
read -r -a COMP_WORDS <<<"${2//=/ = }"
[[ $2 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
registered=$(complete -p "${COMP_WORDS[0]}") || exit 1
function_name=${registered#*-F }
"${function_name%% *}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
