# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches that are drives: from the disk on the bus to the message on the phone, with the real daemon.

usage: drive.py BUILD-FOLDER [CASE...]"""

import os
import socket
import threading
import time

import disk
import rig

SOURCE = "watch:0000f0e1d2c3"


class Drive(disk.WatchCase):
    def test_a_drive_is_one_message_and_a_second_time_none(self):
        drive = self.drive()
        drive.runs(3)
        self.start()
        drive.plug()
        before = drive.hash()
        note = self.world.wait_accepted(1)[0]
        self.assertEqual((note["body"]["type"], note["body"]["data"]["new"]), ("import.completed", 3))
        row = self.watch()
        self.assertEqual((row["name"], row["serial"], row["transport"], row["here"], row["wanted"], row["got"]),
                         ("fenix 3", "0000f0e1d2c3", "drive", True, 3, 3))
        self.assertEqual((row["trouble"], row["advice"]), (None, None))
        self.assertEqual({row[0] for row in self.world.rows("SELECT source FROM sighting")}, {SOURCE})
        self.assertEqual(drive.hash(), before, "something was written")
        drive.unplug()
        self.wait_here(s0000f0e1d2c3=False)
        drive.plug()
        self.wait_logged("0 of 0 new files are in")
        self.assertEqual(len(self.world.received()), 1)

    def test_a_message_names_the_runs_of_its_own_import_however_old(self):
        drive = self.drive()
        drive.put_run("2026-05-15T06:00:00Z")
        self.start()
        drive.plug()
        self.world.wait_accepted(1)
        drive.unplug()
        self.wait_here(s0000f0e1d2c3=False)
        drive.put_run("2026-05-02T06:00:00Z")
        drive.plug()
        notes = self.world.wait_accepted(2)
        self.assertEqual([[run["start_utc"] for run in note["body"]["data"]["activities"]] for note in notes],
                         [["2026-05-15T06:00:00Z"], ["2026-05-02T06:00:00Z"]])

    # -- what is a watch, and what is none

    def journal(self):
        """The journal's socket, and what is said there: a field of each line by its name."""
        place = "/run/systemd" if os.path.isdir("/run/systemd") else "/run"
        disk.call("tmpfs", disk.libc.mount(b"none", place.encode(), b"tmpfs", 0, None))
        os.makedirs("/run/systemd/journal")
        taker = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        taker.bind("/run/systemd/journal/socket")
        told = []

        def listen():
            while True:
                words = taker.recv(65536).decode().splitlines()
                told.append(dict(word.split("=", 1) for word in words if "=" in word))
        threading.Thread(target=listen, daemon=True).start()
        return told

    def test_the_journal_is_told_which_watch_and_which_file(self):
        told = self.journal()
        drive = self.drive()
        drive.put_run("2026-05-14T06:00:00Z")
        broken = drive.put_run("2026-05-15T06:00:00Z")
        broken.write_bytes(broken.read_bytes()[:-1] + b"?")
        log = self.world.home / f"kneadd-{self.world.daemons + 1}.log"
        log.touch()
        st = log.stat()
        self.bus.environment["JOURNAL_STREAM"] = f"{st.st_dev}:{st.st_ino}"  # as systemd does
        self.world.start(env=self.bus.environment, ready=False)
        rig.wait_for("it to be ready", lambda: any("ready, store" in line["MESSAGE"] for line in told))
        drive.plug()
        refused = rig.wait_for("the word of the file", lambda: [line for line in told if "KNEAD_FILE" in line])[0]
        self.assertEqual((refused["KNEAD_FILE"], refused["PRIORITY"]), (f"GARMIN/ACTIVITY/{broken.name}", "4"))
        about = [line["MESSAGE"] for line in told if line.get("KNEAD_DEVICE") == "watch:0000f0e1d2c3"]
        self.assertTrue(any("is plugged in" in text for text in about), told)
        self.assertTrue(any("new files are in" in text for text in about), told)
        self.assertNotIn("kneadd: ", log.read_text())
        stored = rig.wait_for("the import", lambda: [line for line in told if "imported 1 new" in line["MESSAGE"]])[0]
        self.assertEqual((stored["KNEAD_JOB"], stored["KNEAD_DEVICE"], refused["KNEAD_DEVICE"]),
                         (refused["KNEAD_JOB"], "watch:0000f0e1d2c3", "watch:0000f0e1d2c3"))
        drive.unplug()
        drive.put_run("2026-05-16T06:00:00Z")
        drive.plug()
        last = rig.wait_for("another import", lambda: [line for line in told if "imported 1 new" in line["MESSAGE"]][1:])[0]
        self.assertNotEqual(last["KNEAD_JOB"], stored["KNEAD_JOB"])

    def test_a_drive_that_is_mounted_before_the_daemon_starts_is_read(self):
        drive = self.drive()
        drive.runs(2)
        drive.plug()
        self.start()
        self.assertEqual(self.world.wait_accepted(1)[0]["body"]["data"]["new"], 2)

    def test_a_drive_that_is_mounted_late_is_read_then(self):
        drive = self.not_mounted()
        self.assertEqual(self.world.received(), [])
        drive.mount()
        self.assertEqual(self.world.wait_accepted(1)[0]["body"]["data"]["new"], 1)

    def test_a_stick_that_is_no_watch_is_left_alone(self):
        stick = self.stick()
        stick.put("holiday/beach.fit", b"not for us")
        stick.put("run.fit", disk.files.fit_run(disk.files.utc_s("2026-05-16T06:00:00Z")))
        self.start()
        stick.plug()
        self.wait_logged("has none of the folders of a watch, and is left alone")
        self.assertEqual(self.world.ask_lines("watches"), [])
        self.assertEqual((self.world.count("activity"), self.world.received()), (0, []))
        stick.unplug()
        time.sleep(0.5)
        self.assertEqual(self.world.ask_lines("watches"), [])

    def test_a_watch_whose_maker_no_table_names_is_known_by_its_folders(self):
        drive = self.drive(ids=("1234", "0001"), serial="UNA7", watch=False)
        drive.put_run("2026-05-16T06:00:00Z", folder="Apps/Running/Activity/202605")
        drive.put("Apps/Running/secret.fit", b"not in a folder of activities")
        self.start()
        drive.plug()
        self.assertEqual(self.world.wait_accepted(1)[0]["body"]["data"]["new"], 1)
        row = self.watch()
        self.assertEqual((row["serial"], row["transport"], row["here"], row["got"]), ("UNA7", "drive", True, 1))
        drive.unplug()
        self.wait_here(sUNA7=False)

    def test_two_watches_at_once_are_both_read(self):
        one = self.drive()
        other = self.drive(port=2, disk="sdc", serial="0000aabbccdd")
        one.put_run("2026-05-14T06:00:00Z")
        other.put_run("2026-05-15T06:00:00Z", serial=2002)
        self.start()
        one.plug()
        other.plug()
        rig.wait_for("both runs", lambda: self.world.count("activity") == 2)
        self.assertEqual({row[0] for row in self.world.rows("SELECT source FROM sighting")},
                         {SOURCE, "watch:0000aabbccdd"})
        self.wait_here(s0000f0e1d2c3=True, s0000aabbccdd=True)
        one.unplug()
        self.wait_here(s0000f0e1d2c3=False, s0000aabbccdd=True)

    def test_a_mount_that_only_claims_to_be_of_the_disk_is_not_believed(self):
        drive = self.drive()
        drive.plug(mount=False)
        other = disk.new_tmpfs()
        disk.os.makedirs(f"/proc/self/fd/{other}/GARMIN/ACTIVITY")
        self.start()
        # its name in the list of mounts is that of the disk, its number is not
        disk.call("mount", disk.libc.mount(b"/dev/sdb", str(drive.mount_point).encode(), b"tmpfs", 0, None))
        try:
            time.sleep(1)
            self.assertNotIn("new files are in", self.world.daemon.log())
        finally:
            disk.call("umount", disk.libc.umount2(str(drive.mount_point).encode(), disk.MNT_DETACH))
            disk.os.close(other)

    # -- mounts

    def bind(self, what, where):
        where.mkdir(parents=True, exist_ok=True)
        disk.call("bind", disk.libc.mount(str(what).encode(), str(where).encode(), None, disk.MS_BIND, None))
        self.addCleanup(disk.libc.umount2, str(where).encode(), disk.MNT_DETACH)

    def unknown_make(self):
        """Nothing on the bus says that it is a watch, only what it holds: it is here as long as that is mounted."""
        drive = self.drive(ids=("1234", "0001"), serial="UNA7", watch=False)
        drive.put_run("2026-05-16T06:00:00Z", folder="Apps/Running/Activity/202605")
        self.start()
        drive.plug()
        self.world.wait_accepted(1)
        return drive

    def test_a_volume_that_is_mounted_twice_is_read_once_and_stays_until_both_are_gone(self):
        drive = self.unknown_make()
        self.bind(drive.mount_point, self.world.home / "again")
        time.sleep(1)
        self.assertEqual(self.world.daemon.log().count("new files are in"), 1)
        drive.unmount()
        time.sleep(0.5)
        self.assertTrue(self.watch()["here"])

    def test_a_part_of_a_volume_that_is_shown_elsewhere_is_no_volume(self):
        drive = self.unknown_make()
        self.bind(drive.mount_point / "Apps", self.world.home / "part")
        drive.unmount()
        self.wait_here(sUNA7=False)

    def test_a_disk_that_left_has_no_volume_though_its_mount_and_the_kernels_word_of_it_stay(self):
        self.unknown_make()
        self.bus.tell("leave 1")
        self.wait_here(sUNA7=False)

    def test_a_volume_that_may_not_be_read_at_one_place_is_read_at_the_other(self):
        if disk.os.getuid() == 0:
            rig.skip_visibly(self, "root may read everything")
        drive = self.drive()
        drive.runs(1)
        readable, private = drive.mount_point, self.world.home / "private"
        drive.mount_point = private / drive.disk
        drive.mount_point.mkdir(parents=True)
        drive.plug()
        self.bind(drive.mount_point, readable)
        private.chmod(0)
        self.addCleanup(private.chmod, 0o700)
        self.start()
        self.assertEqual(self.world.wait_accepted(1)[0]["body"]["data"]["new"], 1)
        self.assertIsNone(self.watch()["trouble"])

    # -- a drive that is pulled

    def cut(self, drive, n=6, at=4, pull=None, stays=False):
        """Pulled while the fetcher has file `at` in its hands. Its files seem to be deleted before the bus says that
        it left.

        pull   what happens then, if not all that does
        stays  the device does"""
        drive.runs(n)
        self.bus.wrap_fetch(gate_at=at)
        self.start()
        drive.plug()
        self.wait_gate(drive, at)
        drive.lose_files()
        self.bus.open_gate()
        (pull or drive.unplug)()
        self.wait_here(s0000f0e1d2c3=bool(stays))
        self.bus.wrap_fetch()

    def test_a_drive_that_is_pulled_is_cut_and_goes_on_at_the_next_plug_in(self):
        drive = self.drive()
        self.cut(drive)
        note = self.world.wait_accepted(1)[0]
        self.assertEqual(note["body"]["data"]["new"], 4)
        row = self.watch()
        self.assertEqual((row["wanted"], row["got"], row["here"], row["trouble"]), (6, 4, False, None))
        self.assertEqual(self.world.ask("status")["refused"], [], "files that were not there were believed")
        drive.plug()
        notes = self.world.wait_accepted(2)
        self.assertEqual([note["body"]["type"] for note in notes], ["import.completed"] * 2)
        self.assertEqual(notes[1]["body"]["data"]["new"], 2)
        self.assertEqual((self.world.count("activity"), self.world.count("file")), (6, 6))
        self.assertEqual((self.watch()["wanted"], self.watch()["got"]), (6, 6))
        self.assertEqual((self.world.ask("status")["refused"], self.world.spool()), ([], []))

    def test_a_drive_that_is_pulled_before_its_folders_are_seen_is_no_stick(self):
        drive = self.drive(watch=False)  # of what is pulled nothing is seen
        self.bus.wrap_fetch(gate_at=1)
        self.start()
        drive.plug()
        children = disk.pathlib.Path(f"/proc/{self.world.daemon.process.pid}/task/{self.world.daemon.process.pid}/children")
        rig.wait_for("a fetcher", children.read_text)
        time.sleep(0.5)
        drive.unplug()
        self.wait_here(s0000f0e1d2c3=False)
        rig.wait_for("the end of the fetcher", lambda: not children.read_text())
        self.assertIsNone(self.watch()["trouble"])

    def assert_cut_is_told(self):
        self.world.wait_accepted(1)
        self.assertEqual(self.world.ask("status")["refused"], [], "files that were not there were believed")
        self.world.advance(11 * 60)
        self.assertEqual(self.world.wait_accepted(2)[1]["body"]["data"]["text"]["title"],
                         "4 of 6 runs are in; plug in again")

    def test_a_drive_whose_files_are_gone_before_the_bus_tells_was_pulled(self):
        drive = self.drive()

        def later():
            time.sleep(2)
            drive.unplug()

        self.cut(drive, pull=later)
        self.assert_cut_is_told()

    def test_a_drive_whose_mount_is_left_behind_was_pulled(self):
        drive = self.drive()
        self.cut(drive, pull=lambda: self.bus.tell(f"unplug {drive.port}"))
        self.assert_cut_is_told()

    def test_a_drive_that_is_unmounted_in_the_middle_has_lost_no_file(self):
        drive = self.drive()
        self.cut(drive, pull=drive.unmount, stays=True)
        self.wait_logged("4 of 6 new files are in")
        self.assertEqual(self.world.ask("status")["refused"], [], "files that were not there were believed")
        drive.unplug()
        self.wait_here(s0000f0e1d2c3=False)
        self.assert_cut_is_told()

    def test_a_drive_that_does_not_come_back_is_told_of_once(self):
        drive = self.drive()
        self.cut(drive)
        self.world.wait_accepted(1)
        self.world.advance(11 * 60)
        note = self.world.wait_accepted(2)[1]
        self.assertEqual((note["body"]["type"], note["body"]["data"]["text"]["title"]),
                         ("watch.stuck", "4 of 6 runs are in; plug in again"))
        self.world.advance(60 * 60)
        time.sleep(1)
        self.assertEqual(len(self.world.accepted()), 2)

    def test_a_file_that_cannot_be_read_while_the_drive_stays_is_named(self):
        drive = self.drive()
        drive.runs(2)
        drive.put("GARMIN/ACTIVITY/HUGE.FIT", b"")
        with open(drive.activities / "HUGE.FIT", "wb") as huge:
            huge.truncate(40 << 20)
        self.start()
        drive.plug()
        self.assertEqual(self.world.wait_accepted(1)[0]["body"]["data"]["new"], 2)
        refused = self.world.ask("status")["refused"]
        self.assertEqual(len(refused), 1, refused)
        self.assertIn("HUGE.FIT", refused[0]["file"])

    # -- eject

    def note_of(self, flags):
        drive = self.drive()
        drive.runs(1)
        drive.plug()
        drive.remount(flags)
        self.start()
        return self.world.wait_accepted(1)[0]["body"]["data"]["text"]["title"]

    def test_the_note_of_a_drive_that_is_mounted_for_writing_asks_to_eject_first(self):
        self.assertEqual(self.note_of(0), "Eject it, then unplug: 1 new activity")

    def test_the_note_of_a_drive_that_is_mounted_read_only_says_safe(self):
        self.assertEqual(self.note_of(disk.MS_RDONLY), "Safe to unplug: 1 new activity")

    def read_once(self, drive):
        drive.runs(1)
        self.start()
        drive.plug()
        self.world.wait_accepted(1)

    def test_eject_has_the_desktop_unmount_what_it_mounted(self):
        drive = self.drive()
        calls = self.with_desktop(drive)
        self.read_once(drive)
        self.bind(drive.mount_point.parent, self.world.home / "part-of-another-file-system")
        result = self.ok(self.knead("eject"))
        self.assertEqual(result.out, "fenix 3: unmounted, safe to unplug\n")
        self.assertEqual(calls.read_text(), "unmount --block-device /dev/sdb --no-user-interaction\n")
        self.wait_here(s0000f0e1d2c3=True)
        self.assertEqual(self.knead("eject").status, 4)
        self.assertIsNone(self.watch()["trouble"])

    def test_eject_asks_the_units_of_the_system_by_a_file(self):
        drive = self.drive()
        asked = self.with_unit(drive)
        self.read_once(drive)
        result = self.ok(self.knead("eject", "0000f0e1d2c3", "--json"))
        self.assertEqual(result.json(), {"name": "fenix 3", "serial": "0000f0e1d2c3", "transport": "drive",
                                         "ejected": True})
        rig.wait_for("the request to be done with", lambda: not asked.exists())

    def test_eject_says_when_the_desktop_does_not_let_go(self):
        drive = self.drive()
        self.with_desktop(drive, busy=1)
        self.read_once(drive)
        result = self.knead("eject", "fenix 3")
        self.assertEqual(result.status, 1)
        self.assertRegex(result.err, "^knead: fenix 3: .*/media/sdb: it stays mounted: close what uses it")
        self.ok(self.knead("eject", "FENIX 3"))

    def test_eject_waits_no_longer_once_the_desktop_said_no(self):
        drive = self.drive()
        self.with_desktop(drive, busy=100)
        self.read_once(drive)
        # what waits all the same sees it go, and takes that for its own doing
        later = threading.Timer(15, drive.unmount)
        later.start()
        result = self.knead("eject")
        later.cancel()
        self.assertEqual((result.status, result.out), (1, ""))

    def test_eject_that_was_told_no_believes_what_is_no_longer_mounted(self):
        drive = self.drive()
        self.with_desktop(drive, answer=1)
        self.read_once(drive)
        self.assertEqual(self.ok(self.knead("eject")).out, "fenix 3: unmounted, safe to unplug\n")

    def test_eject_of_a_volume_that_never_goes_ends_and_says_so(self):
        drive = self.drive()
        self.with_unit(drive, works=False)
        self.read_once(drive)
        result = self.knead("eject", prefix=self.sleepless())
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertEqual(result.err, "knead: fenix 3: /run/knead/volumes/sdb: it is still mounted: see systemctl status "
                                     "'kneadd-eject@*'\n")

    def test_eject_of_what_nobody_can_unmount_says_why(self):
        drive = self.drive()
        asked = self.with_unit(drive, works=False)
        self.read_once(drive)
        asked.parent.rmdir()
        result = self.knead("eject")
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertIn("nobody waits to unmount it: sudo umount /run/knead/volumes/sdb", result.err)
        if disk.os.getuid() == 0:
            rig.skip_visibly(self, "root has every right")
        asked.parent.mkdir(mode=0o555)
        result = self.knead("eject")
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertIn("no right to eject it: sudo adduser $USER knead", result.err)

    def test_eject_without_anybody_to_ask_says_so(self):
        drive = self.drive()
        self.read_once(drive)
        self.bus.environment["PATH"] = str(self.world.home)
        result = self.knead("eject")
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertIn(f"there is no udisksctl to ask: sudo umount {drive.mount_point}", result.err)

    def test_eject_leaves_alone_what_is_being_read(self):
        drive = self.drive()
        calls = self.with_desktop(drive)
        drive.runs(2)
        self.bus.wrap_fetch(gate_at=1)
        self.start()
        drive.plug()
        self.wait_gate(drive, 1)
        result = self.knead("eject", prefix=self.sleepless())
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertIn("still being read: try again in a minute", result.err)
        self.assertFalse(calls.exists())
        self.bus.open_gate()
        self.world.wait_accepted(1)
        self.ok(self.knead("eject"))

    def test_a_part_that_is_shown_elsewhere_is_read_and_ejected_with_its_volume_and_keeps_it_in_use(self):
        drive = self.drive()
        calls = self.with_desktop(drive)
        drive.runs(2)
        drive.fill()
        drive.mount()
        part = self.world.home / "part"
        self.bind(drive.mount_point / "GARMIN", part)
        self.start()
        drive.show()
        self.assertEqual(self.world.wait_accepted(1)[0]["body"]["data"]["new"], 2)
        self.bind(drive.mount_point / "GARMIN/ACTIVITY", self.world.home / "more")
        self.wait_logged("2 of 2 new files are in")
        self.assertEqual(self.watch()["got"], 2)
        result = self.knead("eject")
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertRegex(result.err, f"^knead: fenix 3: {part}: a part of it is mounted here: sudo umount {part}, .*\n$")
        self.assertEqual(calls.read_text().count("unmount"), 1)
        self.assertEqual(self.world.daemon.log().count("new files are in"), 1)
        self.assertEqual(self.knead("eject").status, 4)

    def test_eject_of_what_is_not_there_is_4(self):
        drive = self.drive()
        self.read_once(drive)
        for words in (["eject", "Forerunner 965"], ["eject", "0000"]):
            result = self.knead(*words)
            self.assertEqual((result.status, result.out), (4, ""))
            self.assertIn("no such watch is mounted", result.err)
        drive.unplug()
        self.wait_here(s0000f0e1d2c3=False)
        result = self.knead("eject")
        self.assertEqual((result.status, result.err), (4, "knead: nothing to eject: no watch is mounted\n"))

    def test_eject_leaves_a_stick_that_is_no_watch(self):
        stick = self.stick()
        calls = self.with_desktop(stick)
        stick.put("letters/one.txt", b"dear")
        self.start()
        stick.plug()
        self.wait_logged("is left alone")
        self.assertEqual(self.knead("eject").status, 4)
        self.assertFalse(calls.exists())

    def test_a_drive_is_ejected_by_itself_where_the_settings_say_so(self):
        self.world.configure(more="[watch]\neject = auto\n")
        drive = self.drive()
        calls = self.with_desktop(drive, busy=2)
        self.read_once(drive)
        self.while_time_passes("the drive to be unmounted", lambda: not drive.mounted)
        self.assertEqual(len(calls.read_text().splitlines()), 3)
        self.assertEqual(self.world.daemon.log().count("is plugged in"), 1)
        # it is seen to be gone, and the next time it is plugged in is another one
        for _ in range(20):
            self.world.advance(1)
            time.sleep(0.05)
        drive.unplug()
        self.wait_here(s0000f0e1d2c3=False)
        drive.plug()
        self.while_time_passes("the next try", lambda: len(calls.read_text().splitlines()) > 3)

    def test_a_drive_that_somebody_uses_stays_mounted_until_it_is_plugged_in_again(self):
        self.world.configure(more="[watch]\neject = auto\n")
        drive = self.drive()
        calls = self.with_desktop(drive, busy=100)
        self.read_once(drive)
        self.while_time_passes("the end of its patience", lambda: "media/sdb stays mounted: somebody uses it" in
                               self.world.daemon.log())
        self.world.advance(600)
        time.sleep(0.5)
        self.assertEqual(len(calls.read_text().splitlines()), 5)
        self.assertEqual((self.watch()["trouble"], len(self.world.received())), (None, 1))
        drive.unplug()
        self.wait_here(s0000f0e1d2c3=False)
        drive.plug()
        self.while_time_passes("the end of its patience again", lambda: self.world.daemon.log().count(
            "stays mounted: somebody uses it") == 2)
        self.assertEqual(len(calls.read_text().splitlines()), 10)

    def test_a_drive_stays_mounted_where_the_settings_do_not_say_so(self):
        drive = self.drive()
        calls = self.with_desktop(drive)
        self.read_once(drive)
        time.sleep(2)
        self.assertFalse(calls.exists())


if __name__ == "__main__":
    disk.main()
