# SPDX-License-Identifier: GPL-3.0-or-later
"""Two watches at once, both pulled out in the middle, as often as told: every run arrives, once, and is told of once.

usage: both.py BUILD-FOLDER [--times=N] [--seed=N]"""

import pathlib
import random
import sys
import time

import disk
import rig

EVENING = "2026-05-16T19:30:00+02:00"
TIMES, ROUND = 6, 6
AGAIN_MS = 300  # in place of three seconds: one that comes back sooner is waited for


class Both:
    def __init__(self, times, seed):
        self.times, self.dice = times, random.Random(seed)
        self.world = rig.World()
        self.world.set_clock(EVENING)
        self.world.start_receiver()
        self.world.configure()
        self.bus = disk.Bus(self.world)
        self.bus.environment["KNEAD_AGAIN_MS"] = str(AGAIN_MS)
        self.watches = [disk.Drive(self.bus), disk.Drive(self.bus, port=2, disk="sdc", serial="0000aabbccdd")]
        self.days, self.cut = 0, 0

    def add(self):
        """New runs on both, none at the same time as any other."""
        for number, watch in enumerate(self.watches):
            for _ in range(self.dice.randint(2, 5)):
                at_s = rig.files.utc_s("2024-01-01T06:00:00Z") + 86400 * self.days
                watch.put_run(rig.files.iso(at_s), serial=1000 + number)
                self.days += 1

    def wait_gone(self):
        rig.wait_for("both to be gone", lambda: not any(row["here"] for row in self.world.ask_lines("watches")))

    def pull_both(self):
        """Each reading stops at the same file of its watch; then both cables are pulled, in any order."""
        self.add()
        self.bus.gate().unlink(missing_ok=True)
        self.bus.wrap_fetch(gate_at=self.dice.randint(1, 3))
        names, stored = set(self.world.spool()), self.world.count("file")
        for watch in self.dice.sample(self.watches, 2):
            watch.plug()
            time.sleep(self.dice.uniform(0, 0.2))
        # parts have names of their own each time; what went through is counted
        rig.wait_for("a reading", lambda: set(self.world.spool()) - names or self.world.count("file") > stored)
        time.sleep(self.dice.uniform(0, 0.3))
        for watch in self.dice.sample(self.watches, 2):
            watch.lose_files()
        self.bus.open_gate()
        for watch in self.dice.sample(self.watches, 2):
            watch.unplug()
            time.sleep(self.dice.uniform(0, 0.1))
        self.wait_gone()
        self.bus.wrap_fetch()
        self.cut += 1

    def judge(self):
        for watch in self.watches:
            watch.plug()
        log = self.world.daemon.log
        rig.wait_for(f"all {self.days} runs\n{log()[-3000:]}", lambda: self.world.count("activity") >= self.days, 60)
        rig.wait_for("an empty spool", lambda: self.world.spool() == [])
        self.world.settle()
        counts = {table: self.world.count(table) for table in ("activity", "file", "sighting")}
        told = sum(note["body"]["data"].get("new", 0) for note in self.world.accepted())
        wrong = [f"{n} in {name}" for name, n in counts.items() if n != self.days]
        wrong += [f"{told} told"] if told != self.days else []
        wrong += ["a refused file"] if self.world.ask("status")["refused"] else []
        return wrong

    def run(self):
        self.world.start(env=self.bus.environment)
        while self.cut < self.times:
            self.pull_both()
        wrong = self.judge()
        status = self.world.daemon.end()
        return wrong + ([f"kneadd ended with {status}"] if status else [])

    def close(self):
        for watch in self.watches:
            watch.close()
        self.world.close()


def main():
    times, seed = TIMES, int(time.time())
    for word in sys.argv[2:]:
        name, _, value = word.partition("=")
        if name == "--times":
            times = int(value)
        elif name == "--seed":
            seed = int(value)
        else:
            print(__doc__, file=sys.stderr)
            return 2
    rig.BUILD = pathlib.Path(sys.argv[1]).resolve()
    try:
        disk.enter_namespace()
    except OSError as error:
        print(f"SKIPPED: no user and mount namespace here ({error})")
        return rig.SKIPPED
    done, runs, wrong = 0, 0, []
    while done < times and not wrong:  # what piles up on a watch makes each pull slower
        test = Both(min(ROUND, times - done), seed + done)
        try:
            wrong = test.run()
        finally:
            test.close()
        done, runs = done + test.cut, runs + test.days
    print(f"{done} times both pulled out, {runs} runs")
    for what in wrong:
        print(f"FAILED (seed {seed}): {what}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
