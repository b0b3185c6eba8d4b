# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults from outside, and the count of what they cost. Each function makes one fault as often as it is told and
returns a row: what it was, how often, how much was lost, how much came or was said twice.

Lost: an activity whose import was reported, or whose file its source still shows, and that is not there in the end;
or one that nobody was told of. Doubled: an activity that is there twice, or that two messages told of. A message that
is sent again under the same webhook-id is not doubled: that is how a receiver knows it."""

import contextlib
import dataclasses
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import deeds
import files
import power
import rig


@dataclasses.dataclass
class Row:
    what: str
    times: int = 0
    lost: int = 0
    doubled: int = 0
    again: int = 0  # messages that were sent again under the same id
    notes: str = ""


def world_with_phone():
    world = rig.World()
    world.set_clock(rig.EVENING)
    (world.home / "sync").mkdir()
    world.start_receiver()
    world.configure(folders=("sync",))
    return world


def put_run(world, number, seconds=120, clock="07:00:00"):
    """A run of its own day, as if it had lain there for a while."""
    at_s = files.utc_s(f"2026-05-16T{clock}Z") - number * 86400
    path = world.home / "sync" / f"{number:04}.fit"
    part = path.with_suffix(".part")
    part.write_bytes(files.fit_run(at_s, seconds=seconds))
    os.utime(part, (at_s, at_s))
    os.rename(part, path)


def settle(world, runs, row):
    """Lets everything come to its end, and counts."""
    world.start()
    try:
        rig.wait_for("all activities", lambda: world.count("activity") >= runs, 30)
        rig.wait_for("all messages", lambda: told(world) >= runs, 30)
        rig.wait_for("the end of all work", lambda: not world.spool() and
                     world.ask("status")["outbox"]["waiting"] == 0, 30)
    except AssertionError as error:
        row.notes = str(error).splitlines()[0]
    there, messages = world.count("activity"), told(world)
    row.lost += max(0, runs - there) + max(0, runs - messages)
    row.doubled += max(0, there - runs) + max(0, messages - runs)
    row.again += len(world.received()) - len({note["id"] for note in world.received()})
    verdict, broken = world.integrity()
    if verdict != "ok" or broken:
        row.lost += 1
        row.notes = f"the store is not sound: {verdict}"
    world.daemon.end()


def told(world):
    """How many activities the phone heard of, each message once."""
    return sum(note["body"]["data"].get("new", 0) for note in world.accepted())


def in_rounds(row, times, most, disturb, runs=1, calm=lambda world: None,
              judged=lambda world: None):
    """Worlds in which disturb(world, number) happens, up to `most` times each, until it happened `times` times; each
    brings so many runs. calm(world) goes before a world comes to rest; then it is looked at, by judged() too."""
    while row.times < times:
        with contextlib.closing(world_with_phone()) as world:
            rounds = min(most, times - row.times)
            for i in range(rounds):
                disturb(world, i)
                row.times += 1
            calm(world)
            settle(world, runs * rounds, row)
            judged(world)
    return row


def kills_of_the_daemon(times, seed=1):
    """kill -9 at random instants, from the start of the process to long after its message: a new run each time."""
    row, dice = Row("kneadd killed (kill -9) at a random instant"), random.Random(seed)

    def kill(world, number):
        put_run(world, number)
        world.start(ready=False)
        time.sleep(dice.uniform(0, 0.4))
        world.daemon.end(signal.SIGKILL)

    return in_rounds(row, times, 25, kill)


def kills_of_the_command(times, seed=2):
    row, dice = Row("knead import killed (kill -9) at a random instant"), random.Random(seed)

    def kill(world, number):
        put_run(world, number)
        process = world.spawn(list(map(str, world.knead_arguments("import", world.home / "sync"))),
                              env=world.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0, 0.12))
        process.kill()
        process.wait()

    return in_rounds(row, times, 25, kill)


def kills_of_helpers(times, seed=3):
    """kneadd-parse and kneadd-fetch killed while the daemon works."""
    row, dice = Row("a helper of kneadd killed (kill -9)"), random.Random(seed)
    while row.times < times:
        world = world_with_phone()
        try:
            for i in range(40):
                put_run(world, i)
            world.start(ready=False)
            wanted, end = min(20, times - row.times), time.monotonic() + 5
            while wanted and time.monotonic() < end and world.daemon.is_up():
                pid = world.daemon.process.pid
                children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                if children:
                    try:
                        os.kill(int(dice.choice(children)), signal.SIGKILL)
                    except ProcessLookupError:
                        continue
                    row.times += 1
                    wanted -= 1
                    end = time.monotonic() + 2  # a source that broke off too often is left until something happens
                time.sleep(dice.uniform(0.005, 0.05))
            world.daemon.end(signal.SIGKILL)
            # a file whose helper was killed twice is refused, and said to be: copied anew it is another name only
            refused = len(world.ask("status")["refused"]) if (world.state / "knead.db").exists() else 0
            settle_refused(world, 40, refused, row)
        finally:
            world.close()
    return row


def settle_refused(world, runs, refused, row):
    settle(world, runs - refused, row)
    if refused:
        row.notes = f"{refused} refused by name after two kills of their helper"


def stops(times, seed=4):
    """The machine sleeps in the middle: everything stands still, and the clock is elsewhere when it goes on."""
    row, dice = Row("suspended in the middle, the clock jumped"), random.Random(seed)

    def sleep(world, number):
        put_run(world, number)
        world.start(ready=False)
        time.sleep(dice.uniform(0, 0.3))
        os.kill(world.daemon.process.pid, signal.SIGSTOP)
        world.advance(dice.choice((1, 3600, 5 * 3600, -3600, -1)))
        time.sleep(0.05)
        os.kill(world.daemon.process.pid, signal.SIGCONT)
        time.sleep(dice.uniform(0, 0.2))
        world.daemon.end(signal.SIGKILL)

    return in_rounds(row, times, 10, sleep)


ZONES = ("Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati")


def zones(times, seed=7):
    """In the middle of an import the settings name another time zone, or the machine has one, and the clock jumps. In the
    end everything is dated as if it had come in at home."""
    row, dice = Row("time zone changed and clock set in the middle"), random.Random(seed)

    def move(world, number):
        put_run(world, 2 * number, clock="23:40:00")  # yesterday, today or tomorrow
        put_run(world, 2 * number + 1, clock="10:20:00")
        world.start(ready=False, env={"TZ": dice.choice(ZONES)})
        time.sleep(dice.uniform(0, 0.3))
        in_zone(world, dice.choice((None, *ZONES)))
        world.advance(dice.choice((1, 3600, 14 * 3600, 86400, -3600, -1)))
        os.kill(world.daemon.process.pid, signal.SIGHUP)
        time.sleep(dice.uniform(0, 0.3))
        world.daemon.end(signal.SIGKILL)

    return in_rounds(row, times, 10, move, runs=2, calm=lambda world: in_zone(world, ZONES[0]),
                     judged=lambda world: dated_as_at_home(world, row))


def in_zone(world, zone):
    """The one that the settings name; None: that of the machine."""
    lines = [line for line in world.conf.read_text().splitlines() if not line.startswith("time_zone")]
    at = lines.index("[runner me]") + 1
    fresh = world.conf.with_suffix(".new")
    fresh.write_text("\n".join([*lines[:at], *([f"time_zone = {zone}"] if zone else []), *lines[at:]]) + "\n")
    os.rename(fresh, world.conf)


def dated_as_at_home(world, row):
    tables = ("activity", "recording", "day_total")
    home = rig.World()
    try:
        home.set_clock(world.now)
        for one in (world, home):
            words = ("recompute",) if one is world else ("import", world.home / "sync")
            result = one.knead(*words)
            if result.status != 0:
                row.lost += 1
                row.notes = result.err.strip()
        if world.dump(*tables) != home.dump(*tables):
            row.lost += 1
            row.notes = "numbers or days are not those of home"
    finally:
        home.close()


MANY_MAX_KIB = 40000


def many_files(times=10000):
    """So many files lie in a folder when kneadd starts."""
    row = Row("files that come at once")
    world = world_with_phone()
    try:
        for i in range(times):
            put_run(world, i, seconds=10)
        world.start()
        rig.wait_for("all of them", lambda: world.count("activity") >= times, 600)
        rig.wait_for("the end of all work", lambda: not world.spool() and
                     world.ask("status")["outbox"]["waiting"] == 0 and world.accepted(), 60)
        status = pathlib.Path(f"/proc/{world.daemon.process.pid}/status").read_text()
        peak_kib = int(status.split("VmHWM:")[1].split()[0])
        if peak_kib > MANY_MAX_KIB and not rig.is_sanitized():
            row.lost += 1
            row.notes = f"kneadd took {peak_kib} KiB"
        world.daemon.end()
        settle(world, times, row)
        row.times = times
        row.doubled += len(world.accepted()) - 1
    finally:
        world.close()
    return row


# -- writes that fail, and power cuts

# the sanitizer looks for leaks as a tracer, and of these there can be one
UNDER_STRACE = {"ASAN_OPTIONS": "abort_on_error=0:exitcode=99:detect_leaks=0"}
WRITES = ("pwrite64", "write", "ftruncate", "fallocate", "fsync", "fdatasync", "linkat", "symlinkat", "rename", "renameat",
          "renameat2", "mkdir", "mkdirat", "unlink", "unlinkat")


def has_strace():
    return shutil.which("strace") is not None


def template_of(deed):
    """A world in which everything is ready for it."""
    world = rig.World()
    try:
        world.set_clock(rig.EVENING)
        deed.prepare(world)
        return world
    except BaseException:
        world.close()
        raise


def world_like(template, deed):
    world = rig.World()
    world.set_clock(rig.EVENING)
    for name in deed.keep:
        if (template.home / name).exists():
            shutil.copytree(template.home / name, world.home / name, symlinks=True)
    return world


def judge(deed, world, done, row, where):
    try:
        deed.judge(world, done)
    except deeds.Doubled as error:
        row.doubled += 1
        row.notes = f"{where}: {error}"
    except (deeds.Lost, sqlite3.Error, OSError, AssertionError) as error:
        row.lost += 1
        row.notes = f"{where}: {error}"


def fails_at_each_write(deed, error, every=1, seed=6):
    """Each single write and each sync fails once (or some, in turn). The same again follows, with room."""
    row, dice = Row(f"{error} at each write and sync of {deed.what}"), random.Random(seed)
    template = template_of(deed)
    try:
        for call in WRITES:  # strace counts each on its own
            at = dice.randint(1, every)
            while fail_once(deed, template, error, call, at, row):
                at += dice.randint(1, 2 * every - 1)
    finally:
        template.close()
    return row


def fail_once(deed, template, error, call, at, row):
    """Whether there was such a call `at`."""
    world = world_like(template, deed)
    try:
        log = world.home / "strace"
        result = deed.run(world, UNDER_STRACE, ["strace", "-D", "-o", str(log), "-e", f"trace={call}", "-e",
                                                f"inject={call}:error={error}:when={at}"])
        injected = [line for line in log.read_text(errors="replace").splitlines() if "(INJECTED)" in line]
        if not injected:
            return False
        row.times += 1
        where = f"at {call} {at}"
        if result.status not in deed.statuses or (result.status > 0 and len(result.err.splitlines()) != 1 and
                                                  not injected[0].startswith(("write(1", "write(2"))):
            row.notes = f"{where}: no clear sentence: exit {result.status}, {result.err!r}"
        judge(deed, world, result.status == 0, row, where)
        return True
    finally:
        world.close()


def record(deed, template):
    """The whole of it, call by call. Returns the lines, and the world it happened in."""
    world = world_like(template, deed)
    disk = power.Disk(world.home)
    disk.hold(world.home)
    for name in deed.keep:  # the state directory is systemd's, and old
        disk.names.setdefault(str(world.home / name), ("folder",))
        disk.durable_names.setdefault(str(world.home / name), ("folder",))
    log = world.home / "strace"
    result = deed.run(world, UNDER_STRACE, ["strace", "-D", "-y", "-xx", "-s", "4000000", "-o", str(log), "-e",
                                            f"trace={power.CALLS}"])
    if result.status not in (0, -9):
        raise AssertionError(repr(result))
    return world, disk, log.read_text(errors="replace").splitlines()


def power_cuts(deed, times_each=1, every=1, at_end=10, seed=5):
    """The power goes after each call (or some, in turn) that changes the disk."""
    row, dice = Row(f"power cut after each write of {deed.what}"), random.Random(seed)
    template = template_of(deed)
    source, disk, lines = record(deed, template)
    try:
        for number, line in enumerate(lines):
            if not power.replay(line, disk) or (every > 1 and dice.randrange(every)):
                continue
            for _ in range(times_each):
                check_cut(deed, source, disk.cut(dice), row, False, f"after line {number}, {line[:40]}")
        for _ in range(at_end):
            check_cut(deed, source, disk.cut(dice), row, True, "at the end")
    finally:
        source.close()
        template.close()
    return row


def check_cut(deed, source, left, row, done, where):
    world = rig.World()
    try:
        world.set_clock(rig.EVENING)
        kept = tuple(str(source.home / name) for name in deed.keep)
        power.lay_out({name: what for name, what in left.items()
                       if name in kept or name.startswith(tuple(f"{folder}/" for folder in kept))},
                      source.home, world.home)
        row.times += 1
        judge(deed, world, done, row, where)
    finally:
        world.close()


def cases_of(what, script, *words):
    """A row of the cases of a test file that make one fault each."""
    row = Row(what)
    path = pathlib.Path(__file__).with_name(script)
    done = subprocess.run([sys.executable, "-B", str(path), str(rig.BUILD), *words], capture_output=True, text=True,
                          check=False)
    said = re.search(r"^(\d+) cases, (\d+) failed (\[.*?\])", done.stdout, re.M)
    alone = re.search(r"^Ran (\d+) tests?", done.stdout, re.M)  # cases that were named
    if said:
        row.times, row.lost, row.notes = int(said.group(1)), int(said.group(2)), said.group(3).strip("[]")
    elif alone:
        row.times, row.lost = int(alone.group(1)), int(done.returncode not in (0, rig.SKIPPED))
    else:
        row.lost = 1
    if row.lost and not row.notes:
        row.notes = (re.findall(r"^FAIL: (.*)$", done.stdout, re.M) or done.stdout.splitlines()[-1:] or ["?"])[0]
    return row


def named_instants():
    """crash.py has a case for each passage of each point that the programs name."""
    return cases_of("killed at each named instant (crash.py)", "crash.py")


def odd_helpers():
    return cases_of("a helper that leaks, spins, forks, floods, dies (faults.py)", "faults.py", "Helper")


def both_watches(times, seed=8):
    row = Row("two watches at once, both pulled in the middle")
    path = pathlib.Path(__file__).parents[1] / "usb" / "both.py"
    done = subprocess.run([sys.executable, "-B", str(path), str(rig.BUILD), f"--times={times}", f"--seed={seed}"],
                          capture_output=True, text=True, check=False)
    said = re.search(r"^(\d+) times both", done.stdout, re.M)
    row.times = int(said.group(1)) if said else 0
    if done.returncode == rig.SKIPPED:
        row.notes = "not made: no user and mount namespace here"
    elif done.returncode:
        row.lost = 1
        row.notes = (done.stdout + done.stderr).splitlines()[-1]
    return row
