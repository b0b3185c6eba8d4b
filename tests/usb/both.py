# SPDX-License-Identifier: GPL-3.0-or-later
"""Two watches at once, both pulled out in the middle, as often as told: every run arrives, once, and is told of once.

usage: both.py BUILD-FOLDER [--times=N] [--seed=N]"""

import sys
import time

import disk
import pulls
import rig

TIMES, ROUND = 6, 6


class Both(pulls.Pulls):
    def __init__(self, times, seed):
        super().__init__(seed)
        self.times, self.cut = times, 0
        self.world.start_receiver()
        self.world.configure()
        self.bus = disk.Bus(self.world)
        self.bus.environment["KNEAD_AGAIN_MS"] = str(pulls.AGAIN_MS)
        self.watches = [disk.Drive(self.bus), disk.Drive(self.bus, port=2, disk="sdc", serial="0000aabbccdd")]

    def add(self):
        """New runs on both."""
        for number, watch in enumerate(self.watches):
            for _ in range(self.dice.randint(2, 5)):
                self.put_run(watch, serial=1000 + number)

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
        _, wrong = self.count(60)
        self.world.settle()
        told = sum(note["body"]["data"].get("new", 0) for note in self.world.accepted())
        return wrong + ([f"{told} told"] if told != self.days else [])

    def run(self):
        self.world.start(env=self.bus.environment)
        while self.cut < self.times:
            self.pull_both()
        return self.judge() + self.end()

    def close(self):
        for watch in self.watches:
            watch.close()
        self.world.close()


def main():
    times, seed = pulls.arguments(__doc__, times=TIMES, seed=int(time.time()))
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
    return pulls.verdict(wrong, seed)


if __name__ == "__main__":
    sys.exit(main())
