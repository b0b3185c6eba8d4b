#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures Knead: ./dev bench [--check] [--json].

Each figure is the median of several runs of the real programs on a made-up season. With --check a figure
that misses its bar makes the exit status 1. The bars are those of docs/architecture.md, "numbers to hold".
"""
import datetime
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import usb

NOW = "2026-05-17T13:50:00+02:00"
BESIDE_BAR = 1.25  # "as fast as with 50": what is more is the larger file's deeper trees, and noise


class Bench:
    def __init__(self, build, folder):
        self.build = pathlib.Path(build).resolve()
        self.folder = pathlib.Path(folder)
        self.rows = []

    def program(self, path):
        return str(self.build / path)

    def knead(self, state, *arguments, check=True):
        return subprocess.run([self.program("daemon/cli/knead"), "--state", str(state), "--now", NOW, *arguments],
                              check=check, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def season(self, name, *arguments):
        path = self.folder / name
        subprocess.run([self.program("tests/season/knead-season"), str(path), *arguments], check=True)
        return path

    def row(self, name, value, unit, bar=None, at_least=False):
        met = None if bar is None else (value >= bar if at_least else value <= bar)
        self.rows.append({"name": name, "value": round(value, 2), "unit": unit, "bar": bar,
                          "met": met, "at_least": at_least})


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def median_of(runs, function):
    return statistics.median(function() for _ in range(runs))


def bulk_import(bench):
    """Files a second through the whole import: spool, helper, store, decision."""
    watch = bench.season("bulk", "--weeks", "120", "--short")
    files = sum(1 for _ in watch.rglob("*.*t*") if _.is_file())

    def once():
        state = bench.folder / "bulk-state"
        shutil.rmtree(state, ignore_errors=True)
        return files / seconds(lambda: bench.knead(state, "import", str(watch)))

    bench.row(f"import of {files} new files", median_of(3, once), "files/s", 200, at_least=True)
    state = bench.folder / "bulk-state"
    bench.row("the same files again", median_of(3, lambda: seconds(
        lambda: bench.knead(state, "import", str(watch)))) * 1000, "ms")
    return state


def grow(state, wanted):
    """Copies rows until the store holds `wanted` activities, each copy a year earlier."""
    db = sqlite3.connect(state / "knead.db")
    db.execute("PRAGMA foreign_keys = OFF")

    def columns(table, without=()):
        return [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] not in without]

    have = db.execute("SELECT count(*) FROM activity").fetchone()[0]
    top = {t: db.execute(f"SELECT max(id) FROM {t}").fetchone()[0] for t in ("file", "activity", "recording")}
    copy = 0
    while have * (copy + 1) < wanted:
        copy += 1
        days = 840 * copy
        shift = {"day": f"day - {days}", "start_ms": f"start_ms - {days} * 86400000",
                 "end_ms": f"end_ms - {days} * 86400000", "sha256": "randomblob(32)"}
        for table in ("file", "activity", "recording"):
            shift["id"] = f"id + {top[table] * copy}"
            shift["file_id"] = f"file_id + {top['file'] * copy}"
            shift["activity_id"] = f"activity_id + {top['activity'] * copy}"
            names = columns(table)
            values = ", ".join(shift.get(name, name) for name in names)
            db.execute(f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} "
                       f"WHERE id <= {top[table]}")
    db.execute("INSERT INTO tally SELECT r.id, t.value FROM recording r JOIN tally t "
               f"ON t.recording_id = (r.id - 1) % {top['recording']} + 1 WHERE r.id > {top['recording']}")
    db.execute("DELETE FROM day_total")
    db.execute("INSERT INTO day_total (day, load, distance_m, activities) SELECT day, total(load), "
               "total(distance_m), count(*) FROM activity WHERE day IS NOT NULL GROUP BY day")
    db.commit()
    count = db.execute("SELECT count(*) FROM activity").fetchone()[0]
    db.close()
    return count


def quick_check(state):
    db = sqlite3.connect(state / "knead.db")
    db.execute("PRAGMA quick_check(1)").fetchall()
    db.close()


def large_store(bench, state):
    def status():
        return seconds(lambda: bench.knead(state, "status", "--json")) * 1000

    small = median_of(7, status)
    bench.row("knead status, 600 activities", small, "ms")
    few = bench.folder / "few-state"
    shutil.copytree(state, few)
    evaluate(bench, state, None)
    for wanted in (12500, 25000):
        grow(state, wanted)
        evaluate(bench, state, None)
    count = grow(state, 50000)
    evaluate(bench, state, 10)
    bench.row(f"knead status, {count} activities", median_of(7, status), "ms", 50)
    bench.row(f"reading the store through at the start, {count} activities", median_of(3, lambda: seconds(
        lambda: quick_check(state))) * 1000, "ms")
    bench.row(f"knead backup, {count} activities", median_of(3, lambda: seconds(
        lambda: bench.knead(state, "backup", str(bench.folder / "copy.db")))) * 1000, "ms")
    imports_beside(bench, few, state, count)


def imports_beside(bench, few, many, count):
    """The same files, one by one, into a small store and a large one, in turn."""
    os.sync()  # or the disk is still busy with the rows that were copied
    times = {few: [], many: []}
    for number in range(1, 16):
        one = bench.season(f"one-{number}", "--weeks", "1", "--only-last", "--last-day", f"2026-04-{number + 10}",
                           "--short", "--seed", str(number))
        for state in (few, many) if number % 2 else (many, few):
            times[state].append(seconds(lambda: bench.knead(state, "import", str(one))))
    small, large = statistics.median(times[few]), statistics.median(times[many])
    bench.row(f"import of one file beside {count}", large * 1000, "ms")
    bench.row(f"import of one file beside {count}: times of one beside 600", large / small, "", BESIDE_BAR)


def evaluate(bench, state, bar):
    """The model on a store of some size: how each part grows with it. Replayed are the latest 1000."""
    now_ms = int(datetime.datetime.fromisoformat(NOW).timestamp() * 1000)
    printed = subprocess.run([bench.program("tests/bench/knead-evaluate"), str(state), str(now_ms), "1000"],
                             check=True, stdout=subprocess.PIPE).stdout
    found = json.loads(printed)
    count = found["activities"]
    bench.row(f"read and made ready for an import or a status, {count} activities", found["present_ms"], "ms")
    bench.row(f"the whole history read from the store, {count} activities", found["load_ms"] - found["model_ms"], "ms")
    bench.row(f"model made ready and asked by an import, {count} activities",
              found["model_ms"] + found["decide_ms"], "ms", bar)
    bench.row(f"replay of the last {min(1000, count)} of {count}", found["replay_per_s"], "/s")


def private_kib(pid):
    total = 0
    for line in open(f"/proc/{pid}/smaps_rollup", encoding="ascii"):
        if line.startswith(("Private_Clean:", "Private_Dirty:")):
            total += int(line.split()[1])
    return total


def switches(pid):
    for line in open(f"/proc/{pid}/status", encoding="ascii"):
        if line.startswith("voluntary_ctxt_switches:"):
            return int(line.split()[1])
    return 0


def wait_for(condition, limit_s=60):
    end = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the daemon did not get there")
        time.sleep(0.01)


def daemon(bench):
    """Idle memory and wake-ups, and the time from a new file to its notification."""
    state, watch = bench.folder / "daemon-state", bench.season("watch", "--skip-last")
    log, port = bench.folder / "received", bench.folder / "port"
    receiver = subprocess.Popen([bench.program("tests/support/knead-receiver"), "--port-file", str(port),
                                 "--log", str(log), "--quiet"])
    wait_for(lambda: port.exists() and port.read_text().strip())
    config = bench.folder / "kneadd.conf"
    config.write_text(f"[webhook bench]\ntype = generic\nurl = http://127.0.0.1:{port.read_text().strip()}/x\n"
                      f"[folder watch]\npath = {watch}\n")

    def received():
        return len(log.read_text().splitlines()) if log.exists() else 0

    kneadd = subprocess.Popen([bench.program("daemon/kneadd/kneadd"), "--state", str(state), "--config", str(config)],
                              stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: received() >= 1)
        start = time.perf_counter()
        subprocess.run([bench.program("tests/season/knead-season"), str(watch), "--only-last"], check=True)
        wait_for(lambda: received() >= 2)
        bench.row("new file in a followed folder to its notification (2 s of them quiet)",
                  time.perf_counter() - start, "s")
        time.sleep(2)
        before = switches(kneadd.pid)
        time.sleep(10)
        bench.row("wake-ups of the idle daemon in 10 s", switches(kneadd.pid) - before, "", 0)
        bench.row("private memory of the idle daemon", private_kib(kneadd.pid) / 1024, "MiB", 4)
    finally:
        for process in (kneadd, receiver):
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def plugging_in(bench):
    """Operations on the simulated watch, and the time from its arrival to the message."""
    for name, value, bar in usb.bars(bench.build, bench.folder):
        bench.row(name, value, "", bar)
    times, woken = usb.plug_in_times(bench.build)
    bench.row(f"a watch with one new file among {usb.FILES}, from its add event to the request",
              statistics.median(times), "s", usb.PLUG_IN_BAR_S)
    bench.row("wake-ups of the idle daemon in 10 s, a watch plugged in", woken, "", 0)


def start_up(bench):
    bench.row("knead --version", median_of(9, lambda: seconds(lambda: subprocess.run(
        [bench.program("daemon/cli/knead"), "--version"], stdout=subprocess.DEVNULL, check=True))) * 1000, "ms")


def show(rows):
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        bar = "" if row["bar"] is None else f"   bar: {'at least' if row['at_least'] else 'at most'} {row['bar']}"
        verdict = {None: "", True: "  met", False: "  MISSED"}[row["met"]]
        print(f"{row['name']:<{width}}  {row['value']:>10} {row['unit']:<8}{bar}{verdict}")


def main():
    if len(sys.argv) < 2:
        print("usage: bench.py BUILD-FOLDER [--check] [--json]", file=sys.stderr)
        return 2
    folder = tempfile.mkdtemp(prefix="knead-bench.")
    try:
        bench = Bench(sys.argv[1], folder)
        start_up(bench)
        large_store(bench, bulk_import(bench))
        daemon(bench)
        plugging_in(bench)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if "--json" in sys.argv:
        print(json.dumps(bench.rows))
    else:
        show(bench.rows)
    return 1 if "--check" in sys.argv and any(row["met"] is False for row in bench.rows) else 0


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C.UTF-8"
    sys.exit(main())
