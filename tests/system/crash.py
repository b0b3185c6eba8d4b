# SPDX-License-Identifier: GPL-3.0-or-later
"""Killed at every named instant, and at random ones: nothing is lost, nothing is said twice.

The list of instants comes from the program itself. One that no case below reaches is a failure, so that
names do not rot.

usage: crash.py BUILD-FOLDER [CASE...]"""

import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

import files
import rig

EVENING = "2026-05-16T19:30:00+02:00"
RACE_DAY = "2026-05-17T13:50:00+02:00"
NEXT_MORNING = "2026-05-18T08:00:10+02:00"
RUNS = 5

# point: which passages of it kill
OF_A_FILE = {"spool-written": (1, 3), "spool-synced": (1, 3), "spool-renamed": (1, 3, RUNS)}
OF_A_JOB = {"parsed": (1, 3, RUNS), "archive-linked": (1, 3), "archive-synced": (1, RUNS), "before-commit": (1,),
            "after-commit": (1,), "spool-removed": (1, 3, RUNS)}
SCENARIOS = {
    "command": {"folder-made": (1, 2), **OF_A_FILE, **OF_A_JOB},
    "fetcher": {"folder-made": (1,), **OF_A_FILE},
    "daemon": {"folder-made": (1,), **OF_A_JOB, "request-started": (1,), "request-answered": (1,),
               "request-recorded": (1,), "backup-written": (1,), "backup-synced": (1,), "backup-renamed": (1,)},
    "restore": {"restore-copied": (1,), "restore-moved": (1,), "restore-renamed": (1,), "before-commit": (1,),
                "after-commit": (1,)},
    "recompute": {"recompute-read": (1, 7), "recompute-before-commit": (1,), "recompute-after-commit": (1,)},
    "look": {"tick-before-commit": (1,), "tick-after-commit": (1,), "request-started": (1,)},
}
# points that no scenario can reach, each with its reason
UNREACHED = {}


def points_of(program):
    listing = subprocess.run([os.path.join(sys.argv[1], program), "--crash-points"], capture_output=True, text=True,
                             check=True)
    return listing.stdout.split()


