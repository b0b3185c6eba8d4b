# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults from outside at random instants and at every write: nothing is lost, nothing doubled.

usage: calamities.py BUILD-FOLDER [CASE...]
       calamities.py BUILD-FOLDER --table [KILLS]   the table of faults, with so many kills of the daemon (1000)"""

import concurrent.futures
import dataclasses
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import calamity
import deeds
import files
import rig


class Calamity(rig.Case):
    def assert_clean(self, row, at_least):
        print(f"{row.what}: {row.times} times")
        self.assertEqual((row.lost, row.doubled, row.notes), (0, 0, ""))
        self.assertGreaterEqual(row.times, at_least)

    def need_strace(self):
        if not calamity.has_strace():
            rig.skip_visibly(self, "strace is not installed")

    @rig.begin_early
    def test_kneadd_is_killed_at_random_instants(self):
        self.assert_clean(calamity.kills_of_the_daemon(25, int(time.time())), 25)

    def test_knead_import_is_killed_at_random_instants(self):
        self.assert_clean(calamity.kills_of_the_command(25, int(time.time())), 25)

    def test_the_machine_sleeps_in_the_middle_and_the_clock_jumps(self):
        self.assert_clean(calamity.stops(10, int(time.time())), 10)

    def test_the_time_zone_changes_in_the_middle(self):
        self.assert_clean(calamity.zones(10, int(time.time())), 10)

    def full_pipe(self):
        """A pipe that takes nothing more: who writes to it stands still."""
        read_fd, write_fd = os.pipe()
        self.addCleanup(os.close, read_fd)
        fcntl.fcntl(write_fd, fcntl.F_SETPIPE_SZ, 4096)
        os.set_blocking(write_fd, False)
        try:
            while True:
                os.write(write_fd, bytes(512))
        except BlockingIOError:
            os.set_blocking(write_fd, True)
        return read_fd, write_fd

    def peak_of_import(self, files_n):
        """Peak memory in KiB. What wait4() tells begins with the memory of whoever started it, and hides what is below: so
        it is asked for when all is stored, while the last word is held back."""
        self.world.set_clock(rig.EVENING)
        folder = self.world.home / f"many-{files_n}"
        folder.mkdir()
        first_s = files.utc_s("2020-01-01T07:00:00Z")
        for i in range(files_n):
            (folder / f"{i:05}.fit").write_bytes(files.fit_run(first_s + i * 43200, seconds=10))
        state = self.world.home / f"state-{files_n}"
        read_fd, write_fd = self.full_pipe()
        process = self.world.spawn(list(map(str, self.world.knead_arguments("--state", state, "import", folder))),
                                   env=self.world.environment(), stdout=write_fd)
        os.close(write_fd)

        def all_stored():
            try:
                db = sqlite3.connect(f"file:{state / 'knead.db'}?mode=ro", uri=True, timeout=10)
                try:
                    return db.execute("SELECT count(*) FROM activity").fetchone()[0] == files_n
                finally:
                    db.close()
            except sqlite3.OperationalError:  # it is just being made
                return False
        rig.wait_for("all to be stored", all_stored, 200)
        peak = int(re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{process.pid}/status").read_text()).group(1))
        while os.read(read_fd, 65536):
            pass
        self.assertEqual(process.wait(rig.slowly(20)), 0)
        return peak

    @rig.begin_early
    def test_memory_does_not_grow_with_the_number_of_files_at_once(self):
        if rig.is_sanitized():
            return  # they remember what was freed
        few, many = self.peak_of_import(100), self.peak_of_import(1500)
        print(f"{few} KiB with 100 files, {many} KiB with 1500")
        self.assertLess(many - few, 3000)

    def test_a_row_that_does_not_end_is_ended_and_fails_the_table(self):
        begin = time.monotonic()
        row, = run_all([Task("x", 0.5, 'time.sleep(600)')], 1)
        self.assertLess(time.monotonic() - begin, rig.slowly(20))
        self.assertEqual(row.lost, 1)
        self.assertIn("did not end", row.notes)

    def test_a_row_that_finds_a_loss_or_fails_fails_the_table(self):
        lost = Task("a", 60, 'calamity.Row("what", 3, 1, 0, 0, "gone")')
        good = Task("b", 60, 'calamity.Row("what", 4)')
        odd = Task("c", 60, 'calamity.nothing()')
        self.assertEqual([dataclasses.astuple(row) for row in run_all([good, lost], 2)], [("what", 7, 1, 0, 0, "gone")])
        self.assertEqual(show(run_all([good], 1)), 0)
        self.assertEqual(show(run_all([good, lost], 1)), 1)
        self.assertEqual(show(run_all([odd], 1)), 1)


# of each deed: how many writes lie between two that fail, or after which the power goes
SAMPLES = {"Import": 8, "Restore": 24, "Forget": 12, "Recompute": 12, "Export": 4}


def add_cases():
    for deed in deeds.DEEDS:
        def goes(self, deed=deed):
            self.need_strace()
            every = SAMPLES.get(deed.__name__, 8)
            self.assert_clean(calamity.power_cuts(deed(), 1, every, 4, int(time.time())), 6)

        def fails(self, deed=deed):
            self.need_strace()
            every = SAMPLES.get(deed.__name__, 8)
            for error in ("ENOSPC", "EIO"):
                self.assert_clean(calamity.fails_at_each_write(deed(), error, every, int(time.time())), 2)

        name = deed.what.replace(" ", "_")
        setattr(Calamity, f"test_the_power_goes_during_{name}", rig.begin_early(goes))
        setattr(Calamity, f"test_the_disk_is_full_or_fails_during_{name}", rig.begin_early(fails))


# -- the table

@dataclasses.dataclass
class Task:
    """Work for one process. Several may give parts of one row: they are added up by its name."""
    name: str
    limit_s: float
    call: str  # an expression that gives a row


MINUTES = 60
PART = 125  # kills in one process


def all_tasks(kills, seed):
    """Longest first: two run at a time."""
    parts = [min(PART, kills - at) for at in range(0, kills, PART)]
    yield Task("two watches", 20 * MINUTES, f"calamity.both_watches({max(6, kills // 40)}, {seed})")
    yield Task("many files", 20 * MINUTES, "calamity.many_files()")
    for number, times in enumerate(parts):
        yield Task(f"kneadd killed {number + 1}", 20 * MINUTES,
                   f"calamity.kills_of_the_daemon({times}, {seed + number})")
    few = max(20, kills // 4)
    yield Task("helpers killed", 20 * MINUTES, f"calamity.kills_of_helpers({few}, {seed})")
    yield Task("named instants", 20 * MINUTES, "calamity.named_instants()")
    if calamity.has_strace():
        for deed in deeds.DEEDS:
            slow = deed is deeds.Restore
            for error in ("ENOSPC", "EIO"):
                yield Task(f"{error}, {deed.what}", 20 * MINUTES,
                           f"calamity.fails_at_each_write(deeds.{deed.__name__}(), '{error}', {6 if slow else 1}, {seed})")
            yield Task(f"power cut, {deed.what}", 20 * MINUTES,
                       f"calamity.power_cuts(deeds.{deed.__name__}(), 1, {3 if slow else 1}, 20, {seed})")
    yield Task("import killed", 20 * MINUTES, f"calamity.kills_of_the_command({few}, {seed})")
    yield Task("sleep", 20 * MINUTES, f"calamity.stops({max(10, kills // 10)}, {seed})")
    yield Task("time zones", 20 * MINUTES, f"calamity.zones({max(10, kills // 10)}, {seed})")
    yield Task("odd helpers", 20 * MINUTES, "calamity.odd_helpers()")


def run_task(task):
    """In a process of its own, which is ended when it does not end."""
    folder = tempfile.mkdtemp(prefix="knead-fault.")
    begin = time.monotonic()
    process = subprocess.Popen([sys.executable, "-B", __file__, str(rig.BUILD), "--row", task.call], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                               start_new_session=True, env={**os.environ, "TMPDIR": folder},
                               preexec_fn=lambda: rig.libc.prctl(1, signal.SIGTERM))
    try:
        said, _ = process.communicate(timeout=task.limit_s)
        row = calamity.Row(**json.loads(said.splitlines()[-1]))
    except subprocess.TimeoutExpired:
        row = calamity.Row(task.name, lost=1, notes=f"did not end within {task.limit_s:g} s")
    except (ValueError, IndexError, TypeError):
        row = calamity.Row(task.name, lost=1, notes=f"broke off: {said.splitlines()[-1:]}")
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        process.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{task.name}: {time.monotonic() - begin:.0f} s{'' if not row.notes else ', ' + row.notes}", file=sys.stderr,
          flush=True)
    return row


def run_all(tasks, jobs):
    """The rows, in the order of their first tasks."""
    rows = {}
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for row in pool.map(run_task, tasks):
            first = rows.setdefault(row.what, calamity.Row(row.what))
            for name in ("times", "lost", "doubled", "again"):
                setattr(first, name, getattr(first, name) + getattr(row, name))
            first.notes = first.notes or row.notes
    return list(rows.values())


def show(rows):
    """Prints the table. Returns the exit status."""
    print(f"{'fault':<62} {'times':>6} {'lost':>5} {'doubled':>8} {'sent again':>11}")
    for row in rows:
        print(f"{row.what:<62} {row.times:>6} {row.lost:>5} {row.doubled:>8} {row.again:>11}  {row.notes}".rstrip())
    bad = sum(row.lost + row.doubled for row in rows)
    print(f"{sum(row.lost for row in rows)} lost, {sum(row.doubled for row in rows)} doubled", flush=True)
    return 1 if bad or not rows else 0


def table(kills):
    seed, begin = int(os.environ.get("KNEAD_TEST_SEED", time.time())), time.monotonic()
    print(f"seed {seed} (KNEAD_TEST_SEED)", file=sys.stderr, flush=True)
    status = show(run_all(list(all_tasks(kills, seed)), 2))
    print(f"{(time.monotonic() - begin) / 60:.0f} minutes")
    return status


def main():
    os.umask(0o022)
    if len(sys.argv) > 2 and sys.argv[2] in ("--table", "--row"):
        rig.BUILD = pathlib.Path(sys.argv[1]).resolve()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        if sys.argv[2] == "--table":
            return table(int(sys.argv[3]) if len(sys.argv) > 3 else 1000)
        print(json.dumps(dataclasses.asdict(eval(sys.argv[3]))))  # pylint: disable=eval-used
        return 0
    add_cases()
    return rig.main()


if __name__ == "__main__":
    sys.exit(main())
