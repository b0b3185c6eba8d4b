# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of the store, and the way back from a damaged one, a gone one, an older one and a newer one.

usage: safety.py BUILD-FOLDER [CASE...]"""

import os
import pathlib
import shutil
import sqlite3

import files
import rig

UNUSABLE = 3
DAY_S = 86400


class Safety(rig.FolderCase):
    def copies(self):
        return sorted((self.world.state / "backup").glob("knead-*.db"))

    def wait_copies(self, n):
        rig.wait_for(f"{n} copies", lambda: len(self.copies()) >= n)
        self.assertEqual(len(self.copies()), n)
        return self.copies()

    def is_sound(self, path):
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        finally:
            db.close()

    def begin(self, phone=True):
        """A daemon with one run and a copy that holds it."""
        if phone:
            self.world.start_receiver()
        self.world.configure(phone=phone, folders=("sync",))
        self.put("one.fit", at="2026-05-14T07:00:00Z")
        self.world.start()
        self.wait_runs(1)
        self.wait_copies(1)
        if phone:
            self.world.wait_accepted(1)
            self.world.settle()

    def more(self):
        """What comes after the copy: a run, its message, a massage, soreness."""
        self.put("two.fit", at="2026-05-16T07:00:00Z")
        self.wait_runs(2)
        self.world.wait_accepted(2)
        self.ok(self.world.knead("massage", "--at", "2026-05-16T10:00:00Z"))
        self.ok(self.world.knead("feel", "3"))
        self.world.settle()
        self.assertEqual(len(self.copies()), 1, "daily at most")
        self.assertEqual(self.world.daemon.end(), 0)

    def assert_back(self, massages=1):
        rig.wait_for("both runs", lambda: self.world.count("activity") == 2)
        rig.wait_for("a word in status", lambda: self.world.ask("status").get("restored"))
        self.assertEqual(self.world.count("massage"), massages)
        self.assertEqual(self.world.count("report"), massages)
        self.assert_store_is_whole()
        self.world.settle()
        self.assertEqual(len(self.world.received()), 2, "nothing is said again")
        self.assertIn("copy", self.ok(self.world.knead("status")).out)
        self.assertTrue((self.world.state / "damaged" / "knead.db").exists())
        self.put("three.fit", at="2026-05-16T12:00:00Z")
        self.wait_runs(3)
        self.assertEqual([note["body"]["data"]["new"] for note in self.world.wait_accepted(3)], [1, 1, 1])

    def test_a_copy_is_made_after_work_and_once_a_day(self):
        self.begin(phone=False)
        first, = self.copies()
        self.assertTrue(self.is_sound(first))
        self.assertRegex(first.name, r"\Aknead-000001-20260516T173000Z-schema\d+\.db\Z")
        self.put("two.fit", at="2026-05-15T07:00:00Z")
        self.wait_runs(2)
        self.assertEqual(len(self.copies()), 1)
        self.world.advance(DAY_S + 60)
        self.put("three.fit", at="2026-05-13T07:00:00Z")
        self.wait_runs(3)
        self.wait_copies(2)

    def test_few_copies_are_kept_and_a_clock_that_jumps_changes_nothing_of_it(self):
        self.begin(phone=False)
        for i, jump in enumerate((2, -30, 400, -365, 3, 5, 2), 2):
            before = {path.name for path in self.copies()}
            self.world.advance(jump * DAY_S)
            self.ok(self.world.knead("massage"))
            rig.wait_for(f"copy {i}", lambda: {path.name for path in self.copies()} - before)
        rig.wait_for("the oldest to go", lambda: len(self.copies()) == 5)
        self.assertEqual([path.name[6:12] for path in self.copies()], [f"{n:06}" for n in range(4, 9)])

    def test_a_damaged_store_is_put_back_and_what_came_after_comes_again_without_a_word(self):
        self.begin()
        self.more()
        rig.damage(self.world.state / "knead.db")
        self.world.start()
        # rubbish over half of its pages: what was told by hand may be gone, and the runner is told so
        rig.wait_for("both runs", lambda: self.world.count("activity") == 2)
        told = rig.wait_for("a word in status", lambda: self.world.ask("status").get("restored"))
        massages = self.world.count("massage")
        self.assertTrue(massages == 1 or "logged by hand" in told["text"], told)
        self.assertIn("1 activities came again", told["text"])
        self.assert_back(massages)

    def test_what_can_still_be_read_of_a_damaged_store_is_taken_over(self):
        self.begin()
        self.more()
        path = self.world.state / "knead.db"
        root, = self.root_pages("recording")
        data = bytearray(path.read_bytes())
        data[(root - 1) * 4096:root * 4096] = b"\xa5" * 4096
        path.write_bytes(data)
        self.world.start()
        self.assert_back(massages=1)
        self.assertNotIn("logged by hand", self.world.ask("status")["restored"]["text"])
        self.assertEqual(self.world.rows("SELECT at_ms FROM massage"), [(files.utc_s("2026-05-16T10:00:00Z") * 1000,)])

    def root_pages(self, *tables):
        marks = ",".join("?" * len(tables))
        return [row[0] for row in self.world.rows(
            f"SELECT rootpage FROM sqlite_schema WHERE name IN ({marks})", *tables)]

    def test_a_store_that_is_gone_is_put_back(self):
        self.begin()
        self.more()
        gone = self.world.home / "gone"
        gone.mkdir()
        for path in self.world.state.glob("knead.db*"):
            path.rename(gone / path.name)
        for words in (["status"], ["massage"], ["import", self.folder]):
            result = self.world.knead(*words)
            self.assertIn(result.status, (UNUSABLE, 4), repr(result))
            self.assertFalse((self.world.state / "knead.db").exists(), "no empty store hides that it is gone")
        self.world.start()
        rig.wait_for("both runs", lambda: self.world.count("activity") == 2)
        self.world.settle()
        self.assertEqual(len(self.world.received()), 2)

    def test_a_message_that_waited_in_the_copy_and_went_out_since_is_not_sent_again(self):
        self.world.start_receiver("503")
        self.world.configure(folders=("sync",))
        self.put("one.fit", at="2026-05-14T07:00:00Z")
        self.world.start()
        copy, = self.wait_copies(1)

        def waits():
            alerts = self.world.ask_lines("alerts")
            return alerts and alerts[0]["attempts"] == 1 and self.world.is_tried(alerts[0])
        rig.wait_for("a refusal", waits)
        db = sqlite3.connect(f"file:{copy}?mode=ro", uri=True)
        self.assertEqual(db.execute("SELECT state FROM delivery").fetchall(), [(0,)])
        db.close()
        self.world.advance(10)
        self.world.wait_accepted(1)
        self.world.settle()
        self.assertEqual(self.world.daemon.end(), 0)
        for path in self.world.state.glob("knead.db*"):
            path.unlink()
        self.world.start()
        rig.wait_for("a word in status", lambda: self.world.ask("status").get("restored"))
        alert, = self.world.settle()
        self.assertEqual(alert["state"], "expired")
        self.assertIn("whether it arrived is not known", alert["why"])
        self.assertEqual(len(self.world.received()), 2)

    def test_a_damaged_copy_is_passed_over_for_an_older_one(self):
        self.begin(phone=False)
        self.world.advance(DAY_S + 60)
        self.ok(self.world.knead("massage"))
        newest = self.wait_copies(2)[-1]
        self.assertEqual(self.world.daemon.end(), 0)
        rig.damage(newest)
        (self.world.state / "knead.db").write_bytes(b"nothing of a database" * 1000)
        self.world.start()
        self.wait_runs(1)
        self.assert_store_is_whole()

    def test_a_store_damaged_while_it_is_used_ends_the_daemon_and_the_next_puts_it_back(self):
        self.begin()
        self.more()
        self.world.start()
        rig.damage_in_use(self.world.state / "knead.db")
        self.put("three.fit", at="2026-05-16T12:00:00Z")
        rig.wait_for("a word on the damage", lambda: "damaged" in self.world.daemon.log() or
                     not self.world.daemon.is_up())
        self.assertNotEqual(self.world.daemon.wait_end(), 0)
        self.world.start()
        rig.wait_for("all runs", lambda: self.world.count("activity") == 3)
        self.assert_store_is_whole()

    def test_without_a_copy_a_damaged_store_is_left_alone(self):
        self.ok(self.world.knead("import", self.put("run.fit")))
        path = self.world.state / "knead.db"
        rig.damage(path)
        before = path.read_bytes()
        daemon = self.world.start(ready=False)
        self.assertEqual(daemon.wait_end(), UNUSABLE)
        self.assertRegex(daemon.log(), "damaged.*archive/")
        self.assertEqual(path.read_bytes(), before)

    def make_older(self):
        """A store as the version before makes it. Returns the newest schema."""
        steps = sorted((pathlib.Path(__file__).parents[2] / "daemon/store/schema").glob("*.sql"),
                       key=lambda path: int(path.stem))
        self.world.state.mkdir()
        db = sqlite3.connect(self.world.state / "knead.db")
        for step in steps[:-1]:
            db.executescript(step.read_text())
        db.executescript(f"PRAGMA user_version = {len(steps) - 1}; PRAGMA application_id = {0x4E454144};"
                         "PRAGMA journal_mode = WAL")
        db.close()
        return len(steps)

    def test_a_store_of_an_older_version_is_copied_before_it_is_changed(self):
        schema = self.make_older()
        self.ok(self.world.knead("massage"))
        self.assertEqual(self.world.rows("PRAGMA user_version"), [(schema,)])
        copy, = self.copies()
        self.assertTrue(copy.name.endswith(f"-schema{schema - 1}.db"), copy.name)
        self.assertTrue(self.is_sound(copy))
        db = sqlite3.connect(f"file:{copy}?mode=ro", uri=True)
        self.assertEqual(db.execute("PRAGMA user_version").fetchone()[0], schema - 1)
        self.assertEqual(db.execute("SELECT count(*) FROM massage").fetchone()[0], 0)
        db.close()

    def test_the_copy_of_the_version_before_stays_among_newer_ones(self):
        schema = self.make_older()
        self.world.configure(phone=False)
        self.world.start()
        older = self.copies()[0]
        self.assertTrue(older.name.endswith(f"-schema{schema - 1}.db"), older.name)
        for _ in range(6):
            before = set(self.copies())
            self.world.advance(2 * DAY_S)
            self.ok(self.world.knead("massage"))
            rig.wait_for("a copy", lambda: set(self.copies()) - before)
        rig.wait_for("the oldest to go", lambda: len(self.copies()) == 6)
        self.assertEqual(self.copies()[0], older)

    def test_an_older_version_is_not_changed_when_no_copy_can_be_made(self):
        if os.geteuid() == 0:
            rig.skip_visibly(self, "root may write everything")
        schema = self.make_older()
        (self.world.state / "backup").mkdir()
        os.chmod(self.world.state / "backup", 0o500)
        result = self.world.knead("massage")
        self.assertEqual(result.status, UNUSABLE, repr(result))
        self.assertEqual(self.world.rows("PRAGMA user_version"), [(schema - 1,)])

    def test_a_newer_store_says_the_way_out(self):
        self.ok(self.world.knead("import", self.put("run.fit")))
        db = sqlite3.connect(self.world.state / "knead.db")
        db.execute("PRAGMA user_version = 999")
        db.close()
        result = self.world.knead("status")
        self.assertEqual(result.status, UNUSABLE)
        self.assertRegex(result.err, "newer Knead: install that version again, or put back its copy")

    def test_a_copy_that_is_put_back_by_hand_works_as_before(self):
        """The way of docs/data.md: stop kneadd, cp FILE knead.db, remove knead.db-wal and -shm."""
        self.begin()
        copy = self.world.home / "my.db"
        self.ok(self.world.knead("backup", copy))
        self.more()
        for path in self.world.state.glob("knead.db*"):
            path.unlink()
        shutil.copy(copy, self.world.state / "knead.db")
        self.assertEqual(self.world.count("activity"), 1)
        self.assertEqual(self.world.count("massage"), 0)
        self.ok(self.world.knead("massage"))
        self.assertEqual(self.world.rows("PRAGMA journal_mode"), [("wal",)])
        self.world.start()
        self.ok(self.world.knead("import", self.world.state / "archive"))
        rig.wait_for("both runs", lambda: self.world.count("activity") == 2)
        self.assert_store_is_whole()


if __name__ == "__main__":
    rig.main()
