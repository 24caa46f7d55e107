#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the command blocks of a Markdown document and compares what they print with what the document says.

    run_blocks.py [--part NAME] [--update] [--seconds N] DOCUMENT.md PROGRAMS

A block is fenced as ```console. In it, a line that starts with "$ " is a command, lines that start with "> " go
on with it, and all other lines are what it prints, on both streams. The commands of a document are typed into one
bash, in order, in a new folder that looks like the root of the repository, with the folder PROGRAMS in the place of
build/release/bin.

What may differ from one run to the next is said in the document:

    …                             within a line: any text; as a whole line: any number of lines
    <!-- varies: REGEX -->        from here on, text that matches may be any other text that matches
    <!-- varies below: REGEX -->  the same, in the next block only
    <!-- ignore: REGEX -->        from here on, printed lines that match are left out: progress, which comes only
                                  when it takes long
    <!-- run: COMMAND -->         a command that the reader is not shown, such as one that makes what the next
                                  block needs
    <!-- port: 8000 -->           this number stands for a port; a free one takes its place when the blocks run

A long document has parts, which are tests of their own, each in a bash and a folder of its own:

    <!-- part: NAME -->           the blocks from here on are the part's; those before the first such line belong
                                  to every part
    <!-- part: NAME; needs: WORD… -->
                                  programs that must be there, or "root" for its rights. Without them the part is
                                  skipped (exit status 77), and fails where CI is set

A block that is fenced as ```c NAME is added to the file NAME in the folder, between the commands before and after
it. A fenced block of a document with parts is one of these, or text: no command goes untested. With --update, the
document gets the output of the blocks that differ. Exit status: 0 all as written, 1 not, 77 skipped.
"""

import argparse
import difflib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ANY = "…"
SKIPPED = 77


class Command:
    """A command of a block: its text, and the lines [first, last) of the document that hold its output."""

    def __init__(self, text, line, varies, ignored):
        self.text = text
        self.line = line
        self.first = self.last = line + 1
        self.expected = []
        self.varies = varies
        self.ignored = ignored

    def without_ignored(self, printed):
        return [line for line in printed if not any(re.fullmatch(regex, line) for regex in self.ignored)]


class Document:
    """The commands of a document by part, and what must be there for each."""

    def __init__(self, path):
        self.path = path
        self.lines = path.read_text(encoding="utf-8").split("\n")
        self.commands = {None: []}
        self.needs = {None: []}
        self.port = None
        self.parse()

    def refuse(self, line, why):
        sys.exit(f"{self.path}:{line + 1}: {why}")

    def parse(self):
        part, varies, below, ignored, fence, command = None, (), (), (), None, None
        for number, line in enumerate(self.lines):
            marker = re.match(r"\s*```(.*)", line)
            if marker and fence is None:
                fence, command = marker.group(1).strip() or "text", None
                if re.fullmatch(r"c \S+", fence):
                    self.commands[part].append(self.file(number, fence[2:]))
                elif part is not None and fence not in ("console", "text"):
                    self.refuse(number, f"a block of '{fence}'; console, text or c NAME was expected")
            elif marker:
                fence, below = None, ()
            elif fence == "console":
                command = self.parse_command(number, line, command, part, below + varies, ignored)
            elif fence is None:
                note = re.fullmatch(r"\s*<!-- (varies|varies below|ignore|run|port|part): (.*) -->\s*", line)
                if note and note.group(1) == "varies":
                    varies = (*varies, self.pattern(number, note.group(2)))
                elif note and note.group(1) == "varies below":
                    below = (*below, self.pattern(number, note.group(2)))
                elif note and note.group(1) == "ignore":
                    ignored = (*ignored, self.pattern(number, note.group(2)))
                elif note and note.group(1) == "run":
                    hidden = Command(note.group(2), number, (), ())
                    hidden.expected = [ANY]
                    self.commands[part].append(hidden)
                elif note and note.group(1) == "port":
                    self.port = note.group(2)
                elif note:
                    part, _, needs = note.group(2).partition("; needs: ")
                    self.commands.setdefault(part, [])
                    self.needs.setdefault(part, []).extend(needs.split())
        if fence is not None:
            self.refuse(len(self.lines) - 1, "a block that does not end")

    def file(self, number, name):
        """A command that adds the block that begins in this line to a file."""
        end = next((at for at in range(number + 1, len(self.lines)) if self.lines[at].startswith("```")), number + 1)
        text = "\n".join(self.lines[number + 1 : end])
        return Command(f"cat >>{name} <<'END_OF_BLOCK'\n{text}\nEND_OF_BLOCK", number, (), ())

    def pattern(self, number, text):
        try:
            if re.compile(text).fullmatch(""):
                self.refuse(number, f"'{text}' matches nothing at all, too")
        except re.error as error:
            self.refuse(number, f"'{text}' is no regular expression: {error}")
        return text

    def parse_command(self, number, line, command, part, varies, ignored):
        if line.startswith("$ "):
            command = Command(line[2:], number, varies, ignored)
            self.commands[part].append(command)
        elif command is None:
            self.refuse(number, "a console block starts with a command: '$ …'")
        elif line.startswith("> ") and not command.expected:
            command.text += "\n" + line[2:]
            command.first = command.last = number + 1
        else:
            command.expected.append(line)
            command.last = number + 1
        return command

    def parts(self):
        named = [part for part in self.commands if part is not None]
        return named or [None]

    def commands_of(self, part):
        return self.commands[None] + (self.commands[part] if part is not None else [])


def line_pattern(line, varies):
    """A regular expression for the lines that are as good as this one."""
    pattern, at = "", 0
    either = "|".join(f"(?P<v{i}>{regex})" for i, regex in enumerate(varies)) or "(?!)"
    for match in re.finditer(f"{ANY}|{either}", line):
        pattern += re.escape(line[at : match.start()])
        pattern += ".*" if match.group() == ANY else f"(?:{varies[int(match.lastgroup[1:])]})"
        at = match.end()
    return pattern + re.escape(line[at:])


def agrees(command, printed):
    pattern = ""
    for line in command.expected:
        pattern += r"(?:.*\n)*" if line.strip() == ANY else line_pattern(line, command.varies) + r"\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed), re.MULTILINE) is not None


def difference(document, command, printed):
    """A diff in which a line that is as good as an expected one looks like it."""
    said = [line for line in command.expected if line.strip() != ANY]
    patterns = [(line, re.compile(line_pattern(line, command.varies))) for line in said]
    alike = [next((line for line, pattern in patterns if pattern.fullmatch(new)), new) for new in printed]
    names = ("in the document", "printed")
    diff = difflib.unified_diff(command.expected, alike, *names, lineterm="", n=2)
    place = f"{document.path}:{command.line + 1}"
    return "\n".join([f"{place}: $ {command.text}", *(f"    {line}" for line in diff)])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def make_root(folder, programs):
    """A folder that looks like the root of a repository that was built, without what is not in the repository."""
    for entry in ROOT.iterdir():
        if entry.name != "build" and not entry.name.startswith("."):
            (folder / entry.name).symlink_to(entry)
    (folder / "build" / "release").mkdir(parents=True)
    (folder / "build" / "release" / "bin").symlink_to(programs)


def environment(programs):
    ours = re.compile("DNS_LAB_|RACEWALK_|SLURM_|OMPI_")
    return {name: value for name, value in os.environ.items() if not ours.match(name)} | {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        # Tests share the cores, and CI is root in its own container.
        "OMP_WAIT_POLICY": "passive",
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    }


def script_of(commands, salt, port, instead):
    """A script for bash that prints a line of its own after each command, which the next one's $? does not see."""
    # What the blocks leave running ends with them: jobs, and the Slurm of tests/slurm/cluster.sh.
    script = "trap 'kill $(jobs -p) 2>/dev/null; ! declare -F cluster_down >/dev/null || cluster_down' EXIT\n"
    script += "trap 'exit 1' TERM\n"
    for number, command in enumerate(commands):
        script += (re.sub(rf"\b{port}\b", instead, command.text) if port else command.text) + "\n"
        # Before each prompt a shell forgets the jobs that are done, so that the next one may be %1 again.
        end = f"printf '\\n{salt} {number}\\n'"
        script += f"{{ status_of_block=$?; jobs >/dev/null; {end}; (exit $status_of_block); }}\n"
    return script