class Crash(rig.Case):
    def setUp(self):
        super().setUp()
        self.world.set_clock(EVENING)
        self.folder = self.world.home / "sync"

    def use_season(self, *options):
        self.world.make_season(self.folder, *(options or ("--weeks", "1", "--short")))
        self.world.start_receiver()
        self.world.configure(folders=("sync",))

    def wait_quiet(self):
        """Until everything that is to come has come."""
        def is_quiet():
            if not self.world.daemon.is_up():
                raise AssertionError("kneadd died\n" + self.world.daemon.log())
            return not self.children() and not self.world.spool() and \
                self.world.ask("status")["outbox"]["waiting"] == 0
        rig.wait_for("the end of all work", is_quiet, 30)

    def children(self):
        pid = self.world.daemon.process.pid
        return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()

    def assert_once(self, runs=RUNS, messages=1):
        """All activities, each once; each message accepted once, after the receiver's own look at ids."""
        rig.wait_for("all activities", lambda: self.world.count("activity") >= runs)
        self.world.wait_accepted(messages)
        self.wait_quiet()
        self.assertEqual(self.world.count("activity"), runs)
        self.assertEqual(self.world.rows("SELECT sum(activities) FROM day_total"), [(runs,)])
        accepted = self.world.accepted()
        self.assertEqual(len(accepted), messages, [note["title"] for note in accepted])
        self.assertEqual(accepted[0]["body"]["data"]["new"], runs)
        self.assertEqual([alert["state"] for alert in self.world.ask_lines("alerts")], ["sent"] * messages)
        archived = [path for path in (self.world.state / "archive").rglob("*") if path.is_file()]
        self.assertEqual(len(archived), runs)
        self.assertEqual([path for path in archived if path.name.endswith(".part")], [])
        self.assert_store_is_whole()
        again = self.ok(self.world.knead("import", "--json", self.folder)).json()
        self.assertEqual(again["new"], 0)
        self.assertEqual(len(self.world.ask_lines("alerts")), messages)

    def assert_killed(self, status, at):
        self.assertEqual(status, -signal.SIGKILL, f"{at} was not reached")

    # -- the scenarios; each gets POINT:N

    def command(self, at):
        self.use_season()
        died = self.world.knead("import", self.folder, env={"KNEAD_CRASH_AT": at})
        self.assert_killed(died.status, at)
        self.ok(self.world.knead("import", self.folder))
        self.assertEqual(self.world.spool(), [])
        self.world.start()
        self.assert_once()

    def daemon(self, at):
        self.use_season()
        self.world.start(env={"KNEAD_CRASH_AT": at}, ready=False)
        self.assert_killed(self.world.daemon.wait_end(), at)
        self.world.start()
        self.assert_once()

    def restore(self, at):
        """A damaged store is being put back; three of the runs are younger than its copy."""
        self.use_season()
        late = sorted((self.folder / "GARMIN" / "Activity").iterdir())[-3:]
        for run in late:
            run.rename(self.world.home / run.name)
        self.world.start()
        self.world.wait_accepted(1)
        self.wait_quiet()
        rig.wait_for("a copy of the store", lambda: list((self.world.state / "backup").glob("*.db")))
        for run in late:
            shutil.copy(self.world.home / run.name, run)
        rig.wait_for("all activities", lambda: self.world.count("activity") == RUNS)
        self.world.wait_accepted(2)
        self.wait_quiet()
        self.assertEqual(self.world.daemon.end(), 0)
        said = [note["id"] for note in self.world.accepted()]
        rig.damage(self.world.state / "knead.db")
        self.world.start(env={"KNEAD_CRASH_AT": at}, ready=False)
        self.assert_killed(self.world.daemon.wait_end(), at)
        self.world.start()
        rig.wait_for("all activities", lambda: self.world.count("activity") == RUNS)
        self.wait_quiet()
        self.assert_store_is_whole()
        self.assertEqual([note["id"] for note in self.world.received()], said, "nothing is said again")

    def fetcher(self, at):
        """Dies once; the daemon starts another by itself."""
        mark, script = self.world.home / "died", self.world.home / "fetch.sh"
        script.write_text(f'#!/bin/sh\n[ -e "{mark}" ] || {{ : >"{mark}"; export KNEAD_CRASH_AT={at}; }}\n'
                          f'exec "{rig.program(rig.FETCH)}" "$@"\n')
        os.chmod(script, 0o700)
        self.use_season()
        self.world.start(env={"KNEAD_FETCH_HELPER": str(script)})
        self.assert_once()
        self.assertIn("broke off", self.world.daemon.log(), f"{at} was not reached")

    def look(self, at):
        """The morning after a race, when there is something to say."""
        self.world.set_clock(RACE_DAY)
        self.use_season("--weeks", "8")
        self.world.configure(folders=("sync",), runner="timing = morning")
        self.world.start()
        self.world.wait_accepted(1, 40)
        self.wait_quiet()
        self.assertEqual(self.world.daemon.end(), 0)
        self.world.set_clock(NEXT_MORNING)
        self.world.start(env={"KNEAD_CRASH_AT": at}, ready=False)
        self.assert_killed(self.world.daemon.wait_end(), at)
        self.world.start()
        self.assert_once(runs=40, messages=2)
        self.assertEqual(self.world.accepted()[1]["type"], "massage.suggested")

    def recompute(self, at):
        """Old numbers or new ones, whole; and the next one goes on and ends with the new ones."""
        tables = ("activity", "recording", "day_total", "daily_score")
        self.use_season("--weeks", "2", "--short")
        self.ok(self.world.knead("import", self.folder))
        right = self.world.dump(*tables)
        self.world.falsify("UPDATE recording SET load = 1, hr_peak_bpm = 99", "UPDATE activity SET load = 3",
                           "UPDATE day_total SET load = 4", "UPDATE daily_score SET soreness = 5")
        wrong = self.world.dump(*tables)
        died = self.world.knead("recompute", env={"KNEAD_CRASH_AT": at})
        self.assert_killed(died.status, at)
        self.assertEqual(self.world.dump(*tables), right if at.startswith("recompute-after") else wrong)
        if at == "recompute-read:7":
            self.assertEqual(self.world.count("fresh"), 7, "what was read stays read")
        self.ok(self.world.knead("recompute"))
        self.assertEqual(self.world.dump(*tables), right)
        self.assertEqual(self.world.count("fresh"), 0)
        self.assert_store_is_whole()

    # -- random instants

    def kill_at_random(self, seed):
        dice = random.Random(seed)
        self.use_season("--weeks", "8", "--short", "--seed", str(seed))
        instants = []
        time.sleep(3.1)  # or kneadd first waits for the fresh folder to be quiet
        for _ in range(4):
            self.world.start(ready=False)
            instants.append(round(dice.uniform(0.0, 0.35 if not rig.is_sanitized() else 1.5), 3))
            time.sleep(instants[-1])
            self.world.daemon.end(signal.SIGKILL)
        print(f"seed {seed}, killed after {instants} s")
        self.world.start()
        self.assert_once(runs=40)

    def test_every_instant_is_reached_by_a_case_and_both_programs_know_the_same(self):
        points = points_of(rig.KNEADD)
        self.assertEqual(points_of(rig.KNEAD), points)
        self.assertEqual(len(points), len(set(points)))
        reached = set().union(*SCENARIOS.values())
        self.assertEqual(set(points) - set(UNREACHED), reached)

    def test_twice_in_the_middle_of_the_same_import(self):
        self.use_season()
        for at in ("parsed:2", "before-commit:1", "after-commit:1"):
            self.world.start(env={"KNEAD_CRASH_AT": at}, ready=False)
            self.assert_killed(self.world.daemon.wait_end(), at)
        self.world.start()
        self.assert_once()

    def test_the_phone_sees_one_id_when_the_answer_is_lost(self):
        self.use_season()
        self.world.start(env={"KNEAD_CRASH_AT": "request-answered:1"}, ready=False)
        self.assert_killed(self.world.daemon.wait_end(), "request-answered")
        self.world.start()
        self.assert_once()
        received = self.world.received()
        self.assertEqual(len(received), 2, "sent again, as nobody knows that it arrived")
        self.assertEqual([note["duplicate"] for note in received], [False, True])
        self.assertEqual(len({note["id"] for note in received}), 1)

    def lose_the_source(self):
        """Killed when all is in the spool; then the watch is gone."""
        self.use_season()
        died = self.world.knead("import", self.folder, env={"KNEAD_CRASH_AT": "before-commit:1"})
        self.assert_killed(died.status, "before-commit")
        self.assertEqual(self.world.count("activity"), 0)
        shutil.rmtree(self.folder)

    def assert_all_came_from_the_spool(self):
        rig.wait_for("what was in the spool", lambda: self.world.count("activity") == RUNS)
        notes = self.world.wait_accepted(1)
        self.wait_quiet()
        self.assertEqual([note["body"]["data"]["new"] for note in notes], [RUNS])
        paths = {entry["sources"][0]["file"] for entry in self.world.ask_lines("log")}
        self.assertTrue(all(path.startswith(str(self.folder)) for path in paths), "it is known where they came from")

    def test_what_is_in_the_spool_comes_in_though_its_source_is_gone(self):
        self.lose_the_source()
        self.world.start()
        self.assert_all_came_from_the_spool()

    def test_the_next_import_of_anything_takes_the_spool_along(self):
        self.lose_the_source()
        other = self.world.home / "other.fit"
        other.write_bytes(b"not a run at all")
        self.ok(self.world.knead("import", other), 1)
        self.world.start()
        self.assert_all_came_from_the_spool()

    def test_a_run_that_came_while_it_was_dead_is_taken(self):
        self.use_season()
        self.world.start(env={"KNEAD_CRASH_AT": "after-commit:1"}, ready=False)
        self.world.daemon.wait_end()
        run = self.folder / "GARMIN" / "Activity" / "late.fit"
        run.write_bytes(files.fit_run(files.utc_s("2026-05-16T04:00:00Z")))
        self.world.start()
        rig.wait_for("the late run", lambda: self.world.count("activity") == RUNS + 1)
        notes = self.world.wait_accepted(2)
        self.assertEqual([note["body"]["data"]["new"] for note in notes], [RUNS, 1])


def add_cases():
    for scenario, points in SCENARIOS.items():
        for point, passages in points.items():
            for passage in passages:
                def case(self, scenario=scenario, at=f"{point}:{passage}"):
                    getattr(self, scenario)(at)
                setattr(Crash, f"test_{scenario}_killed_at_{point.replace('-', '_')}_{passage}", case)
    first = int(os.environ.get("KNEAD_TEST_SEED", time.time()))
    os.environ["KNEAD_TEST_SEED"] = str(first)  # the processes of the single cases use it too
    for i in range(6):  # four kills each
        def case(self, seed=first + i):
            self.kill_at_random(seed)
        setattr(Crash, f"test_killed_at_random_{i}", case)


if __name__ == "__main__":
    add_cases()
    rig.main()
