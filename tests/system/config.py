# SPDX-License-Identifier: GPL-3.0-or-later
"""`knead config check` and `show`: exit status, what goes where, and that no secret is printed."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

KNEAD = sys.argv.pop(1)


class Config(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="knead-config-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.file = os.path.join(self.folder, "k.conf")

    def write(self, text, name="k.conf"):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as to:
            to.write(text)

    def run_knead(self, *arguments, config=True):
        options = ["--state", self.folder] + (["--config", self.file] if config else [])
        home = {"HOME": self.folder, "PATH": "/usr/bin:/bin"}
        return subprocess.run([KNEAD, "config", *arguments, *options], capture_output=True, text=True,
                              env=home, timeout=30, check=False)

    def test_usable_settings_end_with_0(self):
        self.write("[webhook p]\ntype = ntfy\nurl = https://ntfy.sh/geheim\n")
        done = self.run_knead("check")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, f"{self.file}: no problems\n")

    def test_every_problem_is_one_line_and_ends_with_3(self):
        self.write("[webhook p]\nurl = https://me:geheim@h/x\n[runner]\nsex = x\nage = 3\n")
        self.write("[store]\narchive = x\n", "k.conf.d/a.conf")
        done = self.run_knead("check")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        lines = done.stderr.splitlines()
        self.assertEqual(lines[1], f"knead: config: {self.file}:4: sex = x: must be female, male or unknown")
        self.assertEqual(lines[2], f"knead: config: {self.file}:5: age: unknown key in [runner], left out")
        self.assertEqual(lines[3].split(": ")[2], f"{self.file}.d/a.conf:2")
        self.assertEqual(len(lines), 4)
        self.assertNotIn("geheim", done.stderr)

    def test_a_warning_alone_ends_with_0(self):
        self.write("[nonsense]\n")
        done = self.run_knead("check")
        self.assertEqual(done.returncode, 0)
        self.assertIn("unknown section", done.stderr)

    def test_a_file_that_was_named_must_exist(self):
        done = self.run_knead("check")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr, f"knead: config: {self.file}: does not exist\n")

    def test_no_file_at_all_is_fine(self):
        done = self.run_knead("check", config=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("the defaults hold", done.stdout)

    def test_show_says_what_holds_and_from_where(self):
        self.write("[webhook p]\ntype = ntfy\nurl = https://ntfy.sh/geheim\n")
        self.write("[runner anna]\nhr_max_bpm = 186 from 2026-03-01\n", "k.conf.d/a.conf")
        done = self.run_knead("show")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        rows = [line.split("#") for line in done.stdout.splitlines()]
        rows = {row[0].strip(): row[1].strip() for row in rows if len(row) == 2}
        self.assertEqual(rows["url = https://ntfy.sh/…"], f"{self.file}:3")
        self.assertEqual(rows["hr_max_bpm = 186 from 2026-03-01"], f"{self.file}.d/a.conf:2")
        self.assertEqual(rows["timing = now"], "default")
        self.assertNotIn("geheim", done.stdout)
        self.assertNotIn("\x1b", done.stdout)

    def test_json_has_the_same(self):
        self.write("[webhook p]\ntype = ntfy\nurl = https://ntfy.sh/geheim\n")
        done = self.run_knead("show", "--json")
        values = {value["key"]: value for value in json.loads(done.stdout)["values"]}
        self.assertEqual(values["url"], {"section": "webhook", "name": "p", "key": "url", "line": 3,
                                         "value": "https://ntfy.sh/…", "file": self.file})
        self.assertIsNone(values["birth_year"]["value"])
        self.assertIsNone(values["timing"]["file"])
        self.write("[runner]\nsex = x\n")
        done = self.run_knead("check", "--json")
        found = json.loads(done.stdout)
        self.assertEqual(done.returncode, 3)
        self.assertFalse(found["usable"])
        self.assertEqual(found["problems"][0]["level"], "error")

    def test_show_refuses_what_cannot_be_used(self):
        self.write("[runner]\nsex = x\n")
        done = self.run_knead("show")
        self.assertEqual((done.returncode, done.stdout), (3, ""))

    def test_a_wrong_word_is_wrong_usage(self):
        self.assertEqual(self.run_knead("chekc").returncode, 2)


if __name__ == "__main__":
    unittest.main()
