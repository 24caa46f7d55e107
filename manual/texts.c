/* SPDX-License-Identifier: Apache-2.0 */
#include "manual/texts.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct example examples[] = {
    {"run", "Find the outage, and keep its trace:", "racewalk run --seed 1 --out-itf found.ndjson"},
    {"run", "One trace for each of three shapes, in a findings folder:",
     "racewalk run --property no_inconsistent_rollback --max-findings 3 --out-dir findings"},
    {"run", "How often do walks of 70 transitions end in it?",
     "racewalk run --max-steps 70 --max-findings 0 --max-samples 1000000 --json report.json"},
    {"check", "Do both invariants hold with a guard on?", "racewalk check --guard protect-live"},
    {"check", "The shortest counterexamples:", "racewalk check --out-itf shortest.ndjson"},
    {"check", "More states than fit into the memory, by 8 bytes of each:",
     "racewalk check --property epoch5 --fingerprints"},
    {"replay", "Is each state of a trace what the model gives?", "racewalk replay found.ndjson"},
    {"replay", "A walk again, by the command that run said with its finding:",
     "racewalk replay --trace-seed 1976082048743059720 --max-steps 20 --out-itf again.ndjson"},
    {"confirm", "Does a real system with the bug do the same?",
     "racewalk confirm --expect outage found.ndjson"},
    {"confirm", "Does one that has been mended keep the name? With a report for a CI server:",
     "racewalk confirm --guard protect-live --junit junit.xml found.ndjson"},
    {"confirm", "Does it do what the model does, to the end of each trace?",
     "racewalk confirm --expect same found.ndjson"},
    {"conform", "Where do the lab and the model part? For a minute, on two labs:",
     "racewalk conform --timeout 60 --jobs 2 --out-itf differences.ndjson"},
    {"conform",
     "Without the model, the fewest calls that lose the name:", "racewalk conform --property-only"},
    {"conform", "Is a guard the same in both? Walks by chance alone:",
     "racewalk conform --guard protect-live --choice uniform"},
    {"shrink", "The steps that matter:", "racewalk shrink found.ndjson --out-itf small.ndjson"},
    {"explain", "What happened, in words:", "racewalk explain small.ndjson"},
    {"explain", "For a post-mortem:", "racewalk explain --markdown --brief small.ndjson > outage.md"},
    {"view", "A page with all findings of a folder:", "racewalk view --out findings.html findings"},
    {"odds", "The best length of a walk, of up to 100 transitions:", "racewalk odds --max-steps 100"},
    {"lab", "A lab for racewalk confirm, with a guard:",
     "racewalk lab --no-background --guard protect-live --port 8053"},
    {"model", "Which instances, properties and guards are there?", "racewalk model"},
    {"model", "Begin a model of your own:", "racewalk model --new tickets > tickets.c"},
    {"model", "And what is in it?", "racewalk model --model tickets.c"},
    {"check", "Every state of a model of your own:", "racewalk check --model tickets.c"},
    {"racewalk-mpi", "On two ranks, with a checkpoint to go on from:",
     "mpirun -n 2 racewalk-mpi run --seed 1 --checkpoint saved"},
    {"racewalk-mpi", "Go on, on another number of ranks:", "mpirun -n 1 racewalk-mpi run --resume saved"},
    {"racewalk-mpi",
     "Every state, shared by the ranks:", "mpirun -n 2 racewalk-mpi check --guard protect-live"},
};
const size_t example_count = COUNT(examples);

const struct exit_meaning exit_meanings[] = {
    {EXIT_NOTHING_FOUND, "Nothing was found, or all is as expected."},
    {EXIT_VIOLATION, "A violation was found, or something is not as expected."},
    {EXIT_WITNESS, "An example was found."},
    {EXIT_NO_WITNESS,
     "An example was asked for and not found; an invariant that was asked for besides was not violated."},
    {EXIT_USAGE, "The command line is wrong."},
    {EXIT_DATA, "A file is not what it should be."},
    {EXIT_NO_INPUT, "A file that was named is not there."},
    {EXIT_INTERNAL, "An error of the program, or of its model."},
    {EXIT_IO, "Input or output failed, or the system does not answer."},
    {EXIT_STOPPED,
     "Stopped before the end of the work: time-out, signal or memory limit. The report says how "
     "far it came."},
};
const size_t exit_meaning_count = COUNT(exit_meanings);

const struct program programs[] = {
    {"racewalk", false},
    {"racewalk-mpi", true},
};
const size_t program_count = COUNT(programs);
