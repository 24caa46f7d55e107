#!/usr/bin/env python3
"""Runs the command blocks of a Markdown document and compares what they print with what the document says.

    run_blocks.py [--part NAME] [--update] [--seconds N] DOCUMENT.md PROGRAMS

A block is fenced as ```console. In it, a line that starts with "$ " is a command, lines that start with "> " go on with it, and
all other lines are what it prints, on both streams. The commands of a document are typed into one bash, in order, in a new folder
that looks like the root of the repository, with the folder PROGRAMS in the place of build/release/bin.

What may differ from one run to the next is said in the document:

    …                             within a line: any text; as a whole line: any number of lines
    <!-- varies: REGEX -->        from here on, text that matches may be any other text that matches
    <!-- varies below: REGEX -->  the same, in the next block only
    <!-- ignore: REGEX -->        from here on, printed lines that match are left out: progress, which comes only when it takes long
    <!-- port: 8000 -->           this number stands for a port; a free one takes its place when the blocks run

A long document has parts, which are tests of their own, each in a bash and a folder of its own:

    <!-- part: NAME -->           the blocks from here on are the part's; those before the first such line belong to every part
    <!-- part: NAME; needs: WORD… -->   programs that must be there, or "root" for its rights. Without them the part is skipped (exit
                                  status 77), and fails where CI is set

A fenced block of a document with parts is either console or text: no command goes untested. With --update, the document gets the
output of the blocks that differ. Exit status: 0 all as written, 1 not, 77 skipped.
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
                if part is not None and fence not in ("console", "text"):
                    self.refuse(number, f"a block of '{fence}'; console or text was expected")
            elif marker:
                fence, below = None, ()
            elif fence == "console":
                command = self.parse_command(number, line, command, part, below + varies, ignored)
            elif fence is None:
                note = re.fullmatch(r"\s*<!-- (varies|varies below|ignore|port|part): (.*) -->\s*", line)
                if note and note.group(1) == "varies":
                    varies = (*varies, self.pattern(number, note.group(2)))
                elif note and note.group(1) == "varies below":
                    below = (*below, self.pattern(number, note.group(2)))
                elif note and note.group(1) == "ignore":
                    ignored = (*ignored, self.pattern(number, note.group(2)))
                elif note and note.group(1) == "port":
                    self.port = note.group(2)
                elif note:
                    part, _, needs = note.group(2).partition("; needs: ")
                    self.commands.setdefault(part, [])
                    self.needs.setdefault(part, []).extend(needs.split())
        if fence is not None:
            self.refuse(len(self.lines) - 1, "a block that does not end")

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
    patterns = [(line, re.compile(line_pattern(line, command.varies))) for line in command.expected if line.strip() != ANY]
    alike = [next((line for line, pattern in patterns if pattern.fullmatch(new)), new) for new in printed]
    diff = difflib.unified_diff(command.expected, alike, "in the document", "printed", lineterm="", n=2)
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
    kept = {name: value for name, value in os.environ.items() if not re.match("DNS_LAB_|RACEWALK_|SLURM_|OMPI_", name)}
    return kept | {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        # Tests share the cores, and CI is root in its own container.
        "OMP_WAIT_POLICY": "passive",
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    }


def run(commands, programs, seconds, port, instead):
    """The lines that each command printed; None for those that the shell did not come to."""
    salt = f"run_blocks-{os.getpid()}"
    # What the blocks leave running ends with them: jobs, and the Slurm of tests/slurm/cluster.sh.
    # Before each prompt a shell forgets the jobs that are done, so that the next one may be %1 again.
    script = "trap 'kill $(jobs -p) 2>/dev/null; ! declare -F cluster_down >/dev/null || cluster_down' EXIT\ntrap 'exit 1' TERM\n"
    for number, command in enumerate(commands):
        text = re.sub(rf"\b{port}\b", instead, command.text) if port else command.text
        script += f"{text}\n{{ status_of_block=$?; jobs >/dev/null; printf '\\n{salt} {number}\\n'; (exit $status_of_block); }}\n"
    with tempfile.TemporaryDirectory(prefix="racewalk-docs.") as name:
        folder = Path(name)
        os.chmod(folder, 0o755)
        make_root(folder, programs)
        script_file, output_file = folder / ".script", folder / ".output"
        script_file.write_text(script, encoding="utf-8")
        with open(output_file, "wb") as output:
            shell = subprocess.Popen(["bash", str(script_file)], cwd=folder, env=environment(programs), stdin=subprocess.DEVNULL,
                                     stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
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
        text = output_file.read_text(encoding="utf-8", errors="backslashreplace")
    printed, rest = [], text
    for number in range(len(commands)):
        before, found, rest = rest.partition(f"\n{salt} {number}\n")
        lines = before.removesuffix("\n").split("\n") if before else []
        if port:
            lines = [re.sub(rf"\b{instead}\b", port, line) for line in lines]
        printed.append(lines if found else None)
        if not found:
            print(f"the shell did not come further than this, line {commands[number].line + 1}: $ {commands[number].text}")
            print("\n".join(f"    {line}" for line in lines))
            printed += [None] * (len(commands) - len(printed))
            break
    return printed


def missing(needs, programs):
    path = f"{programs}:{os.environ['PATH']}"
    for need in needs:
        there = os.geteuid() == 0 if need == "root" else shutil.which(need, path=path)
        if not there:
            return "the rights of root" if need == "root" else need
    return None


def write_outputs(document, answers):
    """Puts what was printed in the place of what was not so, from the end, so that line numbers stay."""
    for command, printed in sorted(answers, key=lambda answer: -answer[0].line):
        document.lines[command.first : command.last] = printed
    document.path.write_text("\n".join(document.lines), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description="Runs the command blocks of a Markdown document and compares their output.")
    parser.add_argument("--part", help="only this part of the document")
    parser.add_argument("--update", action="store_true", help="write what was printed into the document where it differs")
    parser.add_argument("--seconds", type=int, default=300, help="the longest that a part may take (default: 300)")
    parser.add_argument("document", type=Path)
    parser.add_argument("programs", type=Path, help="the folder of racewalk")
    options = parser.parse_args()
    document, programs = Document(options.document), options.programs.resolve()
    parts = [options.part] if options.part else document.parts()
    failed, count, answers = 0, 0, []
    for part in parts:
        if part not in document.commands:
            sys.exit(f"{document.path}: no part '{part}'; there are: {', '.join(filter(None, document.parts()))}")
        lacking = missing(document.needs[part], programs)
        if lacking:
            print(f"SKIPPED: {part} needs {lacking}")
            if options.part or "CI" in os.environ:
                sys.exit(1 if "CI" in os.environ else SKIPPED)
            continue
        commands = document.commands_of(part)
        printed = run(commands, programs, options.seconds, document.port, free_port())
        for command, lines in zip(commands, printed):
            count += 1
            lines = lines and command.without_ignored(lines)
            if lines is None or not agrees(command, lines):
                failed += 1
                if lines is not None:
                    print(difference(document, command, lines))
                    answers.append((command, lines))
    if count == 0:
        sys.exit(f"{document.path}: no commands to run")
    print(f"{document.path}: {count} commands, {failed} not as written")
    if options.update:
        write_outputs(document, {command.line: (command, lines) for command, lines in answers}.values())
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
