# SPDX-License-Identifier: GPL-3.0-or-later
"""What only the runner can tell: soreness, flags, quiet times, and what they change.

usage: feedback.py BUILD-FOLDER [CASE...]"""

import files
import rig

DONE, PART, USAGE, UNUSABLE, NOTHING = range(5)


class Feedback(rig.Case):
    def setUp(self):
        super().setUp()
        self.world.now = "2026-05-17T18:00:00+02:00"

    def with_runs(self, *options):
        options = options or ("--weeks", "2")
        self.ok(self.world.knead("import", self.world.make_season(self.world.home / "watch", *options)))

    # -- soreness

    def test_reported_soreness_is_the_score_with_its_regions_for_a_day(self):
        self.with_runs()
        said = self.ok(self.world.knead("feel", "9", "quads", "calves", "--json")).json()
        self.assertEqual(said, {"done": "logged", "soreness": 9.0, "regions": ["calves_achilles", "quads"]})
        soreness = self.world.ask("status")["indications"]["soreness"]
        self.assertEqual(soreness["score"], 90)
        self.assertEqual(soreness["reasons"][0]["name"], "reported")
        self.assertEqual(sorted(soreness["regions"]), ["calves_achilles", "quads"])
        self.world.now = "2026-05-18T18:01:00+02:00"
        self.assertLess(self.world.ask("status")["indications"]["soreness"]["score"], 90)

    def test_soreness_outside_0_to_10_and_unknown_regions_are_wrong_usage(self):
        for words in (["11"], ["-1"], ["nan"], ["much"], ["5", "elbow"], ["5", ""], []):
            with self.subTest(words):
                self.assertEqual(self.world.knead("feel", *words).status, USAGE)
        self.assertFalse(self.world.state.exists(), "wrong usage makes no store")

    def test_a_slip_is_taken_back_and_what_was_told_before_counts_again(self):
        self.with_runs()
        self.assertEqual(self.world.knead("feel", "--undo").status, NOTHING)
        without = self.world.ask("status")["indications"]["soreness"]["score"]
        self.ok(self.world.knead("feel", "6"))
        self.assertIn("knead feel --undo", self.ok(self.world.knead("feel", "9")).out)
        self.ok(self.world.knead("feel", "0"))
        self.assertEqual(self.world.ask("status")["indications"]["soreness"]["score"], 90, "the highest counts")
        self.assertIn("taken back: soreness 0 of 10", self.ok(self.world.knead("feel", "--undo")).out)
        said = self.ok(self.world.knead("feel", "--undo", "--json")).json()
        self.assertEqual(said, {"done": "taken back", "soreness": 9.0, "at": "2026-05-17T16:00:00Z"})
        self.assertEqual(self.world.ask("status")["indications"]["soreness"]["score"], 60)
        self.ok(self.world.knead("feel", "--undo"))
        self.assertEqual(self.world.ask("status")["indications"]["soreness"]["score"], without)
        self.assertEqual(self.world.knead("feel", "--undo").status, NOTHING)
        self.assertEqual(self.world.knead("feel", "3", "--undo").status, USAGE)

    # -- massages

    def test_a_massage_shows_what_it_changed_when_it_is_logged_and_in_the_list(self):
        self.with_runs("--weeks", "8")
        before = self.world.ask("status")["indications"]
        said = self.ok(self.world.knead("massage", "--minutes", "45", "--json")).json()
        self.assertEqual(said["minutes"], 45)
        for name, score in said["before"].items():
            if score is not None:
                self.assertAlmostEqual(score, before[name]["score"], delta=0.2)
        self.assertLess(said["after"]["soreness"], said["before"]["soreness"] - 1)
        self.assertAlmostEqual(said["after"]["injury_risk"], said["before"]["injury_risk"], delta=0.1)
        after = self.world.ask("status")["indications"]
        for name, score in said["after"].items():
            if score is not None:
                self.assertAlmostEqual(score, after[name]["score"], delta=0.2)
        out = self.ok(self.world.knead("massage", "--at", "2026-05-17T16:00:00+02:00")).out
        self.assertRegex(out, r"logged: massage of 2026-05-17 16:00, 30 min\n.*soreness \d+ to \d+")
        listed = self.ok(self.world.knead("massage", "--list", "--json")).lines()
        self.assertEqual([(entry["at"], entry["minutes"]) for entry in listed],
                         [("2026-05-17T14:00:00Z", 30), ("2026-05-17T16:00:00Z", 45)])
        # the massage in between changed what the later one found
        self.assertLess(listed[1]["before"]["soreness"], said["before"]["soreness"])
        self.assertRegex(self.ok(self.world.knead("massage", "--list")).out, r"2026-05-17 16:00 +30 min +.*soreness")

    def test_undo_takes_the_one_that_was_logged_last(self):
        self.with_runs()
        self.ok(self.world.knead("massage"))
        self.ok(self.world.knead("massage", "--at", "2026-05-10T18:00:00+02:00"))
        said = self.ok(self.world.knead("massage", "--undo", "--json")).json()
        self.assertEqual((said["done"], said["at"]), ("taken back", "2026-05-10T16:00:00Z"))
        self.assertEqual(self.world.ask("status")["last_massage"]["at"], "2026-05-17T16:00:00Z")

    def test_no_massage_is_an_empty_list(self):
        self.with_runs()
        self.assertEqual(self.ok(self.world.knead("massage", "--list", "--json")).out, "")
        self.assertIn("no massage is logged", self.ok(self.world.knead("massage", "--list")).out)

    # -- flags and quiet

    def test_a_flag_is_shown_until_it_is_ended(self):
        self.with_runs()
        self.ok(self.world.knead("flag", "injury", "on"))
        self.ok(self.world.knead("flag", "injury", "on"))  # twice is once
        flags = self.world.ask("status")["flags"]
        self.assertEqual(flags, [{"name": "injury", "since": "2026-05-17T16:00:00Z"}])
        self.assertIn("injury", self.ok(self.world.knead("status")).out)
        self.assertIn("held", self.ok(self.world.knead("why")).out)
        self.world.now = "2026-05-18T18:00:00+02:00"
        self.ok(self.world.knead("flag", "injury", "off"))
        self.assertEqual(self.world.ask("status")["flags"], [])
        self.assertNotIn("held", self.ok(self.world.knead("why")).out)
        self.assertEqual(self.world.knead("flag", "injury", "off").status, NOTHING)

    def test_wrong_flags_and_durations_are_wrong_usage(self):
        for words in (["flag", "mood", "on"], ["flag", "injury", "maybe"], ["flag", "injury"], ["snooze"],
                      ["snooze", "3"], ["snooze", "d"], ["snooze", "0d"], ["snooze", "-1h"], ["snooze", "1y"],
                      ["snooze", "99999999999999999999d"], ["snooze", "54w"]):
            with self.subTest(words):
                self.assertEqual(self.world.knead(*words).status, USAGE)
        self.assertFalse(self.world.state.exists(), "wrong usage makes no store")

    def told(self, *before):
        """What the plug-in after the mountain race says, after commands of the runner's."""
        world = self.world
        world.configure(url="http://127.0.0.1:9/phone")
        folder = world.make_season(world.home / "before", "--skip-last")
        self.ok(world.knead("import", folder))
        for words in before:
            self.ok(world.knead(*words))
        race = world.make_season(world.home / "race", "--only-last")
        self.ok(world.knead("import", race))
        return world.ask_lines("alerts")

    def test_a_race_is_worth_a_suggestion(self):
        self.assertEqual(self.told()[-1]["type"], "massage.suggested")

    def test_quiet_holds_the_suggestion_and_the_import_still_says_what_came_in(self):
        alerts = self.told(["snooze", "2d"])
        waiting = [alert for alert in alerts if alert["state"] == "waiting"]
        self.assertEqual([alert["type"] for alert in waiting], ["import.completed", "import.completed"])
        held = [alert for alert in alerts if alert["state"] == "held"]
        self.assertLessEqual(len(held), 1)
        self.assertEqual(self.world.ask("status")["quiet_until"], "2026-05-19T16:00:00Z")
        self.assertIn("Quiet", self.ok(self.world.knead("status")).out)
        self.ok(self.world.knead("snooze", "off"))
        self.assertIsNone(self.world.ask("status")["quiet_until"])
        self.assertEqual(self.world.knead("snooze", "off").status, NOTHING)

    def test_an_illness_holds_the_suggestion_too(self):
        alerts = self.told(["flag", "illness", "on"])
        self.assertNotIn("massage.suggested", [alert["type"] for alert in alerts if alert["state"] == "waiting"])

    def test_a_shorter_quiet_replaces_a_longer_one(self):
        self.with_runs()
        self.ok(self.world.knead("snooze", "2w"))
        self.ok(self.world.knead("snooze", "3h"))
        self.assertEqual(self.world.ask("status")["quiet_until"], "2026-05-17T19:00:00Z")

    # -- what the watch was told

    def test_show_has_the_effort_that_the_watch_was_told(self):
        self.with_runs("--weeks", "6")
        ids = [entry["id"] for entry in self.world.ask_lines("log")]
        shown = [self.world.ask("show", str(number)) for number in ids]
        rated = [one for one in shown if one["stated"].get("rpe")]
        self.assertTrue(rated)
        text = self.ok(self.world.knead("show", str(rated[-1]["id"]))).out
        self.assertRegex(text, r"effort \(RPE\).* of 10")


if __name__ == "__main__":
    rig.main()
