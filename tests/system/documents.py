# SPDX-License-Identifier: GPL-3.0-or-later
"""What SECURITY.md and docs/sandbox.md claim of tests and of the unit, beside the tests and the unit.

usage: documents.py BUILD-FOLDER [CASE...]"""

import pathlib
import re
import shutil
import subprocess
import unittest

import rig

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGES = [SOURCE / name for name in ("SECURITY.md", "README.md", "CONTRIBUTING.md")] + sorted((SOURCE / "docs").glob("*.md"))
NOT_UNDER_SANITIZERS = re.compile("sandbox/|system/under$")
KINDS = "unit|system|sandbox|device|fuzz|dev|golden|property|vectors|corpus"


def said(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=120, cwd=rig.BUILD).stdout


class Documents(unittest.TestCase):
    def test_every_test_that_is_named_is_there(self):
        there = set(re.findall(r"Test +#\d+: (\S+)", said("ctest", "-N")))
        whole = any(name.startswith("sandbox/") for name in there)  # under sanitizers some tests are not built
        for page in PAGES:
            named = set(re.findall(rf"`((?:{KINDS})/[a-z_0-9]+)`", page.read_text()))
            missing = {name for name in named - there if whole or not NOT_UNDER_SANITIZERS.match(name)}
            self.assertEqual(missing, set(), page.name)

    def test_every_row_of_the_threat_table_names_a_test(self):
        rows = [line for line in (SOURCE / "SECURITY.md").read_text().splitlines() if line.startswith("|")]
        self.assertGreater(len(rows), 15)
        for row in rows[2:]:
            proof = row.rstrip("|").split("|")[-1]
            self.assertRegex(proof, rf"`(?:{KINDS})/|guest", row)

    def test_every_line_that_the_unit_leaves_open_is_explained(self):
        if not shutil.which("systemd-analyze"):
            rig.skip_visibly(self, "no systemd-analyze")
        text = said("systemd-analyze", "security", "--no-pager", "--offline=true", "systemd/kneadd.service")
        figure = re.search(r"exposure level for \S+: ([0-9.]+)", text).group(1)
        page = (SOURCE / "docs" / "sandbox.md").read_text()
        self.assertLessEqual(float(figure), 1.5, text)
        self.assertIn(f"prints {figure},", page)
        table = "\n".join(line.split("|")[1] for line in page.split(f"prints {figure},")[1].splitlines()
                          if line.startswith("| `"))
        open_lines = re.findall(r"^\u2717 (\S+)", text, re.M)
        self.assertGreater(len(open_lines), 3)
        for line in open_lines:
            words = re.findall(r"AF_[A-Z]+", line.replace("(", "")) or re.findall(r"^\w+", line)
            for word in words:
                self.assertIn(word, table, line)


if __name__ == "__main__":
    rig.main()
