# SPDX-License-Identifier: GPL-3.0-or-later
"""Nights and days: recordings of a watch against a decoder of this file's own, and a made-up season from
import to the score of stress.

usage: [KNEAD_SHARED=FOLDER] wellness.py BUILD-FOLDER [CASE...]"""

import datetime
import os
import random
import shutil
import struct

import rig

CORPUS = os.path.join(os.environ.get("KNEAD_SHARED", "/nonexistent"), "corpus", "fit")
FIT_EPOCH_S = 631065600
TYPES = {0: "B", 1: "b", 2: "B", 3: "h", 4: "H", 5: "i", 6: "I", 10: "B", 12: "I", 13: "B"}
NOW = "2026-05-17T08:00:00+02:00"  # before the race
MEANING = ("wellness", "wellness_part", "daily_score")


def messages(data):
    """(number, {field: value}) of each data message; arrays and texts as bytes. Little more than the protocol's
    own page about records says."""
    at, end = data[0], data[0] + struct.unpack_from("<I", data, 4)[0]
    known = {}
    while at < end:
        header = data[at]
        at += 1
        assert not header & 0xA0, "these recordings have neither compressed times nor developer fields"
        if header & 0x40:
            order = ">" if data[at + 1] else "<"
            number, n = struct.unpack_from(order + "HB", data, at + 2)
            at += 5
            known[header & 15] = (order, number, [tuple(data[at + 3 * i:at + 3 * i + 3]) for i in range(n)])
            at += 3 * n
            continue
        order, number, fields = known[header & 15]
        values = {}
        for field, size, base in fields:
            code = TYPES.get(base & 31)
            whole = code and struct.calcsize(code) == size
            values[field] = struct.unpack_from(order + code, data, at)[0] if whole else data[at:at + size]
            at += size
        yield number, values


