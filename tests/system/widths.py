# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read fits their terminal, and nothing of it is lost on a narrow one.

usage: widths.py BUILD-FOLDER [CASE...]"""

import re

import files
import rig
import terminal

VERBS = ("alerts", "status", "log", "watches", "why", "why --constants", "config show", "show 1", "massage --list",
         "doctor", "replay sync")


class Widths(rig.Case):
    def setUp(self):
        super().setUp()
        folder = self.world.home / "sync"
        folder.mkdir()
        for day in range(1, 15):
            start = files.utc_s(f"2026-05-{day:02}T07:00:00Z")
            (folder / f"run-{day:02}.fit").write_bytes(files.fit_run(start, seconds=600 + 60 * day))
        self.world.start_receiver()
        self.world.configure()
        self.ok(self.world.knead("import", folder))
        self.ok(self.world.knead("massage"))
        db = rig.sqlite3.connect(self.world.state / "knead.db", timeout=20)
        db.execute("UPDATE delivery SET attempts = 12, why = 'the receiver answered 503: a fault on its side'")
        db.commit()
        db.close()

    def shown(self, verb, columns):
        words = verb.replace("sync", str(self.world.home / "sync")).split()
        arguments = [rig.program(rig.KNEAD), "--state", self.world.state, "--config", self.world.conf, *words]
        env = self.world.environment()
        env.update({"TERM": "xterm", "LC_ALL": "C.UTF-8"})
        at = terminal.Terminal(arguments, env, columns)
        self.addCleanup(at.close)
        at.wait()
        return at.plain()

    @staticmethod
    def is_one_word(line):
        """A path, an address or a command that is to be copied has no place to be broken."""
        return line.startswith("    ") or len(line.split()) == 1 or re.search(r"\S{30}", line)

    def test_no_line_is_wider_than_the_terminal(self):
        wide = [f"knead {verb} at {columns} columns: {line!r}" for columns in (40, 50, 80, 120) for verb in VERBS
                for line in (line.split("\r")[-1] for line in self.shown(verb, columns).splitlines())
                if len(line) > columns and not self.is_one_word(line)]
        self.assertEqual(wide, [])

    def test_a_narrow_terminal_loses_nothing(self):
        """The same words, but for titles of columns."""
        for verb in ("alerts", "log"):
            wide = self.shown(verb, 200).splitlines()[1:]
            narrow = self.shown(verb, 40).split()
            for word in " ".join(wide).split():
                self.assertIn(word, narrow, verb)

    def test_numbers_that_lost_their_column_have_their_title(self):
        text = " ".join(self.shown("alerts", 50).split())
        self.assertIn("tries 12", text)
        self.assertIn("the receiver answered 503: a fault on its side", text)


if __name__ == "__main__":
    rig.main()
