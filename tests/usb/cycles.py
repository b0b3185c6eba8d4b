# SPDX-License-Identifier: GPL-3.0-or-later
"""A watch that is plugged in and pulled out at random instants, with the real daemon: every file arrives, once.

usage: cycles.py BUILD-FOLDER [--cycles=N] [--seed=N]"""

import pathlib
import random
import sys
import time

import bus
import rig

EVENING = "2026-05-16T19:30:00+02:00"
CYCLES = 30
SEED = 20260516
READING_S = 1.0  # in which the cable may be pulled; a whole reading takes about that long here
AWAY_S = 0.5     # how long it stays away, at most
AGAIN_MS = 300   # in place of three seconds: sooner than that it is waited for


class Cycles:
    def __init__(self, cycles, seed):
        self.cycles, self.random = cycles, random.Random(seed)
        self.world = rig.World()
        self.world.set_clock(EVENING)
        self.world.configure(phone=False)
        # slow, so that there is something to interrupt
        self.watch = bus.Bus(self.world, latency_usec=12000)
        self.watch.environment["KNEAD_AGAIN_MS"] = str(AGAIN_MS)
        self.files = 0

    def add(self, n):
        for _ in range(n):
            at_s = rig.files.utc_s("2024-01-01T06:00:00Z") + 86400 * self.files
            self.watch.put_run(rig.files.iso(at_s), seconds=self.random.choice([60, 300, 1200]))
            self.files += 1

    def cycle(self):
        self.add(self.random.choice([0, 1, 1, 2, 4]))
        self.watch.plug()
        time.sleep(self.random.random() * READING_S)
        self.watch.unplug()
        time.sleep(self.random.random() * AWAY_S)

    def judge(self):
        """The last plug-in may take its time: then everything is there, once."""
        self.watch.plug()
        rig.wait_for(f"all {self.files} files\n{self.world.daemon.log()[-3000:]}",
                     lambda: self.world.count("activity") >= self.files, 120)
        rig.wait_for("an empty spool", lambda: self.world.spool() == [])
        counts = {table: self.world.count(table) for table in ("activity", "file", "sighting")}
        report = self.watch.report()
        wrong = [name for name, n in counts.items() if n != self.files]
        wrong += ["an operation that does not read"] if set(report["codes"]) - bus.READING else []
        wrong += [report["rule"]] if report["broken_rules"] else []
        wrong += ["a reset"] if report["resets"] + report["device_resets"] else []
        wrong += ["a refused file"] if self.world.ask("status")["refused"] else []
        return counts, wrong

    def run(self):
        self.add(20)
        self.world.start(env=self.watch.environment)
        for _ in range(self.cycles):
            self.cycle()
        counts, wrong = self.judge()
        log = self.world.daemon.log()
        readings, cut = log.count("is plugged in"), log.count(": it was unplugged") + log.count("broke off")
        status = self.world.daemon.end()
        print(f"{self.cycles} times pulled out, {readings} times seen, {cut} readings cut, {self.files} files: {counts}")
        return wrong + ([f"kneadd ended with {status}"] if status else [])


def main():
    cycles, seed = CYCLES, SEED
    for word in sys.argv[2:]:
        name, _, value = word.partition("=")
        if name == "--cycles":
            cycles = int(value)
        elif name == "--seed":
            seed = int(value)
        else:
            print(__doc__, file=sys.stderr)
            return 2
    rig.BUILD = pathlib.Path(sys.argv[1]).resolve()
    test = Cycles(cycles, seed)
    try:
        wrong = test.run()
    finally:
        test.world.close()
    for what in wrong:
        print(f"FAILED (seed {seed}): {what}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