def day_of(time_s, east_s):
    return str(datetime.date(1989, 12, 31) + datetime.timedelta(days=(time_s + east_s) // 86400))


def read_days(path):
    """What a file of the corpus says of days, by plain sums."""
    with open(path, "rb") as file:
        found = list(messages(file.read()))
    east_s = next((v[0] - v[253] for number, v in found if number == 103), 0)
    stress, resting = {}, {}
    for number, values in found:
        if number == 227 and 0 <= values[0] <= 100:
            stress.setdefault(day_of(values[1], east_s), []).append((values[1], values[0]))
        if number == 211 and 20 <= values[1] <= 130:
            resting[day_of(values[253] - 1, east_s)] = values[1]
    means = {}
    for day, values in stress.items():
        if len({time_s // 180 for time_s, _ in values}) >= 120:
            means[day] = sum(value for _, value in values) / len(values)
    return {day: (resting.get(day), means.get(day)) for day in sorted({*resting, *means})}


def corpus_files():
    if not os.path.isdir(CORPUS):
        return []
    return sorted(os.path.join(CORPUS, name) for name in os.listdir(CORPUS)
                  if "-monitoring-" in name or "-sleep-" in name)


class Wellness(rig.Case):
    def setUp(self):
        super().setUp()
        self.world.now = NOW

    def season(self, *options):
        return self.world.make_season(self.world.home / "watch", "--skip-last", "--wellness", *options)

    def days(self):
        return self.world.rows("SELECT day, resting_hr_bpm, stress_avg, hrv_rmssd_ms, sleep_h FROM wellness"
                               " ORDER BY day")

    def parse(self, *paths):
        return self.ok(self.world.knead("parse", "--json", *paths)).lines()

    def test_days_of_recordings_are_those_of_another_decoder(self):
        paths = corpus_files()
        if not paths:
            rig.skip_visibly(self, "no corpus")
        known = 0
        for path, said in zip(paths, self.parse(*paths)):
            expected = read_days(path)
            days = (said["wellness"] or {"days": []})["days"]
            self.assertEqual([day["date"] for day in days], list(expected), path)
            for day, (resting, stress) in zip(days, expected.values()):
                self.assertEqual(day["resting_hr_bpm"], resting, path)
                self.assertIsNone(day["hrv_rmssd_ms"], path)
                self.assertIsNone(day["sleep_h"], path)  # these nights hold no sleep, only waking
                self.assertEqual(day["stress_avg"] is None, stress is None, path)
                if stress is not None:
                    self.assertAlmostEqual(day["stress_avg"], stress, delta=0.01)
                    known += 1
        self.assertGreater(known, 0)

    def test_recordings_of_one_day_come_together_in_the_store(self):
        paths = corpus_files()
        if not paths:
            rig.skip_visibly(self, "no corpus")
        self.ok(self.world.knead("import", *paths))
        day = (datetime.date(2020, 3, 4) - datetime.date(1970, 1, 1)).days
        self.assertEqual([row[:2] for row in self.days() if row[0] == day], [(day, 45.0)])

    def test_a_file_of_half_a_day_says_what_it_knows(self):
        watch = self.season("--weeks", "1")
        night, hrv = self.parse(watch / "GARMIN/Sleep/S2026-05-14.fit", watch / "GARMIN/HRVStatus/H2026-05-14.fit")
        self.assertEqual((night["kind"], hrv["kind"]), ("sleep", "hrv_status"))
        night, hrv = night["wellness"]["days"], hrv["wellness"]["days"]
        self.assertEqual([day["date"] for day in night + hrv], ["2026-05-14"] * 2)
        self.assertTrue(5 < night[0]["sleep_h"] < 9 and 40 < night[0]["sleep_score"] < 95, night)
        self.assertTrue(40 < hrv[0]["hrv_rmssd_ms"] < 70, hrv)
        self.assertIsNone(hrv[0]["sleep_h"])

    def test_the_folders_of_a_watch_give_days_with_all_values(self):
        self.ok(self.world.knead("import", self.season("--weeks", "3")))
        days = self.days()
        self.assertEqual(len(days), 20)
        for row in days:
            self.assertNotIn(None, row)
        self.assert_store_is_whole()

    def test_the_order_of_files_changes_nothing(self):
        watch = self.season("--weeks", "3")
        self.ok(self.world.knead("import", watch))
        expected = self.world.dump(*MEANING)
        paths = [os.path.join(root, name) for root, _, names in os.walk(watch) for name in names]
        random.Random(3).shuffle(paths)
        shutil.rmtree(self.world.state)
        for part in range(5):
            self.ok(self.world.knead("import", *paths[part::5]))
        self.assertEqual(self.world.dump(*MEANING), expected)

    def test_a_strained_week_is_seen_as_stress(self):
        self.ok(self.world.knead("import", self.season("--strained", "4")))
        strained = self.world.ask("status")["indications"]
        self.assertGreater(strained["stress"]["score"], 60)
        self.assertIn("stress_over_baseline", [reason["name"] for reason in strained["stress"]["reasons"]])
        self.assertIn("stress over three days", self.ok(self.world.knead("why", "stress")).out)
        self.assertIn("heart rate variability", self.ok(self.world.knead("why", "recovery")).out)

    def test_usual_weeks_are_not(self):
        self.ok(self.world.knead("import", self.season()))
        usual = self.world.ask("status")["indications"]
        self.assertLess(usual["stress"]["score"], 40)

    def test_nights_alone_are_no_news(self):
        watch = self.season("--weeks", "2")
        shutil.rmtree(watch / "GARMIN" / "Activity")
        shutil.rmtree(watch / "GARMIN" / "History")
        said = self.ok(self.world.knead("import", "--json", watch)).json()
        self.assertEqual((said["new"], said["activities"], said["refused"]), (0, [], []))
        self.assertEqual(len(self.days()), 13)
        self.assertEqual(self.world.count("event"), 0)


if __name__ == "__main__":
    rig.main()
