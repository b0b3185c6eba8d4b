# SPDX-License-Identifier: GPL-3.0-or-later
"""All numbers again: from the originals, at once, and after a kill from where it was. Profile values from the
history, whatever the order of import.

usage: recompute.py BUILD-FOLDER [CASE...]"""

import datetime
import os
import random
import shutil
import signal
import time

import files
import rig

DONE, PART, USAGE, UNUSABLE, NOTHING = range(5)
MEANING = ("activity", "recording", "file", "day_total", "daily_score", "wellness")


class Recompute(rig.Case):
    def setUp(self):
        super().setUp()
        self.world.now = "2026-05-17T18:00:00+02:00"

    def with_season(self, *options):
        folder = self.world.make_season(self.world.home / "watch", *(options or ("--weeks", "8")))
        self.ok(self.world.knead("import", folder))
        return folder

    def assert_same(self, found, wanted):
        for table in MEANING:
            self.assertEqual(found[table], wanted[table], table)

    def test_the_same_files_give_the_same_numbers(self):
        self.with_season()
        before = self.world.dump(*MEANING)
        said = self.ok(self.world.knead("recompute", "--json")).json()
        self.assertEqual(said, {"files": 40, "kept": 0})
        self.assert_same(self.world.dump(*MEANING), before)
        self.assertEqual(self.world.count("fresh"), 0)

    def test_what_was_falsified_is_right_again(self):
        self.with_season()
        before = self.world.dump(*MEANING)
        self.world.falsify("UPDATE recording SET load = 1, soreness_dose = 2, hr_peak_bpm = 99, profile_hr_max_bpm = 150",
                    "UPDATE activity SET load = 3", "UPDATE day_total SET load = 4",
                    "UPDATE daily_score SET soreness = 5", "DELETE FROM tally")
        self.ok(self.world.knead("recompute"))
        self.assert_same(self.world.dump(*MEANING), before)

    def test_what_a_file_does_not_hold_any_more_goes(self):
        self.with_season()
        before = self.world.dump(*MEANING)
        names = ", ".join(row[1] for row in self.world.rows("PRAGMA table_info(recording)")
                          if row[1] not in ("id", "activity_id", "position", "leads"))
        # a second recording in the same file: once as an activity of its own, on a day that has none, once merged
        self.world.falsify(
            "INSERT INTO activity (day, start_ms, load, distance_m) VALUES (25000, 2160000000000, 77, 5000)",
            f"INSERT INTO recording (activity_id, position, leads, {names}) SELECT"
            f" (SELECT max(id) FROM activity), 1, 1, {names} FROM recording WHERE id = 3",
            f"INSERT INTO recording (activity_id, position, leads, {names}) SELECT activity_id, 2, 0, {names}"
            " FROM recording WHERE id = 3",
            "INSERT INTO day_total VALUES (25000, 77, 5000, 1)")
        self.ok(self.world.knead("recompute"))
        self.assert_same(self.world.dump(*MEANING), before)
        self.assertEqual(self.world.integrity(), ("ok", []))

    def test_several_read_at_once(self):
        self.with_season("--weeks", "4")
        script, lock = self.world.home / "slow.sh", self.world.home / "running"
        lock.mkdir()
        # each stays until it has seen another one beside it, or has waited long
        script.write_text(f'#!/bin/sh\n: >"{lock}/$$"; n=0\n'
                          f'while [ $(ls "{lock}" | wc -l) -lt 2 ] && [ $n -lt 100 ]; do sleep 0.05; n=$((n+1)); done\n'
                          f'[ $n -lt 100 ] || : >"{self.world.home}/alone"\nexec "{rig.program(rig.PARSE)}"\n')
        os.chmod(script, 0o700)
        before = self.world.dump(*MEANING)
        self.ok(self.world.knead("recompute", env={"KNEAD_PARSE_HELPER": str(script), "PATH": os.environ["PATH"]}))
        self.assert_same(self.world.dump(*MEANING), before)
        self.assertFalse((self.world.home / "alone").exists(), "never two at once")

    def test_a_machine_without_a_sandbox_is_said_and_changes_nothing(self):
        self.with_season("--weeks", "1")
        before = self.world.dump(*MEANING)
        script = self.world.home / "caged.sh"
        script.write_text("#!/bin/sh\nexit 70\n")
        os.chmod(script, 0o700)
        result = self.world.knead("recompute", env={"KNEAD_PARSE_HELPER": str(script)})
        self.assertEqual(result.status, UNUSABLE)
        self.assertRegex(result.err, "^knead: cannot recompute: .*sandbox cannot be set up .* nothing has changed\n$")
        self.assert_same(self.world.dump(*MEANING), before)

    def test_a_killed_one_changes_nothing_and_the_next_goes_on(self):
        self.with_season("--weeks", "16")
        before = self.world.dump(*MEANING)
        self.world.falsify("UPDATE recording SET load = 1")
        falsified = self.world.dump(*MEANING)
        seed = int(time.time())
        print(f"seed {seed}")
        dice, partly = random.Random(seed), 0
        for _ in range(6):
            process = self.world.spawn(self.world.knead_arguments("recompute"), env=self.world.environment())
            time.sleep(dice.uniform(0.02, 0.3))
            process.send_signal(signal.SIGKILL)
            if process.wait(30) != -signal.SIGKILL:
                break
            self.assert_same(self.world.dump(*MEANING), falsified)
            done = self.world.count("fresh")
            self.assertGreaterEqual(done, partly, "what was read stays read")
            partly = done
        self.ok(self.world.knead("recompute"))
        self.assert_same(self.world.dump(*MEANING), before)
        self.assertEqual(self.world.integrity(), ("ok", []))

    def test_without_originals_the_numbers_follow_from_what_was_kept(self):
        self.world.configure(phone=False, more="[store]\narchive = off\n")
        self.with_season()
        before = self.world.dump(*MEANING)
        result = self.ok(self.world.knead("recompute"))
        self.assertIn("40 files have no original", result.out)
        self.assert_same(self.world.dump(*MEANING), before)

    def test_a_changed_setting_reaches_what_is_stored(self):
        self.with_season()
        self.world.configure(phone=False, runner="hr_max_bpm = 199\nthreshold_speed_mps = 4.0 from 2026-05-01")
        self.ok(self.world.knead("recompute"))
        entries = [self.world.ask("show", str(entry["id"])) for entry in self.world.ask_lines("log")]
        for entry in entries:
            profile = entry["profile"]
            self.assertEqual(profile["hr_max_bpm"], {"value": 199, "source": "configured"})
            if entry["start_utc"] >= "2026-05-01":
                self.assertEqual(profile["threshold_speed_mps"], {"value": 4.0, "source": "configured"})
            else:
                self.assertNotEqual(profile["threshold_speed_mps"]["source"], "configured")
        wanted = self.world.dump(*MEANING)
        shutil.rmtree(self.world.state)
        self.ok(self.world.knead("import", self.world.home / "watch"))
        self.assert_same(self.world.dump(*MEANING), wanted)

    def days(self):
        return {start // 1000: str(datetime.date(1970, 1, 1) + datetime.timedelta(days=day))
                for start, day in self.world.rows("SELECT start_ms, day FROM activity")}

    def test_days_follow_the_clocks_and_a_new_beginning_of_the_day_asks_for_recompute(self):
        # without an offset of their own: Berlin's at that instant; the last one runs past midnight
        wanted = {"2026-01-10T22:30:00Z": "2026-01-10", "2026-01-10T23:30:00Z": "2026-01-11",
                  "2026-03-28T23:30:00Z": "2026-03-29", "2026-03-29T21:59:00Z": "2026-03-29",
                  "2026-03-29T22:00:00Z": "2026-03-30", "2026-05-10T21:40:00Z": "2026-05-10",
                  "2026-05-12T09:30:00Z": "2026-05-11"}  # in Hawaii
        for i, start in enumerate(wanted):
            path = self.world.home / f"{i}.fit"
            path.write_bytes(files.fit_run(files.utc_s(start), seconds=1800 if i == 5 else 60, serial=7,
                                           utc_offset_s=-36000 if i == 6 else None))
            self.ok(self.world.knead("import", path))
        self.assertEqual(self.days(), {files.utc_s(start): day for start, day in wanted.items()})
        self.assertIsNone(self.world.ask("status")["checks"]["days"])
        self.world.configure(phone=False, runner="day_start_h = 4")
        self.assertIn("knead recompute", self.ok(self.world.knead("status")).out)
        self.assertEqual(self.world.ask("status")["checks"]["days"],
                         {"were": "days begin at 00:00, zone Europe/Berlin",
                          "are": "days begin at 04:00, zone Europe/Berlin"})
        self.assertEqual(self.days(), {files.utc_s(start): day for start, day in wanted.items()})
        self.ok(self.world.knead("recompute"))
        earlier = ("2026-01-10", "2026-01-10", "2026-03-28", "2026-03-29", "2026-03-29", "2026-05-10",
                   "2026-05-11")
        self.assertEqual(self.days(), {files.utc_s(start): day for start, day in zip(wanted, earlier)})
        self.assertIsNone(self.world.ask("status")["checks"]["days"])
        self.assertNotIn("knead recompute", self.ok(self.world.knead("status")).out)

    def test_no_store_is_exit_4(self):
        self.assertEqual(self.world.knead("recompute").status, NOTHING)

    # -- profile values

    def run_file(self, day, hr, speed=3.0, seconds=1800):
        start = files.utc_s(f"2026-{day}T07:00:00Z")
        path = self.world.home / "source" / f"{day}.fit"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(files.fit_run(start, seconds=seconds, serial=77, hr=hr, speed_mps=speed))
        return path

    def test_show_says_where_each_value_came_from(self):
        for path in (self.run_file("05-01", 150, seconds=600), self.run_file("05-03", 190, seconds=600),
                     self.run_file("05-05", 150, seconds=600)):
            self.ok(self.world.knead("import", path))
        profiles = [self.world.ask("show", str(entry["id"]))["profile"] for entry in self.world.ask_lines("log")]
        self.assertEqual([profile["hr_max_bpm"]["source"] for profile in profiles], ["default", "default", "observed"])
        self.assertEqual(profiles[2]["hr_max_bpm"]["value"], 190)
        self.assertEqual([profile["threshold_speed_mps"]["source"] for profile in profiles],
                         ["unknown", "best_effort", "best_effort"])
        # by hand: 1500 m at 3 m/s, too short for a critical speed; the speed of an hour by Riegel
        wanted = 1500 * (3600 / 500) ** (1 / 1.06) / 3600
        self.assertAlmostEqual(profiles[1]["threshold_speed_mps"]["value"], wanted, places=3)
        text = self.ok(self.world.knead("show", "3")).out
        self.assertRegex(text, r"maximum heart rate +190 bpm +the highest that was held")

    def test_a_late_file_moves_the_later_ones_and_any_order_gives_the_same(self):
        dice = random.Random(42)
        paths = [self.run_file(f"{month:02}-{day:02}", dice.randrange(140, 200), dice.uniform(2.6, 3.8),
                               dice.randrange(1000, 2400))
                 for month in (1, 2, 3, 4, 5) for day in (2, 9, 16)]
        wanted = None
        for order in (paths, paths[::-1], dice.sample(paths, len(paths)), None):
            world = rig.World()
            self.addCleanup(world.close)
            world.now = self.world.now
            for path in order or []:
                self.ok(world.knead("import", path))
            if order is None:
                self.ok(world.knead("import", *paths))
            found = world.dump(*MEANING)
            wanted = wanted or found
            for table in MEANING:
                self.assertEqual(found[table], wanted[table], table)

    def test_a_maximum_that_is_too_low_is_said_once(self):
        self.world.configure(url="http://127.0.0.1:9/phone", runner="hr_max_bpm = 180")
        for day, hr in (("05-01", 190), ("05-02", 150)):
            self.ok(self.world.knead("import", self.run_file(day, hr)))
        self.assertNotIn("maximum", self.ok(self.world.knead("status")).out)
        self.assertIsNone(self.world.ask("status")["checks"]["hr_max"])
        for day, hr in (("05-03", 188), ("05-04", 150)):
            self.ok(self.world.knead("import", self.run_file(day, hr)))
        self.assertRegex(self.ok(self.world.knead("status")).out, "maximum heart rate of 180 .* 190")
        self.assertEqual(self.world.ask("status")["checks"]["hr_max"],
                         {"hr_max_bpm": 180, "peak_bpm": 190, "activities": 2})
        notes = [body for body, in self.world.rows("SELECT body FROM event ORDER BY seq")]
        self.assertEqual(["maximum heart rate of 180" in body for body in notes], [False, False, True, False])


if __name__ == "__main__":
    rig.main()
