# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches that a real kernel sees: QEMU's usb-mtp and Debian's umtp-responder, which nobody here wrote, and the
project's simulated watch with Garmin's ids. Each is pulled, or its reader killed, in the middle."""

import json

from frame import need

LONG = {"seconds": 4000, "hr": 140}  # about 80 kB
SPOOL = "/var/lib/knead/spool"
COUNT = f"ls {SPOOL} 2>/dev/null | grep -cE '^[0-9a-f]{{64}}$'"
POLL = "i=0; until {}; do i=$((i + 1)); [ $i -lt 2400 ] || exit 1; sleep 0.05; done; {}"
# something was fetched, and something is still to come; says how much
MIDDLE = POLL.format(f"[ $({COUNT}) -ge 2 ]", COUNT)
READING = POLL.format(f"[ $({COUNT}) -ge 2 ] && ! pgrep kneadd-fetch >/dev/null", COUNT)  # fetched, not yet stored
SLOW = "--latency-usec=200000"
GADGET = "/seed/gadget"


def not_here(bench):
    """Until nothing is plugged in, and nobody reads."""
    bench.guest.wait("the watch to be gone", "! pgrep kneadd-fetch >/dev/null && knead watches --json >/tmp/watches && "
                     "! grep '\"here\": *true' /tmp/watches")


class QemuMtp:
    """QEMU's usb-mtp: a responder in the machine itself, over a folder of this host."""

    def __init__(self, bench):
        self.bench, self.root = bench, bench.work / "usb-mtp"
        self.activities = self.root / "GARMIN" / "Activity"
        self.activities.mkdir(parents=True)

    def put(self, n, **keywords):
        for _ in range(n):
            name, data = self.bench.new_run("usb-mtp", **keywords)
            (self.activities / name).write_bytes(data)

    def plug(self):
        self.bench.guest.qmp("device_add", driver="usb-mtp", id="mtp", bus="usb.0", serial="0123456789",
                            rootdir=str(self.root))

    def unplug(self):
        self.bench.guest.qmp("device_del", id="mtp")
        self.bench.guest.wait("usb-mtp to be gone", "! grep -q ^46f4 /sys/bus/usb/devices/*/idVendor")


class Gadget:
    """A device that the guest's kernel plays for itself."""

    def __init__(self, bench, name, root):
        self.bench, self.name, self.root = bench, name, root
        bench.guest.run(f"mkdir -p {root}/GARMIN/Activity")

    def put(self, n, **keywords):
        for _ in range(n):
            name, data = self.bench.new_run(self.name, **keywords)
            self.bench.guest.write(f"{self.root}/GARMIN/Activity/{name}", data)

    def make(self, *arguments):
        self.bench.guest.run(f"{GADGET} {self.name} {' '.join(arguments)}", timeout_s=40)

    def plug(self):
        self.bench.guest.run(f"{GADGET} plug {self.name}")

    def unplug(self):
        self.bench.guest.run(f"{GADGET} unplug {self.name}")


def usb_mtp(bench):
    """QEMU's usb-mtp: read when it is plugged in, pulled in the middle, whole after the next time"""
    watch = QemuMtp(bench)
    watch.put(3)
    watch.plug()
    bench.wait_settled()
    watch.unplug()
    watch.put(14, **LONG)
    watch.plug()
    fetched = bench.guest.run(MIDDLE, timeout_s=60).out.strip()
    watch.unplug()
    not_here(bench)
    watch.plug()
    bench.wait_settled()
    watch.unplug()
    not_here(bench)
    bench.fact(f"usb-mtp pulled when {fetched} of 14 files were fetched: all in, once")


def umtp(bench):
    """Debian's umtp-responder on the guest's own controller"""
    watch = Gadget(bench, "umtp", "/srv/umtp")
    watch.put(3)
    watch.make()
    watch.plug()
    bench.wait_settled()
    watch.unplug()
    not_here(bench)


def watch_pulled(bench):
    """the simulated watch with Garmin's ids: pulled in the middle"""
    watch = Gadget(bench, "watch", "/srv/watch")
    watch.put(10, **LONG)
    watch.make(watch.root, SLOW)
    watch.plug()
    fetched = bench.guest.run(f"{MIDDLE}; {GADGET} unplug watch", timeout_s=60).out.strip()
    not_here(bench)
    watch.plug()
    bench.wait_settled()
    bench.guest.run("knead watches | grep -q 'Forerunner 965'")
    watch.unplug()
    not_here(bench)
    bench.fact(f"watch pulled when {fetched} of 10 files were fetched: all in, once")


