# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner's data is the runner's: export, backup, forget, the archive, the feed folder, rights, positions.

usage: data.py BUILD-FOLDER [CASE...]"""

import errno
import hashlib
import json
import os
import pathlib
import signal
import socket
import sqlite3
import stat
import struct
import subprocess
import threading
import time

import files
import rig
import terminal

IN_MODIFY, IN_MOVED_TO, IN_CREATE = 0x2, 0x80, 0x100
USAGE, UNUSABLE, NOTHING = 2, 3, 4
# a position as FIT has it, as TCX writes it, and as a program might keep it
POSITION_BYTES = [struct.pack("<i", files.SEMICIRCLES[0]), struct.pack("<i", files.SEMICIRCLES[1]),
                  struct.pack(">i", files.SEMICIRCLES[0]), struct.pack("<d", files.LATITUDE),
                  struct.pack(">d", files.LATITUDE), struct.pack("<f", files.LATITUDE),
                  *[text.encode() for text in files.POSITION_TEXTS]]


def all_files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


class Data(rig.FolderCase):
    def archived(self):
        return {path.name for path in all_files(self.world.state / "archive")}

    def use_runs(self, n=3):
        """Runs of the days before, the latest last."""
        paths = [self.put(f"{i}.fit", at=f"2026-05-{16 - n + i:02}T07:00:00Z") for i in range(n)]
        self.ok(self.world.knead("import", self.folder))
        return paths

    def bytes_of_state(self, *, but=()):
        """Every byte that Knead keeps, file by file."""
        return {path: path.read_bytes() for path in all_files(self.world.state)
                if not any(str(path).startswith(str(self.world.state / name)) for name in but)}

    # -- positions

    def test_positions_are_in_archived_originals_and_nowhere_else(self):
        phone = rig.Phone()
        self.addCleanup(phone.close)
        self.world.receiver_port = phone.port
        self.world.configure(folders=("sync",))
        self.put("one.fit", at="2026-05-14T07:00:00Z")
        self.put("two.tcx", files.tcx_run(files.utc_s("2026-05-15T07:00:00Z")))
        self.put("bad.fit", files.fit_run(files.utc_s("2026-05-13T07:00:00Z"))[:-300])
        self.world.start()
        self.wait_runs(2)
        rig.wait_for("the note", lambda: phone.requests)
        rig.wait_for("a copy", lambda: list((self.world.state / "backup").glob("*.db")))
        found = {"archive": 0}
        for path, data in self.bytes_of_state().items():
            here = [text for text in POSITION_BYTES if text in data]
            if here and path.relative_to(self.world.state).parts[0] == "archive":
                found["archive"] += 1
            else:
                self.assertEqual(here, [], path)
        self.assertEqual(found, {"archive": 2}, "the originals do hold them, or this looks for the wrong bytes")
        for _, _, body in phone.requests:
            self.assertEqual([text for text in POSITION_BYTES if text in body], [])
        self.assertEqual([text for text in POSITION_BYTES if text in self.world.daemon.log().encode()], [])

    def test_the_spool_of_a_killed_import_is_the_only_other_place_and_is_emptied(self):
        run = self.put("one.fit")
        died = self.world.knead("import", run, env={"KNEAD_CRASH_AT": "before-commit:1"})
        self.assertEqual(died.status, -signal.SIGKILL)
        for path, data in self.bytes_of_state(but=("spool", "archive")).items():
            self.assertEqual([text for text in POSITION_BYTES if text in data], [], path)
        self.ok(self.world.knead("import", run))
        self.assertEqual(self.world.spool(), [])

    # -- rights

    def assert_rights(self, umask, file_mode, folder_mode):
        self.world.start_receiver()
        self.world.configure(folders=("sync",))
        self.put("one.fit")
        with open(self.world.home / "mask.sh", "w", encoding="ascii") as script:
            script.write(f'#!/bin/sh\numask {umask}\nexec "$@"\n')
        os.chmod(self.world.home / "mask.sh", 0o700)
        self.world.state.mkdir()
        os.chmod(self.world.state, folder_mode)
        self.world.start(prefix=[str(self.world.home / "mask.sh")])
        self.wait_runs(1)
        rig.wait_for("a copy", lambda: list((self.world.state / "backup").glob("*.db")))
        self.ok(self.world.knead("massage", prefix=[str(self.world.home / "mask.sh")]))
        seen = set()
        for path in [self.world.state, *self.world.state.rglob("*")]:
            mode = stat.S_IMODE(path.lstat().st_mode)
            if path.is_symlink():
                continue
            name = path.relative_to(self.world.state)
            self.assertEqual(oct(mode), oct(folder_mode if path.is_dir() else file_mode), name)
            seen.add(name.parts[0] if name.parts else ".")
        self.assertLessEqual({".", "knead.db", "archive", "backup", "spool", "import.lock", "daemon.lock", "nudge"}, seen)

    def test_the_group_of_the_service_shares_the_store_and_nobody_else(self):
        self.assert_rights("0007", 0o660, 0o2770)

    def test_nobody_else_gets_a_right_whatever_the_umask_is(self):
        self.assert_rights("0000", 0o660, 0o2770)

    def test_a_user_service_keeps_the_store_to_itself_where_the_umask_says_so(self):
        self.assert_rights("0077", 0o600, 0o2700)

    # -- archive = keep | 30d | off

    def test_archive_keep_keeps_the_very_bytes(self):
        paths = self.use_runs()
        self.assertEqual(self.archived(), {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths})
        for path in all_files(self.world.state / "archive"):
            self.assertEqual(hashlib.sha256(path.read_bytes()).hexdigest(), path.name)

    def test_archive_off_keeps_nothing_and_no_number_is_missing(self):
        self.use_runs()
        before = self.world.dump("activity", "day_total", "daily_score")
        other = rig.World()
        self.addCleanup(other.close)
        other.set_clock(rig.EVENING)
        other.configure(phone=False, more="[store]\narchive = off\n")
        self.ok(other.knead("import", self.folder))
        self.assertEqual(all_files(other.state / "archive"), [])
        self.assertEqual(other.spool(), [])
        self.assertEqual(other.dump("activity", "day_total", "daily_score"), before)

    def test_archive_30d_lets_originals_go_after_thirty_days_and_not_before(self):
        self.world.configure(phone=False, folders=("sync",), more="[store]\narchive = 30d\n")
        self.put("one.fit")
        self.world.start()
        self.wait_runs(1)
        self.world.advance(29 * 86400 + 82800)  # an hour short of thirty days
        rig.wait_for("a look", lambda: self.world.rows("SELECT value FROM fact WHERE name = 'last_tick_s'")[0][0] ==
                     str(files.utc_s(self.world.now)))
        self.assertEqual(len(self.archived()), 1)
        self.world.advance(2 * 86400)
        rig.wait_for("the original to go", lambda: not self.archived())
        rig.wait_for("its row", lambda: self.world.rows("SELECT archived FROM file") == [(0,)])
        self.assertEqual(self.world.count("activity"), 1)

    # -- export

    def test_an_export_holds_everything_and_is_read_without_knead(self):
        paths = self.use_runs()
        self.ok(self.world.knead("massage", "--minutes", "45"))
        self.ok(self.world.knead("feel", "4", "quads", "feet"))
        self.ok(self.world.knead("flag", "injury", "on"))
        out = self.world.home / "out"
        said = self.ok(self.world.knead("export", out, "--json")).json()
        self.assertEqual((said["activities"], said["originals"], said["missing"]), (3, 3, 0))
        originals = all_files(out / "originals")
        self.assertEqual([path.read_bytes() for path in originals], [path.read_bytes() for path in paths],
                         "sorted by name they are sorted by date")
        self.assertRegex(originals[0].name, r"\A2026-05-13T070000Z-[0-9a-f]{16}\.fit\Z")
        self.assertEqual([entry["was"] for entry in lines(out / "originals.jsonl")], [str(path) for path in paths])
        activities = lines(out / "activities.jsonl")
        self.assertEqual([entry["start_utc"] for entry in activities],
                         [f"2026-05-{day}T07:00:00Z" for day in (13, 14, 15)])
        self.assertEqual([entry["sources"][0]["sha256"] for entry in activities],
                         [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths])
        days = lines(out / "days.jsonl")
        self.assertEqual([(day["date"], day["activities"]) for day in days],
                         [(f"2026-05-{day}", 1) for day in (13, 14, 15)])
        self.assertTrue(lines(out / "scores.jsonl"))
        self.assertEqual([alert["type"] for alert in lines(out / "alerts.jsonl")],
                         [alert["type"] for alert in self.world.ask_lines("alerts")])
        self.assertEqual(lines(out / "massages.jsonl"), [{"at": "2026-05-16T17:30:00Z", "minutes": 45}])
        self.assertEqual(lines(out / "feelings.jsonl"),
                         [{"at": "2026-05-16T17:30:00Z", "soreness": 4, "regions": ["quads", "feet"]}])
        self.assertEqual(lines(out / "flags.jsonl"), [{"name": "injury", "from": "2026-05-16T17:30:00Z", "to": None}])
        readme = (out / "README.txt").read_text()
        for path in out.iterdir():
            if path.name != "README.txt":
                self.assertIn(path.name, readme)
        for path in [out, *out.rglob("*")]:
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o007, 0, path)
        self.assertEqual([path for path in all_files(out) if "part" in path.name], [])

    def test_what_was_exported_comes_in_again_as_the_same_store(self):
        self.use_runs()
        out = self.world.home / "out"
        self.ok(self.world.knead("export", out))
        other = rig.World()
        self.addCleanup(other.close)
        other.set_clock(rig.EVENING)
        other.configure(phone=False)
        self.ok(other.knead("import", out / "originals"))
        self.assertEqual(other.dump("activity", "day_total"), self.world.dump("activity", "day_total"))

    def test_an_export_never_replaces_anything(self):
        self.use_runs(1)
        out = self.world.home / "out"
        out.mkdir()
        (out / "activities.jsonl").write_text("mine")
        result = self.world.knead("export", out)
        self.assertEqual(result.status, USAGE, repr(result))
        self.assertRegex(result.err, r"\Aknead: [^\n]*not empty[^\n]*\n\Z")
        self.assertEqual([path.name for path in out.iterdir()], ["activities.jsonl"])
        self.assertEqual((out / "activities.jsonl").read_text(), "mine")

    def test_an_export_without_an_original_says_so(self):
        self.use_runs(2)
        gone = all_files(self.world.state / "archive")[0]
        gone.unlink()
        result = self.world.knead("export", self.world.home / "out")
        self.assertEqual(result.status, 1, repr(result))
        self.assertRegex(result.err, r"\Aknead: incomplete: [^\n]*1 originals are gone[^\n]*\n\Z")
        self.assertEqual(len(lines(self.world.home / "out" / "activities.jsonl")), 2)

    def test_an_export_to_where_nothing_can_be_written_says_so(self):
        self.use_runs(1)
        (self.world.home / "file").write_text("")
        for path in (self.world.home / "no" / "such", self.world.home / "file"):
            result = self.world.knead("export", path)
            self.assertEqual(result.status, UNUSABLE, repr(result))
            self.assertEqual(len(result.err.splitlines()), 1)

    def test_an_export_that_broke_off_has_no_readme(self):
        if os.getuid() == 0:
            rig.skip_visibly(self, "root has every right")
        self.use_runs(1)
        (self.world.state / "archive").chmod(0)
        self.addCleanup((self.world.state / "archive").chmod, 0o770)
        result = self.world.knead("export", self.world.home / "out")
        self.assertEqual(result.status, UNUSABLE, repr(result))
        self.assertIn("is not whole", result.err)
        self.assertFalse((self.world.home / "out" / "README.txt").exists())

    # -- backup

    def test_a_backup_while_the_store_is_written_is_sound_and_private(self):
        self.use_runs()
        stop = threading.Event()
        def write():
            while not stop.is_set():
                self.world.knead("massage")
        writer = threading.Thread(target=write)
        writer.start()
        try:
            for i in range(5):
                path = self.world.home / "copy.db"
                said = self.ok(self.world.knead("backup", path, "--json")).json()
                self.assertEqual(said["size_bytes"], path.stat().st_size)
                self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
                db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
                self.assertEqual(db.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
                self.assertEqual(db.execute("SELECT count(*) FROM activity").fetchone(), (3,))
                db.close()
        finally:
            stop.set()
            writer.join()
        self.assertEqual([name for name in os.listdir(self.world.home) if ".part" in name], [])

    def test_a_backup_replaces_an_older_one_and_nothing_else(self):
        self.use_runs(1)
        copy, mine = self.world.home / "copy.db", self.world.home / "mine.txt"
        self.ok(self.world.knead("backup", copy))
        before = copy.stat().st_ino
        self.ok(self.world.knead("backup", copy))
        self.assertNotEqual(copy.stat().st_ino, before)
        mine.write_text("a letter")
        theirs = self.world.home / "theirs.db"
        db = sqlite3.connect(theirs)
        db.execute("CREATE TABLE recipe (name TEXT)")
        db.commit()
        db.close()
        for path in (mine, theirs, self.world.state / "knead.db", self.world.home, self.world.home / "no" / "copy.db"):
            content = path.read_bytes() if path.is_file() else None
            result = self.world.knead("backup", path)
            self.assertEqual(result.status, UNUSABLE, repr(result))
            self.assertRegex(result.err, r"\Aknead: no backup was made: [^\n]+\n\Z")
            self.assertEqual(path.read_bytes() if path.is_file() else None, content)
        self.assert_store_is_whole()

    def test_a_damaged_store_gives_no_backup(self):
        self.use_runs()
        copy = self.world.home / "copy.db"
        self.ok(self.world.knead("backup", copy))
        good = copy.read_bytes()
        rig.damage(self.world.state / "knead.db")
        result = self.world.knead("backup", copy)
        self.assertEqual(result.status, UNUSABLE, repr(result))
        self.assertIn("damaged", result.err)
        self.assertEqual(copy.read_bytes(), good)

    # -- forget

    def forget(self, *words):
        return self.ok(self.world.knead("forget", *words, "--yes", "--json")).json()

    def test_a_forgotten_activity_leaves_no_trace_in_any_byte(self):
        self.world.start_receiver()
        self.world.configure(folders=("sync",))
        self.put("one.fit", at="2026-05-14T07:00:00Z")
        self.world.start()
        self.wait_runs(1)
        odd = self.put("two.fit", at="2026-05-15T06:54:32Z", distance_m=2345.67, hr=163)
        self.wait_runs(2)
        self.world.wait_accepted(2)
        self.world.settle()
        rig.wait_for("a copy", lambda: list((self.world.state / "backup").glob("*.db")))
        self.world.advance(86400)
        self.ok(self.world.knead("massage"))
        copies = rig.wait_for("a copy that holds it", lambda: sorted((self.world.state / "backup").glob("*.db"))[1:])
        start = struct.pack(">q", files.utc_s("2026-05-15T06:54:32Z") * 1000)[2:]  # as SQLite keeps it, 6 bytes
        self.assertIn(start, copies[0].read_bytes())
        digest = hashlib.sha256(odd.read_bytes())
        self.assertTrue(any(start in data for data in self.bytes_of_state().values()), "or the bytes are not these")
        self.assertIn(digest.hexdigest(), self.archived())
        said = self.forget("2")
        self.assertEqual((said["forgotten"], said["originals"], said["compacted"]), (2, 1, True))
        self.assertNotIn(digest.hexdigest(), self.archived())
        for path, data in self.bytes_of_state().items():
            self.assertNotIn(start, data, path)
            self.assertNotIn(b"2345.67", data, path)
        self.assertEqual(self.world.count("activity"), 1)
        self.assertEqual(self.world.rows("SELECT sum(activities) FROM day_total"), [(1,)])
        self.assert_store_is_whole()
        self.assert_up()

    def test_what_waits_to_be_said_of_a_forgotten_activity_is_not_said(self):
        self.world.configure(url="http://127.0.0.1:9/")
        self.use_runs(1)
        self.assertEqual(self.world.rows("SELECT state FROM delivery"), [(0,)])
        self.forget("1")
        self.assertEqual(self.world.rows("SELECT state, why FROM delivery"), [(3, "the activity was forgotten")])
        self.assertEqual(self.world.rows("SELECT body FROM event WHERE body IS NOT NULL"), [])

    def test_a_forgotten_activity_goes_from_a_spool_that_a_crash_left(self):
        self.put("one.fit", at="2026-05-15T07:00:00Z")
        self.world.knead("import", self.folder, env={"KNEAD_CRASH_AT": "after-commit"})
        self.assertTrue(self.world.spool())
        self.assertEqual(self.world.count("activity"), 1)
        self.forget("1")
        self.assertEqual(self.world.spool(), [])

    def test_after_forgetting_nothing_is_left_to_be_read_even_where_the_store_cannot_be_compacted(self):
        self.use_runs(1)
        self.put("two.fit", at="2026-05-15T06:54:32Z")
        self.ok(self.world.knead("import", self.folder))
        start = struct.pack(">q", files.utc_s("2026-05-15T06:54:32Z") * 1000)[2:]
        reader = sqlite3.connect(self.world.state / "knead.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM activity").fetchone()
        result = self.world.knead("forget", "2", "--yes")
        self.assertEqual(result.status, 1, repr(result))
        self.assertIn("knead forget --compact", result.err)
        reader.execute("ROLLBACK")
        reader.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        reader.close()
        self.assertEqual((self.world.state / "knead.db").read_bytes().count(start), 0)

    def test_what_is_left_after_forgetting_is_what_would_be_without_it(self):
        self.world.make_season(self.folder, "--weeks", "6", "--short")
        self.ok(self.world.knead("import", self.folder))
        log = self.world.ask_lines("log")
        victim = log[-1]
        self.forget(str(victim["id"]))
        other = rig.World()
        self.addCleanup(other.close)
        other.set_clock(rig.EVENING)
        name = victim["sources"][0]["file"]
        os.unlink(name)
        self.ok(other.knead("import", self.folder))
        for table in ("activity", "day_total", "recording"):
            self.assertEqual(self.world.dump(table), other.dump(table), table)
        self.assertEqual(self.world.ask("status")["indications"], other.ask("status")["indications"])

    def test_a_forgotten_activity_does_not_come_back_unless_it_is_asked_for_by_name(self):
        self.world.configure(phone=False, folders=("sync",))
        paths = self.use_runs()
        self.forget("2")
        said = self.ok(self.world.knead("import", self.folder, "--json")).json()
        self.assertEqual((said["new"], said["refused"]), (0, []))
        paths[1].rename(self.folder / "other-name.fit")
        self.world.start()
        self.put("four.fit", at="2026-05-16T07:00:00Z")
        self.wait_runs(3)
        self.assertEqual(self.world.ask("status")["refused"], [])
        self.ok(self.world.knead("recompute"))
        self.assertEqual(self.world.count("activity"), 3)
        said = self.ok(self.world.knead("import", self.folder / "other-name.fit", "--json")).json()
        self.assertEqual(said["new"], 1)
        self.assertEqual(self.world.count("activity"), 4)
        self.assertEqual(len(self.archived()), 4)

    def test_forgetting_asks_first_and_says_what_is_not_there(self):
        self.use_runs(1)
        result = self.world.knead("forget", "1")
        self.assertEqual(result.status, USAGE, repr(result))
        self.assertIn("--yes", result.err)
        for words, status in ((("99", "--yes"), NOTHING), (("--yes",), USAGE), (("1", "--all", "--yes"), USAGE),
                              (("x", "--yes"), USAGE)):
            result = self.world.knead("forget", *words)
            self.assertEqual(result.status, status, repr(result))
            self.assertEqual(len(result.err.splitlines()), 1)
        self.assertEqual(self.world.count("activity"), 1)

    def test_whoever_says_no_keeps_everything_and_has_done_nothing_wrong(self):
        self.use_runs(2)
        for words, answer in ((("1",), "n"), (("1",), ""), (("--all",), "no")):
            term = terminal.Terminal(self.world.knead_arguments("forget", *words), self.world.environment())
            self.addCleanup(term.close)
            term.expect("for good?")
            # while it waits for an answer, what comes in is not held up
            self.put(f"late-{len(words[0])}{answer}.fit", at=f"2026-04-{10 + len(words[0]) + len(answer)}T07:00:00Z")
            self.ok(self.world.knead("import", self.folder, timeout_s=20))
            term.say(answer)
            self.assertEqual(term.wait(), 0)
            self.assertIn("nothing was removed", term.plain())
        self.assertEqual(self.world.count("activity"), 5)

    def test_whoever_says_yes_has_it_removed(self):
        self.use_runs(2)
        term = terminal.Terminal(self.world.knead_arguments("forget", "1"), self.world.environment())
        self.addCleanup(term.close)
        term.answer("for good?", "y")
        self.assertEqual(term.wait(), 0)
        self.assertEqual([entry["id"] for entry in self.world.ask_lines("log")], [2])

    def test_a_merged_activity_goes_with_both_originals(self):
        self.put("watch.fit")
        self.put("phone.tcx", files.tcx_run(files.utc_s("2026-05-16T07:00:00Z")))
        self.ok(self.world.knead("import", self.folder))
        self.assertEqual(self.world.count("activity"), 1)
        self.assertEqual(self.forget("1")["originals"], 2)
        self.assertEqual(self.archived(), set())
        self.assertEqual(self.ok(self.world.knead("import", self.folder, "--json")).json()["new"], 0)

    def test_everything_is_forgotten_while_the_daemon_runs(self):
        self.world.start_receiver()
        self.world.configure(folders=("sync",))
        self.put("one.fit", at="2026-05-15T06:54:32Z")
        self.world.start()
        self.wait_runs(1)
        self.world.wait_accepted(1)
        self.world.settle()
        rig.wait_for("a copy", lambda: list((self.world.state / "backup").glob("*.db")))
        (self.world.state / "watches").mkdir(exist_ok=True)
        (self.world.state / "watches" / "0000cbf0a1b2").write_text("memory")
        start = struct.pack(">q", files.utc_s("2026-05-15T06:54:32Z") * 1000)[2:]
        self.assertEqual(self.forget("--all")["forgotten"], "all")
        for path, data in self.bytes_of_state().items():
            self.assertNotIn(start, data, path)
        for folder in ("spool", "archive", "damaged", "watches"):
            self.assertEqual(all_files(self.world.state / folder), [], folder)
        for table in ("activity", "file", "sighting", "event", "delivery", "massage", "watch", "policy_indication"):
            self.assertEqual(self.world.count(table), 0, table)
        self.assert_store_is_whole()
        self.put("two.fit", at="2026-05-16T07:00:00Z")
        rig.wait_for("what the folder holds", lambda: self.world.count("activity") == 2)
        self.assert_up()

    # -- the feed folder

    def use_feed(self, *options):
        self.feed = self.world.home / "feed"
        self.feed.mkdir(exist_ok=True)
        self.world.configure(phone=False, folders=("sync",), more="\n".join([*options, "[feed]", f"folder = {self.feed}",
                                                                           ""]))

    def wait_fed(self, n):
        """Whole files under their own names: what is being placed is called .part until then."""
        rig.wait_for(f"{n} files to feed on",
                     lambda: len(self.fed()) == n and not any(name.endswith(".part") for name in self.fed()))

    def fed(self):
        return sorted(path.name for path in self.feed.iterdir()) if self.feed.exists() else []

    def test_a_file_has_its_name_in_the_feed_folder_only_when_it_is_whole(self):
        self.use_feed()
        news = rig.libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        self.addCleanup(os.close, news)
        self.assertGreater(rig.libc.inotify_add_watch(news, os.fsencode(self.feed), IN_MODIFY | IN_MOVED_TO | IN_CREATE), 0)
        self.put("one.fit", at="2026-05-15T07:00:00Z")
        self.world.start()
        self.wait_fed(1)
        self.assertEqual(self.world.daemon.end(), 0)
        events, at, seen = os.read(news, 65536), 0, []
        while at < len(events):
            _, mask, _, size = struct.unpack_from("iIII", events, at)
            name = events[at + 16:at + 16 + size].rstrip(b"\0").decode()
            seen += [mask] if not name.endswith(".part") else []
            at += 16 + size
        self.assertEqual(seen, [IN_MOVED_TO])

    def test_each_original_is_placed_in_the_feed_folder_once(self):
        self.use_feed()
        one = self.put("-rf ..%2F..%2Fescape $(id).fit", at="2026-05-15T07:00:00Z")
        two = self.put("two.tcx", files.tcx_run(files.utc_s("2026-05-14T07:00:00Z")))
        self.put("bad.fit", b"no run at all")
        self.world.start()
        self.wait_fed(2)
        names = self.fed()
        self.assertRegex(names[0], r"\A2026-05-14T070000Z-[0-9a-f]{16}\.tcx\Z")
        self.assertRegex(names[1], r"\A2026-05-15T070000Z-[0-9a-f]{16}\.fit\Z")
        self.assertEqual((self.feed / names[0]).read_bytes(), two.read_bytes())
        self.assertEqual((self.feed / names[1]).read_bytes(), one.read_bytes())
        (self.feed / names[0]).unlink()  # another program took it
        os.utime(two)
        self.put("three.fit", at="2026-05-13T07:00:00Z")
        self.wait_fed(2)
        self.assertNotIn(names[0], self.fed(), "not a second time")
        self.ok(self.world.knead("import", self.folder))
        self.ok(self.world.knead("recompute"))
        self.world.daemon.end()
        self.world.start()
        self.ok(self.world.knead("import", self.put("four.fit", at="2026-05-12T07:00:00Z")))
        self.wait_fed(3)
        self.assertNotIn(names[0], self.fed())
        self.assertIsNone(self.world.ask("status")["feed"]["trouble"])

    def test_a_feed_folder_that_is_missing_stops_nothing_and_is_said(self):
        self.use_feed()
        self.feed.rmdir()
        self.world.start()
        self.put("one.fit", at="2026-05-15T07:00:00Z")
        self.wait_runs(1)
        trouble = rig.wait_for("a word in status", lambda: self.world.ask("status")["feed"]["trouble"])
        self.assertIn(str(self.feed), trouble)
        self.assertEqual(self.world.ask("status")["feed"]["waiting"], 1)
        self.assertIn("Feed", self.ok(self.world.knead("status")).out)
        self.feed.mkdir()
        self.put("two.fit", at="2026-05-14T07:00:00Z")
        self.wait_fed(2)
        rig.wait_for("the trouble to be over", lambda: not self.world.ask("status")["feed"]["trouble"])

    def hold_the_folder_back(self):
        """A feed folder that does not answer until the returned file is there: whoever places hangs."""
        gate, script = self.world.home / "answers-again", self.world.home / "fetch.sh"
        script.write_text(f'#!/bin/sh\n[ "$1" != --place ] || while [ ! -e "{gate}" ]; do sleep 0.05; done\n'
                          f'exec "{rig.program(rig.FETCH)}" "$@"\n')
        os.chmod(script, 0o700)
        return gate, {"KNEAD_FETCH_HELPER": str(script), "KNEAD_FEED_WAIT_MS": "3000"}

    def test_a_feed_folder_that_does_not_answer_holds_up_nothing(self):
        self.use_feed()
        gate, env = self.hold_the_folder_back()
        env["KNEAD_FEED_WAIT_MS"] = "20000"
        self.put("one.fit", at="2026-05-15T07:00:00Z")
        self.world.start(env=env)
        self.wait_runs(1)
        for number in range(3):  # the loop goes on, and so do imports
            self.world.daemon.hang_up()
            self.put(f"more-{number}.fit", at=f"2026-05-0{number + 1}T07:00:00Z")
            self.wait_runs(2 + number)
        self.assertEqual((self.world.ask("status")["feed"]["waiting"], self.fed()), (4, []))
        self.assertIsNone(self.world.ask("status")["feed"]["trouble"], "this took longer than the wait for an answer")
        gate.touch()
        self.wait_fed(4)
        self.assert_up()
        rig.wait_for("an end of the helper", lambda: not self.children())

    def test_a_feed_folder_that_does_not_answer_is_said_and_tried_again_after_the_next_import(self):
        self.use_feed()
        gate, env = self.hold_the_folder_back()
        self.put("one.fit", at="2026-05-15T07:00:00Z")
        self.world.start(env=env)
        self.wait_runs(1)
        rig.wait_for("a word in status", lambda: self.world.ask("status")["feed"]["trouble"])
        self.assertEqual(self.world.ask("status")["feed"]["trouble"], f"{self.feed} does not answer")
        rig.wait_for("an end of the helper", lambda: not self.children())
        gate.touch()
        self.put("last.fit", at="2026-05-14T07:00:00Z")
        self.wait_fed(2)
        rig.wait_for("the trouble to be over", lambda: not self.world.ask("status")["feed"]["trouble"])
        self.assert_up()

    def children(self):
        pid = self.world.daemon.process.pid
        return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()

    def test_who_places_is_caged_and_does_what_it_is_asked_and_no_more(self):
        self.use_feed()
        self.ok(self.world.knead("import", self.put("one.fit", at="2026-05-15T07:00:00Z")))
        digest = bytes.fromhex(self.archived().copy().pop())
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

        def give_channel():
            os.dup2(theirs.fileno(), 3)

        process = subprocess.Popen([rig.program(rig.FETCH), "--place", "--", self.feed, self.world.state], pass_fds=(3,),
                                   preexec_fn=give_channel, env={})
        self.addCleanup(process.kill)
        theirs.close()
        ours.settimeout(rig.slowly(20))

        def ask(name, content=digest, magic=0x50444E4B):
            ours.send(struct.pack("<I32s64s", magic, content, name))
            answer = ours.recv(100)
            return struct.unpack("<Ii", answer)[1] if answer else None

        self.assertEqual(ask(b"new.fit"), 0)
        self.assertEqual((self.feed / "new.fit").read_bytes(), (self.folder / "one.fit").read_bytes())
        self.assertEqual(ask(b"new.fit"), -errno.EEXIST)
        self.assertEqual(ask(b"other.fit", bytes(32)), -errno.ENODATA)
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        self.assertIn("NoNewPrivs:\t1", status)
        if not rig.is_sanitized():
            self.assertIn("Seccomp:\t2", status)
        self.assertIsNone(ask(b"../escape.fit"), "it ends")
        self.assertEqual(process.wait(rig.slowly(20)), 1)
        ours.close()
        self.assertFalse((self.world.home / "escape.fit").exists())
        self.assertEqual(len(self.fed()), 2)

    def test_a_command_waits_for_a_feed_folder_but_not_for_ever(self):
        self.use_feed()
        gate, env = self.hold_the_folder_back()
        said = self.ok(self.world.knead("import", self.put("one.fit", at="2026-05-15T07:00:00Z"), env=env)).out
        self.assertIn("1 new", said)
        self.assertEqual((self.world.ask("status")["feed"]["trouble"], self.fed()),
                         (f"{self.feed} does not answer", []))
        gate.touch()
        self.ok(self.world.knead("import", self.put("two.fit", at="2026-05-14T07:00:00Z"), env=env))
        self.assertEqual(len(self.fed()), 2)

    def test_what_waited_when_the_store_was_damaged_is_fed_and_nothing_twice(self):
        self.use_feed()
        self.put("one.fit", at="2026-05-15T07:00:00Z")
        self.world.start()
        self.wait_fed(1)
        self.take_away()
        rig.wait_for("a copy", lambda: list((self.world.state / "backup").glob("*.db")))
        self.put("two.fit", at="2026-05-14T07:00:00Z")
        self.wait_fed(1)
        self.take_away()
        self.feed.rmdir()
        self.put("three.fit", at="2026-05-13T07:00:00Z")
        self.wait_runs(3)
        rig.wait_for("a word in status", lambda: self.world.ask("status")["feed"]["trouble"])
        self.assertEqual(self.world.daemon.end(), 0)
        for path in self.folder.iterdir():
            path.unlink()
        rig.damage(self.world.state / "knead.db")
        self.feed.mkdir()
        self.world.start()
        self.wait_runs(3)
        self.wait_fed(1)
        self.assertRegex(self.fed()[0], "^2026-05-13")
        rig.wait_for("nothing more", lambda: self.world.ask("status")["feed"]["waiting"] == 0)
        self.assertEqual(len(self.fed()), 1)
        self.assertEqual(os.listdir(self.world.state / "feed"), [])
        self.assert_store_is_whole()

    def take_away(self):
        """Another program took what is there."""
        rig.wait_for("nothing that waits", lambda: self.world.ask("status")["feed"]["waiting"] == 0)
        for name in self.fed():
            (self.feed / name).unlink()

    def test_with_archive_off_an_original_is_kept_until_it_is_fed(self):
        self.use_feed("[store]", "archive = off")
        self.feed.rmdir()
        self.ok(self.world.knead("import", self.put("one.fit", at="2026-05-15T07:00:00Z")))
        self.assertEqual(len(self.archived()), 1)
        self.feed.mkdir()
        self.ok(self.world.knead("import", self.put("two.fit", at="2026-05-14T07:00:00Z")))
        self.assertEqual(len(self.fed()), 2)
        self.assertEqual(self.archived(), set())

    def test_a_name_that_is_taken_in_the_feed_folder_is_left_alone(self):
        self.use_feed()
        self.ok(self.world.knead("import", self.put("one.fit", at="2026-05-15T07:00:00Z")))
        name, = self.fed()
        (self.feed / name).write_bytes(b"changed by another program")
        self.forget("1")
        self.ok(self.world.knead("import", self.folder / "one.fit"))
        self.assertEqual((self.feed / name).read_bytes(), b"changed by another program")
        self.assertEqual(self.fed(), [name])

    def test_a_feed_folder_in_a_folder_that_is_read_is_refused(self):
        self.world.configure(phone=False, folders=("sync",), more=f"[feed]\nfolder = {self.folder}/out\n")
        result = self.world.knead("config", "check")
        self.assertEqual(result.status, UNUSABLE, repr(result))
        self.assertIn("[folder sync]", result.out + result.err)

    def test_a_feed_killed_at_any_time_places_each_once(self):
        self.use_feed()
        for i in range(20):
            self.put(f"{i:02}.fit", at=f"2026-04-{i + 1:02}T07:00:00Z", seconds=60)
        for delay in (0.02, 0.05, 0.1, 0.15, 0.2, 0.3):
            process = self.world.spawn(list(map(str, self.world.knead_arguments("import", self.folder))),
                                       env=self.world.environment())
            time.sleep(delay)
            process.kill()
            process.wait()
        self.ok(self.world.knead("import", self.folder))
        self.ok(self.world.knead("import", self.put("last.fit", at="2026-04-30T07:00:00Z")))
        fed = self.fed()
        self.assertEqual(len([name for name in fed if not name.endswith(".part")]), 21, fed)
        digests = [hashlib.sha256((self.feed / name).read_bytes()).hexdigest()[:16] for name in fed
                   if not name.endswith(".part")]
        self.assertEqual(len(set(digests)), 21)
        self.assertTrue(all(digest in name for digest, name in zip(digests, [n for n in fed if not n.endswith(".part")])))


if __name__ == "__main__":
    rig.main()
