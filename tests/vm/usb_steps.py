# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches that a real kernel sees: QEMU's usb-mtp and Debian's umtp-responder, which nobody here wrote, and the
project's simulated watch with Garmin's ids. Each is pulled, or its reader killed, in the middle."""

import json

from frame import need

LONG = {"seconds": 4000, "hr": 140}  # about 80 kB
SPOOL = "/var/lib/knead/spool"
COUNT = f"ls {SPOOL} 2>/dev/null | grep -cE '^[0-9a-f]{{64}}$'"
POLL = "i=0; until {}; do i=$((i + 1)); [ $i -lt 4800 ] || exit 1; sleep 0.05; done; "
SOME = POLL.format(f"[ $({COUNT}) -ge 2 ]")  # something was fetched, and something is still to come
MIDDLE = SOME + COUNT  # says how much
READING = POLL.format(f"[ $({COUNT}) -ge 8 ]")  # all of them fetched, not yet stored
SLOW = "--latency-usec=200000"
GADGET = "/seed/gadget"


def not_here(bench):
    """Until nothing is plugged in, and nobody reads."""
    bench.guest.wait("the watch to be gone", "! pgrep kneadd-fetch >/dev/null && knead watches --json >/tmp/watches && "
                     "! grep '\"here\": *true' /tmp/watches")


class QemuMtp:
    """QEMU's usb-mtp: a responder in the machine itself, over a folder of this host."""

    def __init__(self, bench, name="usb-mtp"):
        self.bench, self.root = bench, bench.work / name
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
        self.bench.guest.run(f"{GADGET} remove {self.name}; {GADGET} {self.name} {' '.join(arguments)}", timeout_s=60)

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
    """A FAT image, the guest's extra disk, that the guest's kernel shows as a Garmin's drive."""

    IMAGE, MOUNT = "/dev/disk/by-id/virtio-extra", "/run/knead/volumes"

    def __init__(self, bench):
        self.bench = bench
        bench.guest.run(f"mkfs.vfat -I --mbr=no -n GARMIN {self.IMAGE} >/dev/null && mkdir -p /mnt/image")

    def put(self, n, **keywords):
        run = self.bench.guest.run
        run(f"mount {self.IMAGE} /mnt/image && mkdir -p /mnt/image/GARMIN/ACTIVITY")
        for _ in range(n):
            name, data = self.bench.new_run("drive", **keywords)
            self.bench.guest.write(f"/mnt/image/GARMIN/ACTIVITY/{name.upper()}", data)
        run("umount /mnt/image")

    def drop(self, name):
        """As if the runner deleted it on the watch."""
        self.bench.guest.run(f"mount {self.IMAGE} /mnt/image && rm /mnt/image/GARMIN/ACTIVITY/{name} && "
                             "umount /mnt/image")

    def hash(self):
        return self.bench.guest.run(f"sha256sum <{self.IMAGE}").out

    def wait_mounted(self):
        """Returns where."""
        return self.bench.guest.wait("the mount", f"findmnt -rn -o TARGET | grep {self.MOUNT}/").strip()

    def plug_slowly(self):
        """Plugs it in, and has it read at 40 kB a second, so that a pull comes in the middle of a file however fast the
        machine is. Until it is mounted and slowed down, kneadd stands still."""
        guest = self.bench.guest
        guest.run(f"systemctl freeze kneadd && {GADGET} plug drive")
        self.wait_mounted()
        guest.slow_down(40000)
        guest.run(f"blockdev --flushbufs {self.IMAGE} && systemctl thaw kneadd")  # what is remembered is not slow

    def pull(self):
        guest = self.bench.guest
        guest.run(f"{GADGET} unplug drive")
        guest.slow_down(0)
        not_here(self.bench)
        guest.wait("the mount to be gone", f"! findmnt -rn -o TARGET | grep -q {self.MOUNT}/")
        guest.run(f"! systemctl --quiet is-failed 'kneadd-volume@*' && ! ls {self.MOUNT}/* 2>/dev/null")


