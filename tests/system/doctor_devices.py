# SPDX-License-Identifier: GPL-3.0-or-later
"""What `knead doctor` finds around watches: udev and its rules, rights, who holds one, mounts; and who runs the daemon.

usage: doctor_devices.py BUILD-FOLDER [CASE...]"""

import os
import shutil
import struct

import doctor
import machine
import rig


class Devices(doctor.Doctor):
    def drive(self):
        self.sound()
        self.machine.plug(product=0x2bf4, interface=machine.DRIVE)
        self.machine.know(usb_id="091e:2bf4")
        for name, number in (("sda", "8:0"), ("sda1", "8:1"), ("sdb", "8:16")):
            port = "2-1" if name == "sdb" else "1-1"
            real = f"/sys/devices/usb1/{port}/{port}:1.0/host0/block/{name}"
            self.machine.write(f"{real}/dev", number + "\n")
            os.symlink(f"../..{real.removeprefix('/sys')}", self.machine.path(f"/sys/class/block/{name}"))


class UserService(Devices):
    # -- udev

    def test_rules_that_are_missing_or_hidden(self):
        self.sound()
        rules = self.machine.path("/usr/lib/udev/rules.d/60-kneadd.rules")
        rules.rename(self.machine.path("/usr/lib/udev/rules.d/60-other.rules"))
        self.assert_found("udev-rules", what="not installed")
        self.machine.write("/usr/local/lib/udev/rules.d/60-kneadd.rules", machine.RULES)
        self.assertEqual(self.found(), set())
        self.machine.write("/etc/udev/rules.d/60-kneadd.rules", "")
        self.assert_found("udev-rules", what="/etc/udev", mend="sudo rm /etc/udev/rules.d/60-kneadd.rules")

    def test_rules_that_only_the_system_service_needs_may_be_missing(self):
        self.sound()
        self.machine.path("/usr/lib/udev/rules.d/90-kneadd-volume.rules").unlink()
        self.machine.write("/etc/udev/rules.d/60-kneadd.rules", 'SUBSYSTEM=="usb", TAG+="uaccess"\n')
        self.assertEqual(self.found(), set())
        self.machine.write("/etc/udev/rules.d/60-kneadd.rules", 'SUBSYSTEM=="usb", GROUP="knead"\n')
        self.assert_found("udev-rules", what="let kneadd at a watch, and does not do so itself")

    def test_rules_of_ones_own_that_give_nobody_a_right(self):
        self.sound()
        mine = self.machine.write("/etc/udev/rules.d/60-kneadd.rules", '# TAG+="uaccess"\nSUBSYSTEM=="usb"\n')
        self.assert_found("udev-rules", what="/etc/udev/rules.d/60-kneadd.rules hides the rules")
        mine.unlink()
        os.symlink("/dev/null", mine)
        self.assert_found("udev-rules", what="hides the rules")
        mine.unlink()
        self.machine.write("/etc/udev/rules.d/60-kneadd.rules", machine.RULES)
        self.assertEqual(self.found(), set())

    def test_rules_of_an_older_version_in_etc_are_named_where_they_give_no_right(self):
        self.with_watch()
        self.machine.write("/etc/udev/rules.d/60-kneadd.rules", machine.RULES)
        self.assertEqual(self.found(), set())
        os.chmod(self.machine.path(machine.NODE), 0)
        self.assert_found("watch-rights", mend="sudo rm /etc/udev/rules.d/60-kneadd.rules && sudo udevadm")

    def test_no_udev(self):
        self.sound()
        self.machine.path("/run/udev/control").unlink()
        self.assert_found("udev", mend="systemd-udevd")

    def test_a_table_of_devices_that_is_wrong(self):
        self.sound()
        self.machine.write("/etc/knead/devices/80-mine.devices", "[mine]\nMatchFolder = X\nActivityPth = X/Y\n")
        self.assert_found("device-tables", what="80-mine.devices:3")

    def test_a_machine_without_usb(self):
        self.sound()
        shutil.rmtree(self.machine.path("/sys/bus/usb"))
        self.assert_found("usb", what="no USB", mend="modprobe")
        folder = self.world.home / "sync"
        folder.mkdir()
        self.world.conf.write_text(self.world.conf.read_text() + f"[folder sync]\npath = {folder}\n")
        self.world.daemon.hang_up()
        self.assertEqual(self.found(), set())

    # -- watches

    def with_watch(self):
        self.sound()
        self.machine.plug()
        self.machine.know()

    def test_a_watch_that_is_seen_and_free_is_no_fault(self):
        self.with_watch()
        self.assertEqual(self.found(), set())

    def test_a_watch_without_rights(self):
        self.with_watch()
        node = self.machine.path(machine.NODE)
        os.chmod(node, 0)
        self.assert_found("watch-rights", what="Forerunner 965", mend="udevadm")
        os.chmod(node, 0o400)
        self.assert_found("watch-rights", what="no right to open")
        for nobody in ("Linger=no\nDisplay=2\nActiveSession=", "Linger=no\nDisplay=2\nActiveSession=3\nUser=4711"):
            self.machine.answer("loginctl", nobody)
            self.assert_found("watch-rights", what="Forerunner 965", mend="log in at this machine's screen")
        node.unlink()
        self.assert_found("watch-rights", what="no device node")

    def test_a_watch_that_another_program_holds(self):
        self.with_watch()
        self.machine.hold(77, "gvfsd-mtp")
        self.assert_found("watch-held", what="gvfsd-mtp, process 77", mend="gio mount")
        self.assertEqual(self.findings[0]["mend"], "gio mount -s mtp (for good: sudo knead setup --keep-others-off on)")
        shutil.rmtree(self.machine.path("/proc/77"))
        self.machine.hold(78, "mtp-server")
        self.assert_found("watch-held", what="mtp-server", mend="kill 78")
        self.assertEqual(self.findings[0]["mend"], "kill 78")
        shutil.rmtree(self.machine.path("/proc/78"))
        self.machine.hold(79, "kneadd-fetch")
        self.assertEqual(self.found(), set())

    def test_a_program_of_another_user_is_ended_with_sudo(self):
        if self.world.run(["unshare", "-Ur", "true"]).status != 0:
            rig.skip_visibly(self, "user namespaces are not allowed here")
        self.with_watch()
        self.machine.hold(78, "mtp-server")
        # sudo knead doctor: whose it is tells the one who typed that, not root
        for caller, command in (("4711", "sudo kill 78"), ("0", "kill 78")):
            self.assert_found("watch-held", prefix=("unshare", "-Ur"), env={"SUDO_UID": caller})
            self.assertEqual(self.findings[0]["mend"], command)

    def test_a_watch_that_the_desktop_shows(self):
        self.with_watch()
        (self.world.home / "runtime/gvfs/mtp:host=Garmin_0000cbf0a1b2").mkdir(parents=True)
        self.assert_found("watch-held", what="file manager", mend="gio mount")

    def test_a_watch_that_is_claimed_while_no_daemon_runs(self):
        self.with_watch()
        driver = self.machine.path("/sys/bus/usb/devices/1-1/1-1:1.0")
        driver.mkdir()
        os.symlink("../../../bus/usb/drivers/usbfs", driver / "driver")
        self.assertEqual(self.found(), set(), "the daemon may have it")
        self.world.daemon.end()
        self.machine.know()
        self.assert_found("watch-held", "service", what="held by another program")

    def test_a_watch_in_the_wrong_mode(self):
        self.sound()
        self.machine.plug(product=0x0003)
        self.machine.know(usb_id="091e:0003")
        self.assert_found("watch-mode", mend="USB Mode")

    def test_a_watch_with_a_protocol_of_its_own(self):
        self.sound()
        self.machine.plug(vendor=0x0da4, product=0x0008)
        self.machine.know(usb_id="0da4:0008")
        self.assert_found("watch-mode", mend="folder")

    def test_a_drive_that_is_not_mounted(self):
        self.drive()
        self.machine.write("/proc/self/mountinfo", "30 1 8:16 / /other rw - vfat /dev/sdb rw\n")
        self.assert_found("watch-mount", what="/dev/sda1", mend="udisksctl mount -b /dev/sda1")
        mount = self.world.home / "mount"
        mount.mkdir()
        self.machine.write("/proc/self/mountinfo", f"30 1 8:1 / {mount} ro - vfat /dev/sda1 ro\n")
        os.chmod(self.machine.path(machine.NODE), 0)
        self.assertEqual(self.found(), set(), "of a drive the node on USB is nobody's business")
        os.chmod(mount, 0)
        self.assert_found("watch-mount", what=f"mounted at {mount}")
        shutil.rmtree(self.machine.path("/sys/class/block"))
        self.assert_found("watch-mount", what="no volume")

    def test_a_watch_that_the_daemon_has_not_noticed(self):
        self.sound()
        self.machine.plug()
        self.assert_found("watch-seen", what="not noticed", mend="restart")
        # others of the same model that it knows: one with another serial number, and this one when it was here before
        self.machine.know(serial="0000cbf0a1b3")
        self.assert_found("watch-seen", what="not noticed")
        self.machine.know(here=0)
        self.assert_found("watch-seen", what="not noticed")

    def test_a_watch_that_could_not_be_read(self):
        self.with_watch()
        self.machine.know(trouble="it broke off")
        self.assert_found("watch-seen", what="it broke off")
        self.machine.know(serial="0000cbf0a1b3", trouble="the trouble of one that left", here=0)
        self.assert_found("watch-seen", what="it broke off")
        self.assertEqual(len(self.findings), 1)


