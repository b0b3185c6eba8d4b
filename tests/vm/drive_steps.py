# SPDX-License-Identifier: GPL-3.0-or-later
"""A watch that is a drive, with a Garmin id: our rule mounts it read-only, and its image stays bit for bit what it
was, also when it is pulled in the middle. The image could be written to: the gadget does not forbid it."""

from frame import need
from usb_steps import LONG, MIDDLE, Gadget, not_here

IMAGE, ROOT = "/srv/drive.img", "/srv/drive"


class Drive(Gadget):
    def fill(self, n, **keywords):
        """Puts n more runs onto the image, as the watch itself would; returns its hash."""
        guest = self.bench.guest
        guest.run(f"[ -e {IMAGE} ] || {{ truncate -s 40M {IMAGE}; mkfs.vfat -n GARMIN {IMAGE}; }}; "
                  f"mkdir -p {ROOT}; mount -o loop {IMAGE} {ROOT}; mkdir -p {ROOT}/GARMIN/Activity")
        self.put(n, **keywords)
        guest.run(f"umount {ROOT}; sync")
        return self.hash()

    def hash(self):
        return self.bench.guest.run(f"sha256sum <{IMAGE}", timeout_s=60).out


def drive(bench):
    """a drive with a Garmin id is mounted read-only, read, ejected, pulled in the middle; its image never changes"""
    guest = bench.guest
    watch = Drive(bench, "drive", "/tmp/nothing")
    watch.root = ROOT
    before = watch.fill(4)
    watch.make(IMAGE)
    watch.plug()
    mount = guest.wait("the mount", "findmnt -n -t vfat -o TARGET,OPTIONS").split()
    need(mount[0].startswith("/run/knead/volumes/"), f"mounted at {mount}")
    options = mount[1].split(",")
    need({"ro", "nosuid", "nodev", "noexec"} <= set(options), f"mounted {options}")
    bench.wait_settled()
    guest.run("knead eject")
    guest.wait("knead eject", "! findmnt -n -t vfat")
    watch.unplug()
    need(watch.hash() == before, "the image of the drive changed")

    before = watch.fill(12, **LONG)
    guest.run("echo 3 >/proc/sys/vm/drop_caches")
    watch.plug()
    fetched = guest.run(f"{MIDDLE}; /seed/gadget unplug drive", timeout_s=60).out.strip()
    not_here(bench)
    guest.wait("the end of the mount", "! findmnt -n -t vfat")
    need(watch.hash() == before, "the image of the drive changed when it was pulled")
    watch.plug()
    bench.wait_settled()
    watch.unplug()
    not_here(bench)
    need(watch.hash() == before, "the image of the drive changed")
    bench.fact(f"drive pulled when {fetched} of 12 files were fetched: all in, once; its image is bit for bit the same")


STEPS = (drive,)