def output_of(script, folder, programs, seconds):
    """What bash printed, on both streams."""
    script_file, output_file = folder / ".script", folder / ".output"
    script_file.write_text(script, encoding="utf-8")
    with open(output_file, "wb") as output:
        shell = subprocess.Popen(["bash", script_file], cwd=folder, env=environment(programs),
                                 start_new_session=True, stdin=subprocess.DEVNULL, stdout=output,
                                 stderr=subprocess.STDOUT)
        try:
            shell.wait(seconds)
        except subprocess.TimeoutExpired:
            print(f"not done after {seconds} seconds")
            os.killpg(shell.pid, signal.SIGTERM)
            try:
                shell.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(shell.pid, signal.SIGKILL)
                shell.wait()
    return output_file.read_text(encoding="utf-8", errors="backslashreplace")


def run(commands, programs, seconds, port):
    """The lines that each command printed; None for those that the shell did not come to."""
    salt, instead = f"run_blocks-{os.getpid()}", free_port()
    with tempfile.TemporaryDirectory(prefix="racewalk-docs.") as name:
        os.chmod(name, 0o755)
        make_root(Path(name), programs)
        rest = output_of(script_of(commands, salt, port, instead), Path(name), programs, seconds)
    if port:
        rest = re.sub(rf"\b{instead}\b", port, rest)
    printed = []
    for number, command in enumerate(commands):
        before, found, rest = rest.partition(f"\n{salt} {number}\n")
        if not found:
            print(f"the shell did not come further than this, line {command.line + 1}: $ {command.text}\n{before}")
            break
        printed.append(before.removesuffix("\n").split("\n") if before else [])
    return printed + [None] * (len(commands) - len(printed))


