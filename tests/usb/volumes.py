# SPDX-License-Identifier: GPL-3.0-or-later
"""Volumes that are odd, damaged or none of ours: what is on them is read once, or said, or left alone.

usage: volumes.py BUILD-FOLDER [CASE...]"""

import os
import pathlib
import socket
import struct
import time

import disk
import files
import rig

IN_ACCESS, IN_OPEN = 0x1, 0x20
SECRET_RUN = "2026-05-05T05:05:00Z"


class Witness:
    """Which files and folders of a tree anybody opens or reads."""

    def __init__(self, root):
        self.fd = disk.call("inotify", disk.libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        self.names = {}
        for path in [pathlib.Path(root), *pathlib.Path(root).rglob("*")]:
            number = disk.libc.inotify_add_watch(self.fd, os.fsencode(path), IN_ACCESS | IN_OPEN)
            self.names[disk.call("watch", number)] = str(path.relative_to(root))

    def seen(self):
        found = set()
        try:
            while data := os.read(self.fd, 65536):
                while data:
                    number, _, _, size = struct.unpack_from("iIII", data)
                    name = os.fsdecode(data[16:16 + size].rstrip(b"\0"))
                    found.add(os.path.normpath(os.path.join(self.names[number], name)))
                    data = data[16 + size:]
        except BlockingIOError:
            pass
        return found

    def close(self):
        os.close(self.fd)


class Volumes(disk.WatchCase):
    def read(self, drive, n):
        """Plugs it in, and waits until so many runs are in."""
        if not self.world.daemon:
            self.start()
        drive.plug()
        rig.wait_for(f"{n} runs\n" + self.world.daemon.log(), lambda: self.world.count("activity") >= n)
        self.wait_logged("new files are in")
        self.assertEqual(self.world.count("activity"), n)

    def again(self, drive):
        drive.unplug()
        rig.wait_for("it to be gone", lambda: not any(row["here"] for row in self.world.ask_lines("watches")))
        before = self.world.daemon.log().count("new files are in")
        drive.plug()
        self.wait_logged("new files are in", before + 1)

    def refused(self):
        return {row["file"]: row["why"] for row in self.world.ask("status")["refused"]}

    # -- nobody mounts it

    def test_a_drive_that_nobody_mounts_is_told_of_after_thirty_seconds(self):
        drive = self.not_mounted()
        self.world.advance(29)
        time.sleep(0.5)
        self.assertEqual((self.world.received(), self.watch()["trouble"]), ([], None))
        self.world.advance(2)
        note = self.world.wait_accepted(1)[0]["body"]
        self.assertEqual(note["type"], "watch.stuck")
        self.assertEqual(note["data"]["text"]["title"], "fenix 3 cannot be read")
        self.assertTrue(note["data"]["text"]["body"].startswith(
            "It is a drive that nothing mounted: open it once in the file manager."), note["data"]["text"]["body"])
        self.assertIn("nothing mounted", self.watch()["trouble"])
        self.world.advance(600)
        time.sleep(0.5)
        self.assertEqual(len(self.world.received()), 1)
        drive.mount()
        self.assertEqual(self.world.wait_accepted(2)[1]["body"]["data"]["new"], 1)
        self.assertIsNone(self.watch()["trouble"])

    def test_a_drive_that_is_mounted_in_time_or_was_ejected_is_not_told_of(self):
        drive = self.drive()
        drive.runs(1)
        self.read(drive, 1)
        drive.unmount()
        self.world.advance(60)
        time.sleep(0.5)
        self.assertIsNone(self.watch()["trouble"])
        self.assertEqual(len(self.world.received()), 1)

    def test_a_drive_that_is_gone_before_it_was_mounted_is_not_told_of(self):
        drive = self.not_mounted()
        drive.unplug()
        self.wait_logged("fenix 3 is unplugged")
        self.world.advance(60)
        time.sleep(0.5)
        self.assertEqual((self.world.received(), self.watch()["trouble"]), ([], None))

    # -- odd trees

    def test_the_folders_of_a_watch_count_however_they_are_spelled(self):
        for port, folder in enumerate(("garmin/activity", "Garmin/Activities", "GARMIN/Activity"), 1):
            with self.subTest(folder):
                drive = self.drive(port=port, disk=f"sd{'abcdef'[port]}", serial=f"0000f0e1d2c{port}", watch=False)
                drive.put_run(f"2026-05-1{port}T06:00:00Z", folder=folder, serial=1000 + port)
                self.read(drive, port)
        drive = self.drive(port=4, disk="sde", serial="0000f0e1d2c9", watch=False)
        drive.put("GARMIN/History/old.tcx", files.tcx_run(files.utc_s("2026-05-09T06:00:00Z")))
        self.read(drive, 4)

    def test_two_folders_that_differ_in_case_only_are_both_read(self):
        drive = self.drive(watch=False)
        drive.put_run("2026-05-11T06:00:00Z", folder="GARMIN/ACTIVITY")
        drive.put_run("2026-05-12T06:00:00Z", folder="Garmin/Activity")
        self.read(drive, 2)

    def test_hundreds_of_folders_are_all_read(self):
        drive = self.drive(ids=("1234", "0001"), serial="UNA7", watch=False)
        for month in range(150):
            (drive.storage / f"Apps/Running/Activity/{2010 + month // 12}{month % 12 + 1:02}").mkdir(parents=True)
        for day in range(1, 4):
            drive.put_run(f"2026-05-{day:02}T06:00:00Z", folder=f"Apps/Running/Activity/2022{day + 2:02}")
        drive.put_run("2026-05-09T06:00:00Z", folder="Apps/Walking/Activity/202605")
        for other in range(300):
            (drive.storage / f"music-{other}").mkdir()
        self.read(drive, 4)

    def test_more_folders_than_can_be_read_are_said(self):
        drive = self.drive(ids=("1234", "0001"), serial="UNA7", watch=False)
        for month in range(600):
            (drive.storage / f"Apps/Running/Activity/{month:04}").mkdir(parents=True)
        drive.put_run("2026-05-01T06:00:00Z", folder="Apps/Running/Activity/0001")
        self.read(drive, 1)
        self.assertIn("more folders of activities than can be read", " ".join(self.refused().values()))

    def test_names_of_any_bytes_are_read_and_shown_harmlessly(self):
        drive = self.drive()
        names = [b"new\nline.fit", b"esc\x1b[31m.fit", b"latin-\xe9.fit", b"two  blanks .FIT", "läuft-☃.fit".encode(),
                 b"x" * 250 + b".fit", b"'; rm -rf $HOME #.fit"]
        for day, name in enumerate(names, 1):
            drive.put(b"GARMIN/ACTIVITY/" + name, files.fit_run(files.utc_s(f"2026-05-{day:02}T06:00:00Z")))
            drive.put(b"GARMIN/ACTIVITY/bad-" + name[:200] + b".fit", b"\x0e\x10not a run at all: " + name)
        self.read(drive, len(names))
        refused = self.refused()
        self.assertEqual(len(refused), len(names), refused)
        for text in (self.world.knead("status").out, self.world.knead("log").out, self.world.daemon.log(),
                     self.world.knead("status", "--json").out, self.world.knead("log", "--json").out):
            self.assertNotIn("\x1b", text)
            self.assertNotIn("new\nline", text)
        self.again(drive)
        self.assertEqual(self.world.count("activity"), len(names))

    def test_what_is_no_file_is_named_and_keeps_nobody_waiting(self):
        drive = self.drive()
        drive.runs(2)
        folder = drive.activities
        outside = self.world.home / "outside"
        outside.mkdir()
        (outside / "secret.fit").write_bytes(files.fit_run(files.utc_s(SECRET_RUN)))
        os.mkfifo(folder / "pipe.fit")
        (folder / "folder.fit").mkdir()
        (folder / "folder.fit" / "inside.fit").write_bytes(b"not looked at")
        with socket.socket(socket.AF_UNIX) as listener:
            here = os.open(folder, os.O_RDONLY)
            listener.bind(f"/proc/self/fd/{here}/socket.fit")
            os.close(here)
        (folder / "nowhere.fit").symlink_to("nowhere-at-all")
        (folder / "loop.fit").symlink_to("loop.fit")
        (folder / "out.fit").symlink_to(outside / "secret.fit")
        (folder / "beside.fit").symlink_to("2026-05-01-06-00-00.FIT")
        (drive.storage / "GARMIN" / "Sleep").symlink_to(outside)
        self.start()
        drive.plug()
        self.assertEqual(self.world.wait_accepted(1)[0]["body"]["data"]["new"], 2)
        refused = self.refused()
        self.assertEqual({pathlib.Path(name).name for name in refused} - {"out.fit"},
                         {"pipe.fit", "socket.fit", "nowhere.fit", "loop.fit"}, refused)
        log = [row["start_utc"] for row in self.world.ask_lines("log")]
        if "no Landlock" not in self.world.daemon.log():
            self.assertNotIn(SECRET_RUN, log, "a link led out of the volume")
            self.assertIn("a link out of the folder", refused["GARMIN/ACTIVITY/out.fit"])
        self.assertEqual(len(log), 2)

    def test_an_empty_watch_is_read_and_nothing_is_said(self):
        drive = self.drive()
        self.start()
        drive.plug()
        self.wait_logged("0 of 0 new files are in")
        self.assertIsNone(self.watch()["trouble"])
        self.assertEqual(self.world.received(), [])

    def test_a_garmin_without_any_folder_for_runs_is_shown_and_rings_no_phone(self):
        drive = self.drive(watch=False)
        (drive.storage / "GARMIN" / "Courses").mkdir(parents=True)
        self.start()
        drive.plug()
        rig.wait_for("what is in the way", lambda: self.world.ask_lines("watches") and self.watch()["trouble"])
        self.assertIn("none of the folders of a watch is on it: name the one", self.watch()["trouble"])
        self.assertEqual(self.world.received(), [])
        drive.unplug()
        self.wait_here(s0000f0e1d2c3=False)
        drive.put_run("2026-05-01T06:00:00Z")
        drive.plug()
        self.world.wait_accepted(1)
        self.assertIsNone(self.watch()["trouble"])

    # -- damage

    def test_a_file_with_a_bad_place_is_named_and_comes_in_when_it_can_be_read(self):
        drive = self.drive()
        drive.runs(3)
        self.bus.wrap_fetch(bad=("2026-05-02-06-00-00.FIT", 2000))
        self.read(drive, 2)
        self.assertEqual(self.refused(), {"GARMIN/ACTIVITY/2026-05-02-06-00-00.FIT":
                                          "cannot be read: input/output error"})
        self.assertEqual((self.watch()["wanted"], self.watch()["got"], self.world.spool()), (3, 2, []))
        self.bus.wrap_fetch()
        self.again(drive)
        rig.wait_for("the third run", lambda: self.world.count("activity") == 3)
        self.assertEqual(self.refused(), {})

    def test_a_folder_that_cannot_be_read_is_named_until_it_can(self):
        drive = self.drive()
        drive.runs(1)
        drive.put_run("2026-05-09T06:00:00Z", folder="GARMIN/Activities")
        self.bus.wrap_fetch(bad=("ACTIVITY", 0))
        self.read(drive, 1)
        self.assertEqual(self.refused(), {"GARMIN/ACTIVITY": "this folder cannot be read: input/output error"})
        self.bus.wrap_fetch()
        self.again(drive)
        rig.wait_for("the other run", lambda: self.world.count("activity") == 2)
        self.assertEqual(self.refused(), {})

    def test_a_file_that_was_cut_on_the_watch_is_named_and_the_whole_one_replaces_it(self):
        drive = self.drive()
        whole = files.fit_run(files.utc_s("2026-05-02T06:00:00Z"))
        drive.put("GARMIN/ACTIVITY/A.FIT", whole[:len(whole) // 2])
        drive.put_run("2026-05-01T06:00:00Z")
        self.read(drive, 1)
        self.assertIn("GARMIN/ACTIVITY/A.FIT", self.refused())
        drive.put("GARMIN/ACTIVITY/A.FIT", whole)
        self.again(drive)
        rig.wait_for("the whole run", lambda: self.world.count("activity") == 2)
        self.assertEqual(self.refused(), {})

    def change_while_read(self, change):
        """Three runs; once the first is taken, what `change(folder)` does to the others in the volume."""
        drive = self.drive()
        drive.runs(3)
        self.bus.wrap_fetch(gate_at=1)
        self.start()
        drive.plug()
        drive.remount(0)
        self.wait_gate(drive, 1)
        change(drive.mount_point / "GARMIN" / "ACTIVITY")
        self.bus.open_gate()
        self.wait_logged("new files are in")
        return drive

    def test_a_file_that_is_deleted_on_the_watch_while_it_is_read_is_no_fault(self):
        self.change_while_read(lambda folder: (folder / "2026-05-03-06-00-00.FIT").unlink())
        rig.wait_for("two runs", lambda: self.world.count("activity") == 2)
        self.assertEqual((self.refused(), self.watch()["here"], self.watch()["trouble"]), ({}, True, None))
        self.world.advance(11 * 60)
        time.sleep(0.5)
        self.assertEqual(len(self.world.received()), 1, "a file that is deleted is not waited for")

    def test_a_file_that_grows_while_it_is_read_comes_in_whole_in_the_end(self):
        longer = files.fit_run(files.utc_s("2026-05-03T06:00:00Z"), seconds=1200)
        drive = self.change_while_read(lambda folder: (folder / "2026-05-03-06-00-00.FIT").write_bytes(longer))
        self.bus.wrap_fetch()
        drive.put("GARMIN/ACTIVITY/2026-05-03-06-00-00.FIT", longer)
        self.again(drive)
        rig.wait_for("three runs", lambda: self.world.count("activity") == 3)
        self.assertEqual(self.refused(), {})
        self.assertEqual(sorted(row["timer_s"] for row in self.world.ask_lines("log"))[-1] // 10, 120)

    # -- none of ours

    def test_of_a_stick_that_is_no_watch_no_file_is_opened(self):
        stick = self.stick()
        stick.put("holiday/beach.fit", b"not for us")
        stick.put("letters/private/one.txt", b"dear")
        stick.put("run.fit", files.fit_run(files.utc_s("2026-05-16T06:00:00Z")))
        stick.put("Apps/readme.txt", b"a folder with a name that some watch has, and nothing in it")
        self.start()
        stick.plug(mount=False)
        witness = Witness(f"/proc/self/fd/{stick.volume}")
        stick.mount()
        self.wait_logged("is left alone")
        seen = witness.seen()
        witness.close()
        self.assertEqual(seen - {".", "Apps"}, set(), "it was looked into")
        self.assertIn(".", seen, "the test itself: what is opened is seen")

    def test_of_a_watch_only_its_folders_are_opened(self):
        drive = self.drive()
        drive.runs(1)
        drive.put("letters/one.txt", b"dear")
        drive.put("GARMIN/Courses/course.fit", b"not a run")
        self.start()
        drive.plug(mount=False)
        witness = Witness(f"/proc/self/fd/{drive.volume}")
        drive.mount()
        self.world.wait_accepted(1)
        seen = witness.seen()
        witness.close()
        self.assertEqual(seen - {".", "GARMIN", "GARMIN/ACTIVITY", "GARMIN/ACTIVITY/2026-05-01-06-00-00.FIT"}, set())

    # -- more than one

    def two_volumes(self, card_first, **settings):
        """A watch with a card: two disks of one device, one of them without the folders of a watch."""
        drive = self.drive(disk="sdc" if card_first else "sdb", **settings)
        drive.runs(2)
        card = self.drive(port=7, disk="sdb" if card_first else "sdc", watch=False)
        card.put("maps/atlas.img", b"far too large")
        card.port = drive.port
        return drive, card

    def plug_both(self, drive, card):
        drive.plug(mount=False)
        card.fill()
        number = os.fstat(card.volume).st_dev
        self.bus.tell(f"disk {drive.port} {card.disk} {os.major(number)} {os.minor(number)}")
        sysfs = pathlib.Path(self.bus.environment["UMOCKDEV_DIR"]) / "sys/class/block"
        rig.wait_for("both disks", lambda: (sysfs / drive.disk).exists() and (sysfs / card.disk).exists())
        for volume in sorted((drive, card), key=lambda one: one.disk):
            volume.mount()

    def read_both(self, card_first, settings=""):
        self.world.configure(more=settings)
        drive, card = self.two_volumes(card_first)
        self.start()
        self.plug_both(drive, card)
        rig.wait_for("two runs", lambda: self.world.count("activity") == 2)
        self.wait_logged("is left alone")
        self.wait_logged("2 of 2 new files are in")
        self.assertEqual((self.watch()["trouble"], self.watch()["wanted"], self.watch()["got"]), (None, 2, 2))
        self.assertEqual(self.refused(), {})
        return drive, card

    def test_a_watch_with_a_card_behind_it_is_read_and_nothing_is_in_the_way(self):
        self.read_both(False)

    def test_a_watch_with_a_card_before_it_is_read_and_nothing_is_in_the_way(self):
        self.read_both(True)

    def test_a_watch_with_two_volumes_is_ejected_by_itself_once_both_are_read(self):
        self.world.configure(more="[watch]\neject = auto\n")
        drive, card = self.two_volumes(False)
        calls = self.with_desktop(drive, busy=100)
        for day in range(11, 15):
            card.put_run(f"2026-05-{day}T06:00:00Z", folder="GARMIN/ACTIVITY", serial=2002)
        self.bus.wrap_fetch(gate_at=3)  # which only the second fetcher reaches
        self.start()
        self.plug_both(drive, card)
        self.wait_logged("2 of 2 new files are in")
        self.world.advance(10)
        time.sleep(0.5)
        self.assertFalse(calls.exists(), "it was to be unmounted while it was read")
        self.bus.open_gate()
        rig.wait_for("all runs", lambda: self.world.count("activity") == 6)
        self.while_time_passes("somebody to be asked", calls.exists)

    # -- in line, while another watch is read

    def busy_daemon(self):
        """A watch with a run, at which the fetcher stands."""
        first = self.drive(port=3, disk="sdd", serial="0000aabbccdd")
        first.put_run("2026-05-20T06:00:00Z", serial=3003)
        self.bus.wrap_fetch(gate_at=1)
        self.start()
        first.plug()
        self.wait_gate(first, 1)

    def pulled_in_line(self):
        """One that was plugged in meanwhile, and is gone again."""
        self.busy_daemon()
        drive = self.drive()
        drive.runs(2)
        drive.plug()
        self.wait_here(s0000f0e1d2c3=True, s0000aabbccdd=True)
        time.sleep(0.5)  # for its mount to be seen, too
        drive.unplug()
        self.wait_here(s0000f0e1d2c3=False, s0000aabbccdd=True)
        return drive

    def test_what_was_pulled_while_it_waited_in_line_is_not_asked_for(self):
        self.pulled_in_line()
        self.bus.open_gate()
        self.world.wait_accepted(1)
        time.sleep(5)  # a volume that is not there is looked for that long
        self.assertEqual([row["trouble"] for row in self.world.ask_lines("watches")], [None, None])
        for said in ("cannot read", "left alone", "broke off"):
            self.assertNotIn(said, self.world.daemon.log())
        self.assertEqual(self.world.daemon.log().count("new files are in"), 1)

    def test_what_was_pulled_while_it_waited_in_line_and_came_back_is_read(self):
        drive = self.pulled_in_line()
        drive.plug()
        self.wait_here(s0000f0e1d2c3=True, s0000aabbccdd=True)
        self.bus.open_gate()
        rig.wait_for("three runs\n" + self.world.daemon.log(), lambda: self.world.count("activity") == 3)

    def test_each_volume_that_waits_in_line_is_read(self):
        self.busy_daemon()
        drive, card = self.two_volumes(False)
        card.put_run("2026-05-11T06:00:00Z", folder="GARMIN/ACTIVITY", serial=2002)
        self.plug_both(drive, card)
        self.wait_here(s0000f0e1d2c3=True, s0000aabbccdd=True)
        self.bus.open_gate()
        rig.wait_for("four runs\n" + self.world.daemon.log(), lambda: self.world.count("activity") == 4)

    def test_the_same_serial_number_twice_is_two_volumes_of_one_source(self):
        one, other = self.drive(), self.drive(port=2, disk="sdc")
        one.put_run("2026-05-14T06:00:00Z")
        other.put_run("2026-05-15T06:00:00Z", serial=2002)
        self.start()
        one.plug()
        other.plug()
        rig.wait_for("both runs", lambda: self.world.count("activity") == 2)
        one.unplug()
        other.unplug()
        self.wait_here(s0000f0e1d2c3=False)

    def test_a_watch_without_a_serial_number_is_known_by_its_model(self):
        drive = self.drive(serial="-")
        drive.runs(2)
        self.read(drive, 2)
        self.assertEqual({row[0] for row in self.world.rows("SELECT source FROM sighting")}, {"watch:091e:2802"})
        self.again(drive)
        self.wait_logged("0 of 0 new files are in")

    def test_what_speaks_mtp_and_is_a_drive_as_well_is_not_read_twice(self):
        drive = self.drive(ids=("1234", "0001"), serial="BOTH1")
        drive.runs(1)
        self.start()
        drive.plug(usb_class="08+")
        self.wait_logged("is plugged in")
        rig.wait_for("the try over MTP", lambda: self.watch()["trouble"])
        self.assertEqual((self.watch()["transport"], self.world.count("activity")), ("mtp", 0))
        self.assertNotIn("new files are in", self.world.daemon.log())


if __name__ == "__main__":
    disk.main()
