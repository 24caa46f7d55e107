#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run_blocks.py itself: what it lets pass and what it does not. test_run_blocks.py PROGRAMS"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECKER = Path(__file__).with_name("run_blocks.py")
PROGRAMS = sys.argv.pop() if len(sys.argv) > 1 else "/bin"


def block(text):
    return f"```console\n{text}```\n"


class RunBlocks(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.document = Path(self.folder.name) / "page.md"

    def tearDown(self):
        self.folder.cleanup()

    def status(self, text, *options, **variables):
        self.document.write_text(text, encoding="utf-8")
        env = {name: value for name, value in os.environ.items() if name != "CI"} | variables
        done = subprocess.run([sys.executable, CHECKER, *options, self.document, PROGRAMS], env=env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.words = done.stdout
        return done.returncode

    def test_output_as_written_passes_and_any_other_fails(self):
        self.assertEqual(self.status(block("$ echo one; echo two >&2\none\ntwo\n")), 0)
        self.assertEqual(self.status(block("$ echo one\ntwo\n")), 1)
        self.assertIn("-two", self.words)
        self.assertIn("+one", self.words)
        for text in ("$ echo one\n", "$ true\none\n", "$ printf 'one\\ntwo\\n'\none\n", "$ echo 'one '\none\n"):
            self.assertEqual(self.status(block(text)), 1, text)

    def test_commands_share_a_shell(self):
        text = "$ cd build; x=7\n$ false\n$ echo $? $x ${PWD##*/}\n1 7 build\n$ echo a \\\n> b\na b\n"
        self.assertEqual(self.status(block(text)), 0)

    def test_a_finished_job_gives_its_number_free(self):
        text = """$ sh -c 'trap "exit 0" TERM; while :; do sleep 0.01; done' &
$ sleep 0.3; kill %1; sleep 0.3; wait
$ sleep 0.1; sleep 100 &
$ kill %1; wait
"""
        self.assertEqual(self.status(block(text), "--seconds", "20"), 0)

    def test_elisions_match_within_a_line_and_whole_lines_only(self):
        self.assertEqual(self.status(block("$ seq 9\n1\n…\n9\n$ echo took 7 s\ntook … s\n")), 0)
        self.assertEqual(self.status(block("$ seq 9\n1\n…\n8\n")), 1)
        self.assertEqual(self.status(block("$ seq 2\n1…\n")), 1)

    def test_what_varies_is_what_was_declared(self):
        note = "<!-- varies: \\d+ ms -->\n"
        self.assertEqual(self.status(note + block("$ echo in 12 ms\nin 3 ms\n")), 0)
        self.assertEqual(self.status(note + block("$ echo in 12 s\nin 3 ms\n")), 1)
        self.assertEqual(self.status(block("$ echo in 12 ms\nin 3 ms\n") + note), 1)
        below = "<!-- varies below: \\d+ ms -->\n"
        self.assertEqual(self.status(below + block("$ echo 12 ms\n3 ms\n")), 0)
        self.assertEqual(self.status(below + block("$ true\n") + block("$ echo 12 ms\n3 ms\n")), 1)

    def test_ignored_lines_are_left_out_and_hidden_commands_are_run(self):
        self.assertEqual(self.status("<!-- ignore: \\d+% -->\n" + block("$ printf '5%%\\nend\\n'\nend\n")), 0)
        self.assertEqual(self.status("<!-- run: x=5 -->\n" + block("$ echo $x\n5\n")), 0)

    def test_a_block_of_c_is_a_file_for_the_commands_that_follow(self):
        text = "```c a.c\nint $a;\n\n```\n" + block("$ cat a.c\nint $a;\n\n") + "```c a.c\nb\n```\n" + block("$ tail -n 1 a.c\nb\n$ wc -l <a.c\n3\n")
        self.assertEqual(self.status(text), 0)
        self.assertEqual(self.status("<!-- part: one -->\n" + text), 0)
        self.assertNotEqual(self.status("<!-- part: one -->\n" + text + "```c\nint b;\n```\n"), 0)

    def test_a_port_is_another_when_run(self):
        text = "$ echo 8000 18000\n8000 18000\n$ [ 8000 = 80''00 ] || echo another\nanother\n"
        self.assertEqual(self.status("<!-- port: 8000 -->\n" + block(text)), 0)

    def test_parts_are_alone_after_what_is_common(self):
        text = block("$ x=1\n") + "<!-- part: one -->\n" + block("$ echo $x; x=2\n1\n")
        text += "<!-- part: two -->\n" + block("$ echo $x\n1\n")
        self.assertEqual(self.status(text), 0)
        self.assertEqual(self.status(text, "--part", "three"), 1)
        self.assertEqual(self.status(text + "```sh\ntrue\n```\n"), 1)

    def test_what_is_missing_skips_except_in_ci(self):
        text = "<!-- part: one; needs: no-such-program -->\n" + block("$ true\n")
        self.assertEqual(self.status(text), 77)
        self.assertEqual(self.status(text, CI="1"), 1)
        self.assertEqual(self.status("no commands\n"), 1)

    def test_a_command_that_does_not_end_or_parse_fails(self):
        self.assertEqual(self.status(block("$ sleep 100\n$ echo on\non\n"), "--seconds", "1"), 1)
        self.assertEqual(self.status(block("$ if\n$ echo on\non\n")), 1)
        self.assertEqual(self.status(block("$ exit\n$ echo on\non\n")), 1)

    def test_update_writes_what_was_printed(self):
        text = block("$ seq 3\n1\nx\n$ echo as it was\nas …\n$ echo new\n") + "end\n"
        self.assertEqual(self.status(text, "--update"), 1)
        updated = self.document.read_text(encoding="utf-8")
        self.assertEqual(updated, block("$ seq 3\n1\n2\n3\n$ echo as it was\nas …\n$ echo new\nnew\n") + "end\n")
        self.assertEqual(self.status(updated), 0)


if __name__ == "__main__":
    unittest.main()
