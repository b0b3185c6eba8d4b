# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated watch for tests of the real programs: tests/usb/main.c, driven over its pipe."""

import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))

import files
import rig

SIM = "tests/usb/knead-watch-sim"
GATE = "tests/usb/libknead-gate.so"
# what may be asked of a watch: nothing in it writes
READING = {"1001", "1002", "1003", "1004", "1005", "1006", "1007", "1008", "1009", "101b", "9001", "9801",
           "9803", "9805", "95c1"}


def tell(pipe, line):
    """Never waits for a reader: the bus may be gone, and that is to be seen as a failure."""
    fd = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    try:
        os.write(fd, (line + "\n").encode())
    finally:
        os.close(fd)


class Bus:
    """The emulated bus, and the watch that is plugged in or not."""

    def __init__(self, world, plugged=False, **settings):
        self.world = world
        self.storage = world.home / "storage"
        self.activities = self.storage / "GARMIN" / "Activity"
        self.activities.mkdir(parents=True, exist_ok=True)
        self.pipe = world.home / "bus.pipe"
        self.reports = 0
        self.environment_file = world.home / "bus.env"
        self.environment_file.unlink(missing_ok=True)
        if not self.pipe.exists():
            os.mkfifo(self.pipe)
        self.wanted = settings
        self.process = None
        self.start(plugged)

    def start(self, plugged):
        words = [f"--{word}" for word in self.words(self.wanted)]
        arguments = [rig.program(SIM), f"--root={self.storage}", *words, f"--control={self.pipe}",
                     f"--serve={self.environment_file}", *([] if plugged else ["--unplugged"])]
        self.log = self.world.home / "bus.log"
        with open(self.log, "ab") as out:
            self.process = self.world.spawn(arguments, env=self.world.environment(), stdout=out, stderr=out)
        rig.wait_for("the emulated bus", self.environment_file.exists)
        self.environment = dict(line.split("=", 1) for line in self.environment_file.read_text().splitlines())
        self.environment["KNEAD_FETCH_HELPER"] = str(self.wrap_fetch())

    @staticmethod
    def words(settings):
        for name, value in settings.items():
            yield f"{name.replace('_', '-')}={value}" if value is not True else name.replace("_", "-")

    def wrap_fetch(self, tries=None):
        """kneadd starts its helpers without an environment, so the bus is put back here.

        tries  what it tries to open, as whoever took it over would (gate.c)"""
        script = self.world.home / "fetch"
        lines = [f"export {name}='{self.environment[name]}'" for name in ("UMOCKDEV_DIR", "LD_PRELOAD")]
        if tries:
            lines.append(f"export KNEAD_TRY='{':'.join(tries)}' LD_PRELOAD=\"$LD_PRELOAD:{rig.program(GATE)}\"")
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                lines.append(f"export {name}='{os.environ[name]}'")
        script.write_text("\n".join(["#!/bin/sh", *lines, f"exec {rig.program(rig.FETCH)} \"$@\"", ""]))
        script.chmod(0o755)
        return script

    def tell(self, line):
        tell(self.pipe, line)

    def plug(self):
        self.tell("plug")

    def unplug(self):
        self.tell("unplug")

    def end(self):
        """Until it has ended: the pipe is the next one's as well, which would read the word in its place."""
        self.tell("quit")
        self.process.wait(rig.slowly(20))

    def set(self, **settings):
        for word in self.words(settings):
            self.tell(f"set {word}")

    def fault(self, **words):
        names = {"operation": "op"}
        text = ",".join(f"{names.get(name, name)}={value}" for name, value in words.items())
        self.tell(f"set fault={text}")

    def mend(self):
        self.tell("set fault=none")

    def report(self):
        """What came over the wire so far."""
        self.reports += 1
        path = self.world.home / f"bus-{self.reports}.json"
        self.tell(f"report {path}")
        rig.wait_for("a report of the bus", path.exists)
        return json.loads(path.read_text())

    def forget(self):
        self.tell("forget")

    def put(self, name, data, folder=None):
        path = (folder or self.activities) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def put_run(self, at, **keywords):
        name = at[:19].replace("T", "-").replace(":", "-") + ".fit"
        return self.put(name, files.fit_run(files.utc_s(at), **keywords))


class Case(rig.Case):
    def bus(self, **settings):
        return Bus(self.world, **settings)

    def start(self, bus):
        return self.world.start(env=bus.environment)

    def assert_only_read(self, report):
        self.assertEqual(set(report["codes"]) - READING, set(), "an operation that does not read")
        self.assertEqual((report["broken_rules"], report["rule"]), (0, ""))
        self.assertEqual((report["resets"], report["device_resets"]), (0, 0))
