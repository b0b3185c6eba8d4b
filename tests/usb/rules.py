# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules for udev, read and applied by the real udev (`udevadm test`) to devices of the emulated bus, in a namespace
in which they are the only ones.

usage: rules.py BUILD-FOLDER [CASE...]"""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

import bus
import disk
import rig

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
DISK = "/sys/class/block/sdb"
DEVICE = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1"
# what other rules and the hardware database say of a disk and of a watch that they know
BEFORE = """SUBSYSTEM=="block", ENV{{ID_FS_USAGE}}="{usage}", ENV{{ID_FS_TYPE}}="{kind}"
SUBSYSTEM=="usb", ENV{{ID_MTP_DEVICE}}="1", ENV{{ID_MEDIA_PLAYER}}="1", ENV{{ID_USB_INTERFACES}}="{interfaces}"
"""


def ids_of_drives():
    """An id of each make that the tables say is a drive; read here anew."""
    found = []
    for path in sorted((SOURCE / "config" / "devices").glob("*.devices")):
        for section in re.split(r"^\[.*\]$", path.read_text(), flags=re.M):
            words = dict(re.findall(r"^(\w+) *= *(.*)$", section, re.M))
            if words.get("Transport") == "drive" and "MatchUsbId" in words:
                for pattern in words["MatchUsbId"].split(";"):
                    text = re.sub(r"\[(.)[^]]*\]", r"\1", pattern.strip()).replace("*", "2802").replace("?", "0")
                    found.append(tuple(text.split(":")))
    return found


class Rules(disk.Case):
    def setUp(self):
        super().setUp()
        self.folder = self.world.home / "rules.d"
        self.folder.mkdir()
        for path in (SOURCE / "systemd" / "60-kneadd.rules",
                     rig.BUILD / "systemd" / "90-kneadd-volume.rules"):
            shutil.copy(path, self.folder)
        for place in ("/usr/lib/udev/rules.d", "/lib/udev/rules.d", "/etc/udev/rules.d", "/run/udev/rules.d",
                      "/usr/local/lib/udev/rules.d"):
            if os.path.isdir(place):
                disk.call("bind", disk.libc.mount(str(self.folder).encode(), place.encode(), None, disk.MS_BIND, None))
        # what udev remembers of devices is not to be this machine's
        if os.path.isdir("/run/udev"):
            disk.call("tmpfs", disk.libc.mount(b"none", b"/run/udev", b"tmpfs", 0, None))
        self.before()

        group = self.world.home / "group"
        group.write_text("root:x:0:\nknead:x:4711:\n")
        disk.call("bind", disk.libc.mount(str(group).encode(), b"/etc/group", None, disk.MS_BIND, None))

    def before(self, usage="filesystem", kind="vfat", interfaces=":080650:"):
        (self.folder / "50-before.rules").write_text(BEFORE.format(usage=usage, kind=kind, interfaces=interfaces))

    def apply(self, path, action="add", of=None):
        """Properties after all rules. Fails on whatever udev complains of. What it remembers of an event before would be
        among them, and is forgotten."""
        if os.path.isdir("/run/udev"):
            shutil.rmtree("/run/udev/data", ignore_errors=True)
            shutil.rmtree("/run/udev/tags", ignore_errors=True)
        where = (of or self.bus).environment
        rig.wait_for(path, (pathlib.Path(where["UMOCKDEV_DIR"]) / path[1:] / "uevent").exists)
        env = {**os.environ, **{name: where[name] for name in ("UMOCKDEV_DIR", "LD_PRELOAD")},
               "ASAN_OPTIONS": "detect_leaks=0"}
        done = subprocess.run(["udevadm", "test", "--action", action, path], env=env, capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        complaints = [line for line in done.stderr.splitlines() if re.search(r"\.rules:\d+", line)
                      and not re.search(r"MODE|GROUP|Importing", line)]
        self.assertEqual(complaints, [], "udev complains")
        self.assertIn("90-kneadd-volume.rules", done.stderr, "the rules were not read")
        self.rights = re.findall(r"60-kneadd\.rules:\d+ (MODE|GROUP) (\w+)", done.stderr)
        return dict(line.split("=", 1) for line in done.stdout.splitlines() if re.match(r"[A-Z_]+=", line))

    def plug(self, usb_class="08", **settings):
        drive = self.drive(**settings)
        drive.plug(mount=False, usb_class=usb_class)
        return drive

    def test_the_disk_of_a_watch_wants_the_unit_that_mounts_it(self):
        self.plug()
        for action in ("add", "change", "bind"):
            with self.subTest(action):
                said = self.apply(DISK, action)
                self.assertEqual(said.get("SYSTEMD_WANTS"), "kneadd-volume@sdb.service")
                self.assertIn(":systemd:", said["TAGS"])

    def test_every_make_that_the_tables_say_is_a_drive_reaches_the_rule(self):
        makes = ids_of_drives()
        self.assertIn(("091e", "2802"), makes)
        for port, ids in enumerate(makes[:6], 1):
            with self.subTest(ids):
                self.plug(port=port, ids=ids, disk="sd" + "abcdefg"[port])
                said = self.apply("/sys/class/block/sd" + "abcdefg"[port])
                self.assertIn("SYSTEMD_WANTS", said)

    def test_a_stick_of_another_make_wants_nothing(self):
        self.plug(ids=("0781", "5567"))
        self.assertNotIn("SYSTEMD_WANTS", self.apply(DISK))

    def test_what_is_no_fat_file_system_is_not_mounted(self):
        self.plug()
        for usage, kind in (("filesystem", "ext4"), ("raid", "vfat"), ("", "")):
            with self.subTest(kind=kind):
                self.before(usage, kind)
                self.assertNotIn("SYSTEMD_WANTS", self.apply(DISK))

    def test_a_watch_is_given_to_whoever_sits_at_the_machine(self):
        self.plug(ids=("091e", "50db"))
        said = self.apply(DEVICE)
        self.assertIn(":uaccess:", said["TAGS"])
        self.assertEqual((said.get("ID_MM_DEVICE_IGNORE"), said.get("ID_MTP_DEVICE")), ("1", "1"))

    # -- a watch that no rule knows by its maker

    def access(self, **settings):
        """Whether one with an id that nobody knows may be opened, once its interfaces are there."""
        watch = bus.Bus(self.world, plugged=True, id="1234:0001", **settings)
        said = self.apply(DEVICE, "bind", watch)
        watch.end()
        return ":uaccess:" in said.get("TAGS", "")

    def test_what_speaks_mtp_by_the_name_of_an_interface_is_given_whichever_interface_that_is(self):
        for configuration in (1, 2):
            for interface in range(8):
                with self.subTest(interface=interface, configuration=configuration):
                    self.assertTrue(self.access(interface_name="Acme MTP", interface=interface,
                                                configuration=configuration))
        self.assertTrue(self.access(interface=1, decoys_alike=True, other_configuration=True, configuration=2))

    def test_what_speaks_mtp_by_its_class_is_given_whichever_interface_that_is(self):
        # as the real 50-udev-default.rules has it
        (self.folder / "51-usb-id.rules").write_text('SUBSYSTEM=="usb", IMPORT{builtin}="usb_id"\n')
        for interface in (0, 2):
            with self.subTest(interface):
                self.assertTrue(self.access(**{"class": "06/01/01", "interface_name": "", "interface": interface}))

    def test_only_the_device_itself_is_given_and_only_while_it_is_here(self):
        self.plug(ids=("1234", "0001"))
        (self.folder / "51-usb-id.rules").write_text('ENV{ID_USB_INTERFACES}=":060101:"\n')
        self.assertIn(":uaccess:", self.apply(DEVICE)["TAGS"])
        interface = f"{DEVICE}/1-1:1.0"
        for path, action in ((DISK, "add"), (interface, "add"), (DEVICE, "remove")):
            with self.subTest(path=path, action=action):
                self.assertNotIn("uaccess", self.apply(path, action).get("TAGS", ""))
                self.assertEqual(self.rights, [])

    def test_what_says_nothing_of_mtp_is_left_alone(self):
        (self.folder / "51-usb-id.rules").write_text('SUBSYSTEM=="usb", IMPORT{builtin}="usb_id"\n')
        self.assertFalse(self.access(interface_name="Modem", interface=1))
        self.assertFalse(self.access(interface_name=""))

    def test_a_watch_is_given_to_the_group_and_to_nobody_else(self):
        self.plug(ids=("091e", "50db"))
        self.apply(DEVICE)
        self.assertEqual(dict(self.rights), {"MODE": "0660", "GROUP": "4711"})

    def test_what_a_watch_was_given_is_not_taken_away_by_a_later_event(self):
        self.plug(ids=("091e", "50db"))
        for action in ("change", "bind"):
            with self.subTest(action):
                self.assertIn(":uaccess:", self.apply(DEVICE, action)["TAGS"])
                self.assertEqual(len(self.rights), 2)

    def test_nobody_elses_device_is_touched(self):
        self.plug(ids=("0781", "5567"))
        said = self.apply(DEVICE)
        self.assertNotIn("uaccess", said.get("TAGS", ""))
        self.assertEqual(self.rights, [])

    def test_a_desktop_mounts_no_watch_of_the_system_service_and_any_other(self):
        disk.call("tmpfs", disk.libc.mount(b"none", b"/etc/systemd/system", b"tmpfs", 0, None))
        self.plug()
        self.assertNotIn("UDISKS_AUTO", self.apply(DISK))
        enabled = pathlib.Path("/etc/systemd/system/multi-user.target.wants/kneadd.service")
        enabled.parent.mkdir()
        enabled.touch()
        self.assertEqual(self.apply(DISK)["UDISKS_AUTO"], "0")
        self.plug(port=2, disk="sdc", ids=("0781", "5567"))
        self.assertNotIn("UDISKS_AUTO", self.apply("/sys/class/block/sdc"))

    def test_a_disk_that_is_no_usb_disk_by_its_name_wants_nothing(self):
        self.plug(disk="loop0")
        self.assertNotIn("SYSTEMD_WANTS", self.apply("/sys/class/block/loop0"))

    def test_a_disk_that_leaves_wants_nothing(self):
        self.plug()
        self.assertNotIn("SYSTEMD_WANTS", self.apply(DISK, "remove"))

    def keep_others_off(self, kneadd):
        """The rule of a machine on which kneadd is there, or not."""
        text = (rig.BUILD / "systemd" / "61-kneadd-keep-others-off.rules").read_text()
        text, n = re.subn(r'TEST!="/[^"]*/kneadd"', f'TEST!="{kneadd}"', text)
        self.assertEqual(n, 1)
        (self.folder / "61-kneadd-keep-others-off.rules").write_text(text)

    def test_the_rule_that_keeps_others_off_does_nothing_where_kneadd_was_removed(self):
        self.keep_others_off(self.world.home / "kneadd")
        self.plug(ids=("091e", "50db"))
        self.assertEqual(self.apply(DEVICE)["ID_MTP_DEVICE"], "1")

    def test_the_rule_that_keeps_others_off_takes_the_marks_away_and_leaves_access(self):
        self.keep_others_off(rig.program(rig.KNEADD))
        self.plug(ids=("091e", "50db"))
        said = self.apply(DEVICE)
        self.assertEqual(said.get("MTP_NO_PROBE"), "1")
        self.assertNotIn("ID_MTP_DEVICE", said)
        self.assertNotIn("ID_MEDIA_PLAYER", said)
        self.assertIn(":uaccess:", said["TAGS"])
        self.plug(port=2, ids=("0781", "5567"), disk="sdc")
        self.assertEqual(self.apply(DEVICE.replace("1-1", "1-2"))["ID_MTP_DEVICE"], "1")


class Units(unittest.TestCase):
    """What mounts a watch, as text: no test without root can mount a FAT volume (`./dev test --vm` does)."""

    def lines(self, name):
        for folder in (rig.BUILD / "systemd", SOURCE / "systemd"):
            if (folder / name).exists():
                found = {}
                for line in (folder / name).read_text().splitlines():
                    key, equals, value = line.partition("=")
                    if equals and not line.startswith("#"):
                        found.setdefault(key, []).append(value)
                return found
        raise AssertionError(f"no unit {name}")

    def test_a_watch_is_mounted_read_only_and_nothing_on_it_is_believed(self):
        words = self.lines("kneadd-volume@.service")["ExecStart"][0].split()
        options = set(words[words.index("-o") + 1].split(","))
        self.assertLessEqual({"ro", "nosuid", "nodev", "noexec", "noatime", "tz=UTC", "gid=knead", "fmask=0137",
                              "dmask=0027"}, options)
        self.assertEqual((words[0], words[words.index("-t") + 1]), ("/bin/mount", "vfat"))
        self.assertEqual(words[-2:], ["/dev/%i", "/run/knead/volumes/%i"])

    def test_what_mounts_a_watch_goes_with_it_and_leaves_nothing(self):
        unit = self.lines("kneadd-volume@.service")
        self.assertIn("dev-%i.device", unit["BindsTo"])
        self.assertIn("dev-%i.device", unit["After"][0].split())
        self.assertIn("umount", unit["ExecStop"][0])
        self.assertEqual(unit["ExecStopPost"], ["-/bin/rmdir /run/knead/volumes/%i"])

    def test_what_mounts_a_watch_has_one_right_and_the_mount_is_everybodys(self):
        unit = self.lines("kneadd-volume@.service")
        self.assertEqual(unit["CapabilityBoundingSet"], ["CAP_SYS_ADMIN"])
        own_namespace = {"PrivateTmp", "PrivateMounts", "PrivateDevices", "PrivateUsers", "ProtectSystem", "ProtectHome",
                         "ProtectKernelTunables", "ProtectKernelModules", "ProtectKernelLogs", "ProtectControlGroups",
                         "ProtectProc", "ReadOnlyPaths", "ReadWritePaths", "InaccessiblePaths", "TemporaryFileSystem",
                         "RootDirectory", "BindPaths", "NoExecPaths"}
        self.assertEqual(own_namespace & set(unit), set())
        self.assertIn("is-enabled kneadd.service", unit["ExecCondition"][0])

    def test_the_service_has_no_capability_and_sees_no_device_but_those_on_usb(self):
        unit = self.lines("kneadd.service")
        for key, value in {"User": "knead", "Group": "knead", "CapabilityBoundingSet": "", "AmbientCapabilities": "",
                           "NoNewPrivileges": "yes", "PrivateUsers": "yes", "DevicePolicy": "closed",
                           "DeviceAllow": "char-189 rw", "ProtectSystem": "strict"}.items():
            with self.subTest(key):
                self.assertEqual(unit.get(key), [value])
        self.assertNotIn("PrivateDevices", unit)
        self.assertNotIn("SupplementaryGroups", unit)
        self.assertEqual(self.lines("user/kneadd.service")["NoNewPrivileges"], ["yes"])

    def test_an_eject_ends_the_mount_and_is_meant_for_the_watch_that_is_here(self):
        unit, path = self.lines("kneadd-volume@.service"), self.lines("kneadd-eject@.path")
        eject = self.lines("kneadd-eject@.service")
        self.assertEqual(unit["Wants"], ["kneadd-eject@%i.path"])
        self.assertEqual(path["BindsTo"], ["kneadd-volume@%i.service"])
        # not before ExecStartPre below is through: it would see what was asked of the watch before, and eject this one
        self.assertEqual(path["After"], ["kneadd-volume@%i.service"])
        self.assertEqual(eject["Conflicts"], ["kneadd-volume@%i.service"])
        asked = path["PathExists"][0]
        self.assertEqual(eject["ExecStart"], [f"/bin/rm -f {asked}"])
        self.assertEqual(unit["ExecStartPre"], [f"-/bin/rm -f {asked}"])


if __name__ == "__main__":
    disk.main()
