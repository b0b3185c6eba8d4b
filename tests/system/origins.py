# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a run came from: what is said of it after an import was killed and another source is read next.

usage: origins.py BUILD-FOLDER [CASE...]"""

import os
import signal
import sys

import rig

WATCH = "watch:0000cbf0a1b2"
LOST = "a place that was not kept"


class Origins(rig.FolderCase):
    def killed_with_runs_in_the_spool(self, n=2):
        """What a power cut leaves: files that are fetched, not one of them stored."""
        for i in range(n):
            self.put(f"run{i}.fit", at=f"2026-05-1{i}T07:00:00Z", serial=100 + i)
        self.world.configure(phone=False, folders=("sync",))
        self.world.start(env={"KNEAD_CRASH_AT": "before-commit:1"}, ready=False)
        self.assertEqual(self.world.daemon.wait_end(), -signal.SIGKILL)
        self.assertEqual(self.world.count("activity"), 0)

    def notes(self):
        return [path for path in (self.world.state / "spool").iterdir() if path.name.endswith(".from")]

    def start_beside_another_folder(self, more=()):
        """Another folder is read when the spool is taken along."""
        other = self.world.home / "other"
        other.mkdir()
        for i, at in enumerate(more):
            (other / f"other{i}.fit").write_bytes(rig.files.fit_run(rig.files.utc_s(at), serial=200 + i))
        self.world.configure(phone=False, folders=("other",))
        self.world.start()

    def line(self):
        rig.wait_for("the line of the import", lambda: "imported" in self.world.daemon.log())
        return next(line for line in self.world.daemon.log().splitlines() if "imported" in line)

    def origins(self):
        return [entry["sources"][0]["from"] for entry in self.world.ask_lines("log")]

    def test_a_run_says_which_folder_or_command_gave_it(self):
        self.ok(self.world.knead("import", self.put("run.fit").rename(self.world.home / "run.fit")))
        self.put("later.fit", at="2026-05-17T07:00:00Z", serial=9)
        self.world.configure(phone=False, folders=("sync",))
        self.world.start()
        self.wait_runs(2)
        self.assertIn(f"imported 1 new activity from {self.folder}", self.line())
        self.assertEqual(self.origins(), ["import", "folder:sync"])
        self.assertIn("run.fit, from knead import\n", self.ok(self.world.knead("show", 1)).out)
        self.assertIn("later.fit, from folder sync\n", self.ok(self.world.knead("show", 2)).out)

    def test_what_a_killed_import_left_is_not_said_to_come_from_what_is_read_next(self):
        self.killed_with_runs_in_the_spool()
        self.start_beside_another_folder()
        self.wait_runs(2)
        self.assertRegex(self.line(), r"imported 2 new activities from folder sync$")
        self.assertEqual(self.origins(), ["folder:sync"] * 2)

    def test_what_a_killed_import_left_is_told_apart_from_what_is_read_next(self):
        self.killed_with_runs_in_the_spool()
        self.start_beside_another_folder(more=("2026-05-14T07:00:00Z",))
        self.wait_runs(3)
        line = self.line()
        self.assertIn("imported 3 new activities: ", line)
        self.assertIn("2 from folder sync", line)
        self.assertIn(f"1 from {self.world.home}/other", line)
        self.assertEqual(sorted(self.origins()), ["folder:other", "folder:sync", "folder:sync"])

    def test_what_came_from_a_watch_is_said_to_come_from_that_watch(self):
        self.killed_with_runs_in_the_spool()
        for note in self.notes():  # as if it had been fetched over USB
            size, mtime, serial, _, rest = os.readlink(note).split(" ", 4)
            self.assertTrue(rest.startswith("folder:sync"))
            note.unlink()
            os.symlink(f"{size} {mtime} {serial} {len(WATCH)} {WATCH}GARMIN/Activity/{rest[len('folder:sync'):]}", note)
        self.world.falsify("INSERT INTO watch (source, serial, usb_id, name, transport, advice, trouble, said, here, first_ms,"
                           f" seen_ms, wanted, got, refused) VALUES ('{WATCH}', '0000cbf0a1b2', '091e:50db',"
                           " 'Forerunner 965', 'mtp', '', '', '', 0, 0, 0, 0, 0, 0)")
        self.start_beside_another_folder()
        self.wait_runs(2)
        self.assertRegex(self.line(), r"imported 2 new activities from Forerunner 965$")
        self.assertEqual(self.origins(), [WATCH] * 2)
        self.assertIn("GARMIN/Activity/run0.fit, from Forerunner 965\n", self.ok(self.world.knead("show", 1)).out)

    def test_where_a_file_came_from_that_lost_its_note_is_said_to_be_unknown_until_it_is_seen_again(self):
        self.killed_with_runs_in_the_spool()
        for note in self.notes():
            note.unlink()
        self.start_beside_another_folder()
        self.wait_runs(2)
        self.assertIn(f"imported 2 new activities from {LOST}", self.line())
        self.assertEqual(self.origins(), [None] * 2)
        self.assertIn(f", from {LOST}\n", self.ok(self.world.knead("show", 1)).out)
        self.world.daemon.end()
        self.world.advance(60)
        self.world.configure(phone=False, folders=("sync",))
        self.world.start()
        rig.wait_for("the files to be met at their place", lambda: self.origins() == ["folder:sync"] * 2)
        self.assertEqual(self.world.count("activity"), 2)
        self.assertIn("run0.fit, from folder sync\n", self.ok(self.world.knead("show", 1)).out)


if __name__ == "__main__":
    sys.exit(rig.main())