def missing(needs, programs):
    path = f"{programs}:{os.environ['PATH']}"
    for need in needs:
        there = os.geteuid() == 0 if need == "root" else shutil.which(need, path=path)
        if not there:
            return "the rights of root" if need == "root" else need
    return None


def compare(document, part, programs, seconds):
    """Runs a part; the number of its commands, of those that are not as written, and what these printed."""
    commands = document.commands_of(part)
    failed, answers = 0, []
    for command, printed in zip(commands, run(commands, programs, seconds, document.port)):
        if printed is None:
            failed += 1
            continue
        printed = command.without_ignored(printed)
        if not agrees(command, printed):
            failed += 1
            answers.append((command, printed))
            print(difference(document, command, printed))
    return len(commands), failed, answers


def write_outputs(document, answers):
    """Puts what was printed in the place of what was not so, from the end, so that line numbers stay."""
    for command, printed in sorted(answers, key=lambda answer: -answer[0].line):
        document.lines[command.first : command.last] = printed
    document.path.write_text("\n".join(document.lines), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description="Runs the command blocks of a document, compares their output.")
    parser.add_argument("--part", help="only this part of the document")
    parser.add_argument("--update", action="store_true", help="write what was printed into the document")
    parser.add_argument("--seconds", type=int, default=300, help="how long a part may take (default: 300)")
    parser.add_argument("document", type=Path)
    parser.add_argument("programs", type=Path, help="the folder of racewalk")
    options = parser.parse_args()
    document, programs = Document(options.document), options.programs.resolve()
    parts = [options.part] if options.part else document.parts()
    count, failed, answers, skipped = 0, 0, [], False
    for part in parts:
        if part not in document.commands:
            sys.exit(f"{document.path}: no part '{part}'; there are: {', '.join(map(str, document.parts()))}")
        lacking = missing(document.needs[part], programs)
        if lacking:
            print(f"SKIPPED: {part} needs {lacking}")
            if "CI" in os.environ:
                sys.exit("and CI must not skip it")
            skipped = True
            continue
        of_part = compare(document, part, programs, options.seconds)
        count, failed = count + of_part[0], failed + of_part[1]
        answers += of_part[2]
    if count == 0:
        print(f"{document.path}: no commands were run")
        sys.exit(SKIPPED if skipped else 1)
    print(f"{document.path}: {count} commands, {failed} not as written")
    if options.update:
        write_outputs(document, {command.line: (command, printed) for command, printed in answers}.values())
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
