# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives for tests without root: in a user and mount namespace of its own a tmpfs stands in for the FAT volume, and
the emulated bus (drives.c) has a disk with the very number of that tmpfs, below a device on USB."""

import ctypes
import hashlib
import os
import pathlib
import platform
import stat
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))

import bus
import doctor
import files
import rig

SIM = "tests/usb/knead-drive-sim"
GATE = "tests/usb/libknead-gate.so"
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_REC, MS_PRIVATE, MS_REMOUNT, MS_BIND, MS_RDONLY = 0x4000, 0x40000, 32, 4096, 1
MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MNT_DETACH = 2
FSCONFIG_SET_STRING, FSCONFIG_CMD_CREATE = 1, 6
MOVE_MOUNT_F_EMPTY_PATH = 4
# the same numbers on every architecture
MOVE_MOUNT, FSOPEN, FSCONFIG, FSMOUNT = 429, 430, 431, 432

libc = ctypes.CDLL(None, use_errno=True)


def call(what, result):
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return result


def enter_namespace():
    """Raises OSError where this kernel or its administrator does not allow it."""
    uid, gid = os.getuid(), os.getgid()
    call("unshare", libc.unshare(CLONE_NEWUSER | CLONE_NEWNS))
    pathlib.Path("/proc/self/setgroups").write_text("deny")
    pathlib.Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    pathlib.Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    call("mount /", libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None))


def new_tmpfs():
    """One that is mounted nowhere yet."""
    context = call("fsopen", libc.syscall(FSOPEN, b"tmpfs", 1))
    try:
        call("fsconfig", libc.syscall(FSCONFIG, context, FSCONFIG_SET_STRING, b"source", b"/dev/volume", 0))
        call("fsconfig", libc.syscall(FSCONFIG, context, FSCONFIG_CMD_CREATE, None, None, 0))
        return call("fsmount", libc.syscall(FSMOUNT, context, 1, 0))
    finally:
        os.close(context)


def tree_hash(folder):
    """Names, contents and dates of all that is below."""
    digest = hashlib.sha256()
    for path in sorted(pathlib.Path(folder).rglob("*")):
        st = path.lstat()
        digest.update(f"{path.relative_to(folder)} {st.st_mode} {st.st_size} {st.st_mtime_ns}\n".encode())
        if stat.S_ISREG(st.st_mode):
            digest.update(path.read_bytes())
    return digest.hexdigest()


class Bus:
    def __init__(self, world):
        self.world = world
        self.pipe = world.home / "drives.pipe"
        self.environment_file = world.home / "drives.env"
        os.mkfifo(self.pipe)
        with open(world.home / "drives.log", "ab") as out:
            self.process = world.spawn([rig.program(SIM), f"--control={self.pipe}", f"--serve={self.environment_file}"],
                                       env=world.environment(), stdout=out, stderr=out)
        rig.wait_for("the emulated bus", self.environment_file.exists)
        self.environment = dict(line.split("=", 1) for line in self.environment_file.read_text().splitlines())
        self.environment["KNEAD_FETCH_HELPER"] = str(self.wrap_fetch())

    def wrap_fetch(self, gate_at=None, bad=None):
        """kneadd starts its helpers without an environment, so the bus is put back here.

        gate_at  the fetcher stops at that file until open_gate()
        bad      (name, bytes): a file that cannot be read behind so many bytes, or a folder that cannot be opened"""
        script = self.world.home / "fetch"
        more = {name: self.environment[name] for name in ("UMOCKDEV_DIR", "LD_PRELOAD")}
        more.update({name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ})
        if gate_at or bad:
            # before the bus, which answers for files itself, and behind a sanitizer, which must be the first
            libraries = more["LD_PRELOAD"].split(":")
            at = next(i for i, name in enumerate(libraries) if "umockdev" in name)
            more["LD_PRELOAD"] = ":".join([*libraries[:at], os.path.abspath(rig.program(GATE)), *libraries[at:]])
        if bad:
            more.update(KNEAD_BAD_NAME=bad[0], KNEAD_BAD_AT=str(bad[1]))
        if gate_at:
            more.update(KNEAD_SLOWER="10", KNEAD_GATE_AT=str(gate_at), KNEAD_GATE_OPEN=str(self.gate()))
        lines = [f"export {name}='{value}'" for name, value in more.items()]
        fresh = self.world.home / "fetch.new"
        fresh.write_text("\n".join(["#!/bin/sh", *lines, f"exec {os.path.abspath(rig.program(rig.FETCH))} \"$@\"", ""]))
        fresh.chmod(0o755)
        os.rename(fresh, script)
        return script

    def gate(self):
        return self.world.home / "gate-is-open"

    def open_gate(self):
        self.gate().touch()

    def tell(self, line):
        bus.tell(self.pipe, line)


class Drive:
    """A device with a disk. What it holds is prepared in `storage` and put into a fresh volume at each plug-in."""

    def __init__(self, bus, port=1, disk="sdb", ids=("091e", "2802"), serial="0000f0e1d2c3", watch=True):
        self.bus, self.port, self.disk, self.ids, self.serial = bus, port, disk, ids, serial
        self.storage = bus.world.home / f"storage-{port}"
        self.mount_point = bus.world.home / "media" / disk
        self.activities = self.storage / "GARMIN" / "ACTIVITY"
        (self.activities if watch else self.storage).mkdir(parents=True)
        self.mount_point.mkdir(parents=True)
        self.volume = None
        self.mounted = False

    def put(self, name, data):
        """A name as bytes need not be UTF-8."""
        path = pathlib.Path(os.fsdecode(os.fsencode(self.storage) + b"/" + os.fsencode(name)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def put_run(self, at, folder="GARMIN/ACTIVITY", **keywords):
        name = at[:19].replace("T", "-").replace(":", "-") + ".FIT"
        return self.put(f"{folder}/{name}", files.fit_run(files.utc_s(at), **keywords))

    def runs(self, n, **keywords):
        for day in range(1, n + 1):
            self.put_run(f"2026-05-{day:02}T06:00:00Z", **keywords)

    def plug(self, mount=True, usb_class="08"):
        self.fill()
        self.show(usb_class)
        if mount:
            # as our unit does: once the disk is there
            sysfs = pathlib.Path(self.bus.environment["UMOCKDEV_DIR"]) / "sys/class/block" / self.disk
            rig.wait_for("the disk", sysfs.exists)
            self.mount()

    def show(self, usb_class="08"):
        """Device and disk on the bus, of the volume that fill() made."""
        number = os.fstat(self.volume).st_dev
        self.bus.tell(f"plug {self.port} {self.ids[0]} {self.ids[1]} {self.serial} {usb_class}")
        self.bus.tell(f"disk {self.port} {self.disk} {os.major(number)} {os.minor(number)}")

    def fill(self):
        """What is in storage, into a fresh volume."""
        self.volume = new_tmpfs()
        subprocess.run(["cp", "-a", f"{self.storage}/.", f"/proc/self/fd/{self.volume}/."], check=True,
                       pass_fds=[self.volume])

    def mount(self):
        call("move_mount", libc.syscall(MOVE_MOUNT, self.volume, b"", -100, str(self.mount_point).encode(),
                                        MOVE_MOUNT_F_EMPTY_PATH))
        self.mounted = True
        self.remount(MS_RDONLY)

    def remount(self, flags):
        call("remount", libc.mount(None, str(self.mount_point).encode(), None,
                                   MS_REMOUNT | MS_BIND | MS_NOSUID | MS_NODEV | MS_NOEXEC | flags, None))

    def hash(self):
        return tree_hash(f"/proc/self/fd/{self.volume}")

    def lose_files(self):
        """What is seen of a FAT volume whose device is gone: files that were not read yet are not there."""
        self.remount(0)
        for path in sorted(self.mount_point.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()

    def unmount(self):
        if self.mounted:
            call("umount", libc.umount2(str(self.mount_point).encode(), MNT_DETACH))
        self.mounted = False

    def unplug(self):
        """As systemd does it: the device leaves, then its mount."""
        self.bus.tell(f"unplug {self.port}")
        self.unmount()
        self.close()

    def close(self):
        self.unmount()
        if self.volume is not None:
            os.close(self.volume)
        self.volume = None


class Unmounter:
    """Whoever unmounts when it is asked: the unit of the system, or the desktop. A thread of the test, which alone has
    the right to unmount here."""

    def __init__(self, drive, asked, answer):
        self.drive, self.asked, self.answer = drive, asked, answer
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while not self.stopped.is_set():
            if self.asked.exists():
                self.drive.unmount()
                self.answer()
                return
            time.sleep(0.02)

    def stop(self):
        self.stopped.set()
        self.thread.join()


class Case(rig.Case):
    def setUp(self):
        super().setUp()
        self.drives = []
        self.unmounters = []
        self.bus = Bus(self.world)

    def tearDown(self):
        for unmounter in self.unmounters:
            unmounter.stop()
        for drive in self.drives:
            drive.close()
        super().tearDown()

    def drive(self, **settings):
        self.drives.append(Drive(self.bus, **settings))
        return self.drives[-1]

    def stick(self):
        """A drive that is no watch."""
        return self.drive(ids=("0781", "5567"), serial="4C53000", watch=False)

    def start(self):
        return self.world.start(env=self.bus.environment)

    def knead(self, *arguments, prefix=()):
        return self.world.knead(*arguments, env=self.bus.environment, prefix=prefix)

    def with_desktop(self, drive, busy=0, answer=0):
        """A desktop that unmounts when udisksctl is called, after it refused `busy` times; and its answer then."""
        folder = self.world.home / "bin"
        folder.mkdir()
        calls, done = folder / "calls", folder / "done"
        script = folder / "udisksctl"
        script.write_text(f"""#!/bin/sh
