# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers on the screen against a calculation by other hands (by_hand.py): of one run, of days, of the five scores.

usage: figures.py BUILD-FOLDER [CASE...]"""

import math
import re

import by_hand
import files
import rig

MALE = "sex = male\nhr_max_bpm = 190\nhr_rest_bpm = 50\nthreshold_speed_mps = 4.0"


class Figures(rig.Case):
    def setUp(self):
        super().setUp()
        self.world.now = "2026-05-17T18:00:00+02:00"

    def import_rows(self, rows, **keywords):
        path = self.world.home / "run.fit"
        path.write_bytes(files.fit_series(files.utc_s("2026-05-16T07:00:00Z"), rows, **keywords))
        self.ok(self.world.knead("import", path))
        return self.world.ask("show", "1")

    def near(self, found, wanted, relative, what):
        self.assertIsNotNone(found, what)
        self.assertLessEqual(abs(found - wanted), relative * abs(wanted) + 1e-4, f"{what}: {found}, by hand {wanted}")

    def check_run(self, sex):
        self.world.configure(phone=False, runner=MALE.replace("male", sex))
        # half an hour that rises and falls slowly, so that no value is taken for a spike
        rows = [(round(140 + 30 * math.sin(i / 200)), 3000 + 10 * round(40 * math.sin(i / 300)), 84)
                for i in range(1800)]
        shown = self.import_rows(rows, rpe=6)
        hr, speed = [row[0] for row in rows], [row[1] / 1000 for row in rows]
        threshold = 50 + 0.85 * 140
        load = shown["load"]
        parts = {"trimp_banister": by_hand.trimp(hr, 50, 190, sex), "trimp_edwards": by_hand.edwards(hr, 190),
                 "trimp_lucia": by_hand.lucia(hr, 50, 190, threshold),
                 "hrtss": by_hand.hrtss(hr, 50, 190, threshold, sex), "rtss": by_hand.rtss(speed, 4.0), "srpe": 180}
        for name, wanted in parts.items():
            self.near(load[name], wanted, 1e-6, name)
        self.assertEqual(load["source"], "rtss+hrtss")
        self.near(load["value"], (parts["rtss"] + parts["hrtss"]) / 2, 1e-6, "load")
        metres = [round(v / 10) / 100 for _, v, _ in rows[1:]]
        mechanics = shown["mechanics"]
        # bins of 0.1 m/s are exact but for two of them
        self.near(mechanics["soreness_dose"], by_hand.level_dose(metres, speed[1:], 4.0), 2e-3, "dose")
        for tissue, exponent in enumerate((6.6, 9.3, 12.9)):
            self.near(mechanics["damage_steps"][tissue], by_hand.damage(speed, [168] * 1800, exponent), 1e-5, "damage")
        self.assertEqual(shown["computed"]["steps"], 1800 * 168 // 60)
        text = self.ok(self.world.knead("show", "1")).out
        for name, label in (("hrtss", "hrTSS"), ("rtss", "rTSS"), ("srpe", "session RPE"),
                            ("trimp_banister", "TRIMP Banister"), ("trimp_edwards", "Edwards")):
            self.assertEqual(float(re.search(rf"\b{label} ([\d.]+)", text).group(1)), round(parts[name], 1))

    def test_a_run_of_a_man(self):
        self.check_run("male")

    def test_a_run_of_a_woman(self):
        self.check_run("female")

    def test_a_spike_in_either_leaves_the_smaller(self):
        self.world.configure(phone=False, runner=MALE)
        rows = [(75 + i // 200 % 2, 3600, 84) for i in range(1800)]
        shown = self.import_rows(rows)
        self.assertEqual(shown["load"]["source"], "disagree")
        self.near(shown["load"]["value"], by_hand.hrtss([row[0] for row in rows], 50, 190, 169, "male"), 1e-6, "load")

    # -- the scores of a season

    def sessions(self):
        found = []
        for line in self.world.ask_lines("log"):
            shown = self.world.ask("show", str(line["id"]))
            start_s = files.utc_s(line["start_utc"])
            mechanics, km = shown["mechanics"], (line["distance_m"] or 0) / 1000
            dose = mechanics["soreness_dose"]
            found.append({
                "start_h": start_s / 3600, "end_h": (start_s + shown["computed"]["elapsed_s"]) / 3600,
                "day": (start_s + 7200) // 86400, "load": shown["load"]["value"] or 0, "km": km,
                "dose": 18 * km if dose is None else dose,
                "down": 0 if dose is None else mechanics["soreness_down"], "drift": mechanics["form_drift"],
                "mech": [1000 * km if n is None else n for n in mechanics["damage_steps"]]})
        return found

    def nights(self):
        rows = self.world.rows("SELECT day, resting_hr_bpm, stress_avg, hrv_rmssd_ms, sleep_h FROM wellness")
        return {day: {"rhr": rhr, "stress": stress, "hrv": hrv, "sleep": sleep} for day, rhr, stress, hrv, sleep in rows}

    def check_instant(self, now, sessions, nights):
        self.world.now = now
        now_h = files.utc_s(now) / 3600
        model = by_hand.Model(sessions, nights, now_h, math.floor((now_h + 2) / 24))
        wanted, shown = model.run(), self.world.ask("why")
        for name, state in shown.items():
            found = [(reason["name"], reason["evidence"]) for reason in state["reasons"]]
            pieces = sorted(wanted.get(name, []), key=lambda piece: (-piece[1], piece[0]))
            self.assertEqual([piece[0] for piece in found], [piece[0] for piece in pieces], f"{now} {name}")
            for (_, p), (piece, q) in zip(found, pieces):
                self.assertAlmostEqual(p, q, delta=2e-4, msg=f"{now} {name} {piece}")
            self.assertAlmostEqual(state["raw"], model.raw(name), delta=0.03, msg=f"{now} {name}")
        return {(name, piece) for name in wanted for piece, _ in wanted[name]}

    def test_every_piece_of_the_five_scores(self):
        self.world.configure(phone=False)
        self.ok(self.world.knead("import", self.world.make_season(
            self.world.home / "watch", "--weeks", "18", "--wellness", "--strained", "6")))
        sessions, nights = self.sessions(), self.nights()
        met = set()
        for now in ("2026-04-09T09:30:00+02:00", "2026-04-26T21:00:00+02:00", "2026-05-06T08:00:00+02:00",
                    "2026-05-16T20:30:00+02:00", "2026-05-17T18:00:00+02:00", "2026-05-18T08:00:00+02:00",
                    "2026-05-19T06:00:00+02:00", "2026-05-21T23:00:00+02:00"):
            met |= self.check_instant(now, sessions, nights)
        for name in ("descent", "long_or_fast_run", "big_day", "fatigue_over_fitness", "single_run_spike",
                     "weekly_distance", "tissue_load", "short_sleep", "hrv", "stress_over_baseline", "stress_level"):
            self.assertIn(name, {piece for _, piece in met}, "no instant showed it")


if __name__ == "__main__":
    rig.main()
