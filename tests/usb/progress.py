# SPDX-License-Identifier: GPL-3.0-or-later
"""While a watch is read: what is said of it, by `knead import --watch`, `knead watches` and to systemd; when it is
let go of; and what is said of a watch of which no folder is known.

usage: progress.py BUILD-FOLDER [CASE...]"""

import json
import os
import pty
import select
import socket
import subprocess
import threading
import time

import bus
import rig

EVENING = "2026-05-16T19:30:00+02:00"


class Progress(bus.Case):
    def setUp(self):
        super().setUp()
        self.world.set_clock(EVENING)
        self.world.configure(phone=False)

    def runs(self, watch, n):
        return [watch.put_run(f"2026-05-{day:02}T06:00:00Z") for day in range(1, n + 1)]

    def wait_logged(self, text, times=1):
        rig.wait_for(f"the log line {text}", lambda: self.world.daemon.log().count(text) >= times)

    def follow(self, *arguments):
        """knead import --watch, in the background."""
        process = self.world.spawn(list(map(str, self.world.knead_arguments("import", "--watch", *arguments))),
                                   env=self.world.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.said = b""
        return process

    def wait_asked(self, process):
        """Until it says that the watch is to be plugged in."""
        os.set_blocking(process.stderr.fileno(), False)

        def asked():
            self.said += process.stderr.read() or b""
            return b"plug in the watch now" in self.said
        rig.wait_for("the word to plug in", asked)

    def result(self, process):
        os.set_blocking(process.stderr.fileno(), True)
        out, err = process.communicate(timeout=rig.slowly(30))
        return rig.Result(process.returncode, out.decode(), (self.said + err).decode())

    # -- knead import --watch

    def test_it_waits_for_a_watch_and_ends_like_an_import(self):
        watch = self.bus()
        self.runs(watch, 3)
        self.start(watch)
        follower = self.follow()
        self.wait_asked(follower)
        watch.plug()
        result = self.result(follower)
        self.assertEqual(result.status, 0, result)
        self.assertIn("3 new, 0 known, 0 merged with another source, 0 refused\n", result.out)
        self.assertIn("no phone set up", result.out)
        self.assertEqual(self.world.count("activity"), 3)

    def test_json_is_that_of_an_import(self):
        watch = self.bus()
        self.runs(watch, 2)
        broken = watch.put_run("2026-05-09T06:00:00Z")
        broken.write_bytes(broken.read_bytes()[:-1] + b"\0")
        self.start(watch)
        follower = self.follow("--json")
        self.wait_asked(follower)
        watch.plug()
        result = self.result(follower)
        self.assertEqual(result.status, 1, result)
        answer = result.json()
        self.assertEqual(set(answer), set(self.world.knead("import", "--json", watch.activities).json()))
        self.assertEqual((answer["found"], answer["new"], answer["known"], answer["merged"]), (3, 2, 0, 0))
        self.assertEqual([row["file"] for row in answer["refused"]], ["GARMIN/Activity/" + broken.name])
        self.assertEqual(len(answer["activities"]), 2)
        self.assertIn("refused: GARMIN/Activity/" + broken.name, result.err)

    def test_one_that_was_read_already_is_not_waited_for(self):
        watch = self.bus()
        self.runs(watch, 2)
        self.start(watch)
        watch.plug()
        rig.wait_for("the runs", lambda: self.world.count("activity") == 2)
        result = self.world.knead("import", "--watch")
        self.assertEqual(result.status, 0, result)
        self.assertIn("Forerunner 965 is plugged in and was read at ", result.out)
        self.assertIn("2 new, 0 known", result.out)
        watch.unplug()
        self.wait_logged("is unplugged")
        # and when it is gone, the next one is
        follower = self.follow()
        self.wait_asked(follower)
        watch.plug()
        self.assertIn("0 new, 2 known", self.result(follower).out)

    def test_a_cable_that_is_pulled_is_said(self):
        watch = self.bus()
        self.runs(watch, 5)
        watch.fault(kind="unplug", operation="1009", nth=4, at=2000)
        self.start(watch)
        follower = self.follow()
        self.wait_asked(follower)
        watch.plug()
        result = self.result(follower)
        self.assertEqual(result.status, 1, result)
        self.assertIn("it was unplugged when 3 of 5 new files were in: plug it in again", result.err)
        self.assertIn("3 new", result.out)

    def test_without_a_daemon_it_says_to_start_one(self):
        watch = self.bus()
        self.start(watch)
        self.world.daemon.end()
        result = self.world.knead("import", "--watch")
        self.assertEqual(result.status, 3, result)
        self.assertIn("start kneadd", result.err)

    def test_a_daemon_that_ends_is_noticed(self):
        watch = self.bus()
        self.start(watch)
        follower = self.follow()
        self.wait_asked(follower)
        self.world.daemon.end(rig.signal.SIGKILL)
        self.assertEqual(self.result(follower).status, 3)

    def test_paths_and_a_watch_are_not_asked_for_at_once(self):
        for words in (["--watch", "x"], []):
            result = self.world.knead("import", *words)
            self.assertEqual(result.status, 2, result)

    # -- knead watches

    def read_terminal(self, *arguments):
        """What a verb draws on a terminal until it ends."""
        ours, theirs = pty.openpty()
        environment = dict(self.world.environment(), TERM="xterm")
        process = self.world.spawn(list(map(str, self.world.knead_arguments(*arguments))), env=environment,
                                   stdout=theirs, stderr=theirs)
        os.close(theirs)
        drawn, end = b"", time.monotonic() + rig.slowly(30)
        while time.monotonic() < end:
            if select.select([ours], [], [], 0.2)[0]:
                try:
                    part = os.read(ours, 65536)
                except OSError:
                    break
                drawn += part
                if not part:
                    break
        os.close(ours)
        self.assertEqual(process.wait(rig.slowly(5)), 0)
        return drawn.decode()

    def test_a_bar_is_drawn_while_it_is_read_and_a_plain_line_elsewhere(self):
        watch = self.bus(latency_usec=25000)
        self.runs(watch, 25)
        watch.fault(kind="hang", operation="1009", nth=18, value=4000)  # so that there is time to look
        self.start(watch)
        self.assertNotIn("new files", self.world.knead("watches").out)
        watch.plug()
        rig.wait_for("some files", lambda: len(self.world.spool()) > 1)
        plain = self.world.knead("watches")
        self.assertRegex(plain.out, r"\nForerunner 965  \[#*-+\]  \d+ of 25 new files, [\d.]+ of [\d.]+ MB\n$")
        self.assertNotIn("\r", plain.out)
        row = self.world.ask_lines("watches")[0]["reading"]
        self.assertEqual((row["phase"], row["wanted"]), ("fetching", 25))
        rig.wait_for("the count to move", lambda: (self.world.ask_lines("watches")[0]["reading"] or {}).get("got"))
        drawn = self.read_terminal("watches")
        self.assertGreater(drawn.count("\r\x1b[K"), 2)
        self.assertIn("of 25 new files", drawn)
        self.assertIn("last read", drawn.split("\r\x1b[K")[-1])
        self.assertIsNone(self.world.ask_lines("watches")[0]["reading"])

    def test_a_bar_is_drawn_for_the_one_who_follows(self):
        watch = self.bus(latency_usec=25000)
        self.runs(watch, 25)
        watch.fault(kind="hang", operation="1009", nth=10, value=4000)  # so that there is time to look
        self.start(watch)
        watch.plug()
        rig.wait_for("some files", lambda: len(self.world.spool()) > 1)
        drawn = self.read_terminal("import", "--watch")
        lines = drawn.split("\r\x1b[K")
        self.assertTrue(any("of 25 new files" in line for line in lines[1:-1]), drawn)
        self.assertIn("25 new, 0 known", lines[-1])

    # -- systemd

    def test_systemd_is_told_in_words(self):
        path = str(self.world.home / "notify")
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.bind(path)
        told = []

        def listen():
            while line := notify.recv(4096).decode():
                told.extend(line.split("\n"))
        threading.Thread(target=listen, daemon=True).start()
        watch = self.bus(latency_usec=3000)
        self.runs(watch, 4)
        watch.environment["NOTIFY_SOCKET"] = path
        self.start(watch)
        watch.plug()
        rig.wait_for("the runs", lambda: self.world.count("activity") == 4)
        self.world.daemon.end()
        rig.wait_for("the last word", lambda: "STOPPING=1" in told)
        status = [line[7:] for line in told if line.startswith("STATUS=")]
        wanted = ["waiting for a watch", "looking for new files on Forerunner 965",
                  "reading Forerunner 965: 2 of 4 new files", "storing what came from Forerunner 965, which can be unplugged",
                  "waiting for a watch"]
        at = 0
        for line in wanted:
            self.assertIn(line, status[at:], status)
            at = status.index(line, at) + 1

    # -- doing nothing

    def switches(self):
        for line in open(f"/proc/{self.world.daemon.process.pid}/status", encoding="ascii"):
            if line.startswith("voluntary_ctxt_switches:"):
                return int(line.split()[1])
        return 0

    def assert_idle(self):
        """Once it came to rest it is not woken up any more."""
        def at_rest():
            before = self.switches()
            time.sleep(2)
            return self.switches() == before
        rig.wait_for("rest", at_rest)
        before = self.switches()
        time.sleep(4)
        self.assertEqual(self.switches(), before)

    def test_nothing_wakes_the_daemon_with_and_without_a_watch(self):
        watch = self.bus()
        self.runs(watch, 2)
        self.start(watch)
        self.assert_idle()
        watch.plug()
        rig.wait_for("the runs", lambda: self.world.count("activity") == 2)
        self.assert_idle()
        watch.unplug()
        self.wait_logged("is unplugged")
        self.assert_idle()

    # -- letting go

    def test_the_watch_is_let_go_of_before_its_files_are_looked_into(self):
        slow = self.world.home / "slow"
        slow.write_text(f"#!/bin/sh\nwhile [ ! -e {self.world.home}/go ]; do sleep 0.05; done\n"
                        f"exec {rig.program(rig.PARSE)} \"$@\"\n")
        slow.chmod(0o755)
        watch = self.bus()
        self.runs(watch, 6)
        watch.environment["KNEAD_PARSE_HELPER"] = str(slow)
        self.start(watch)
        watch.plug()
        self.wait_logged("6 of 6 new files are in")
        report = watch.report()
        self.assertEqual(report["codes"][-1], "1003")
        self.assertEqual(self.world.count("activity"), 0)
        # the cable may be pulled now
        watch.unplug()
        self.wait_logged("is unplugged")
        (self.world.home / "go").touch()
        rig.wait_for("the runs", lambda: self.world.count("activity") == 6)
        self.assert_only_read(watch.report())

    # -- the watch's own word, and damaged files

    def test_a_damaged_file_is_fetched_at_two_plug_ins_only(self):
        watch = self.bus()
        self.runs(watch, 2)
        broken = watch.put_run("2026-05-09T06:00:00Z")
        whole = broken.read_bytes()
        broken.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        os.utime(broken, (1778000000, 1778000000))
        self.start(watch)
        watch.plug()
        rig.wait_for("the runs", lambda: self.world.count("activity") == 2)
        for again in (1, 2, 3):
            watch.unplug()
            self.wait_logged("is unplugged", again)
            watch.forget()
            time.sleep(3.1)
            watch.plug()
            # a watch may send rubbish for a whole session: it is looked at once more
            self.wait_logged(f"0 of {int(again == 1)} new files are in", max(1, again - 1))
            codes = watch.report()["codes"]
            self.assertEqual({"1009", "101b"} & set(codes) != set(), again == 1, codes)
            refused = self.world.ask("status")["refused"]
            self.assertEqual([row["file"] for row in refused], ["GARMIN/Activity/" + broken.name])
        watch.unplug()
        self.wait_logged("is unplugged", 4)
        broken.write_bytes(whole)
        os.utime(broken, (1778000060, 1778000060))
        time.sleep(3.1)
        watch.plug()
        rig.wait_for("the third run", lambda: self.world.count("activity") == 3)
        rig.wait_for("nothing refused", lambda: self.world.ask("status")["refused"] == [])

    def test_the_folders_that_the_watch_names_are_read(self):
        watch = self.bus()
        runs = watch.storage / "GARMIN" / "RUNS"
        runs.mkdir()
        for run in self.runs(watch, 2):
            run.rename(runs / run.name)
        watch.put_run("2026-05-09T06:00:00Z")  # not where the watch says
        watch.put("GarminDevice.xml", b'<?xml version="1.0"?><Device><MassStorageMode><DataType><Name>FIT_TYPE_4</Name>'
                  b'<File><Location><Path>Garmin/runs</Path></Location><TransferDirection>OutputFromUnit'
                  b'</TransferDirection></File></DataType></MassStorageMode></Device>', watch.storage / "GARMIN")
        self.start(watch)
        watch.plug()
        rig.wait_for("the runs", lambda: self.world.count("activity") == 2)
        self.assertEqual({row[0] for row in self.world.rows("SELECT path FROM sighting")},
                         {f"GARMIN/RUNS/{name.name}" for name in runs.iterdir()})
        self.assert_only_read(watch.report())

    # -- what does not come in

    def test_refused_files_are_not_counted_among_those_that_are_in(self):
        watch = self.bus()
        whole = self.runs(watch, 2)
        broken = watch.put_run("2026-05-09T06:00:00Z")
        for run in (whole[1], broken):
            run.write_bytes(run.read_bytes()[:-1] + b"?")
        self.start(watch)
        follower = self.follow("--json")
        self.wait_asked(follower)
        watch.plug()
        result = self.result(follower)
        self.assertEqual((result.status, len(json.loads(result.out)["refused"])), (1, 2), result)
        self.wait_logged("1 of 3 new files are in, 2 refused")
        row = self.world.ask_lines("watches")[0]
        self.assertEqual((row["wanted"], row["got"], row["refused"]), (3, 1, 2))
        self.assertIn("1 of 3 new files are in, 2 refused", self.world.knead("watches").out)

    def test_a_file_that_stays_busy_is_said_and_comes_next_time(self):
        self.world.start_receiver()
        self.world.configure()
        watch = self.bus()
        self.runs(watch, 3)
        # the first that is asked for, the newest, at each try
        watch.fault(kind="response", op="1009", code="2019", on=3, times=100000)
        self.start(watch)
        follower = self.follow()
        self.wait_asked(follower)
        watch.plug()
        result = self.result(follower)
        self.assertEqual(result.status, 1, result)
        self.assertIn("1 file was busy on the watch, it comes next time", result.err)
        self.wait_logged("2 of 3 new files are in, 1 busy")
        self.assertIn("1 file was busy on the watch", self.world.knead("status").out)
        self.assertEqual(self.world.ask("status")["refused"], [])
        self.assertEqual(self.world.wait_accepted(1)[0]["body"]["data"]["new"], 2)
        watch.unplug()
        self.wait_logged("is unplugged")
        self.world.advance(11 * 60)
        self.assertEqual(self.world.wait_accepted(2)[1]["body"]["data"]["text"]["title"],
                         "2 of 3 runs are in; plug in again")
        watch.mend()
        watch.plug()
        rig.wait_for("the third run", lambda: self.world.count("activity") == 3)
        rig.wait_for("no trouble", lambda: self.world.ask_lines("watches")[0]["trouble"] is None)
        self.assert_only_read(watch.report())

    # -- nothing to take

    def test_a_new_watch_without_a_folder_for_activities_is_no_unknown_one(self):
        self.world.start_receiver()
        self.world.configure()
        watch = self.bus()
        watch.activities.rmdir()
        (watch.storage / "GARMIN" / "Courses").mkdir()
        self.start(watch)
        watch.plug()
        self.wait_logged("it has no folder with activities yet (it shows GARMIN): record one")
        time.sleep(1)
        self.assertEqual(self.world.received(), [])

    def test_one_that_shows_nothing_at_all_is_said_with_the_way_out(self):
        self.world.start_receiver()
        self.world.configure()
        watch = self.bus()
        rig.shutil.rmtree(watch.storage / "GARMIN")
        self.start(watch)
        watch.plug()
        note = self.world.wait_accepted(1)[0]
        self.assertEqual(note["body"]["type"], "watch.stuck")
        self.assertIn("It shows no folder at all: unlock it", note["body"]["data"]["text"]["body"])

    def test_one_that_answers_and_does_not_list_is_not_called_silent(self):
        watch = self.bus()
        self.runs(watch, 1)
        watch.fault(kind="response", op="1007", code="2002", times=1000)
        self.start(watch)
        watch.plug()
        self.wait_logged("it answers, and shows nothing of what it holds: unlock it")
        self.assertNotIn("does not answer", self.world.daemon.log())

    # -- no folder that is known

    def unknown(self, **settings):
        watch = self.bus(**settings)
        rig.shutil.rmtree(watch.storage / "GARMIN")
        for name in ("DCIM", "Music"):
            (watch.storage / name).mkdir()
        self.start(watch)
        watch.plug()
        self.wait_logged("none of its folders is known (it shows DCIM, Music)")
        rig.wait_for("the word in the list", lambda: self.world.ask_lines("watches")[0]["trouble"])
        self.assertIn("ActivityPath", self.world.knead("status").out)

    def test_a_watch_of_which_no_folder_is_known_is_said_once_with_what_to_do(self):
        self.world.start_receiver()
        self.world.configure()
        self.unknown()
        note = self.world.wait_accepted(1)[0]
        self.assertEqual(note["body"]["type"], "watch.stuck")
        self.assertIn("/etc/knead/devices", note["body"]["data"]["text"]["body"])

    def test_a_phone_is_no_news(self):
        self.world.start_receiver()
        self.world.configure()
        self.unknown(**{"id": "1234:0001", "interface_name": "", "class": "06/01/01"})
        time.sleep(1)
        self.assertEqual(self.world.received(), [])

    def test_one_that_is_unlocked_while_it_is_plugged_in_is_read_then(self):
        watch = self.bus()
        self.runs(watch, 2)
        watch.fault(kind="response", op="1004", code="2013", times=1000)  # Store_Not_Available
        self.start(watch)
        watch.plug()
        self.wait_logged("unlock it")
        watch.mend()
        self.world.advance(61)
        rig.wait_for("the runs", lambda: self.world.count("activity") == 2)
        rig.wait_for("no trouble", lambda: self.world.ask_lines("watches")[0]["trouble"] is None)
        self.assert_only_read(watch.report())

    def test_one_that_is_locked_is_told_of_and_a_phone_that_is_locked_is_not(self):
        self.world.start_receiver()
        self.world.configure()
        for ids, told in (("18d1:4ee1", 0), ("091e:50db", 1)):
            with self.subTest(ids):
                watch = self.bus(id=ids, serial=f"00{told}")
                watch.fault(kind="response", op="1004", code="200f", times=1000)  # Access_Denied
                self.start(watch)
                watch.plug()
                rig.wait_for("the trouble", lambda: any(
                    "unlock it" in (row["trouble"] or "") and row["usb_id"] == ids
                    for row in self.world.ask_lines("watches")))
                if told:
                    self.world.wait_accepted(told)
                else:
                    time.sleep(1)
                self.assertEqual([note["body"]["type"] for note in self.world.received()], told * ["watch.stuck"])
                self.world.daemon.end()
                watch.process.kill()


if __name__ == "__main__":
    rig.main()
