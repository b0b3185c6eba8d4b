# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual pages and the completion hold what the programs themselves say: every verb, option and setting, each
with a text. The programs are asked, not the tables.

usage: manual.py BUILD-FOLDER [CASE...]"""

import pathlib
import re
import subprocess

import rig

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def page(name):
    """Its entries: {first words of the heading line: text}. Entries of one level and the next alike."""
    entries, heading, wait = {}, None, False
    for line in (rig.BUILD / "docs/man" / name).read_text().splitlines():
        line = re.sub(r"\\f[BIRP]|\\&", "", line).replace("\\-", "-").replace("\\e", "\\")
        if line.startswith((".TP", ".SS")):
            wait = line.startswith(".TP")
            heading = line[4:].strip() if line.startswith(".SS") else None
            if heading:
                entries[heading] = ""
        elif wait:
            heading, wait = line.removeprefix(".B ").strip(), False
            entries[heading] = ""
        elif line.startswith(".SH"):
            heading = None
        elif heading and not line.startswith("."):
            entries[heading] += line + " "
    return entries


def options_of(text):
    """[(option, help)] of what --help prints."""
    return re.findall(r"^ +--([a-z-]+)(?: (?:[A-Z]+|\S+\|\S+))? +(.*)$", text, re.M)


def said(*arguments):
    return subprocess.run([rig.program(arguments[0]), *arguments[1:]], capture_output=True, text=True, check=True,
                          timeout=60).stdout


def verbs():
    text = said(rig.KNEAD, "--help").split("verbs:")[1].split("options:")[0]
    return {line.split()[0]: line.strip() for line in text.splitlines() if line.strip()}


def complete(*words):
    script = ('. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _knead; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", script, "bash", str(rig.BUILD / "docs/man/knead.bash"), "knead", *words],
                          capture_output=True, text=True, check=True, timeout=20)
    if done.stderr:
        raise AssertionError(done.stderr)
    return sorted(done.stdout.split())


class Manual(rig.unittest.TestCase):
    def assert_has(self, entries, start, words):
        found = [text for heading, text in entries.items() if heading == start or heading.startswith(start + " ")]
        self.assertTrue(found, f"no entry for {start} among {sorted(entries)}")
        self.assertGreater(len(words), 3, f"{start} has no text")
        self.assertTrue(any(" ".join(words.split()).rstrip(".") in " ".join(text.split()) for text in found),
                        f"{start}: {words!r} is not in {found}")

    def test_every_verb_and_option_is_in_the_page_of_knead(self):
        entries, seen = page("knead.1"), 0
        for verb in verbs():
            text = said(rig.KNEAD, verb, "--help")
            usage, summary, *_ = [line for line in text.splitlines() if line]
            self.assert_has(entries, f"knead {verb}", summary)
            arguments = usage.split("[OPTION...]")[1].strip()
            self.assertIn(f"knead {verb} {arguments}".strip(), entries)
            for option, words in options_of(text.split("options:")[1]):
                self.assert_has(entries, f"--{option}", words)
                seen += 1
        self.assertGreater(seen, 6 * len(verbs()))

    def test_every_option_is_in_the_page_of_the_daemon(self):
        options = options_of(said(rig.KNEADD, "--help"))
        self.assertIn("config", dict(options))
        for option, words in options:
            self.assert_has(page("kneadd.8"), f"--{option}", words)

    def test_every_setting_is_in_its_page_with_text_and_range(self):
        entries, section, comments, seen = page("kneadd.conf.5"), None, [], 0
        for line in (SOURCE / "config/kneadd.conf").read_text().splitlines():
            if re.match(r"#?\[", line):
                section = line.strip("#[]").split()[0]
                self.assertTrue([heading for heading in entries if heading.startswith(f"[{section}")], section)
            elif re.match(r"#?[a-z_]+ = ", line):
                key = line.lstrip("#").split(" = ")[0]
                takes = [i for i, text in enumerate(comments) if text.startswith("Takes ")]
                self.assertTrue(takes and takes[0] > 0, f"{section}/{key} has no text, or no range: {comments}")
                for text in comments[:takes[0]]:
                    self.assert_has(entries, key, text)
                self.assertIn(comments[takes[0]].split(" Default:")[0].rstrip("."), entries[key])
                seen += 1
            elif line.startswith("# "):
                comments.append(line[2:])
                continue
            comments = []
        self.assertGreater(seen, 15)

    def test_nothing_of_the_template_is_left(self):
        for name in ("knead.1", "kneadd.8", "kneadd.conf.5", "knead.bash"):
            self.assertNotRegex((rig.BUILD / "docs/man" / name).read_text(), r"@[A-Z-]+@")

    def test_the_completion_offers_what_the_help_lists(self):
        self.assertEqual(complete(""), sorted([*verbs(), "help"]))
        self.assertEqual(complete("sta"), ["status"])
        for verb in verbs():
            options = sorted({f"--{option}" for option, _ in options_of(said(rig.KNEAD, verb, "--help"))})
            self.assertEqual(complete(verb, "--"), options)

    def test_the_completion_knows_the_words_of_a_verb(self):
        self.assertEqual(complete("flag", ""), ["illness", "injury"])
        self.assertEqual(complete("flag", "injury", ""), ["off", "on"])
        self.assertEqual(complete("--json", "--state", "/x", "flag", "injury", "o"), ["off", "on"])
        self.assertEqual(complete("why", "so"), ["soreness"])
        self.assertEqual(complete("feel", ""), [])
        self.assertEqual(complete("feel", "3", "quads", "fe"), ["feet"])
        self.assertEqual(complete("massage", "--minutes", ""), [])
        self.assertIn(str(SOURCE / "README.md"), complete("import", str(SOURCE / "READ")))


if __name__ == "__main__":
    rig.main()
