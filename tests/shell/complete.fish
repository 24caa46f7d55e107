# What fish offers for a command line, one a line: complete.fish SCRIPT LINE
source $argv[1]; or exit 1
complete -C "$argv[2]" | string replace -r '\t.*' ''
