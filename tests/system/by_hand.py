# SPDX-License-Identifier: GPL-3.0-or-later
"""The formulas of docs/metrics.md once more, written from the document and sharing nothing with the program: what a
patient person would compute from the numbers that it shows."""

import math
import statistics

NONE = float("nan")


def clamp(x, lo, hi):
    return min(max(x, lo), hi)


def ramp(x, a, b):
    return 0.0 if x is None or math.isnan(x) else clamp((x - a) / (b - a), 0, 1)


def percentile(values, q):
    values = sorted(values)
    place = (len(values) - 1) * q
    low = int(place)
    return values[low] + (values[min(low + 1, len(values) - 1)] - values[low]) * (place - low)


# -- one activity


def trimp(hr, rest, most, sex):
    weight = {"male": lambda x: 0.64 * math.exp(1.92 * x), "female": lambda x: 0.86 * math.exp(1.67 * x)}[sex]
    total = 0
    for bpm in hr:
        x = clamp((bpm - rest) / (most - rest), 0, 1)
        total += x * weight(x) / 60
    return total


def edwards(hr, most):
    return sum(sum(10 * bpm >= tenth * most for tenth in (5, 6, 7, 8, 9)) for bpm in hr) / 60


def lucia(hr, rest, most, threshold):
    first = rest + 0.65 * (most - rest)
    return sum(3 if bpm >= threshold else 2 if bpm >= first else 1 for bpm in hr) / 60


def hrtss(hr, rest, most, threshold, sex):
    return 100 * trimp(hr, rest, most, sex) / trimp([threshold] * 3600, rest, most, sex)


def normalized(speed):
    total = 0
    for i in range(len(speed)):
        window = speed[max(0, i - 29):i + 1]
        total += (sum(window) / len(window)) ** 4
    return (total / len(speed)) ** 0.25


def rtss(speed, threshold):
    return 100 * len(speed) / 3600 * (normalized(speed) / threshold) ** 2


def level_dose(metres, speed, threshold):
    return sum(0.018 * m * (clamp(v / threshold, 0.4, 1.3) / 0.75) ** 3 for m, v in zip(metres, speed))


def damage(speed, spm, exponent):
    forces, total = [], 0
    for v, steps in zip(speed, spm):
        contact = clamp(0.45 / math.sqrt(v), 0.15, 0.40)
        forces.append(clamp(math.pi / 2 * (60 / steps) / contact, 1.5, 4.0))
        mean = sum(forces[-30:]) / len(forces[-30:])
        total += steps / 60 * clamp(mean / 2.3, 0.5, 1.6) ** exponent
    return total


# -- the scores

KERNEL = [(0, 0.10), (12, 0.40), (24, 0.80), (36, 1.00), (48, 1.00), (72, 0.70), (96, 0.40), (120, 0.20), (168, 0.0)]


def kernel(hours):
    for (a, low), (b, high) in zip(KERNEL, KERNEL[1:]):
        if a <= hours <= b:
            return low + (high - low) * (hours - a) / (b - a)
    return KERNEL[0][1] if hours < 0 else 0.0


