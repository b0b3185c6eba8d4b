# SPDX-License-Identifier: GPL-3.0-or-later
"""A store that is newer, damaged, read-only or held by another, and a disk that is full.

usage: storage.py BUILD-FOLDER [CASE...]"""

import os
import shutil
import sqlite3
import struct
import sys
import time

import files
import rig

UNUSABLE = 3


class Store(rig.FolderCase):
    def use_store(self):
        self.ok(self.world.knead("import", self.put("run.fit")))

    def alter(self, statement):
        db = rig.sqlite3.connect(self.world.state / "knead.db")
        with db:
            db.execute(statement)
        db.close()

    def assert_unusable(self, pattern, verbs=(["status"], ["log"], ["import", "sync"], ["massage"])):
        for words in verbs:
            words = [self.folder if word == "sync" else word for word in words]
            result = self.world.knead(*words)
            self.assertEqual(result.status, UNUSABLE, repr(result))
            self.assertRegex(result.err, r"\Aknead: [^\n]+\n\Z")
            self.assertRegex(result.err, pattern)
        self.world.configure(phone=False, folders=("sync",))
        daemon = self.world.start(ready=False)
        self.assertEqual(daemon.wait_end(), UNUSABLE)
        self.assertRegex(daemon.log(), pattern)

    def test_a_lock_that_the_daemon_has_no_right_to_is_said_and_waited_for(self):
        """As after a `sudo knead import` with an odd umask: it was silent, and tried again each second."""
        self.put("run.fit")
        self.world.configure(phone=False, folders=("sync",))
        self.world.state.mkdir()
        lock = self.world.state / "import.lock"
        lock.touch(0o600)
        lock.chmod(0)
        sentence = "no right to write all of the state directory"
        result = self.world.knead("import", self.folder)
        self.assertEqual(result.status, UNUSABLE)
        self.assertRegex(result.err, rf"\Aknead: [^\n]*{sentence}[^\n]*\n\Z")
        self.world.start()
        rig.wait_for("the sentence", lambda: sentence in self.world.daemon.log())
        rig.wait_for("a word in the status", lambda: sentence in (self.world.ask("status")["checks"]["import"] or ""))
        lock.chmod(0o600)
        self.put("second.fit", at="2026-05-15T07:00:00Z", serial=2)  # its folder is looked at again, which is a try
        self.wait_runs(2)

    def test_a_place_where_no_store_can_be_made_is_not_called_somebody_elses_store(self):
        closed = self.world.home / "closed"
        closed.mkdir(0o555)
        run = self.put("run.fit")
        self.world.state = closed / "state" / "knead"
        result = self.world.knead("import", run)
        self.assertEqual(result.status, UNUSABLE)
        self.assertRegex(result.err, r"\Aknead: [^\n]*no right to make the store in [^\n]*\n\Z")

    def test_a_part_of_the_state_that_is_something_else_is_said(self):
        self.put("run.fit")
        self.world.configure(phone=False, folders=("sync",))
        elsewhere = self.world.home / "elsewhere"
        elsewhere.mkdir()
        for name, make in (("spool", lambda path: path.symlink_to(elsewhere)), ("archive", lambda path: path.touch()),
                           ("import.lock", lambda path: path.mkdir())):
            with self.subTest(name):
                self.world.state.mkdir()
                make(self.world.state / name)
                result = self.world.knead("import", self.folder)
                self.assertEqual(result.status, UNUSABLE)
                self.assertRegex(result.err, r"\Aknead: [^\n]*is not what Knead made there \(knead doctor [^\n]*\n\Z")
                daemon = self.world.start()
                rig.wait_for("the sentence", lambda: "is not what Knead made there" in daemon.log())
                daemon.end()
                shutil.rmtree(self.world.state)
                self.assertEqual(list(elsewhere.iterdir()), [])

    def test_a_store_of_a_newer_version_is_left_alone_with_a_clear_sentence(self):
        self.use_store()
        self.alter("PRAGMA user_version = 999")
        before = (self.world.state / "knead.db").read_bytes()
        self.assert_unusable("newer")
        self.assertEqual((self.world.state / "knead.db").read_bytes(), before)

    def test_a_store_that_is_no_database_is_left_alone_with_a_clear_sentence(self):
        self.use_store()
        path = self.world.state / "knead.db"
        path.write_bytes(b"this is no database" * 1000)
        self.assert_unusable("damaged")
        self.assertEqual(path.read_bytes(), b"this is no database" * 1000)

    def test_another_programs_database_is_left_alone(self):
        self.world.state.mkdir()
        db = rig.sqlite3.connect(self.world.state / "knead.db")
        with db:
            db.execute("CREATE TABLE recipe (name TEXT)")
            db.execute("PRAGMA user_version = 1")
        db.close()
        self.assert_unusable("not a database of Knead|damaged")

    def test_a_store_with_a_damaged_page_is_said_to_be_damaged_and_never_crashes(self):
        self.ok(self.world.knead("import", self.world.make_season(self.world.home / "watch", "--weeks", "20",
                                                                  "--short")))
        path = self.world.state / "knead.db"
        data = bytearray(path.read_bytes())
        for at in range(4096 * 3, len(data), 4096 * 2):
            data[at:at + 2048] = b"\xa5" * 2048
        path.write_bytes(data)
        for words in (["status"], ["log", "--json"], ["why"], ["alerts"], ["import", self.put("new.fit")]):
            result = self.world.knead(*words)
            self.assertIn(result.status, (0, UNUSABLE), repr(result))
            if result.status:
                self.assertRegex(result.err, r"\Aknead: [^\n]+\n\Z")

    def test_a_read_only_store_can_be_read_and_says_why_it_cannot_be_written(self):
        if os.geteuid() == 0:
            rig.skip_visibly(self, "root may write everything")
        self.use_store()
        folder = self.world.state
        os.chmod(folder / "knead.db", 0o400)
        os.chmod(folder, 0o500)
        try:
            self.assertEqual(len(self.world.ask_lines("log")), 1)
            self.world.ask("status")
            self.assert_unusable("right|read-only", (["import", "sync"], ["massage"]))
        finally:
            os.chmod(folder, 0o700)
            os.chmod(folder / "knead.db", 0o600)
        self.put("two.fit", at="2026-05-15T07:00:00Z")
        self.world.start()
        self.wait_runs(2)
        self.assert_store_is_whole()

    def test_a_spool_that_may_not_be_written_loses_nothing(self):
        if os.geteuid() == 0:
            rig.skip_visibly(self, "root may write everything")
        self.world.configure(phone=False, folders=("sync",))
        self.use_store()
        self.world.start()
        os.chmod(self.world.state / "spool", 0o500)
        two = self.put("two.fit", at="2026-05-15T07:00:00Z")
        rig.wait_for("a word on the spool", lambda: "the spool cannot be written" in self.world.daemon.log())
        result = self.world.knead("import", two)
        self.assertEqual(result.status, UNUSABLE, repr(result))
        self.assertEqual(self.world.ask("status")["refused"], [])
        os.chmod(self.world.state / "spool", 0o700)
        self.put("three.fit", at="2026-05-14T07:00:00Z")
        self.wait_runs(3)

    def test_a_store_that_another_program_holds_is_waited_for(self):
        self.world.configure(phone=False, folders=("sync",))
        self.use_store()
        self.world.start()
        db = rig.sqlite3.connect(self.world.state / "knead.db", isolation_level=None)
        db.execute("BEGIN IMMEDIATE")
        self.put("two.fit", at="2026-05-15T07:00:00Z")
        time.sleep(3)
        self.assertEqual(len(self.world.ask_lines("log")), 1, "reading goes on")
        db.execute("ROLLBACK")
        db.close()
        self.wait_runs(2)

    def test_a_second_daemon_on_the_same_store_does_no_harm(self):
        self.world.start_receiver()
        self.world.configure(folders=("sync",))
        first = self.world.start()
        second = self.world.start(ready=False)
        self.put("run.fit")
        self.wait_runs(1)
        self.world.wait_accepted(1)
        time.sleep(1)
        self.assertEqual(len(self.world.accepted()), 1)
        for daemon in (second, first):
            if daemon.is_up():
                self.assertEqual(daemon.end(), 0)
        self.assert_store_is_whole()


