#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The jobs in ci/, as a CI server would run them, against a real lab: test_ci_jobs.sh BIN-FOLDER KNOWN-FOLDER. The steps that install
# packages are read by the shell but not run.
set -u
bin=$1 known=$2
here=$(cd "$(dirname "$0")" && pwd)
python=
for candidate in /usr/bin/python3 python3; do # Debian's own has the packages of Debian
    "$candidate" -c 'import yaml' 2>/dev/null && { python=$candidate; break; }
done
for program in jq curl setsid; do
    command -v "$program" >/dev/null 2>&1 || { echo "SKIPPED: $program is not installed"; exit 77; }
done
[ -n "$python" ] || { echo "SKIPPED: python3-yaml is not installed"; exit 77; }
folder=$(mktemp -d) || exit 1
groups=""
failures=0

end_groups() {
    for group in $groups; do
        kill -- "-$group" 2>/dev/null
    done
    groups=""
}
trap 'end_groups; rm -rf "$folder"' EXIT
PATH=$bin:$PATH
export PATH

fail() {
    printf '%s\n' "$*"
    failures=$((failures + 1))
}

# run_script FILE: as a step, in a process group of its own, whose background jobs live on until end_groups.
run_script() {
    # shellcheck disable=SC2016 # for the inner shell
    (cd "$folder/repository" && setsid -w sh -c 'echo $$ >"$2"; exec sh -e "$1"' sh "$1" "$folder/group") \
        >>"$folder/output" 2>&1
    status=$?
    groups="$groups $(cat "$folder/group")"
    return "$status"
}

# A repository with traces, and a port that nobody has.
new_repository() {
    rm -rf "$folder/repository"
    mkdir -p "$folder/repository/traces"
    cp "$known/itf/root_n3_5_3_shortest.itf.json" "$folder/repository/traces/outage.itf.json"
    port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    : >"$folder/output"
}

# as_json NAME SED: the job, with its port replaced and edited as a user would.
as_json() {
    sed -e "s/127.0.0.1:8000/127.0.0.1:$port/" -e "$2" "$here/../../ci/$1.yml" >"$folder/$1.yml"
    "$python" "$here/yaml_to_json.py" "$folder/$1.yml" >"$folder/$1.json" || fail "ci/$1.yml is no YAML"
}

# run_github EDIT: all steps with a script, as GitHub does: after a failure only those with always().
run_github() {
    as_json github "$1"
    job_status=0
    jq -r '.env | to_entries[] | "export \(.key)=\(.value | @sh)"' "$folder/github.json" >"$folder/env"
    count=$(jq '.jobs.replay.steps | length' "$folder/github.json")
    i=0
    while [ "$i" -lt "$count" ]; do
        step=".jobs.replay.steps[$i]"
        i=$((i + 1))
        { cat "$folder/env"; jq -r "$step.run // \"\"" "$folder/github.json"; } >"$folder/step"
        case $(jq -r "$step | \"\(.name) \(has(\"run\"))\"" "$folder/github.json") in
            'Install racewalk '*) sh -n "$folder/step" || fail "the installation is no shell script"; continue ;;
            *' false') continue ;; # an action of GitHub's
        esac
        [ "$job_status" = 0 ] || [ "$(jq -r "$step.if" "$folder/github.json")" = 'always()' ] || continue
        run_script "$folder/step"
        step_status=$?
        [ "$job_status" != 0 ] || job_status=$step_status
    done
    end_groups
}

# run_gitlab EDIT: before_script is only read; the lines of script run in one shell.
run_gitlab() {
    as_json gitlab "$1"
    jq -r '.racewalk.before_script[]' "$folder/gitlab.json" >"$folder/step"
    sh -n "$folder/step" || fail "the installation is no shell script"
    jq -r '.racewalk | (.variables | to_entries[] | "export \(.key)=\(.value | @sh)"), .script[]' "$folder/gitlab.json" >"$folder/step"
    run_script "$folder/step"
    job_status=$?
    end_groups
}

expect() {
    [ "$1" = "$2" ] && return
    fail "$3: '$2' expected, found '$1'"
    cat "$folder/output"
}

output_has() {
    grep -q -e "$1" "$folder/output" || { fail "the log has no '$1'"; cat "$folder/output"; }
}

mend='s/racewalk lab /racewalk lab --guard protect-live /'
reports=$folder/repository

for server in github gitlab; do
    # With the bug the job is red; its report becomes the baseline; mended, it is green, and the trace is fixed.
    new_repository
    "run_$server" ''
    expect "$job_status" 1 "$server, with the bug"
    output_has 'traces/outage.itf.json\[0\]: confirmed at state 11'
    expect "$(jq -c '[.total, .as_expected]' "$reports/racewalk.json")" '[1,0]' "$server, report"
    expect "$(grep -c '<failure' "$reports/racewalk.xml")" 1 "$server, JUnit"
    cp "$reports/racewalk.json" "$reports/traces/baseline.json"
    "run_$server" "$mend"
    expect "$job_status" 0 "$server, mended"
    output_has 'fixed: confirmed in the baseline'
    expect "$(jq -c .baseline.fixed "$reports/racewalk.json")" 1 "$server, fixed"
    # Known failures may pass.
    "run_$server" 's/racewalk confirm "/racewalk confirm --fail-on new "/'
    expect "$job_status" 0 "$server, a known failure"
    if [ "$server" = github ]; then
        output_has '^::error file=traces/outage.itf.json,line=1'
        output_has '^::notice file=traces/outage.itf.json,line=1'
        output_has '^::warning file=traces/outage.itf.json,line=1'
        expect "$(jq -c '[.runs[0].results[].level]' "$reports/code-scanning.sarif")" '["warning"]' "code scanning"
    else
        expect "$(jq -c '[.[].location.path]' "$reports/racewalk-quality.json")" '["traces/outage.itf.json"]' "code quality"
    fi
done
# What is fixed is no alert.
new_repository
run_github ''
cp "$reports/racewalk.json" "$reports/traces/baseline.json"
run_github "$mend"
expect "$(jq -c '[(.runs[0].results | length)]' "$reports/racewalk.sarif" "$reports/code-scanning.sarif" | tr '\n' ' ')" '[1] [0] ' \
    "what code scanning gets"

# A server that does not start makes the job red.
new_repository
run_github 's/racewalk lab .*/true/; s/seq 60/seq 2/'
[ "$job_status" != 0 ] || fail "a job without a server is green"
run_gitlab 's/racewalk lab .*/true/; s/seq 60/seq 2/'
[ "$job_status" != 0 ] || fail "a job without a server is green"
[ "$failures" = 0 ] && echo "both jobs do what they say"
exit "$((failures > 0))"