class Model:
    """Sessions are dictionaries of numbers: start_h, end_h, day, load, km, dose, down, mech[3]; nights are
    dictionaries by day. Only what had ended at now_h is looked at."""

    def __init__(self, sessions, nights, now_h, today):
        self.now_h, self.today = now_h, today
        self.sessions = [s for s in sessions if s["end_h"] <= now_h]
        self.nights = nights
        self.first = min(s["day"] for s in self.sessions)
        self.r = today if any(s["day"] == today for s in self.sessions) else today - 1
        self.n = self.r - self.first + 1
        self.pieces = {}

    def on(self, day, what):
        return sum(what(s) for s in self.sessions if s["day"] == day)

    def series(self, what):
        """what of day r, r - 1, ... to the first day"""
        return [self.on(self.r - k, what) for k in range(self.n)]

    def fitness(self, tau):
        value, found = 35.0, {self.first - 1: 35.0}
        for day in range(self.first, self.r + 1):
            value += (self.on(day, lambda s: s["load"]) - value) * (1 - math.exp(-1 / tau))
            found[day] = value
        return found

    def baseline(self, series, prior):
        window = series[7:49]
        w = min(1, len(window) / 28)
        mean = sum(window) / len(window) if window else 0
        return max(w * mean + (1 - w) * prior, 0.3 * prior)

    def add(self, indication, name, p):
        if p >= 0.005:
            self.pieces.setdefault(indication, []).append((name, p))

    def raw(self, indication):
        rest = 1
        for _, p in self.pieces.get(indication, []):
            rest *= 1 - p
        return 100 * (1 - rest) * (0.6 if indication == "stress" and self.is_explained() else 1)

    def is_explained(self):
        ctl, loads = self.fitness(42), self.series(lambda s: s["load"])
        for k in range(min(4, self.n)):
            ends = [s["end_h"] for s in self.sessions if s["day"] == self.r - k]
            if ends and self.now_h - max(ends) < 48 and loads[k] >= 3 * max(25, ctl[self.r - k - 1]):
                return True
        return False

    def run(self):
        self.tension()
        self.injury()
        self.soreness()
        self.recovery()
        return self.pieces

    def tension(self):
        mech = self.series(lambda s: s["mech"][0])
        base = self.baseline(mech, 4000)
        weights = [math.exp(-k / 5) for k in range(21)][:self.n]
        mean = sum(w * min(m, 2.5 * base) for w, m in zip(weights, mech)) / sum(weights)
        self.add("tension", "recent_mechanical_load", 0.75 * ramp(mean / base, 1.15, 1.75))
        week = self.series(lambda s: s["load"])[:7]
        spread = statistics.stdev(week)
        monotony = 0 if not any(week) else 10 if spread == 0 else min(10, statistics.mean(week) / spread)
        self.add("tension", "monotony", 0.45 * ramp(monotony, 1.6, 2.6))
        self.add("tension", "days_without_rest", 0.35 * ramp(self.streak(lambda k, loads: loads[k] > 0), 6, 12))
        drifts = [s["drift"] for s in self.sessions if s["end_h"] >= self.now_h - 72 and s["drift"] is not None]
        if drifts:
            self.add("tension", "form_drift", 0.35 * ramp(statistics.mean(drifts), 0.03, 0.08))

    def streak(self, holds):
        loads, k = self.series(lambda s: s["load"]), 0
        while k < len(loads) and holds(k, loads):
            k += 1
        return k

    @staticmethod
    def is_hard(k, loads):
        before = [x for x in loads[k + 1:k + 43] if x > 0]
        usual = percentile(before, 0.75) if len(before) >= 10 else 80
        return loads[k] >= max(50, usual) - 0.5

    def injury(self):
        largest = 0
        for s in self.sessions:
            before = [p["km"] for p in self.sessions
                      if 0 < s["start_h"] - p["start_h"] <= 720 and p["km"] > 0]
            if self.r - s["day"] >= 14 or s["km"] < 5 or len(before) < 3:
                continue
            ratio = s["km"] / max(before)
            size = 0 if ratio <= 1.1 else 0.35 if ratio <= 1.3 else 0.55 if ratio <= 2 else 0.8
            largest = max(largest, size * math.exp(-(self.r - s["day"]) / 5))
        self.add("injury_risk", "single_run_spike", largest)
        km = self.series(lambda s: s["km"])
        usual = max(statistics.mean(km[7:28]), statistics.mean(km[7:98]) / 2, 1)
        self.add("injury_risk", "weekly_distance", 0.7 * ramp(statistics.mean(km[:7]) / usual, 1.2, 1.8))
        ratios = []
        for t in range(3):
            mech = self.series(lambda s, t=t: s["mech"][t])
            ratios.append(statistics.mean(mech[:7]) / self.baseline(mech, 4000))
        self.add("injury_risk", "tissue_load", 0.5 * ramp(max(ratios), 1.3, 2.2))
        self.add("injury_risk", "hard_days_in_a_row", 0.3 * ramp(self.streak(self.is_hard), 2, 5))
        ctl = self.fitness(42)
        self.add("injury_risk", "load_ramp", 0.3 * ramp(ctl[self.r] - ctl[self.r - 7], 6, 12))

    def soreness(self):
        doses, downs = self.series(lambda s: s["dose"]), self.series(lambda s: s["down"])
        for k in range(8):
            if doses[k] <= 100:
                continue
            before = [q for q in doses[k + 1:k + 43] if q > 0]
            w = min(1, len(before) / 12)
            reference = max(150, w * percentile(before, 0.9) + (1 - w) * 330)
            m = ramp(doses[k] / reference, 1, 2) * ramp(doses[k], 100, 500)
            end_h = max(s["end_h"] for s in self.sessions if s["day"] == self.r - k and s["km"] > 0)
            self.add("soreness", "descent" if downs[k] >= doses[k] / 2 else "long_or_fast_run",
                     m * kernel(self.now_h - end_h))

    def recovery(self):
        ctl, atl = self.fitness(42), self.fitness(7)
        over = (atl[self.r] - ctl[self.r]) / max(ctl[self.r], 25)
        self.add("recovery", "fatigue_over_fitness", 0.7 * ramp(over, 0.3, 1))
        loads, largest = self.series(lambda s: s["load"]), 0
        for k in range(4):
            before = [x for x in loads[k + 1:k + 43] if x > 0]
            if not loads[k] or (len(before) >= 12 and loads[k] <= 1.2 * percentile(before, 0.9)):
                continue
            end_h = max(s["end_h"] for s in self.sessions if s["day"] == self.r - k)
            p = 0.9 * ramp(loads[k] / max(ctl[self.r - k - 1], 25), 2.2, 5)
            largest = max(largest, p * math.exp(-max(0, self.now_h - end_h - 24) / 36))
        self.add("recovery", "big_day", largest)
        sleep_p, hr_p, hrv_z, recent, base = self.night_signs()
        self.add("recovery", "short_sleep", 0.25 * sleep_p)
        self.add("recovery", "resting_hr", 0.25 * hr_p)
        self.add("recovery", "hrv", 0.25 * ramp(-hrv_z, 0.5, 2))
        if math.isnan(hrv_z) and len(base) < 14:
            return
        z = NONE
        if len(recent) >= 2 and len(base) >= 14:
            z = (statistics.mean(recent) - statistics.mean(base)) / max(4, statistics.stdev(base))
        self.add("stress", "stress_over_baseline", 0.65 * ramp(z, 0.5, 2))
        if len(recent) >= 2:
            self.add("stress", "stress_level", 0.3 * ramp(statistics.mean(recent), 45, 65))
        self.add("stress", "hrv", 0.5 * ramp(-hrv_z, 0.5, 2))
        self.add("stress", "resting_hr", 0.25 * hr_p)
        self.add("stress", "short_sleep", 0.25 * sleep_p)

    def night(self, name, first, last):
        values = (self.nights.get(self.today - k, {}).get(name) for k in range(first, last + 1))
        return [v for v in values if v is not None]

    def night_signs(self):
        own = self.night("sleep", 7, 34)
        need = clamp(statistics.mean(own), 7, 9) if len(own) >= 7 else 7.5
        short = [max(0, need - hours) for hours in self.night("sleep", 0, 2)]
        sleep_p = ramp(statistics.mean(short), 0.75, 2.5) if short else 0
        recent, base = self.night("rhr", 0, 2), self.night("rhr", 7, 66)
        hr_p = ramp(statistics.mean(recent) - statistics.mean(base), 3, 8) if recent and len(base) >= 21 else 0
        week = [math.log(v) for v in self.night("hrv", 0, 6)]
        before = [math.log(v) for v in self.night("hrv", 7, 66)]
        z = NONE
        if len(week) >= 3 and len(before) >= 21:
            z = (statistics.mean(week) - statistics.mean(before)) / max(0.03, statistics.stdev(before))
        return sleep_p, hr_p, z, self.night("stress", 1, 3), self.night("stress", 4, 63)
