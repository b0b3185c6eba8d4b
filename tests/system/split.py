# SPDX-License-Identifier: GPL-3.0-or-later
"""A merge undone: both activities are there, with all that follows from them, and stay apart.

usage: split.py BUILD-FOLDER [CASE...]"""

import files
import rig

DONE, PART, USAGE, UNUSABLE, NOTHING = range(5)
MEANING = ("activity", "recording", "file", "day_total", "daily_score", "wellness")
RUN = "2026-05-12T07:00:00Z"


class Split(rig.Case):
    def setUp(self):
        super().setUp()
        self.world.now = "2026-05-17T18:00:00+02:00"
        self.source = self.world.home / "source"
        self.source.mkdir()
        self.world.make_season(self.world.home / "watch", "--weeks", "6")
        self.ok(self.world.knead("import", self.world.home / "watch"))
        self.fit = self.write("run.fit", files.fit_run(files.utc_s(RUN), seconds=1800, serial=77, hr=171))
        self.tcx = self.write("run.tcx", files.tcx_run(files.utc_s(RUN) + 20, seconds=1800, hr=182))
        self.ok(self.world.knead("import", self.fit, self.tcx))
        self.id = next(entry["id"] for entry in self.world.ask_lines("log") if len(entry["sources"]) == 2)

    def write(self, name, data):
        path = self.source / name
        path.write_bytes(data)
        return path

    def split(self):
        return self.world.ask("split", str(self.id))["activities"]

    def day(self):
        return self.world.rows("SELECT load, distance_m, activities FROM day_total WHERE day ="
                               " (SELECT day FROM activity WHERE id = ?)", self.id)[0]

    def test_both_are_activities_with_their_own_numbers(self):
        merged_day, before = self.day(), self.world.ask("status")
        ids = self.split()
        self.assertEqual((ids[0], len(ids)), (self.id, 2))
        one, other = (self.world.ask("show", str(number)) for number in ids)
        self.assertTrue(one["sources"][0]["file"].endswith("run.fit"))
        self.assertTrue(other["sources"][0]["file"].endswith("run.tcx"))
        self.assertEqual([len(one["sources"]), len(other["sources"])], [1, 1])
        self.assertEqual(other["start_utc"], files.iso(files.utc_s(RUN) + 20))
        load, distance_m, activities = self.day()
        self.assertEqual(activities, merged_day[2] + 1)
        of_the_day = [entry["load"] for entry in self.world.ask_lines("log") if entry["start_utc"][:10] == RUN[:10]]
        self.assertAlmostEqual(load, sum(of_the_day), places=3)
        self.assertGreater(load, merged_day[0] + other["load"]["value"] * 0.9)
        self.assertAlmostEqual(distance_m, merged_day[1] + 5400, delta=20)
        after = self.world.ask("status")
        self.assertEqual(after["activities"], before["activities"] + 1)
        self.assertNotEqual(after["indications"], before["indications"], "it weighs on the scores")
        later = [entry["id"] for entry in self.world.ask_lines("log") if entry["start_utc"] > "2026-05-13"]
        peak = self.world.ask("show", str(later[0]))["profile"]["hr_max_bpm"]["value"]
        self.assertEqual(peak, 182, "what the other one saw counts for the runs after it")

    def test_a_day_of_its_own_counts_both(self):
        start = files.utc_s("2026-03-20T07:00:00Z")
        said = self.ok(self.world.knead("import", "--json", self.write("alone.fit", files.fit_run(start, 1200, hr=130)),
                                        self.write("alone.tcx", files.tcx_run(start, 1200, hr=130)))).json()
        self.id = said["activities"][0]
        self.assertEqual(self.day()[2], 1)
        loads = [self.world.ask("show", str(number))["load"]["value"] for number in self.split()]
        load, distance_m, activities = self.day()
        self.assertEqual(activities, 2)
        self.assertAlmostEqual(load, sum(loads), places=3)
        self.assertAlmostEqual(distance_m, 7200, delta=20)

    def test_a_recomputation_finds_nothing_to_change(self):
        self.split()
        before = self.world.dump(*MEANING)
        self.ok(self.world.knead("recompute"))
        after = self.world.dump(*MEANING)
        for table in MEANING:
            self.assertEqual(after[table], before[table], table)

    def test_later_imports_leave_them_apart(self):
        ids = self.split()
        copy = self.write("copy.tcx", self.tcx.read_bytes())
        self.assertEqual(self.ok(self.world.knead("import", "--json", self.fit, self.tcx, copy)).json()["new"], 0)
        late = self.write("late.fit", files.fit_run(files.utc_s("2026-05-11T17:00:00Z"), seconds=2400, serial=77,
                                                    hr=195))
        self.ok(self.world.knead("import", late))
        starts = [entry["id"] for entry in self.world.ask_lines("log") if entry["start_utc"][:10] == RUN[:10]]
        self.assertLessEqual(set(ids), set(starts))
        before = self.world.dump(*MEANING)
        self.ok(self.world.knead("recompute"))
        self.assertEqual(self.world.dump(*MEANING), before)
        self.assert_store_is_whole()

    def test_a_third_recording_joins_one_of_them(self):
        self.split()
        activities = self.day()[2]
        third = self.write("third.tcx", files.tcx_run(files.utc_s(RUN) + 3, seconds=1800, hr=150, step_s=10))
        said = self.ok(self.world.knead("import", "--json", third)).json()
        self.assertEqual((said["new"], said["merged"], said["activities"]), (0, 1, [self.id]))
        self.assertEqual(self.day()[2], activities)

    def test_for_people_it_names_both_files(self):
        out = self.ok(self.world.knead("split", str(self.id))).out
        self.assertRegex(out, rf"activity {self.id} is 2 activities now:\n  {self.id}  .*run.fit\n  \d+  .*run.tcx\n")

    def test_what_cannot_be_split_is_said(self):
        self.split()
        for argument, status, words in ((str(self.id), NOTHING, "one file only"), ("9999", NOTHING, "no such"),
                                        ("x", USAGE, "wrong value"), ("0", USAGE, "wrong value")):
            result = self.world.knead("split", argument)
            self.assertEqual(result.status, status)
            self.assertIn(words, result.err)
        self.assertEqual(self.world.knead("split").status, USAGE)


if __name__ == "__main__":
    rig.main()