def drive_pulled(bench, volume, n):
    """Pulls it twice in the middle of n runs. Returns how many came in each time."""
    guest, counts = bench.guest, []
    for _ in range(2):
        volume.plug_slowly()
        fetched = int(guest.run(MIDDLE, timeout_s=90).out)
        need(fetched < n - sum(counts), f"pulled too late: {fetched} files were fetched")
        volume.pull()
        guest.wait("what came in to be stored", f"[ -z \"$(ls {SPOOL})\" ]")
        known = bench.known()
        rows = [json.loads(line) for line in guest.run("knead log --json").out.splitlines()]
        need(len(known) == len(set(known)) and set(known) < set(bench.runs), f"stored: {known}")
        counts.append(len(known) - (len(bench.runs) - n) - sum(counts))
        long = [row for row in rows if bench.runs[row["start_utc"]] == "drive" and row["timer_s"] > 1000]
        need(len(long) == sum(counts) and all(3990 < row["timer_s"] < 4010 for row in long), f"a part was taken: {long}")
        need(fetched <= counts[-1] < n - sum(counts[:-1]), f"{fetched} were fetched, {counts} are in")
        refused = json.loads(guest.run("knead status --json").out)["refused"]
        need(not [row for row in refused if "ACTIVITY" in row["file"]], f"believed to be gone: {refused}")
        watch = [json.loads(line) for line in guest.run("knead watches --json").out.splitlines()
                 if "0000aa55aa55" in line][0]
        need((watch["here"], watch["trouble"], watch["wanted"], watch["got"]) == (False, None, n, sum(counts)), f"{watch}")
    return counts


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
    need("tz=UTC" in options, f"dates follow summer time: {options}")
    need(guest.run(f"stat -c '%U %G %a' {volume.MOUNT}/*/GARMIN").out == "root knead 750\n", "rights of what is mounted")
    said = guest.run("setpriv --reuid=knead --regid=knead --init-groups knead eject", timeout_s=60).out
    need("unmounted, safe to unplug" in said, said)
    need(not guest.run(f"findmnt -rn -o TARGET | grep {volume.MOUNT}/", check=False).out, "still mounted after eject")
    need(guest.run("knead eject", check=False).status == 4, "a second eject found something")
    guest.run(f"{GADGET} unplug drive")
    not_here(bench)
    need(volume.hash() == before, "something was written to the drive")
    volume.put(10, **LONG)
    before = volume.hash()
    counts = drive_pulled(bench, volume, 10)
    need(volume.hash() == before, "something was written to the drive")
    # one that was not fetched yet is deleted on the watch: it is not waited for
    last = max(bench.runs)
    need(last not in bench.known(), "the last run came in first")
    volume.drop(last.replace(":", "-").replace("Z", "").upper() + ".FIT")
    del bench.runs[last]
    before = volume.hash()
    # asked for while the watch of before was pulled: not meant for the next one
    for _ in range(3):
        guest.run("for disk in sda sdb sdc sdd; do touch /run/knead/eject/$disk; done")
        guest.run(f"{GADGET} plug drive")
        disk = volume.wait_mounted().rpartition("/")[2]
        guest.wait("kneadd-eject@.path", f"systemctl --quiet is-active kneadd-eject@{disk}.path")
        bench.wait_settled()
        guest.run(f"findmnt -rn -o TARGET | grep {volume.MOUNT}/")
        volume.pull()
    guest.run("rm -f /run/knead/eject/*")
    need(volume.hash() == before, "something was written to the drive")
    bench.fact(f"drive pulled twice, when {counts[0]} and {counts[1]} of 10 runs were in: the others came in once, nothing "
               "else did; the image is as it was")


def daemon_killed(bench):
    """kneadd is killed with -9 and restarted, while it fetches and while it reads"""
    watch = Gadget(bench, "watch", "/srv/watch")
    watch.make(watch.root, SLOW)
    # dead first, counted then: reading takes a moment only
    kill = f"kill -9 $daemon; {COUNT}; systemctl restart kneadd"
    for what, when, command in (("killed with -9 while it fetches", SOME, kill),
                                ("killed with -9 while it reads", READING, kill),
                                ("restarted while it fetches", MIDDLE, "; systemctl restart kneadd")):
        watch.put(8, **LONG)
        watch.plug()
        waiting = bench.guest.run(f"daemon=$(pidof kneadd); {when}{command}", timeout_s=60).out.strip()
        bench.wait_settled()
        watch.unplug()
        not_here(bench)
        bench.fact(f"kneadd {what} ({waiting} of 8 files were in the spool): all in, once")


def power_cut(bench):
    """the machine loses its power in the middle, and starts again"""
    guest = bench.guest
    watch = Gadget(bench, "watch", "/srv/watch")
    watch.make(watch.root, SLOW)
    watch.put(10, **LONG)
    guest.run("rm -rf /srv/watch.copy; cp -a /srv/watch /srv/watch.copy; sync")  # the watch has no part in the cut
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
