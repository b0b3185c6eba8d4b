# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests share that pull watches out again and again: the world, its runs, and the last look at what came of it."""

import pathlib
import random
import sys

import rig

AGAIN_MS = 300  # in place of three seconds: a watch that comes back sooner is waited for


class Pulls:
    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.world = rig.World()
        self.world.set_clock(rig.EVENING)
        self.days = 0

    def put_run(self, watch, **keywords):
        """Each on a day of its own, whichever watch it is on."""
        at_s = rig.files.utc_s("2024-01-01T06:00:00Z") + 86400 * self.days
        watch.put_run(rig.files.iso(at_s), **keywords)
        self.days += 1

    def count(self, timeout_s):
        """Waits until every run is in. Returns how many there are of what, and what is wrong with that."""
        rig.wait_for(f"all {self.days} runs\n{self.world.daemon.log()[-3000:]}",
                     lambda: self.world.count("activity") >= self.days, timeout_s)
        rig.wait_for("an empty spool", lambda: self.world.spool() == [])
        counts = {table: self.world.count(table) for table in ("activity", "file", "sighting")}
        wrong = [f"{n} in {name}" for name, n in counts.items() if n != self.days]
        wrong += ["a refused file"] if self.world.ask("status")["refused"] else []
        return counts, wrong

    def end(self):
        status = self.world.daemon.end()
        return [f"kneadd ended with {status}"] if status else []


def arguments(usage, **numbers):
    """The build folder, which rig is told, and --NAME=N for each of the numbers. Returns them; ends where there is more."""
    for word in sys.argv[2:]:
        name, _, value = word.removeprefix("--").partition("=")
        if name not in numbers:
            print(usage, file=sys.stderr)
            sys.exit(2)
        numbers[name] = int(value)
    rig.BUILD = pathlib.Path(sys.argv[1]).resolve()
    return numbers.values()


def verdict(wrong, seed):
    """The exit status, after all that is wrong was told."""
    for what in wrong:
        print(f"FAILED (seed {seed}): {what}")
    return 1 if wrong else 0
