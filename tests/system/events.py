# SPDX-License-Identifier: GPL-3.0-or-later
"""The three events that no import brings: raised once each, only where they were chosen, whatever the clock does.

usage: events.py BUILD-FOLDER [CASE...]"""

import datetime
import json
import signal

import files
import rig

RARE = ("strain.cleared", "watch.stale", "strain.weekly")
ALL = "import.completed massage.suggested rest.first watch.stuck " + " ".join(RARE)
RACE_DAY = "2026-05-17T13:50:00+02:00"  # a Sunday
HOUR = 3600


def at(day, clock):
    """A local time in Berlin's summer."""
    return f"2026-{day}T{clock}+02:00"


class Events(rig.Case):
    def after_a_race(self, events=ALL, kind="generic"):
        """A season that ends with a race, and the daemon that suggested a massage because of it."""
        self.world.set_clock(RACE_DAY)
        folder = self.world.make_season(self.world.home / "sync", "--weeks", "8")
        self.world.start_receiver()
        self.world.configure(folders=("sync",), events=events, kind=kind)
        self.world.start()
        self.world.wait_accepted(1, 40)
        return folder

    def look_at(self, text):
        self.world.settle()  # a request that is under way is dated by the clock of its beginning
        self.world.set_clock(text)
        rig.wait_for(f"the look at {text}", lambda: self.world.rows(
            "SELECT 1 FROM fact WHERE name = 'last_tick_s' AND value = ?", str(files.utc_s(text))))
        self.world.settle()

    def days(self, first, n, clocks=("08:00:03", "21:00:02")):
        """Both looks of n days."""
        start = datetime.date.fromisoformat("2026-" + first)
        for i in range(n):
            for clock in clocks:
                self.look_at(f"{start + datetime.timedelta(days=i)}T{clock}+02:00")

    def told(self, *types):
        """Type and instant of what was decided, of these types."""
        return [(alert["type"], alert["created"]) for alert in self.world.ask_lines("alerts")
                if alert["type"] in (types or RARE)]

    def bodies(self, event_type):
        return [note["body"] for note in self.world.accepted() if note["body"].get("type") == event_type]

    def test_a_month_after_a_race_each_is_said_as_often_as_it_should_be(self):
        self.after_a_race()
        self.days("05-17", 1, ("21:00:02",))
        self.days("05-18", 30)
        told = self.told()
        self.assertEqual(told.count(("strain.weekly", "2026-05-18T06:00:03Z")), 1)
        weekly = [when for kind, when in told if kind == "strain.weekly"]
        self.assertEqual(weekly, [f"2026-{day}T06:00:03Z" for day in ("05-18", "05-25", "06-01", "06-08", "06-15")])
        stale = [when for kind, when in told if kind == "watch.stale"]
        self.assertEqual(stale, ["2026-05-31T19:00:02Z"], "the first look after 14 days")
        cleared = [when for kind, when in told if kind == "strain.cleared"]
        self.assertEqual(len(cleared), 1)
        self.assertGreaterEqual(cleared[0], "2026-05-19")
        self.assert_calm_since_a_day(cleared[0])
        states = {alert["state"] for alert in self.world.ask_lines("alerts")}
        self.assertLessEqual(states, {"sent", "held", "suppressed"})
        self.check_bodies()

    def assert_calm_since_a_day(self, when):
        """The daily scores that were stored: nothing was over the threshold on the day before."""
        day = (datetime.date.fromisoformat(when[:10]) - datetime.date(1970, 1, 1)).days
        rows = self.world.rows("SELECT tension, injury_risk, soreness, recovery, stress FROM daily_score"
                               " WHERE day = ?", day - 1)
        self.assertTrue(rows)
        self.assertTrue(all(score is None or score < 60 for score in rows[0]), rows)

    def check_bodies(self):
        for event_type in RARE:
            for body in self.bodies(event_type):
                data = body["data"]
                for key in ("runner", "lead", "severity", "rest_first", "strain", "scores", "indications", "also",
                            "best_time", "text", "new", "activities"):
                    self.assertIn(key, data)
                self.assertEqual((data["severity"], data["new"], data["lead"]), (0, 0, "none"))
                self.assertLess(len(json.dumps(body)), 20000)
                self.assertTrue(data["text"]["title"] and data["text"]["body"])
        race_week, next_week = self.bodies("strain.weekly")[:2]
        week = race_week["data"]["week"]
        self.assertEqual((week["from"], week["to"]), ("2026-05-11", "2026-05-17"))
        runs = [run for run in self.world.ask_lines("log") if "2026-05-10T22" <= run["start_utc"] < "2026-05-17T22"]
        self.assertEqual(week["activities"], len(runs))
        self.assertAlmostEqual(week["load"], sum(run["load"] for run in runs), places=2)
        self.assertAlmostEqual(week["distance_m"], sum(run["distance_m"] for run in runs), delta=1)
        self.assertEqual(next_week["data"]["text"]["title"], "Last week: no activity")
        self.assertIn("Sun 17 May", self.bodies("watch.stale")[0]["data"]["text"]["body"])

    def test_who_did_not_choose_them_hears_nothing_and_no_row_is_kept(self):
        self.after_a_race(events=None)
        self.days("05-18", 17, ("08:00:03",))
        self.assertEqual(self.told(), [])
        self.assertLessEqual({note["body"]["type"] for note in self.world.accepted()},
                             {"import.completed", "massage.suggested", "rest.first"})

    def test_chosen_later_nothing_of_before_is_made_up_for(self):
        self.after_a_race(events=None)
        self.days("05-18", 5)
        self.world.configure(folders=("sync",), events="strain.cleared strain.weekly")
        self.world.daemon.hang_up()
        self.days("05-23", 2)
        self.assertEqual(self.told(), [])
        self.days("05-25", 1)
        self.assertEqual([kind for kind, _ in self.told()], ["strain.weekly"])

    def test_a_phone_of_ntfy_shows_them_too(self):
        self.after_a_race(kind="ntfy", events="import.completed massage.suggested strain.weekly watch.stale")
        self.days("05-18", 14, ("21:00:02",))
        notes = [note["body"] for note in self.world.accepted()]
        titles = [note["title"] for note in notes]
        self.assertEqual(sum(title.startswith("Last week: ") for title in titles), 2, titles)
        self.assertEqual(titles.count("Nothing from your watch for two weeks"), 1)
        weekly = next(note for note in notes if note["title"].startswith("Last week: "))
        self.assertEqual((weekly["priority"], weekly["tags"]), (3, ["calendar"]))
        self.assertRegex(weekly["message"], r"^Mon 11 May to Sun 17 May: \d+ activities, load \d+, the week before \d+")

    def test_three_weeks_asleep_are_one_of_each(self):
        self.after_a_race()
        self.look_at(at("06-10", "15:00:00"))
        self.assertEqual(sorted(kind for kind, _ in self.told()), ["strain.weekly", "watch.stale"])
        self.look_at(at("06-11", "21:00:00"))
        self.assertEqual(sorted(kind for kind, _ in self.told()), ["strain.cleared", "strain.weekly", "watch.stale"])

    def test_restarts_say_nothing_twice(self):
        self.after_a_race()
        for day in ("18", "20", "22", "25", "27"):
            self.world.settle()
            self.assertEqual(self.world.daemon.end(), 0)
            self.world.set_clock(at("05-" + day, "10:00:00"))
            self.world.start()
            self.look_at(at("05-" + day, "21:00:01"))
        kinds = [kind for kind, _ in self.told()]
        self.assertEqual(sorted(kinds), ["strain.cleared", "strain.weekly", "strain.weekly"])

    def killed_at(self, point):
        self.after_a_race(events="import.completed strain.weekly")
        self.assertEqual(self.world.daemon.end(), 0)
        self.world.set_clock(at("05-18", "08:00:01"))
        self.world.start(env={"KNEAD_CRASH_AT": point}, ready=False)
        self.assertEqual(self.world.daemon.wait_end(), -signal.SIGKILL, point)
        self.world.start()
        self.look_at(at("05-18", "21:00:01"))
        self.assertEqual(self.told(), [("strain.weekly", "2026-05-18T06:00:01Z")])
        self.assertEqual(len(self.bodies("strain.weekly")), 1)

    def test_killed_before_the_commit_of_a_look_it_comes_once(self):
        self.killed_at("tick-before-commit:1")

    def test_killed_after_the_commit_of_a_look_it_comes_once(self):
        self.killed_at("tick-after-commit:1")

    def test_killed_when_it_was_answered_it_comes_once(self):
        self.killed_at("request-answered:1")

    def test_a_clock_that_went_far_ahead_and_back_does_not_end_the_weeks(self):
        self.after_a_race(events="import.completed strain.weekly")
        self.look_at("2031-01-01T12:00:00+01:00")
        heard = len(self.told())
        self.look_at(at("05-18", "08:00:01"))
        self.look_at(at("05-18", "21:00:01"))
        self.look_at(at("05-25", "08:00:01"))
        self.assertEqual([when for _, when in self.told()][heard:], ["2026-05-25T06:00:01Z"])

    def test_a_file_makes_the_watch_fresh_again(self):
        folder = self.after_a_race(events="import.completed watch.stale")
        self.look_at(at("05-31", "21:00:01"))
        self.assertEqual(len(self.told("watch.stale")), 1)
        self.world.set_clock(at("06-01", "12:00:00"))
        (folder / "GARMIN" / "Activity" / "late.fit").write_bytes(files.fit_run(files.utc_s(at("06-01", "10:00:00"))))
        rig.wait_for("the late run", lambda: self.world.count("activity") == 41)
        self.look_at(at("06-15", "08:00:01"))
        self.assertEqual(len(self.told("watch.stale")), 1, "14 days are not over")
        self.look_at(at("06-15", "21:00:01"))
        self.look_at(at("06-29", "21:00:01"))
        self.assertEqual(len(self.told("watch.stale")), 2, "once for each silence")


if __name__ == "__main__":
    rig.main()