class Volume:
    """A FAT image that the guest's kernel shows as a Garmin's drive."""

    IMAGE, MOUNT = "/srv/drive.img", "/run/knead/volumes"

    def __init__(self, bench):
        self.bench = bench
        bench.guest.run(f"truncate -s 32M {self.IMAGE} && mkfs.vfat -n GARMIN {self.IMAGE} >/dev/null && mkdir -p /mnt/image")

    def put(self, n, **keywords):
        run = self.bench.guest.run
        run(f"mount -o loop {self.IMAGE} /mnt/image && mkdir -p /mnt/image/GARMIN/ACTIVITY")
        for _ in range(n):
            name, data = self.bench.new_run("drive", **keywords)
            self.bench.guest.write(f"/mnt/image/GARMIN/ACTIVITY/{name.upper()}", data)
        run("umount /mnt/image")

    def hash(self):
        return self.bench.guest.run(f"sha256sum <{self.IMAGE}").out


def drive(bench):
    """a watch that is a drive: mounted read-only by the unit, read, ejected, pulled in the middle, not a byte changed"""
    guest = bench.guest
    volume = Volume(bench)
    volume.put(3)
    before = volume.hash()
    guest.run(f"{GADGET} drive {volume.IMAGE}; {GADGET} plug drive", timeout_s=40)
    bench.wait_settled()
    options = guest.run(f"findmnt -rn -o OPTIONS,TARGET | grep ' {volume.MOUNT}/'").out
    need(options.startswith("ro,nosuid,nodev,noexec"), f"mounted {options}")
    need(guest.run(f"stat -c '%U %G %a' {volume.MOUNT}/*/GARMIN").out == "root knead 750\n", "rights of what is mounted")
    said = guest.run("setpriv --reuid=knead --regid=knead --init-groups knead eject", timeout_s=60).out
    need("unmounted, safe to unplug" in said, said)
    need(not guest.run(f"findmnt -rn -o TARGET | grep {volume.MOUNT}/", check=False).out, "still mounted after eject")
    need(guest.run("knead eject", check=False).status == 4, "a second eject found something")
    guest.run(f"{GADGET} unplug drive")
    not_here(bench)
    need(volume.hash() == before, "something was written to the drive")
    volume.put(8, **LONG)
    before = volume.hash()
    guest.run(f"{GADGET} plug drive; {MIDDLE}; {GADGET} unplug drive", timeout_s=90)
    not_here(bench)
    inside = len(bench.known())
    guest.wait("the mount to be gone", f"! findmnt -rn -o TARGET | grep -q {volume.MOUNT}/")
    refused = json.loads(guest.run("knead status --json").out)["refused"]
    need(not [row for row in refused if "ACTIVITY" in row["file"]], f"believed to be gone: {refused}")
    guest.run(f"{GADGET} plug drive")
    bench.wait_settled()
    guest.run(f"{GADGET} unplug drive")
    not_here(bench)
    need(volume.hash() == before, "something was written to the drive")
    bench.fact(f"drive pulled when {inside} of {len(bench.runs)} runs were in: all in, once; the image is as it was")


def daemon_killed(bench):
    """kneadd is killed with -9 and restarted, while it fetches and while it reads"""
    watch = Gadget(bench, "watch", "/srv/watch")
    kill = "kill -9 $(pidof kneadd); systemctl restart kneadd"
    for what, when, command in (("killed with -9 while it fetches", MIDDLE, kill),
                                ("killed with -9 while it reads", READING, kill),
                                ("restarted while it fetches", MIDDLE, "systemctl restart kneadd")):
        watch.put(8, **LONG)
        watch.plug()
        fetched = bench.guest.run(f"{when}; {command}", timeout_s=60).out.strip()
        bench.wait_settled()
        watch.unplug()
        not_here(bench)
        bench.fact(f"kneadd {what} ({fetched} of 8 files fetched): all in, once")


def power_cut(bench):
    """the machine loses its power in the middle, and starts again"""
    guest = bench.guest
    watch = Gadget(bench, "watch", "/srv/watch")
    watch.put(10, **LONG)
    guest.run("rm -rf /srv/watch.copy; cp -r /srv/watch /srv/watch.copy; sync")  # the watch has no part in the cut
    watch.plug()
    fetched = guest.run(MIDDLE, timeout_s=60).out.strip()
    guest.cut_power()
    seconds = guest.boot()
    guest.run("systemctl is-active kneadd")
    watch.make("/srv/watch.copy", SLOW)
    watch.plug()
    bench.wait_settled()
    watch.unplug()
    not_here(bench)
    bench.fact(f"power cut when {fetched} of 10 files were fetched, up again after {seconds:.0f} s: all in, once")


STEPS = (usb_mtp, umtp, drive, watch_pulled, daemon_killed, power_cut)