class SystemService(Devices):
    system = True

    def give(self, path, uid):
        """As `setfacl -m u:UID:rw`."""
        entries = ((1, 6, -1), (2, 6, uid), (4, 0, -1), (16, 6, -1), (32, 0, -1))
        data = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
        try:
            os.setxattr(path, "system.posix_acl_access", data)
        except OSError as why:
            rig.skip_visibly(self, f"no access control lists here: {why}")

    def test_a_watch_that_the_service_may_not_open(self):
        self.sound()
        self.machine.plug()
        self.machine.know()
        self.as_another_user()
        node = self.machine.path(machine.NODE)
        os.chmod(node, 0o600)
        self.assert_found("watch-rights", mend="udevadm")
        self.give(node, 4711)  # whoever sits at the machine
        self.assert_found("watch-rights", mend="udevadm")
        self.give(node, 4242)
        self.assertEqual(self.found(), set())

    def test_rules_that_only_jump_to_labels_named_after_knead_give_no_right(self):
        self.sound()
        self.machine.write("/etc/udev/rules.d/60-kneadd.rules",
                           'ACTION=="remove", GOTO="kneadd_end"\nMODE="0660", TAG+="uaccess"\nLABEL="kneadd_end"\n')
        self.assert_found("udev-rules", what="hides the rules", mend="sudo rm /etc/udev/rules.d/60-kneadd.rules")

    def test_rules_for_drives_that_are_missing(self):
        self.sound()
        self.machine.path("/usr/lib/udev/rules.d/90-kneadd-volume.rules").unlink()
        self.assert_found("udev-rules", what="90-kneadd-volume.rules")

    def test_rules_of_ones_own_that_leave_the_group_out(self):
        self.sound()
        self.machine.write("/etc/udev/rules.d/60-kneadd.rules", 'SUBSYSTEM=="usb", TAG+="uaccess"\n')
        self.assert_found("udev-rules", what="let kneadd at a watch, and does not do so itself")

    def test_a_drive_that_its_unit_did_not_mount(self):
        self.drive()
        self.assert_found("watch-mount", what="(/dev/sda1)", mend="sudo systemctl restart kneadd-volume@sda1")

    def test_a_daemon_that_runs_as_root(self):
        if self.world.run(["unshare", "-Ur", "true"]).status != 0:
            rig.skip_visibly(self, "user namespaces are not allowed here")
        self.sound()
        # within, whoever started the daemon is root, and knead somebody else
        self.machine.accounts(uid=4242, gid=0)
        self.assert_found("service-unit", what=f"kneadd runs as root (process {self.world.daemon.process.pid})",
                          mend=f"sudo kill {self.world.daemon.process.pid} && sudo systemctl restart kneadd",
                          prefix=("unshare", "-Ur"))


if __name__ == "__main__":
    rig.main()
