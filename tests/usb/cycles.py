# SPDX-License-Identifier: GPL-3.0-or-later
"""A watch that is plugged in and pulled out at random instants, with the real daemon: every file arrives, once.

usage: cycles.py BUILD-FOLDER [--cycles=N] [--seed=N]"""

import sys
import time

import bus
import pulls

CYCLES = 30
SEED = 20260516
READING_S = 1.0  # in which the cable may be pulled; a whole reading takes about that long here
AWAY_S = 0.5     # how long it stays away, at most


class Cycles(pulls.Pulls):
    def __init__(self, cycles, seed):
        super().__init__(seed)
        self.cycles = cycles
        self.world.configure(phone=False)
        # slow, so that there is something to interrupt
        self.watch = bus.Bus(self.world, latency_usec=12000)
        self.watch.environment["KNEAD_AGAIN_MS"] = str(pulls.AGAIN_MS)

    def add(self, n):
        for _ in range(n):
            self.put_run(self.watch, seconds=self.dice.choice([60, 300, 1200]))

    def cycle(self):
        self.add(self.dice.choice([0, 1, 1, 2, 4]))
        self.watch.plug()
        time.sleep(self.dice.random() * READING_S)
        self.watch.unplug()
        time.sleep(self.dice.random() * AWAY_S)

    def judge(self):
        """The last plug-in may take its time: then everything is there, once."""
        self.watch.plug()
        counts, wrong = self.count(120)
        report = self.watch.report()
        wrong += ["an operation that does not read"] if set(report["codes"]) - bus.READING else []
        wrong += [report["rule"]] if report["broken_rules"] else []
        wrong += ["a reset"] if report["resets"] + report["device_resets"] else []
        return counts, wrong

    def run(self):
        self.add(20)
        self.world.start(env=self.watch.environment)
        for _ in range(self.cycles):
            self.cycle()
        counts, wrong = self.judge()
        log = self.world.daemon.log()
        readings, cut = log.count("is plugged in"), log.count(": it was unplugged") + log.count("broke off")
        ended = self.end()
        print(f"{self.cycles} times pulled out, {readings} times seen, {cut} readings cut, {self.days} files: {counts}")
        return wrong + ended


def main():
    cycles, seed = pulls.arguments(__doc__, cycles=CYCLES, seed=SEED)
    test = Cycles(cycles, seed)
    try:
        wrong = test.run()
    finally:
        test.world.close()
    return pulls.verdict(wrong, seed)


if __name__ == "__main__":
    sys.exit(main())
