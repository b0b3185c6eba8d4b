# SPDX-License-Identifier: GPL-3.0-or-later
"""Plugging in: from the event on the bus to the message on the phone, with the real daemon.

usage: plug.py BUILD-FOLDER [CASE...]"""

import os
import pathlib
import re
import time

import bus
import rig

EVENING = "2026-05-16T19:30:00+02:00"


class Plug(bus.Case):
    def setUp(self):
        super().setUp()
        self.world.set_clock(EVENING)
        self.world.start_receiver()
        self.world.configure()

    def test_a_watch_that_is_plugged_in_is_one_message_and_a_second_time_none(self):
        watch = self.bus()
        for day in ("12", "14", "16"):
            watch.put_run(f"2026-05-{day}T06:00:00Z")
        self.start(watch)
        watch.plug()
        note = self.world.wait_accepted(1)[0]
        self.assertEqual(note["body"]["type"], "import.completed")
        self.assertEqual(note["body"]["data"]["new"], 3)
        self.assert_only_read(watch.report())
        self.assertEqual({row[0] for row in self.world.rows("SELECT source FROM sighting")},
                         {"watch:0000cbf0a1b2"})
        watch.unplug()
        rig.wait_for("the watch to be gone", lambda: "is unplugged" in self.world.daemon.log())
        watch.forget()
        time.sleep(3.1)
        watch.plug()
        rig.wait_for("a second look", lambda: self.world.daemon.log().count("0 of 0 new files are in") == 1)
        report = watch.report()
        self.assert_only_read(report)
        self.assertNotIn("1009", report["codes"])
        self.assertEqual(len(self.world.received()), 1)

    def test_a_watch_that_is_there_at_the_start_is_read(self):
        watch = self.bus(plugged=True)
        watch.put_run("2026-05-16T06:00:00Z")
        watch.unplug()
        watch.plug()
        watch.report()  # it has come to that
        self.start(watch)
        self.assertEqual(self.world.wait_accepted(1)[0]["body"]["data"]["new"], 1)

    def wait_logged(self, text, times=1):
        rig.wait_for(f"the log line {text}", lambda: self.world.daemon.log().count(text) >= times)

    def watch(self):
        """The only one that `knead watches` lists, once it lists one."""
        watches = rig.wait_for("a watch in the list", lambda: self.world.ask_lines("watches"))
        self.assertEqual(len(watches), 1, watches)
        return watches[0]

    def runs(self, watch, n, **keywords):
        for day in range(1, n + 1):
            watch.put_run(f"2026-05-{day:02}T06:00:00Z", **keywords)

    # -- rights

    def closed_to_us(self):
        """A watch that is there at the start, and its node, to which kneadd has no right."""
        if os.geteuid() == 0:
            rig.skip_visibly(self, "root has every right")
        watch = self.bus(plugged=True)
        watch.put_run("2026-05-16T06:00:00Z")
        watch.unplug()
        watch.plug()
        watch.report()  # it has come to that
        node = pathlib.Path(watch.environment["UMOCKDEV_DIR"] + watch.report()["node"])
        node.chmod(0)
        self.start(watch)
        rig.wait_for("what is in the way", lambda: (self.watch()["trouble"] or "").startswith("no right to open it: "))
        return watch, node

    def test_a_watch_is_read_as_soon_as_kneadd_gets_a_right_to_it(self):
        watch, node = self.closed_to_us()
        rig.wait_for("the note of it", lambda: len(self.world.accepted()) == 1)
        self.assertEqual(self.world.accepted()[0]["title"], "Forerunner 965 cannot be read")
        node.chmod(0o660)  # as udev's uaccess, when its user logs in
        self.assertEqual(self.world.wait_accepted(2)[1]["body"]["data"]["new"], 1)
        rig.wait_for("nothing to be in the way", lambda: self.watch()["trouble"] is None)
        self.assert_only_read(watch.report())

    def test_half_a_right_is_none_and_another_plug_in_begins_anew(self):
        watch, node = self.closed_to_us()
        node.chmod(0o440)  # half of one is none
        time.sleep(0.5)  # to be taken for a whole one
        said = [line for line in self.world.daemon.log().splitlines() if "cannot read Forerunner 965" in line]
        self.assertEqual(len(said), 1, said)
        self.assertRegex(said[0], r"cannot read Forerunner 965 \(Permission denied\): no right to open it")
        node.chmod(0o660)
        rig.wait_for("the run", lambda: self.world.count("activity") == 1)
        rig.wait_for("the end of reading", lambda: "1 of 1 new files are in" in self.world.daemon.log())
        node.chmod(0)
        watch.unplug()
        self.wait_logged("is unplugged")
        watch.put_run("2026-05-15T06:00:00Z")
        watch.plug()  # another node, with all rights
        rig.wait_for("the other run", lambda: self.world.count("activity") == 2)
        self.assert_only_read(watch.report())

    def test_what_reads_a_watch_reaches_the_spool_and_nothing_else(self):
        watch = self.bus()
        self.runs(watch, 1)
        state, secret = self.world.state, self.world.home / "of-somebody"
        secret.write_text("of somebody")
        beyond = {"r/etc/passwd": "EACCES", f"r{secret}": "EACCES", f"w{secret}": "EACCES",
                  f"c{self.world.home}/new": "EACCES", f"r{state}/knead.db": "EACCES", f"w{state}/knead.db": "EACCES",
                  f"c{state}/new": "EACCES"}
        within = {f"c{state}/spool/new": "done", f"r{state}/spool/new": "done", f"c{state}/watches/new": "done"}
        watch.wrap_fetch([*beyond, *within])
        self.start(watch)
        watch.plug()
        self.world.wait_accepted(1)
        log = self.world.daemon.log()
        tried = dict(re.findall(r"^tried (\S+): (\w+)$", log, re.M))
        self.assertEqual({item: tried.get(item) for item in within}, within, log)
        if "no Landlock" not in log:
            self.assertEqual({item: tried.get(item) for item in beyond}, beyond, log)

    # -- what is known of a watch

    def test_watches_are_listed_here_and_gone(self):
        watch = self.bus()
        self.runs(watch, 2)
        self.start(watch)
        self.assertEqual(self.world.ask_lines("watches"), [])
        watch.plug()
        self.world.wait_accepted(1)
        row = self.watch()
        self.assertEqual((row["name"], row["serial"], row["usb_id"], row["transport"], row["here"]),
                         ("Forerunner 965", "0000cbf0a1b2", "091e:50db", "mtp", True))
        self.assertEqual((row["wanted"], row["got"], row["trouble"], row["advice"]), (2, 2, None, None))
        self.assertIsNotNone(row["last_read"])
        self.assertEqual([here["name"] for here in self.world.ask("status")["watches"]], ["Forerunner 965"])
        self.assertIn("Plugged in     Forerunner 965", self.world.knead("status").out)
        watch.unplug()
        self.wait_logged("is unplugged")
        rig.wait_for("the watch to be gone", lambda: not self.watch()["here"])
        self.assertRegex(self.world.knead("watches").out, "Forerunner 965 .*0000cbf0a1b2")

    def test_a_watch_that_was_there_when_the_daemon_died_is_not_here_after_its_next_start(self):
        watch = self.bus()
        self.start(watch)
        watch.plug()
        rig.wait_for("the watch", lambda: self.world.ask_lines("watches"))
        self.world.daemon.end(rig.signal.SIGKILL)
        watch.unplug()
        watch.report()  # answers in order: the watch has left by then
        self.start(watch)
        self.assertFalse(self.watch()["here"])

    def test_an_unknown_model_is_named_by_its_ids(self):
        watch = self.bus(id="091e:5fff")
        self.start(watch)
        watch.plug()
        self.wait_logged("Garmin 091e:5fff is plugged in")

    # -- recognition

    def assert_recognised(self, name, **settings):
        watch = self.bus(**settings)
        self.runs(watch, 1)
        self.start(watch)
        watch.plug()
        self.world.wait_accepted(1)
        self.assertIn(f"{name} is plugged in", self.world.daemon.log())
        self.assert_only_read(watch.report())

    def test_a_garmin_without_a_name_on_its_interface_is_known_by_its_endpoints(self):
        self.assert_recognised("Forerunner 965", interface_name="")

    def test_a_garmin_with_its_endpoints_in_another_setting_is_known_by_them(self):
        self.assert_recognised("Forerunner 965", interface_name="", alternate=1)

    def test_a_maker_nobody_heard_of_is_known_by_the_name_of_its_interface(self):
        self.assert_recognised("RunMaster 3", id="1234:0001", interface_name="Some MTP interface",
                               maker="Acme", model_string="RunMaster 3")

    def test_a_maker_nobody_heard_of_is_known_by_the_class_of_its_interface(self):
        self.assert_recognised("device 1234:0001", **{"id": "1234:0001", "interface_name": "", "class": "06/01/01"})

    def test_the_interface_that_speaks_mtp_need_not_be_the_first_one(self):
        for number, settings in enumerate((
                dict(interface=1, interface_name="Acme MTP", id="1234:0001"),
                # the one before it looks just like it, and never answers
                dict(interface=2, interface_name="Acme MTP", id="1234:0001", decoys_alike=True),
                dict(interface=3, interface_name="", id="1234:0001", **{"class": "06/01/01"}),
                dict(interface=1, interface_name="", id="1234:0001", decoys_alike=True, **{"class": "06/01/01"}),
                dict(interface=2, interface_name=""),  # a Garmin, by its endpoints
        ), 1):
            with self.subTest(settings):
                self.assert_read(number, **settings)

    def test_the_configuration_that_the_kernel_chose_is_the_one_that_is_read(self):
        for number, settings in enumerate((
                dict(configuration=2, interface_name="Acme MTP", id="1234:0001"),
                dict(configuration=2, other_configuration=True, interface=1, interface_name="Acme MTP", id="1234:0001"),
                dict(configuration=1, other_configuration=True, interface_name="", id="1234:0001",
                     **{"class": "06/01/01"}),
                dict(configuration=3, other_configuration=True, interface=1, interface_name=""),
        ), 1):
            with self.subTest(settings):
                self.assert_read(number, **settings)

    def assert_read(self, number, **settings):
        watch = self.bus(serial=f"00{number}", **settings)
        for run in watch.activities.iterdir():
            run.unlink()
        watch.put_run(f"2026-05-{number:02}T06:00:00Z")
        self.start(watch)
        watch.plug()
        rig.wait_for("the run", lambda: self.world.count("activity") == number)
        self.assert_only_read(watch.report())
        self.world.daemon.end()
        watch.end()

    def test_a_device_that_is_no_watch_is_left_alone(self):
        watch = self.bus(id="1234:0001", interface_name="")
        self.start(watch)
        watch.plug()
        time.sleep(1)
        self.assertNotIn("plugged in", self.world.daemon.log())
        self.assertEqual(watch.report()["claims"], 0)

    def test_a_watch_with_a_protocol_of_its_own_is_not_spoken_to_and_the_way_is_named(self):
        for number, (ids, name, words) in enumerate((("0da4:0008", "Polar", "Polar Flow"), ("1390:7477", "TomTom", "ttwatch"),
                                                     ("1493:001b", "Suunto", "openambit"))):
            with self.subTest(name):
                watch = self.bus(id=ids)
                self.start(watch)
                watch.plug()
                self.wait_logged(f"{name} {ids} is plugged in")
                row = rig.wait_for("the watch in the list", lambda: self.world.ask_lines("watches"))[0]
                self.assertEqual(row["transport"], "none")
                self.assertIn(words, row["advice"])
                self.assertIn("folder", row["advice"])
                self.world.advance(11)
                note = self.world.wait_accepted(number + 1)[number]["body"]
                self.assertEqual(note["type"], "watch.stuck")
                self.assertIn(words, note["data"]["text"]["body"])
                self.assertEqual(watch.report()["claims"], 0)
                watch.end()
                self.world.daemon.end()
                rig.shutil.rmtree(self.world.state)

    def test_no_mtp_is_spoken_in_garmins_own_mode_by_hand_either(self):
        watch = self.bus(plugged=True, id="091e:0003")
        node = watch.report()["node"]
        result = self.world.run([rig.program(rig.FETCH), "--device", node, "--list"], watch.environment)
        self.assertEqual(result.status, 1, result)
        self.assertIn("it is in Garmin's own mode: choose MTP in the watch's menu", result.err)
        report = watch.report()
        self.assertEqual((report["operations"], report["claims"]), (0, 0))

    def test_the_wrong_usb_mode_is_said_once_with_what_to_do(self):
        watch = self.bus(id="091e:0003", interface_name="")
        self.start(watch)
        watch.plug()
        self.wait_logged("is plugged in")
        self.world.advance(9)
        time.sleep(0.5)
        self.assertEqual(self.world.received(), [])
        self.world.advance(2)
        note = self.world.wait_accepted(1)[0]
        self.assertEqual(note["body"]["type"], "watch.stuck")
        self.assertIn("USB Mode to MTP", note["body"]["data"]["text"]["body"])
        self.assertEqual(watch.report()["claims"], 0)
        watch.unplug()
        self.wait_logged("is unplugged")
        watch.plug()
        self.wait_logged("is plugged in", 2)
        self.world.advance(11)
        time.sleep(1)
        self.assertEqual(len(self.world.received()), 1)

    # -- coming and going

    def test_only_one_that_was_here_a_moment_ago_is_waited_for(self):
        watch = self.bus()
        self.runs(watch, 1)
        watch.environment["KNEAD_AGAIN_MS"] = "3600000"  # in place of three seconds
        self.start(watch)
        watch.plug()
        self.assertEqual(self.world.wait_accepted(1)[0]["body"]["data"]["new"], 1)

    def test_one_that_comes_back_at_once_waits_until_three_seconds_are_over(self):
        watch = self.bus()
        self.start(watch)
        watch.plug()
        self.wait_logged("is plugged in")
        watch.unplug()
        self.wait_logged("is unplugged")
        start = time.monotonic()
        watch.plug()
        self.wait_logged("is plugged in", 2)
        self.assertGreater(time.monotonic() - start, 2.8)

    def test_one_that_comes_back_and_is_gone_again_is_not_waited_for(self):
        watch = self.bus()
        self.start(watch)
        watch.plug()
        self.wait_logged("new files are in")
        watch.unplug()
        self.wait_logged("is unplugged")
        watch.forget()
        watch.plug()
        watch.unplug()
        time.sleep(3.5)
        self.assertEqual(self.world.daemon.log().count("is plugged in"), 1)
        self.assertEqual(watch.report()["claims"], 0)

    # -- a cable that is pulled

    def cut(self, watch, nth=4):
        """Five runs, the cable pulled within the fourth."""
        self.runs(watch, 5)
        watch.fault(kind="unplug", operation="1009", nth=nth, at=2000)
        watch.plug()
        self.wait_logged("is unplugged")
        self.world.wait_accepted(1)

    def test_a_cut_transfer_keeps_what_came_and_says_so_once_after_ten_minutes(self):
        watch = self.bus()
        self.start(watch)
        self.cut(watch)
        self.assertEqual(self.world.accepted()[0]["body"]["data"]["new"], 3)
        self.world.advance(9 * 60)
        time.sleep(1)
        self.assertEqual(len(self.world.accepted()), 1)
        self.world.advance(2 * 60)
        note = self.world.wait_accepted(2)[1]
        self.assertEqual(note["body"]["type"], "watch.stuck")
        self.assertEqual(note["body"]["data"]["text"]["title"], "3 of 5 runs are in; plug in again")
        self.world.advance(60 * 60)
        time.sleep(1)
        self.assertEqual(len(self.world.accepted()), 2)
        self.assertEqual((self.watch()["wanted"], self.watch()["got"]), (5, 3))

    def test_a_cut_transfer_that_goes_on_in_time_says_nothing_of_it(self):
        watch = self.bus()
        self.start(watch)
        self.cut(watch)
        watch.mend()
        self.world.advance(5 * 60)
        watch.plug()
        notes = self.world.wait_accepted(2)
        self.assertEqual([note["body"]["type"] for note in notes], ["import.completed"] * 2)
        self.assertEqual(notes[1]["body"]["data"]["new"], 2)
        watch.unplug()
        self.wait_logged("is unplugged", 2)
        self.world.advance(30 * 60)
        time.sleep(1)
        self.assertEqual(len(self.world.accepted()), 2)
        self.assertEqual((self.watch()["wanted"], self.watch()["got"]), (5, 5))

    def test_a_cut_transfer_is_remembered_over_a_restart(self):
        watch = self.bus()
        self.start(watch)
        self.cut(watch)
        self.world.daemon.end()
        self.world.advance(11 * 60)
        self.start(watch)
        self.assertEqual(self.world.wait_accepted(2)[1]["body"]["data"]["text"]["title"],
                         "3 of 5 runs are in; plug in again")

    # -- it is not ready

    def test_a_watch_that_cannot_be_opened_yet_is_opened_a_moment_later(self):
        watch = self.bus(broken_opens="2")
        self.runs(watch, 1)
        self.start(watch)
        watch.plug()
        self.assertEqual(self.world.wait_accepted(1, 30)[0]["body"]["data"]["new"], 1)
        self.assertEqual(len(self.world.received()), 1)

    def test_one_that_can_never_be_opened_is_said_with_the_way_out(self):
        watch = self.bus(broken_opens="always")
        self.start(watch)
        watch.plug()
        note = self.world.wait_accepted(1, 30)[0]["body"]
        self.assertEqual(note["type"], "watch.stuck")
        self.assertIn("It cannot be opened: unplug it, wait a moment, plug it in again",
                      note["data"]["text"]["body"])
        self.assertEqual(watch.report()["operations"], 0)

    # -- somebody else holds it

    def test_a_watch_that_another_program_holds_is_said_once_with_the_remedy(self):
        watch = self.bus(busy_claims="always")
        self.runs(watch, 1)
        self.start(watch)
        watch.plug()
        note = self.world.wait_accepted(1, 30)[0]
        self.assertEqual(note["body"]["type"], "watch.stuck")
        self.assertIn("eject the watch there", note["body"]["data"]["text"]["body"])
        self.assertIn("another program holds it", self.watch()["trouble"])
        report = watch.report()
        self.assertEqual(report["operations"], 0)
        self.assert_only_read(report)  # and it was not taken from whoever holds it

    def test_a_watch_that_was_held_is_tried_again_each_minute(self):
        watch = self.bus(busy_claims="always")
        self.runs(watch, 1)
        self.start(watch)
        watch.plug()
        self.world.wait_accepted(1, 30)
        watch.set(busy_claims="0")
        self.world.advance(61)
        note = self.world.wait_accepted(2)[1]["body"]
        self.assertEqual((note["type"], note["data"]["new"], self.watch()["trouble"]), ("import.completed", 1, None))

    def test_who_holds_a_watch_is_named_where_it_can_be_seen(self):
        watch = self.bus(busy_claims="always")
        self.runs(watch, 1)
        self.start(watch)
        script = self.world.home / "holder.py"
        # a process that calls itself as GNOME's does, with the node open
        script.write_text("import ctypes, glob, os, time\nctypes.CDLL(None).prctl(15, b'gvfsd-mtp')\n"
                          "while True:\n"
                          f"    nodes = glob.glob('{watch.environment['UMOCKDEV_DIR']}/dev/bus/usb/001/0*')\n"
                          "    held = [os.open(node, os.O_RDONLY) for node in nodes if not node.endswith('001')]\n"
                          "    if held: time.sleep(600)\n"
                          "    time.sleep(0.01)\n")
        holder = self.world.spawn([rig.sys.executable, script], env=self.world.environment())
        watch.plug()
        text = self.world.wait_accepted(1, 30)[0]["body"]["data"]["text"]["body"]
        self.assertTrue(text.startswith(f"Gvfsd-mtp (process {holder.pid}) holds it: eject the watch in the file manager, "
                                        "or: gio mount -s mtp"), text)
        self.assertIn(f"gvfsd-mtp (process {holder.pid}) holds it", self.world.knead("status").out)

    def test_a_watch_that_is_busy_for_a_moment_is_read(self):
        watch = self.bus(busy_claims="3")
        self.runs(watch, 1)
        self.start(watch)
        watch.plug()
        self.assertEqual(self.world.wait_accepted(1, 30)[0]["body"]["data"]["new"], 1)

    def test_a_watch_that_the_desktop_shows_is_read_there(self):
        runtime = self.world.home / "run"
        shown = runtime / "gvfs" / "mtp:host=091e_50db_0000cbf0a1b2" / "Internal Storage" / "GARMIN" / "Activity"
        watch = self.bus(busy_claims="always")
        self.runs(watch, 2)
        rig.shutil.copytree(watch.activities, shown)
        watch.environment["XDG_RUNTIME_DIR"] = str(runtime)
        self.start(watch)
        watch.plug()
        self.assertEqual(self.world.wait_accepted(1, 30)[0]["body"]["data"]["new"], 2)
        self.assertEqual(watch.report()["operations"], 0)
        self.assertIsNone(self.watch()["trouble"])

    def held_by_desktop(self, shown):
        """Below it the desktop shows the watch that it holds; the bus and that folder."""
        runtime = self.world.home / "run"
        folder = runtime / "gvfs" / shown
        folder.mkdir(parents=True)
        watch = self.bus(busy_claims="always")
        self.runs(watch, 2)
        watch.environment["XDG_RUNTIME_DIR"] = str(runtime)
        self.start(watch)
        watch.plug()
        return watch, folder

    def test_a_watch_of_which_the_desktop_shows_nothing_is_said_and_tried_again(self):
        watch, folder = self.held_by_desktop("mtp:host=091e_50db_0000cbf0a1b2")
        note = self.world.wait_accepted(1, 30)[0]["body"]
        self.assertEqual(note["type"], "watch.stuck")
        self.assertIn("Another program holds it", note["data"]["text"]["body"])
        self.assertIn("another program holds it", self.watch()["trouble"])
        rig.shutil.copytree(watch.activities, folder / "Internal Storage" / "GARMIN" / "Activity")
        self.world.advance(61)
        self.assertEqual(self.world.wait_accepted(2, 30)[1]["body"]["data"]["new"], 2)
        self.assertIsNone(self.watch()["trouble"])

    def test_what_the_desktop_shows_of_another_watch_is_not_taken_for_this_one(self):
        watch, folder = self.held_by_desktop("mtp:host=091e_50db_0000ffffffff")
        rig.shutil.copytree(watch.activities, folder / "Internal Storage" / "GARMIN" / "Activity")
        self.assertEqual(self.world.wait_accepted(1, 30)[0]["body"]["type"], "watch.stuck")
        self.assertEqual(self.world.count("activity"), 0)

    def test_a_watch_that_the_desktop_lets_go_of_while_it_is_read_is_read_to_its_end(self):
        watch, folder = self.held_by_desktop("mtp:host=091e_50db_0000cbf0a1b2")
        # the mount is there and answers to nothing any more
        folder.rmdir()
        folder.symlink_to("gone")
        self.wait_logged("the desktop holds")
        watch.set(busy_claims="0")
        rig.wait_for("it to be read", lambda: self.world.advance(4) or self.world.count("activity") == 2)

    # -- the daemon

    def test_a_daemon_that_is_killed_while_it_reads_takes_every_file_once(self):
        watch = self.bus(latency_usec=5000)
        self.runs(watch, 12)
        self.start(watch)
        watch.plug()
        rig.wait_for("some files", lambda: len(self.world.spool()) > 4)
        self.world.daemon.end(rig.signal.SIGKILL)
        self.start(watch)
        rig.wait_for("all runs", lambda: self.world.count("activity") == 12)
        self.assertEqual(sum(note["body"]["data"]["new"] for note in self.world.wait_accepted(1)), 12)
        self.assertEqual((self.world.count("file"), self.world.spool()), (12, []))

    def test_a_daemon_that_ends_while_it_reads_closes_the_session(self):
        watch = self.bus(latency_usec=20000)
        self.runs(watch, 20)
        self.start(watch)
        watch.plug()
        rig.wait_for("some files", lambda: len(self.world.spool()) > 2)
        self.world.daemon.end()
        report = watch.report()
        self.assertEqual(report["codes"][-1], "1003")
        self.assert_only_read(report)


if __name__ == "__main__":
    rig.main()
