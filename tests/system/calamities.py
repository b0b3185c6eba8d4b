# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults from outside at random instants and at every write: nothing is lost, nothing doubled.

usage: calamities.py BUILD-FOLDER [CASE...]
       calamities.py BUILD-FOLDER --table [KILLS]   the table of faults, with so many kills of the daemon (1000)"""

import os
import pathlib
import subprocess
import sys
import time

import calamity
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

    def peak_of_import(self, files_n):
        """Peak memory in KiB."""
        self.world.set_clock(rig.EVENING)
        folder = self.world.home / f"many-{files_n}"
        folder.mkdir()
        first_s = files.utc_s("2020-01-01T07:00:00Z")
        for i in range(files_n):
            (folder / f"{i:05}.fit").write_bytes(files.fit_run(first_s + i * 43200, seconds=10))
        arguments = self.world.knead_arguments("--state", self.world.home / f"state-{files_n}", "import", folder)
        process = self.world.spawn(list(map(str, arguments)), env=self.world.environment(), stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        return used.ru_maxrss

    @rig.begin_early
    def test_memory_does_not_grow_with_the_number_of_files_at_once(self):
        if rig.is_sanitized():
            return  # they remember what was freed
        few, many = self.peak_of_import(100), self.peak_of_import(1500)
        print(f"{few} KiB with 100 files, {many} KiB with 1500")
        self.assertLess(many - few, 3000)

    @rig.begin_early
    def test_the_power_goes_after_each_write(self):
        self.need_strace()
        self.assert_clean(calamity.power_cuts(1, int(time.time()), 6), 30)

    @rig.begin_early
    def test_the_disk_is_full_at_each_write(self):
        self.need_strace()
        self.assert_clean(calamity.fails_at_each_write("ENOSPC"), 20)


def table(kills):
    print(f"{'fault':<52} {'times':>6} {'lost':>5} {'doubled':>8} {'sent again':>11}")
    bad = 0
    for make in calamity.all_rows(kills, 4):
        row = make()
        print(f"{row.what:<52} {row.times:>6} {row.lost:>5} {row.doubled:>8} {row.again:>11}  {row.notes}", flush=True)
        bad += row.lost + row.doubled
    return 1 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[2] == "--table":
        rig.BUILD = pathlib.Path(sys.argv[1]).resolve()
        os.umask(0o022)
        sys.exit(table(int(sys.argv[3]) if len(sys.argv) > 3 else 1000))
    rig.main()