class FullDisk(rig.FolderCase):
    """The state on a file system with one megabyte of room, mounted in a user namespace of our own."""

    def inside(self, size="1m"):
        """Runs this very case again where it may mount. True where that is here."""
        if os.environ.get("KNEAD_TEST_INSIDE"):
            self.world.state.mkdir()
            self.ok(self.world.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.world.state]))
            self.addCleanup(self.world.run, ["umount", self.world.state])
            return True
        if self.world.run(["unshare", "-Urm", "true"]).status != 0:
            rig.skip_visibly(self, "user namespaces are not allowed here")
        result = self.world.run(["unshare", "-Urm", sys.executable, "-B", sys.argv[0], rig.BUILD,
                                 self.id().removeprefix("__main__.")], {"KNEAD_TEST_INSIDE": "1"}, 120)
        self.assertEqual(result.status, 0, repr(result))
        return False

    def fill(self, leave=0):
        """Takes the room that is left but for some bytes."""
        path = self.world.state / "filler"
        with open(path, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        os.truncate(path, max(0, path.stat().st_size - leave))
        return path

    def make_many(self):
        self.world.make_season(self.folder, "--weeks", "40", "--short")
        return 200

    def test_an_import_onto_a_full_disk_says_so_and_goes_on_with_room(self):
        if not self.inside("24m"):
            return
        runs = self.make_many()
        filler = self.fill(leave=1 << 20)
        result = self.world.knead("import", self.folder)
        self.assertEqual(result.status, UNUSABLE, repr(result))
        self.assertRegex(result.err, r"\Aknead: [^\n]*the disk is full; nothing is lost, make room[^\n]*\n\Z")
        again = self.world.knead("import", self.folder)
        self.assertEqual(again.status, UNUSABLE, repr(again))
        filler.unlink()
        self.ok(self.world.knead("import", self.folder))
        self.assertEqual(self.world.count("activity"), runs)
        self.assertEqual(self.world.spool(), [])
        self.assertEqual(len(self.world.ask_lines("alerts")), 1)
        self.assert_store_is_whole()

    def test_what_is_forgotten_on_a_full_disk_is_gone_all_the_same(self):
        if not self.inside("24m"):
            return
        self.make_many()
        self.put("GARMIN/Activity/odd.fit", at="2025-05-15T06:54:32Z")
        self.ok(self.world.knead("import", self.folder))
        number, = [run["id"] for run in self.world.ask_lines("log") if "06:54:32" in run["start_utc"]]
        start = struct.pack(">q", files.utc_s("2025-05-15T06:54:32Z") * 1000)[2:]  # as SQLite keeps it, 6 bytes
        size = (self.world.state / "knead.db").stat().st_size
        self.assertTrue((self.world.state / "knead.db").read_bytes().count(start))
        filler = self.fill(leave=size // 2)
        result = self.world.knead("forget", str(number), "--yes")
        self.assertEqual(result.status, 1, repr(result))
        self.assertIn("knead forget --compact", result.err)
        filler.unlink()
        db = sqlite3.connect(self.world.state / "knead.db")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        self.assertEqual((self.world.state / "knead.db").read_bytes().count(start), 0)

    def test_a_daemon_on_a_full_disk_says_so_and_goes_on_with_room_as_one_message(self):
        if not self.inside("24m"):
            return
        runs = self.make_many()
        filler = self.fill(leave=1 << 20)
        self.world.start_receiver()
        self.world.configure(folders=("sync",))
        self.world.start()
        rig.wait_for("a word on the disk", lambda: any(word in self.world.daemon.log() for word in (
            "No space left", "disk is full")))
        self.assert_up()
        self.assertEqual(self.world.received(), [])
        self.world.knead("status")
        filler.unlink()
        self.put("GARMIN/Activity/one-more.fit", at="2026-05-16T04:00:00Z")
        self.wait_runs(runs + 1, 40)
        notes = self.world.wait_accepted(1)
        self.assertEqual([note["body"]["data"]["new"] for note in notes], [runs + 1])
        self.assertEqual(self.world.ask("status")["refused"], [])
        self.assert_store_is_whole()

    def test_a_store_that_cannot_grow_says_so_and_goes_on(self):
        if not self.inside():
            return
        self.world.start_receiver()
        self.world.configure(folders=("sync",))
        self.world.start()
        self.put("one.fit", at="2026-05-15T07:00:00Z")
        self.world.wait_accepted(1)
        filler = self.fill()
        result = self.world.knead("massage")
        self.assertEqual(result.status, UNUSABLE, repr(result))
        self.assertRegex(result.err, "full|No space left")
        self.ok(self.world.knead("status"))
        self.put("two.fit", at="2026-05-16T07:00:00Z")
        rig.wait_for("a word on the disk", lambda: any(word in self.world.daemon.log() for word in (
            "No space left", "disk is full", "cannot be written")))
        self.assert_up()
        filler.unlink()
        self.put("three.fit", at="2026-05-16T10:00:00Z")
        self.wait_runs(3)
        self.assertEqual([note["body"]["data"]["new"] for note in self.world.wait_accepted(2)], [1, 2])
        self.assert_store_is_whole()

    def test_an_answer_that_cannot_be_recorded_is_recorded_later(self):
        if not self.inside():
            return
        self.world.start_receiver("slow=2")
        self.world.configure(folders=("sync",))
        self.put("one.fit", at="2026-05-15T07:00:00Z")
        self.world.start()
        rig.wait_for("the request", lambda: self.world.received())
        filler = self.fill()
        time.sleep(3)
        self.assert_up()
        filler.unlink()
        self.ok(self.world.knead("massage"))
        rig.wait_for("its record", lambda: self.world.ask_lines("alerts")[0]["state"] == "sent")
        self.assertEqual(len({note["id"] for note in self.world.received()}), 1)
        self.assert_store_is_whole()


if __name__ == "__main__":
    rig.main()
