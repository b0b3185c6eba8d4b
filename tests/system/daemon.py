# SPDX-License-Identifier: GPL-3.0-or-later
"""The real daemon on its folders, its clock and its phone.

usage: daemon.py BUILD-FOLDER [CASE...]"""

import hashlib
import os
import pathlib
import signal
import socket
import time

import files
import rig

EVENING = "2026-05-16T19:30:00+02:00"
RACE_DAY = "2026-05-17T13:50:00+02:00"


class Daemon(rig.Case):
    def setUp(self):
        super().setUp()
        self.world.set_clock(EVENING)
        self.folder = self.world.home / "sync"

    def phone(self, script=None, folders=("sync",), **keywords):
        self.world.start_receiver(script)
        self.world.configure(folders=folders, **keywords)

    def put(self, name, data, folder=None):
        """As a synchronising program does it: under another name first."""
        path = (folder or self.folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name("." + path.name + ".part")
        part.write_bytes(data)
        os.rename(part, path)
        return path

    def run_at(self, text, **keywords):
        return files.fit_run(files.utc_s(text), **keywords)

    def log(self):
        return self.world.ask_lines("log")

    def wait_runs(self, n, timeout_s=20):
        rig.wait_for(f"{n} activities", lambda: self.world.count("activity") >= n, timeout_s)
        self.assertEqual(self.world.count("activity"), n)

    def wait_logged(self, text, times=1):
        return rig.wait_for(f"the log line {text}", lambda: self.world.daemon.log().count(text) >= times)

    def assert_nothing_more(self, n, seconds=2.6):
        """Longer than a folder must be quiet."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.assertEqual(len(self.world.received()), n, self.world.received())
            time.sleep(0.1)

    def idle(self):
        """Until kneadd has looked at its folders and waits."""
        rig.wait_for("an idle daemon", lambda: not self.children() and not self.world.spool())

    def children(self):
        pid = self.world.daemon.process.pid
        return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()

    # -- a folder

    def test_a_first_import_of_300_runs_is_one_message_about_now(self):
        self.world.make_season(self.folder, "--weeks", "60", "--short")
        self.phone()
        self.world.start()
        self.world.wait_accepted(1, 60)
        self.assertEqual(len(self.log()), 300)
        self.assert_nothing_more(1)
        alerts = self.world.settle()
        self.assertEqual([alert["state"] for alert in alerts], ["sent"])
        body = self.world.received()[0]["body"]
        self.assertEqual(body["timestamp"], files.iso(files.utc_s(EVENING)))
        self.assertEqual(body["data"]["new"], 300)
        self.assertLessEqual(len(body["data"]["activities"]), 20)
        self.assertEqual(self.world.spool(), [])

    def test_a_first_start_with_several_folders_is_one_message(self):
        for i, name in enumerate(("sync", "phone", "old")):
            self.world.make_season(self.world.home / name, "--weeks", str(3 + i), "--short", "--seed", str(7 + i))
        self.phone(folders=("sync", "phone", "old"))
        self.world.start()
        self.wait_runs(60, 60)
        self.world.wait_accepted(1)
        self.assert_nothing_more(1)
        self.assertEqual(self.world.received()[0]["body"]["data"]["new"], 60)
        other = self.world.home / "phone"
        self.put("GARMIN/Activity/late.fit", self.run_at("2026-05-16T09:00:00Z"), other)
        notes = self.world.wait_accepted(2)
        self.assertEqual(notes[1]["body"]["data"]["new"], 1)

    def test_what_the_message_holds(self):
        self.world.make_season(self.folder, "--weeks", "6")
        self.world.set_clock(RACE_DAY)
        self.phone()
        self.world.start()
        self.world.wait_accepted(1, 40)
        note = self.world.received()[0]
        data = note["body"]["data"]
        self.assertIn(note["body"]["type"], ("massage.suggested", "rest.first", "import.completed"))
        wanted = {"runner", "lead", "severity", "rest_first", "strain", "scores", "indications", "also", "best_time",
                  "text", "new", "activities"}
        self.assertLessEqual(wanted, set(data))
        self.assertEqual(data["runner"], "me")
        self.assertEqual(data["new"], 30)
        for run in data["activities"]:
            self.assertEqual(set(run), {"id", "start_utc", "sport", "distance_m", "timer_s", "load"})
        self.assertEqual(set(data["text"]), {"title", "body"})
        self.assertLess(len(str(note["body"])), 20000)
        self.assertRegex(note["id"], "^msg_")
        self.assertEqual(note["id"], self.world.ask_lines("alerts")[0]["id"])

    def test_a_second_run_is_one_message_and_a_charging_watch_none(self):
        self.put("one.fit", self.run_at("2026-05-15T17:00:00Z"))
        self.phone()
        self.world.start()
        self.world.wait_accepted(1)
        self.world.set_clock(RACE_DAY)
        self.put("two.fit", self.run_at("2026-05-17T07:00:00Z"))
        self.world.wait_accepted(2)
        self.put("note.txt", b"charging")
        os.utime(self.folder / "one.fit")
        self.put("copy-of-two.fit", (self.folder / "two.fit").read_bytes())
        self.assert_nothing_more(2, 4)
        self.assertEqual(len(self.log()), 2)

    def test_several_files_at_once_are_one_message(self):
        self.folder.mkdir()
        self.phone()
        self.world.start()
        runs = [self.run_at(f"2026-05-0{day}T07:00:00Z") for day in range(1, 9)]  # made before the first arrives
        for day, run in enumerate(runs):
            self.put(f"{day}.fit", run)
            time.sleep(0.05)
        self.world.wait_accepted(1)
        self.assert_nothing_more(1)
        self.assertEqual(len(self.log()), 8)

    def test_a_file_that_grows_is_taken_once_it_is_complete(self):
        self.folder.mkdir()
        self.phone()
        self.world.start()
        run = self.run_at("2026-05-16T07:00:00Z", seconds=1800)
        with open(self.folder / "growing.fit", "wb") as file:
            for at in range(0, len(run), len(run) // 6):
                file.write(run[at:at + len(run) // 6])
                file.flush()
                written = time.monotonic()
                time.sleep(0.7)
                taken = self.world.count("activity")
                if time.monotonic() - written < 1.8:  # else the machine itself was quiet for two seconds
                    self.assertEqual(taken, 0, "nothing before it is complete")
        self.wait_runs(1)
        self.assertEqual(self.world.ask("show", "1")["records"], 1801)
        self.world.wait_accepted(1)
        self.assertEqual(self.world.ask("status")["refused"], [])

    def test_a_copy_that_stalls_is_taken_when_it_goes_on(self):
        self.folder.mkdir()
        self.phone()
        self.world.start()
        run = self.run_at("2026-05-16T07:00:00Z")
        path = self.folder / "stalling.fit"
        path.write_bytes(run[:3000])
        self.wait_logged("refused stalling.fit")
        path.write_bytes(run)
        self.wait_runs(1)
        self.world.wait_accepted(1)
        self.assert_nothing_more(1)
        self.assertEqual(self.world.ask("status")["refused"], [])

    def test_a_file_that_stays_open_is_not_refused_and_taken_when_its_writer_ends(self):
        self.folder.mkdir()
        self.phone()
        self.world.start()
        run = self.run_at("2026-05-16T07:00:00Z")
        with open(self.folder / "open.fit", "wb") as file:
            file.write(run[:3000])
            file.flush()
            self.put("whole.fit", self.run_at("2026-05-15T07:00:00Z"))
            self.wait_runs(1)
            self.assertEqual(self.world.ask("status")["refused"], [])
            file.write(run[3000:])
        self.wait_runs(2)
        self.assertNotIn("refused", self.world.daemon.log())

    def test_a_new_folder_below_is_followed(self):
        self.folder.mkdir()
        self.phone()
        self.world.start()
        self.put("2026/05/one.fit", self.run_at("2026-05-15T07:00:00Z"))
        self.world.wait_accepted(1)
        self.put("2026/05/two.fit", self.run_at("2026-05-16T07:00:00Z"))
        self.world.wait_accepted(2)
        self.assertEqual(len(self.log()), 2)

    def test_a_folder_that_comes_later_is_waited_for(self):
        self.phone()
        self.world.start()
        self.wait_logged("is not there")
        aside = self.world.home / "aside"
        self.put("one.fit", self.run_at("2026-05-15T07:00:00Z"), aside)
        os.rename(aside, self.folder)
        self.world.wait_accepted(1)
        self.put("two.fit", self.run_at("2026-05-16T07:00:00Z"))
        self.world.wait_accepted(2)

    def test_a_file_in_the_place_of_a_folder_is_not_taken_for_one(self):
        self.phone()
        self.world.start()
        self.wait_logged("is not there")
        self.folder.write_text("no folder")
        time.sleep(2.5)  # a folder would be read after two
        self.folder.unlink()
        self.put("one.fit", self.run_at("2026-05-15T07:00:00Z"))
        self.wait_runs(1)
        self.assertEqual(self.world.ask("status")["refused"], [])

    def test_a_folder_whose_parents_come_later_is_waited_for(self):
        self.phone(folders=())
        self.world.configure(more=f"[folder deep]\npath = {self.world.home}/a/b/c\n")
        self.world.start()
        self.wait_logged("is not there")
        os.mkdir(self.world.home / "a")
        time.sleep(0.3)
        os.mkdir(self.world.home / "a/b")
        time.sleep(0.3)
        self.put("one.fit", self.run_at("2026-05-15T07:00:00Z"), self.world.home / "a/b/c")
        self.wait_runs(1)

    def test_two_folders_that_come_later_are_both_waited_for(self):
        self.phone(folders=("sync", "other"))
        self.world.start()
        self.wait_logged("is not there", 2)
        self.put("one.fit", self.run_at("2026-05-15T07:00:00Z"))
        self.wait_runs(1)
        self.put("two.fit", self.run_at("2026-05-16T07:00:00Z"), self.world.home / "other")
        self.wait_runs(2)

    def test_a_copy_into_a_new_folder_is_taken_when_it_is_complete(self):
        self.folder.mkdir()
        self.phone()
        self.world.start()
        run = self.run_at("2026-05-16T07:00:00Z", seconds=1800)
        (self.folder / "new").mkdir()
        with open(self.folder / "new" / "growing.fit", "wb") as file:
            for at in range(0, len(run), len(run) // 4):
                file.write(run[at:at + len(run) // 4])
                file.flush()
                written = time.monotonic()
                time.sleep(0.8)
                taken = self.world.count("file")
                if time.monotonic() - written < 1.8:  # else the machine itself was quiet for two seconds
                    self.assertEqual(taken, 0, "nothing before it is complete")
        self.wait_runs(1)

    def test_a_folder_that_goes_and_comes_back_is_followed_again(self):
        self.put("one.fit", self.run_at("2026-05-14T07:00:00Z"))
        self.phone()
        self.world.start()
        self.world.wait_accepted(1)
        os.rename(self.folder, self.world.home / "gone")
        time.sleep(0.3)
        self.put("two.fit", self.run_at("2026-05-15T07:00:00Z"))
        self.wait_runs(2)
        time.sleep(2.2)
        self.put("three.fit", self.run_at("2026-05-16T07:00:00Z"))
        self.wait_runs(3)

    def test_two_folders_are_both_followed(self):
        self.put("one.fit", self.run_at("2026-05-15T07:00:00Z"))
        other = self.world.home / "other"
        other.mkdir()
        self.phone(folders=("sync", "other"))
        self.world.start()
        self.wait_runs(1)
        self.put("two.tcx", files.tcx_run(files.utc_s("2026-05-16T07:00:00Z")), other)
        self.wait_runs(2)

    def test_bad_files_are_refused_once_and_the_rest_goes_on(self):
        self.put("bad.fit", b"\x0e\x20\x54\x08rubbish.FIT" * 40)
        os.mkfifo(self.folder / "pipe.fit")
        os.symlink("loop.fit", self.folder / "loop.fit")
        with open(self.folder / "sparse.fit", "wb") as file:
            file.truncate(4 << 30)
        self.put("good.fit", self.run_at("2026-05-16T07:00:00Z"))
        before = rig.tree_state(self.folder)
        self.phone()
        self.world.start()
        self.world.wait_accepted(1)
        self.assertEqual(rig.tree_state(self.folder), before)
        self.assertEqual(len(self.world.ask("status")["refused"]), 4)
        self.put("again.fit", self.run_at("2026-05-15T07:00:00Z"))
        self.world.wait_accepted(2)
        self.assertEqual(self.world.daemon.log().count("refused bad.fit"), 1)
        self.assertEqual(len(self.world.ask("status")["refused"]), 4)

    def test_with_debug_each_step_is_logged_and_else_none(self):
        self.put("bad.fit", b"\x0e\x20\x54\x08rubbish.FIT" * 40)
        good = self.put("good.fit", self.run_at("2026-05-16T07:00:00Z")).read_bytes()
        self.phone()
        self.world.start(options=["--debug"])
        self.world.wait_accepted(1)
        name = hashlib.sha256(good).hexdigest()[:16]
        steps = ("reading ", "has shown everything", f"file {name}: a reader begins", f"file {name}: read\n",
                 ": refused\n", "webhook phone: attempt 1 of import.completed begins")
        for step in steps:
            self.wait_logged(step)
        self.world.daemon.end()
        self.put("more.fit", self.run_at("2026-05-15T07:00:00Z"))
        self.world.start()
        self.world.wait_accepted(2)
        for step in steps:
            self.assertNotIn(step, self.world.daemon.log())

    # -- the clock

    def season_until_evening(self):
        self.world.make_season(self.folder, "--weeks", "16", "--skip-last")
        self.phone()
        self.world.start()
        self.world.wait_accepted(1, 60)
        self.world.settle()

    def last_look(self):
        rows = self.world.rows("SELECT value FROM fact WHERE name = 'last_tick_s'")
        return int(rows[0][0]) if rows else None

    def wait_look(self, at):
        rig.wait_for(f"the look at {at}", lambda: self.last_look() == files.utc_s(at))

    def test_the_race_is_a_suggestion_with_its_reasons(self):
        self.season_until_evening()
        self.world.set_clock(RACE_DAY)
        self.world.make_season(self.folder, "--only-last")
        notes = self.world.wait_accepted(2)
        data = notes[1]["body"]["data"]
        self.assertIn(notes[1]["body"]["type"], ("massage.suggested", "rest.first"))
        self.assertEqual(data["new"], 1)
        self.assertGreaterEqual(data["severity"], 1)
        self.assertTrue(data["indications"])
        self.assertTrue(data["text"]["title"])

    def test_looks_are_at_eight_and_at_nine_in_the_evening_and_at_no_other_time(self):
        self.put("one.fit", self.run_at("2026-05-15T07:00:00Z"))
        self.phone()
        self.world.start()
        self.world.wait_accepted(1)
        first = self.last_look()
        for at in ("2026-05-16T20:59:00+02:00", "2026-05-16T21:00:30+02:00", "2026-05-17T07:59:59+02:00",
                   "2026-05-17T08:00:00+02:00", "2026-05-17T15:00:00+02:00"):
            self.world.set_clock(at)
            due = at in ("2026-05-16T21:00:30+02:00", "2026-05-17T08:00:00+02:00")
            if due:
                self.wait_look(at)
                first = self.last_look()
            else:
                time.sleep(0.3)
                self.assertEqual(self.last_look(), first, at)

    def test_three_days_asleep_are_made_up_by_one_look(self):
        self.season_until_evening()
        before = len(self.world.ask_lines("alerts"))
        self.world.set_clock("2026-05-19T22:00:00+02:00")
        self.wait_look("2026-05-19T22:00:00+02:00")
        time.sleep(0.5)
        self.assertLessEqual(len(self.world.ask_lines("alerts")), before + 1)
        self.assertLessEqual(len(self.world.accepted()), 2)

    def test_looks_missed_while_it_was_not_running_are_made_up_at_start(self):
        self.season_until_evening()
        self.assertEqual(self.world.daemon.end(), 0)
        self.world.set_clock("2026-05-18T10:00:00+02:00")
        self.world.start()
        self.wait_look("2026-05-18T10:00:00+02:00")

    def test_a_clock_set_back_a_day_says_nothing_twice_and_goes_on(self):
        self.season_until_evening()
        self.world.set_clock("2026-05-17T08:00:10+02:00")
        self.wait_look("2026-05-17T08:00:10+02:00")
        heard = len(self.world.received())
        self.world.set_clock("2026-05-16T08:00:10+02:00")
        self.assert_nothing_more(heard, 1)
        self.put("GARMIN/Activity/late.fit", self.run_at("2026-05-16T04:00:00Z"))
        self.world.wait_accepted(heard + 1)
        self.world.set_clock("2026-05-18T08:00:10+02:00")
        self.wait_look("2026-05-18T08:00:10+02:00")
        self.assert_store_is_whole()
        self.assertTrue(self.world.daemon.is_up())

    # -- commands beside a running daemon

    def test_a_massage_logged_beside_the_daemon_is_noticed(self):
        self.season_until_evening()
        self.world.set_clock(RACE_DAY)
        self.ok(self.world.knead("massage"))
        self.assertEqual(self.world.ask("status")["last_massage"]["at"], files.iso(files.utc_s(RACE_DAY)))
        self.world.make_season(self.folder, "--only-last")
        notes = self.world.wait_accepted(2)
        self.assertEqual(notes[1]["body"]["data"]["new"], 1)

    def test_an_import_beside_the_daemon_is_sent_by_it_at_once(self):
        self.phone(folders=())
        self.world.start()
        run = self.world.home / "run.fit"
        run.write_bytes(self.run_at("2026-05-16T07:00:00Z"))
        said = self.ok(self.world.knead("import", "--json", run)).json()
        self.assertEqual(said["new"], 1)
        start = time.monotonic()
        self.world.wait_accepted(1, 5)
        self.assertLess(time.monotonic() - start, rig.slowly(1))

    def test_two_imports_at_once_lose_nothing_and_take_nothing_twice(self):
        self.folder.mkdir()
        self.phone()
        self.world.start()
        for day in range(1, 9):
            self.put(f"{day}.fit", self.run_at(f"2026-05-0{day}T07:00:00Z"))
        for _ in range(3):
            self.ok(self.world.knead("import", self.folder))
        self.wait_runs(8)
        self.idle()
        self.assertEqual(len(self.log()), 8)
        self.world.wait_accepted(1)
        self.assert_nothing_more(len(self.world.received()))

    def test_reading_beside_a_busy_daemon_never_fails(self):
        self.world.make_season(self.folder, "--weeks", "30", "--short")
        self.phone()
        self.world.start()
        while self.world.count("activity") < 150:
            for verb in ("status", "log", "alerts", "why"):
                self.ok(self.world.knead(verb))
        self.world.wait_accepted(1)

    # -- signals

    def test_systemd_is_told_when_it_is_ready_and_while_it_reads_its_settings_again(self):
        path = self.world.home / "notify"
        told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(told.close)
        told.bind(str(path))
        told.settimeout(rig.slowly(20))
        self.world.configure(phone=False)
        daemon = self.world.start(env={"NOTIFY_SOCKET": str(path)})

        def until(word):
            while word not in told.recv(4096).decode().split("\n"):
                pass
        until("READY=1")
        daemon.hang_up()
        until("RELOADING=1")
        until("READY=1")
        self.assertEqual(daemon.end(), 0)

    def test_a_reload_takes_new_settings(self):
        self.put("one.fit", self.run_at("2026-05-15T07:00:00Z"))
        self.phone(folders=())
        daemon = self.world.start()
        self.assertEqual(self.world.count("activity"), 0)
        self.world.configure(folders=("sync",))
        daemon.hang_up()
        self.world.wait_accepted(1)

    def test_a_reload_of_broken_settings_keeps_those_of_before_and_says_where(self):
        self.folder.mkdir()
        self.phone()
        daemon = self.world.start()
        good = self.world.conf.read_text()
        self.world.conf.write_text(good + "[runner other]\n[webhook x]\nurl = gopher://x\n")
        daemon.hang_up()
        self.assertIn("those of before hold", daemon.log())
        line = good.count("\n") + 1
        self.assertIn(f"{self.world.conf}:{line}:", daemon.log())
        self.world.conf.write_text(good)
        self.put("one.fit", self.run_at("2026-05-15T07:00:00Z"))
        self.world.wait_accepted(1)

    def test_a_reload_in_the_middle_of_an_import_loses_nothing(self):
        self.world.make_season(self.folder, "--weeks", "20", "--short")
        self.phone()
        daemon = self.world.start()
        for _ in range(4):
            time.sleep(0.05)
            daemon.hang_up()
        self.wait_runs(100, 60)
        self.world.wait_accepted(1)
        self.assert_nothing_more(1)

    def test_an_end_in_the_middle_of_an_import_loses_nothing(self):
        self.world.make_season(self.folder, "--weeks", "40", "--short")
        self.phone()
        for pause in (0.05, 0.2, 0.4):
            self.world.start()
            time.sleep(pause)
            self.assertEqual(self.world.daemon.end(), 0)
            self.assertIn("stopped", self.world.daemon.log())
        self.world.start()
        self.wait_runs(200, 60)
        self.world.wait_accepted(1)
        self.assert_nothing_more(1)
        self.assertEqual(self.world.spool(), [])

    def test_an_interrupt_ends_it_cleanly(self):
        self.phone(folders=())
        self.assertEqual(self.world.start().end(signal.SIGINT), 0)

    # -- no phone, no settings

    def test_without_a_phone_everything_works(self):
        self.put("one.fit", self.run_at("2026-05-15T07:00:00Z"))
        self.world.configure(phone=False, folders=("sync",))
        self.world.start()
        self.wait_runs(1)
        status = self.ok(self.world.knead("status")).out
        self.assertIn("no phone set up", status)
        alerts = self.world.ask_lines("alerts")
        self.assertEqual([alert["state"] for alert in alerts], ["held"])
        self.assertEqual(self.world.received(), [])

    def test_a_phone_that_is_set_up_later_hears_only_what_is_new(self):
        self.put("one.fit", self.run_at("2026-05-15T07:00:00Z"))
        self.world.configure(phone=False, folders=("sync",))
        daemon = self.world.start()
        self.wait_runs(1)
        self.phone()
        daemon.hang_up()
        self.assert_nothing_more(0, 1)
        self.put("two.fit", self.run_at("2026-05-16T07:00:00Z"))
        self.world.wait_accepted(1)

    def test_without_any_settings_it_starts(self):
        self.world.conf.unlink()
        process = self.world.spawn([rig.program(rig.KNEADD), "--state", str(self.world.state)],
                                   env=self.world.environment(), stderr=open(self.world.home / "kneadd-x.log", "wb"))
        log = self.world.home / "kneadd-x.log"
        rig.wait_for("kneadd without settings", lambda: "ready" in log.read_text() or process.poll() is not None)
        self.assertIsNone(process.poll(), log.read_text())
        process.terminate()
        self.assertEqual(process.wait(10), 0)

    # -- rest

    def test_an_idle_daemon_has_no_helpers_and_does_not_wake_up(self):
        self.put("one.fit", self.run_at("2026-05-15T07:00:00Z"))
        self.phone()
        daemon = self.world.start()
        self.world.wait_accepted(1)
        self.world.settle()
        rig.wait_for("no helper", lambda: not self.children())
        time.sleep(2.2)
        before = self.switches(daemon)
        time.sleep(2)
        self.assertEqual(self.switches(daemon), before, "something wakes it up")

    def switches(self, daemon):
        status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
        return [line for line in status.splitlines() if "voluntary_ctxt_switches" in line and "non" not in line]


if __name__ == "__main__":
    rig.main()
