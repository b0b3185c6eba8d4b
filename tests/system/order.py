# SPDX-License-Identifier: GPL-3.0-or-later
"""The same files give the same stored numbers: in any order, one by one or in bulk, with any host zone and locale.

usage: order.py BUILD-FOLDER [CASE...]"""

import os
import random
import time

import files
import rig

MEANING = ("activity", "recording", "tally", "file", "day_total", "daily_score", "wellness", "wellness_part")
NOW = "2026-05-17T18:00:00+02:00"
PLACES = ({"TZ": "America/Los_Angeles"}, {"TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
          {"TZ": "Asia/Kolkata", "LC_ALL": "tr_TR.UTF-8", "LANG": "fr_FR.UTF-8"})


class Order(rig.Case):
    def setUp(self):
        super().setUp()
        seed = int(os.environ.get("KNEAD_TEST_SEED", time.time()))
        print(f"seed {seed}")
        self.dice = random.Random(seed)
        self.source = self.world.home / "source"
        self.source.mkdir()

    def write(self, name, data):
        path = self.source / name
        path.write_bytes(data)
        return path

    def season(self):
        """Three weeks with nights, and beside them what makes the order matter."""
        watch = self.world.make_season(self.world.home / "watch", "--weeks", "3", "--wellness")
        paths = [path for path in watch.rglob("*.*") if path.is_file()]
        # late hearts that move the maximum of everything after them
        for day, hr in (("04-10", 188), ("04-20", 193), ("05-02", 197)):
            start = files.utc_s(f"2026-{day}T16:00:00Z")
            paths.append(self.write(f"{day}.fit", files.fit_run(start, seconds=1200, serial=77, hr=hr)))
        # the same run from two sources, from three, and written in local time
        for day, shift_s in (("04-14", 10), ("04-22", 7200), ("05-06", -60)):
            start = files.utc_s(f"2026-{day}T05:00:00Z")
            paths.append(self.write(f"{day}.fit", files.fit_run(start, seconds=1500, serial=77, hr=160)))
            paths.append(self.write(f"{day}.tcx", files.tcx_run(start + shift_s, seconds=1500, hr=164)))
        start = files.utc_s("2026-05-06T05:00:00Z")
        paths.append(self.write("third.fit", files.fit_run(start + 25, seconds=1490, serial=78, hr=161, position=False)))
        # over midnight, and in the hour that the clock change left out
        paths.append(self.write("night.fit", files.fit_run(files.utc_s("2026-05-08T21:50:00Z"), seconds=1800, serial=77)))
        paths.append(self.write("dst.fit", files.fit_run(files.utc_s("2026-03-29T00:55:00Z"), seconds=1800, serial=77)))
        return sorted(paths)

    def stored(self, portions, env=None):
        world = rig.World()
        self.addCleanup(world.close)
        world.now = NOW
        for portion in portions:
            self.ok(world.knead("import", *portion, env=env))
        self.world.printed += world.printed
        return world

    def assert_same(self, world, wanted, how):
        found = world.dump(*MEANING)
        for table in MEANING:
            self.assertEqual(found[table], wanted[table], f"{table}, {how}")

    def portions(self, paths):
        """In random order, one by one or some at a time."""
        paths = self.dice.sample(paths, len(paths))
        while paths:
            n = self.dice.choice((1, 1, 2, 5, 20))
            yield paths[:n]
            paths = paths[n:]

    def test_any_order_any_portions_any_zone_any_locale(self):
        paths = self.season()
        wanted = self.stored([paths]).dump(*MEANING)
        self.assertGreater(len(wanted["daily_score"]), 20)
        self.assertLess(len(wanted["activity"]), len(wanted["recording"]))
        for env in PLACES:
            portions = list(self.portions(paths))
            world = self.stored(portions, env)
            how = f"{env} {[[path.name for path in portion] for portion in portions]}"
            self.assert_same(world, wanted, how)
            self.ok(world.knead("recompute", env=self.dice.choice(PLACES)))
            self.assert_same(world, wanted, "recomputed, " + how)

    def test_one_by_one_backwards(self):
        paths = self.season()
        wanted = self.stored([paths]).dump(*MEANING)
        self.assert_same(self.stored([[path] for path in reversed(paths)]), wanted, "backwards")

    def test_a_late_maximum_reaches_each_later_run_as_if_it_had_been_there(self):
        paths = self.season()
        late = [path for path in paths if path.name in ("04-10.fit", "04-20.fit", "05-02.fit")]
        wanted = self.stored([paths]).dump(*MEANING)
        rest = [path for path in paths if path not in late]
        for order in (late, late[::-1]):
            self.assert_same(self.stored([rest, *[[path] for path in order]]), wanted, str(order))

    def test_runs_of_eight_years_ago_that_come_late(self):
        old = [self.write(f"2018-04-{day:02}.fit", files.fit_run(files.utc_s(f"2018-04-{day:02}T16:00:00Z"),
                                                                seconds=1800 + 60 * day, serial=77))
               for day in range(1, 25)]
        new = [self.write(f"2026-05-{day:02}.fit", files.fit_run(files.utc_s(f"2026-05-{day:02}T16:00:00Z"),
                                                                seconds=1800 + 60 * day, serial=77))
               for day in range(1, 16)]
        wanted = self.stored([[*old, *new]]).dump(*MEANING)
        self.assertGreater(len(wanted["daily_score"]), 2900)
        for order in ([new, old], [new, old[12:], old[:12]], [old, new], [new[5:], old[::2], new[:5], old[1::2]]):
            world = self.stored(order)
            self.assert_same(world, wanted, str([[path.name for path in part] for part in order]))
        # and these are right: what a look at that evening says
        for day, number in (("2018-04-20", 17641), ("2018-04-30", 17651), ("2026-05-10", 20583)):
            stored = world.rows("SELECT tension, injury_risk, soreness, recovery, stress FROM daily_score WHERE day = ?",
                                number)[0]
            world.now = f"{day}T21:00:00+02:00"
            shown = world.ask("status")["indications"]
            self.assertEqual([shown[name] and shown[name]["raw"] for name in
                              ("tension", "injury_risk", "soreness", "recovery", "stress")], list(stored), day)


if __name__ == "__main__":
    rig.main()
