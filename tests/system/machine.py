# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine that nothing is wrong with: system files below a folder, and programs of the system that answer
what they are told. Test builds look there ($KNEAD_TEST_ROOT)."""

import os
import pwd
import struct

import files
import rig

UNIT = {"LoadState": "loaded", "ActiveState": "active", "UnitFileState": "enabled", "Result": "success",
        "NeedDaemonReload": "no"}
OFF = dict(UNIT, ActiveState="inactive", UnitFileState="disabled")
NODE = "/dev/bus/usb/001/004"
RULES = 'MODE="0660", GROUP="knead", TAG+="uaccess"\n'
VOLUME_RULES = 'ENV{SYSTEMD_WANTS}+="kneadd-volume@%k.service"\n'


def descriptors(vendor, product, interface):
    """Device and configuration of a watch: interface (class, subclass, protocol) and its endpoints."""
    (klass, endpoints) = interface
    device = struct.pack("<BBHBBBBHHHBBBB", 18, 1, 0x0200, 0, 0, 0, 64, vendor, product, 0x0100, 1, 2, 3, 1)
    parts = struct.pack("<BBBBBBBBB", 9, 4, 0, 0, len(endpoints), *klass, 0)
    for address, kind in endpoints:
        parts += struct.pack("<BBBBHB", 7, 5, address, kind, 64, 1)
    return device + struct.pack("<BBHBBBBB", 9, 2, 9 + len(parts), 1, 1, 0, 0x80, 50) + parts


MTP = ((0xff, 0xff, 0x00), ((0x81, 2), (0x02, 2), (0x83, 3)))
DRIVE = ((0x08, 0x06, 0x50), ((0x81, 2), (0x02, 2)))


class Machine:
    def __init__(self, world, system=False):
        self.world, self.system = world, system
        self.root, self.bin = world.home / "machine", world.home / "bin"
        self.bin.mkdir()
        self.uid, self.gid = os.getuid(), os.getgid()
        self.accounts()
        self.write("/etc/localtime", "TZif2")
        self.write("/usr/lib/udev/rules.d/60-kneadd.rules", RULES)
        self.write("/usr/lib/udev/rules.d/90-kneadd-volume.rules", VOLUME_RULES)
        self.write("/run/udev/control", "")
        self.write("/etc/ssl/certs/ca-certificates.crt", "")
        for folder in ("/run/systemd/system", "/sys/bus/usb/devices", "/sys/class/block", "/proc"):
            (self.root / folder[1:]).mkdir(parents=True)
        self.units(system=UNIT if system else OFF, user=OFF if system else UNIT)
        self.answer("timedatectl", "CanNTP=yes\nNTP=yes\nNTPSynchronized=yes")
        self.answer("loginctl", f"Linger=no\nDisplay=2\nActiveSession=2\nUser={self.uid}")
        if system:
            world.state = self.root / "var/lib/knead"
            world.conf = self.root / "etc/knead/kneadd.conf"
            world.state.mkdir(parents=True)
            world.conf.parent.mkdir(parents=True)
            os.chmod(world.home, 0o710)
            os.chmod(world.state, 0o2770)
            world.conf.touch()
            os.chmod(world.conf, 0o640)

    def path(self, path):
        return self.root / path[1:]

    def write(self, path, text):
        file = self.path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def accounts(self, uid=None, gid=None, members="", user=True, group=True):
        uid, gid = self.uid if uid is None else uid, self.gid if gid is None else gid
        self.write("/etc/passwd", f"knead:x:{uid}:{gid}::/var/lib/knead:/bin/false\n" if user else "")
        self.write("/etc/group", f"knead:x:{gid}:{members}\n" if group else "")

    def me(self):
        return pwd.getpwuid(self.uid).pw_name

    def script(self, name, body):
        path = self.bin / name
        path.write_text("#!/bin/sh\n" + body)
        os.chmod(path, 0o755)

    def answer(self, name, text):
        """As timedatectl answers: a property is one argument, and a list of them in one is none."""
        self.script(name, f"case \"$*\" in *,*) exit 0 ;; esac\ncat <<'END'\n{text}\nEND\n")

    def units(self, system=None, user=None):
        """What systemctl says; what it is told is kept in calls()."""
        for name, unit in (("system", system), ("user", user)):
            if unit is not None:
                (self.world.home / f"unit-{name}").write_text("".join(f"{k}={v}\n" for k, v in unit.items()))
        self.script("systemctl", f'''echo "$*" >>{self.world.home}/systemctl.log
case "$*" in
*cat*) cat {self.world.home}/unit-text ;;
*--user*show*) cat {self.world.home}/unit-user ;;
*show*) cat {self.world.home}/unit-system ;;
esac
''')

    def unit_text(self, text):
        """What `systemctl cat` shows."""
        (self.world.home / "unit-text").write_text(text)

    def calls(self):
        log = self.world.home / "systemctl.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line for line in lines if "show" not in line and " cat " not in f" {line}"]

    def environment(self, more=None):
        env = {"KNEAD_TEST_ROOT": str(self.root), "PATH": f"{self.bin}:{os.environ['PATH']}",
               "XDG_RUNTIME_DIR": str(self.world.home / "runtime")}
        env.update(more or {})
        return env

    def plug(self, name="1-1", vendor=0x091e, product=0x50db, serial="0000cbf0a1b2", interface=MTP, node=True):
        folder = f"/sys/bus/usb/devices/{name}"
        self.write(f"{folder}/descriptors", descriptors(vendor, product, interface))
        for key, value in (("idVendor", f"{vendor:04x}"), ("idProduct", f"{product:04x}"), ("serial", serial),
                           ("busnum", "1"), ("devnum", "4")):
            self.write(f"{folder}/{key}", value + "\n")
        if node:
            os.chmod(self.write(NODE, ""), 0o660)
        return folder

    def know(self, name="Forerunner 965", usb_id="091e:50db", serial="0000cbf0a1b2", trouble="", here=1):
        """The row of a watch that the daemon has noticed."""
        db = rig.sqlite3.connect(self.world.state / "knead.db", timeout=10)
        columns = [row[1] for row in db.execute("PRAGMA table_info(watch)")]
        values = {"source": f"watch:{serial}", "serial": serial, "usb_id": usb_id, "name": name,
                  "transport": "mtp", "trouble": trouble, "here": here}
        numbers = {"first_ms", "seen_ms", "wanted", "got", "refused"}
        row = [values.get(key, 0 if key in numbers else None if key in ("read_ms", "cut_ms") else "")
               for key in columns]
        db.execute(f"INSERT OR REPLACE INTO watch VALUES ({', '.join('?' * len(row))})", row)
        db.commit()
        db.close()

    def hold(self, pid=77, name="gvfsd-mtp"):
        self.write(f"/proc/{pid}/comm", name + "\n")
        folder = self.path(f"/proc/{pid}/fd")
        folder.mkdir(parents=True)
        os.symlink(NODE, folder / "9")
        os.symlink("/dev/null", folder / "0")
