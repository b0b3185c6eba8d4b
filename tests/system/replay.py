# SPDX-License-Identifier: GPL-3.0-or-later
"""A season replayed: what would have been said, and that nothing of it stays behind.

usage: replay.py BUILD-FOLDER [CASE...]"""

import datetime
import fcntl
import os
import pathlib
import pty
import re
import signal
import struct
import subprocess
import termios
import time

import rig

DONE, PART, USAGE, UNUSABLE, NOTHING = range(5)
INDICATIONS = {"tension", "injury_risk", "soreness", "recovery", "stress"}


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Replay(rig.Case):
    def setUp(self):
        super().setUp()
        self.world.now = "2026-06-17T18:00:00+02:00"
        self.temporary = self.world.home / "temporary"
        self.temporary.mkdir()
        self.env = {"TMPDIR": str(self.temporary)}

    def season(self, *options):
        return self.world.make_season(self.world.home / "watch", *options)

    def replay(self, *arguments, status=DONE):
        return self.ok(self.world.knead("replay", *arguments, env=self.env), status)

    def tearDown(self):
        self.assertEqual(list(self.temporary.iterdir()), [], "the throw-away store is gone")
        self.assertFalse(self.world.state.exists(), "a replay touches no store")
        super().tearDown()

    def test_a_season_tick_by_tick(self):
        looks = self.replay("--json", self.season()).lines()
        for look in looks:
            self.assertEqual(set(look), {"at", "scores", "alert"})
            self.assertEqual(set(look["scores"]), INDICATIONS)
        times = [instant(look["at"]) for look in looks]
        self.assertEqual(times, sorted(times))
        berlin = [at.astimezone(datetime.timezone(datetime.timedelta(hours=2))) for at in times
                  if at > instant("2026-04-01T00:00:00Z")]
        ticks = [at for at in berlin if (at.hour, at.minute, at.second) in ((8, 0, 0), (21, 0, 0))]
        days = (berlin[-1].date() - berlin[0].date()).days
        self.assertGreaterEqual(len(ticks), 2 * days - 1)
        alerts = [look["alert"] for look in looks if look["alert"]]
        race = max(alerts, key=lambda alert: alert["severity"])
        self.assertEqual((race["type"], race["severity"]), ("massage.suggested", 3))
        self.assertIn("soreness", [said["indication"] for said in race["said"]])
        self.assertTrue(race["said"][0]["reasons"][0]["text"])
        self.assertTrue(race["text"]["title"])

    def test_its_scores_are_those_of_a_store_at_that_time(self):
        folder = self.season("--weeks", "8")
        looks = self.replay("--json", folder).lines()
        files = sorted((path for path in folder.rglob("*.*") if path.is_file()), key=lambda path: path.name)
        world = rig.World()
        self.addCleanup(world.close)
        for fraction in (0.5, 0.9):
            look = looks[int(len(looks) * fraction)]
            world.now = look["at"]
            # files are named by their local start
            known = [path for path in files if path.name[:10] < look["at"][:10]]
            self.assertTrue(known)
            self.ok(world.knead("import", *known))
            status = world.ask("status")
            started_today = [path for path in files if path.name[:10] == look["at"][:10]]
            if started_today:
                continue
            for name, score in look["scores"].items():
                shown = status["indications"][name]
                if score is None:
                    self.assertIsNone(shown)
                else:
                    self.assertAlmostEqual(shown["score"], score, places=3, msg=f"{name} at {look['at']}")

    def test_for_people_messages_and_a_line_for_each_week(self):
        text = self.replay(self.season()).out
        weeks = re.findall(r"(?m)^(2026-\d\d-\d\d) +[\d.]+ +\d+ +\d+ +\d+ ", text)
        self.assertGreaterEqual(len(weeks), 16)
        for week in weeks:
            self.assertEqual(datetime.date.fromisoformat(week).weekday(), 0)
        self.assertIn("strongly advised: soreness", text)
        self.assertIn("see a doctor", text)
        self.assertRegex(text, r"(?m)^80 plug-ins, \d+ suggestions?,")
        self.assertNotIn("\x1b", text)

    def on_terminal(self, columns, *words):
        """What a verb prints on a terminal of that width."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        process = self.world.spawn(self.world.knead_arguments(*words), stdout=theirs, stderr=subprocess.DEVNULL,
                                   env=self.world.environment({**self.env, "NO_COLOR": "1", "TERM": "xterm"}))
        os.close(theirs)
        said = b""
        try:
            while data := os.read(ours, 65536):
                said += data
        except OSError:
            pass  # the terminal's other end is closed
        os.close(ours)
        self.assertEqual(process.wait(60), 0)
        return said.decode().replace("\r\n", "\n")

    def test_on_a_terminal_there_are_little_charts_and_no_line_is_too_long(self):
        season = self.season()
        for columns in (120, 80, 50):
            text = self.on_terminal(columns, "replay", str(season))
            lines = text.splitlines()
            self.assertEqual([line for line in lines if len(line) > columns], [])
            self.assertEqual("\u2588" in text, columns >= 80, "charts where there is room")
            self.assertNotIn("\x1b", text)
            weeks = [line for line in lines if re.match(r"2026-\d\d-\d\d +\d", line)]
            self.assertGreaterEqual(len(weeks), 16)
            self.assertIn("see a", text)

    def test_the_same_files_give_the_same_bytes(self):
        folder = self.season("--weeks", "6")
        self.assertEqual(self.replay("--json", folder).out, self.replay("--json", folder).out)

    def test_nothing_there_and_nothing_in_it(self):
        self.replay("/nonexistent", status=NOTHING)
        empty = self.world.home / "empty"
        empty.mkdir()
        self.replay(empty, status=NOTHING)
        bad = self.world.home / "bad.fit"
        bad.write_bytes(b"nothing")
        result = self.replay(bad, self.season("--weeks", "1"), status=PART)
        self.assertIn("bad.fit", result.err)

    def test_the_settings_of_the_runner_hold(self):
        folder = self.season()
        normal = self.replay("--json", folder).out
        self.world.configure(phone=False, runner="sensitivity = quiet")
        quiet = self.replay("--json", folder).out
        self.assertLess(quiet.count('"massage.suggested"'), normal.count('"massage.suggested"') + 1)

    def test_a_signal_leaves_nothing_behind(self):
        folder = self.season("--weeks", "60")
        for delay_s in (0.05, 0.2, 0.5):
            process = self.world.spawn(self.world.knead_arguments("replay", str(folder)),
                                       env=self.world.environment(self.env), stdout=open(os.devnull, "wb"),
                                       stderr=open(os.devnull, "wb"))
            time.sleep(delay_s)
            process.send_signal(signal.SIGTERM)
            self.assertIn(process.wait(30), (-signal.SIGTERM, 0))
            self.assertEqual(list(pathlib.Path(self.temporary).iterdir()), [])


if __name__ == "__main__":
    rig.main()