echo "$*" >>{calls}
[ "$(wc -l <{calls})" -gt {busy} ] || exit 1
touch {folder}/asked
while [ -d {folder} ] && [ ! -e {done} ]; do sleep 0.02; done
exit {answer}
""")
        script.chmod(0o755)
        self.bus.environment["PATH"] = f"{folder}:{os.environ['PATH']}"
        self.unmounters.append(Unmounter(drive, folder / "asked", done.touch))
        return calls

    def with_unit(self, drive, works=True):
        """The system's own unit: mounts below /run/knead, and waits for a file there; one that does not work never
        unmounts."""
        call("tmpfs", libc.mount(b"none", b"/run", b"tmpfs", 0, b"mode=755"))
        drive.mount_point = pathlib.Path("/run/knead/volumes") / drive.disk
        drive.mount_point.mkdir(parents=True)
        asked = pathlib.Path("/run/knead/eject") / drive.disk
        asked.parent.mkdir()
        if works:
            self.unmounters.append(Unmounter(drive, asked, asked.unlink))
        return asked

    def sleepless(self):
        """As a prefix: a program that waits by sleeping is through with that at once, so that all its patience takes no
        time."""
        number = {"x86_64": 230, "aarch64": 115}[platform.machine()]  # clock_nanosleep
        return sys.executable, "-B", doctor.__file__, "--forbid", str(number)


class WatchCase(Case):
    """On a Saturday evening, with a phone."""

    def setUp(self):
        super().setUp()
        self.world.set_clock(rig.EVENING)
        self.world.start_receiver()
        self.world.configure()

    def not_mounted(self):
        """A drive with a run on it, which the daemon has seen plugged in, and nobody has mounted yet."""
        drive = self.drive()
        drive.runs(1)
        self.start()
        drive.plug(mount=False)
        self.wait_logged("fenix 3 is plugged in")
        return drive

    def wait_logged(self, text, times=1):
        rig.wait_for(f"the log line {text}\n" + self.world.daemon.log(),
                     lambda: self.world.daemon.log().count(text) >= times)

    def while_time_passes(self, what, condition):
        """Waits for it, a second of the test's clock at each look."""
        rig.wait_for(what + "\n" + self.world.daemon.log(), lambda: condition() or self.world.advance(1))

    def wait_here(self, **serials):
        """Until `knead watches` says so: serial=whether it is here."""
        wanted = {name.removeprefix("s"): here for name, here in serials.items()}
        rig.wait_for(f"the watches {wanted}", lambda: {
            row["serial"]: row["here"] for row in self.world.ask_lines("watches")} == wanted)

    def wait_gate(self, drive, at):
        """Until the fetcher stands at that file: it is copied whole, and not yet handed over."""
        size = min(path.stat().st_size for path in drive.activities.iterdir())

        def stands():
            names = self.world.spool()
            parts = [self.world.state / "spool" / name for name in names if "part" in name]
            try:
                return len([name for name in names if len(name) == 64]) == at - 1 and \
                    any(part.stat().st_size >= size for part in parts)
            except FileNotFoundError:
                return False

        rig.wait_for(f"the fetcher to stand at file {at}", stands)

    def watch(self):
        """The only one that `knead watches` lists, once it lists one."""
        watches = rig.wait_for("a watch in the list", lambda: self.world.ask_lines("watches"))
        self.assertEqual(len(watches), 1, watches)
        return watches[0]


def main():
    try:
        enter_namespace()
    except OSError as error:
        print(f"SKIPPED: no user and mount namespace here ({error})")
        sys.exit(rig.SKIPPED)
    rig.main()
