# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults from outside, and the count of what they cost. Each function makes one fault as often as it is told and
returns a row: what it was, how often, how much was lost, how much came or was said twice.

Lost: an activity whose import was reported, or whose file its source still shows, and that is not there in the end;
or one that nobody was told of. Doubled: an activity that is there twice, or that two messages told of. A message that
is sent again under the same webhook-id is not doubled: that is how a receiver knows it."""

import dataclasses
import hashlib
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

import files
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


def put_run(world, number, seconds=120):
    """A run of its own day, as if it had lain there for a while."""
    at_s = files.utc_s("2026-05-16T07:00:00Z") - number * 86400
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


def kills_of_the_daemon(times, seed=1):
    """kill -9 at random instants, from the start of the process to long after its message: a new run each time."""
    row, dice = Row("kneadd killed (kill -9) at a random instant"), random.Random(seed)
    while row.times < times:
        world = world_with_phone()
        try:
            rounds = min(25, times - row.times)
            for i in range(rounds):
                put_run(world, i)
                world.start(ready=False)
                time.sleep(dice.uniform(0, 0.4))
                world.daemon.end(signal.SIGKILL)
                row.times += 1
            settle(world, rounds, row)
        finally:
            world.close()
    return row


def kills_of_the_command(times, seed=2):
    row, dice = Row("knead import killed (kill -9) at a random instant"), random.Random(seed)
    while row.times < times:
        world = world_with_phone()
        try:
            rounds = min(25, times - row.times)
            for i in range(rounds):
                put_run(world, i)
                process = world.spawn(list(map(str, world.knead_arguments("import", world.home / "sync"))),
                                      env=world.environment(), stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL)
                time.sleep(dice.uniform(0, 0.12))
                process.kill()
                process.wait()
                row.times += 1
            settle(world, rounds, row)
        finally:
            world.close()
    return row


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
    while row.times < times:
        world = world_with_phone()
        try:
            rounds = min(10, times - row.times)
            for i in range(rounds):
                put_run(world, i)
                world.start(ready=False)
                time.sleep(dice.uniform(0, 0.3))
                os.kill(world.daemon.process.pid, signal.SIGSTOP)
                world.advance(dice.choice((1, 3600, 5 * 3600, -3600, -1)))
                time.sleep(0.05)
                os.kill(world.daemon.process.pid, signal.SIGCONT)
                time.sleep(dice.uniform(0, 0.2))
                world.daemon.end(signal.SIGKILL)
                row.times += 1
            settle(world, rounds, row)
        finally:
            world.close()
    return row


# -- writes that fail

# the sanitizer looks for leaks as a tracer, and of these there can be one
UNDER_STRACE = {"ASAN_OPTIONS": "abort_on_error=0:exitcode=99:detect_leaks=0"}


def has_strace():
    return shutil.which("strace") is not None


def fails_at_each_write(error="ENOSPC", calls="pwrite64,write,ftruncate,fallocate,fsync,fdatasync,linkat,symlinkat"):
    """Each single write of an import, and each sync, fails once. Another import follows with room."""
    row = Row(f"{error} at each write and sync of an import")
    for at in range(1, 1000):
        world = rig.World()
        try:
            world.set_clock(rig.EVENING)
            (world.home / "sync").mkdir()
            put_run(world, 0)
            log = world.home / "strace"
            result = world.knead("import", world.home / "sync", env=UNDER_STRACE, prefix=[
                "strace", "-o", str(log), "-e", f"trace={calls}", "-e", f"inject={calls}:error={error}:when={at}"])
            if "(INJECTED)" not in log.read_text(errors="replace"):
                break
            row.times += 1
            if result.status == 0 and world.count("activity") != 1:
                row.lost += 1
            if result.status not in (0, 1, 3) or (result.status and len(result.err.splitlines()) != 1):
                row.notes = f"no clear sentence at write {at}: {result.err!r}"
            again = world.knead("import", world.home / "sync")
            count_once(world, again, row)
        finally:
            world.close()
    return row


def count_once(world, result, row):
    if result.status != 0:
        row.lost += 1
        row.notes = result.err.strip()
        return
    there, events = safe_count(world), world.count("event")
    row.lost += (there < 1) + (events < 1)
    row.doubled += (there > 1) + (events > 1)
    if world.integrity() != ("ok", []):
        row.lost += 1
        row.notes = "the store is not sound"


# -- power cuts

CALLS = "openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,linkat,unlink,unlinkat," \
        "mkdir,mkdirat,symlinkat,close,dup,fcntl,lseek"


class Inode:
    def __init__(self):
        self.data, self.durable, self.pending = bytearray(), b"", []


class Disk:
    """What a file system holds for sure, and what only in memory: content is safe after fsync of the file, names after
    fsync of their folder, and changes of names reach the disk in their order, as journals do."""

    def __init__(self, root):
        self.root = str(root)
        self.names, self.durable_names, self.pending_names = {}, {}, []
        self.open = {}

    def inside(self, path):
        return path.startswith(self.root + "/") or path == self.root

    def change(self, path, inode):
        if inode is None:
            self.names.pop(path, None)
        else:
            self.names[path] = inode
        self.pending_names.append((path, inode))

    def write(self, fd, data, at):
        inode = self.open[fd]
        if at > len(inode.data):
            inode.data.extend(bytes(at - len(inode.data)))
        inode.data[at:at + len(data)] = data
        inode.pending.append((at, bytes(data)))

    def truncate(self, fd, size):
        inode = self.open[fd]
        del inode.data[size:]
        inode.data.extend(bytes(size - len(inode.data)))
        inode.pending.append((size, None))

    def sync(self, path, fd):
        inode = self.open.get(fd)
        if isinstance(inode, Inode):
            inode.durable, inode.pending = bytes(inode.data), []
            return
        # a folder: its names, and, as a journal has one order, all changes before
        for name, target in self.pending_names:
            self.apply(self.durable_names, name, target)
        self.pending_names = []

    @staticmethod
    def apply(names, name, target):
        if target is None:
            names.pop(name, None)
        else:
            names[name] = target

    def cut(self, dice):
        """What is on the disk when the power goes: {path: content}; folders have None, links their target."""
        names = dict(self.durable_names)
        for name, target in self.pending_names[:dice.randint(0, len(self.pending_names))]:
            self.apply(names, name, target)
        left = {}
        for name, target in names.items():
            left[name] = self.content(target, dice) if isinstance(target, Inode) else target
        return left

    @staticmethod
    def content(inode, dice):
        data = bytearray(inode.durable)
        keep = dice.choice((0.0, 0.5, 1.0))
        for at, piece in inode.pending:
            if dice.random() >= keep:
                continue
            if piece is None:
                del data[at:]
                data.extend(bytes(at - len(data)))
                continue
            if at > len(data):
                data.extend(bytes(at - len(data)))
            data[at:at + len(piece)] = piece
        return bytes(data)


LINE = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)(?:<([^>]*)>)?")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
FD = re.compile(r"(-?\d+|AT_FDCWD)<([^>]*)>")


def text_of(match):
    return bytes.fromhex(match.group(1).replace("\\x", ""))


def unhex(path):
    """strace -xx writes the paths of descriptors so as well."""
    return re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m.group(1), 16)), path)


def replay(line, disk):
    """One line of strace. True when it changed what a power cut would leave."""
    match = LINE.match(line)
    if not match or int(match.group(3)) < 0:
        return False
    call, arguments, answer = match.group(1), match.group(2), int(match.group(3))
    texts = [text_of(m) for m in TEXT.finditer(arguments)]
    fds = [(m.group(1), unhex(m.group(2))) for m in FD.finditer(arguments)]
    if call == "close":
        disk.open.pop(fds[0][0] if fds else "", None)
        return False

    def path(at):
        name = texts[at].decode()
        return name if name.startswith("/") else f"{fds[min(at, len(fds) - 1)][1]}/{name}"

    if call == "openat":
        name = unhex(match.group(4) or "")
        if not disk.inside(name):
            return False
        known = disk.names.get(name)
        if known is None and "O_CREAT" in arguments:
            known = Inode()
            disk.change(name, known)
        if isinstance(known, Inode) and "O_TRUNC" in arguments:
            known.data.clear()
            known.pending.append((0, None))
        disk.open[str(answer)] = known if isinstance(known, Inode) else name
        return "O_CREAT" in arguments
    if call in ("mkdir", "mkdirat", "symlinkat"):
        name = path(-1) if call != "symlinkat" else f"{fds[0][1]}/{texts[1].decode()}"
        if disk.inside(name):
            disk.change(name, None if call != "symlinkat" else ("link", texts[0].decode()))
            if call != "symlinkat":
                disk.change(name, ("folder",))
        return True
    if call in ("unlink", "unlinkat"):
        if disk.inside(path(0)):
            disk.change(path(0), None)
        return True
    if call in ("rename", "renameat", "renameat2", "linkat"):
        old, new = path(0), path(1)
        if disk.inside(new) and old in disk.names:
            disk.change(new, disk.names[old])
            if call != "linkat":
                disk.change(old, None)
        return True
    if not fds or fds[0][0] not in disk.open:
        return False
    if call in ("fsync", "fdatasync"):
        disk.sync(fds[0][1], fds[0][0])
        return True
    inode = disk.open[fds[0][0]]
    if not isinstance(inode, Inode):
        return False
    if call == "ftruncate":
        disk.truncate(fds[0][0], int(arguments.rsplit(",", 1)[1]))
    elif call == "pwrite64":
        disk.write(fds[0][0], texts[0], int(arguments.rsplit(",", 1)[1]))
    elif call == "write":
        disk.write(fds[0][0], texts[0], len(inode.data))  # ours only ever append with it
    return True


def lay_out(left, old_root, new_root):
    new_root.mkdir(parents=True, exist_ok=True)
    for name in sorted(left):
        path = new_root / os.path.relpath(name, old_root)
        content = left[name]
        if content == ("folder",):
            path.mkdir(parents=True, exist_ok=True)
            continue
        if not path.parent.is_dir():
            continue  # its folder never reached the disk
        if isinstance(content, tuple):
            if not os.path.lexists(path):
                path.symlink_to(content[1])
        else:
            path.write_bytes(content)


def record(world):
    """One whole import, call by call."""
    log = world.home / "strace"
    result = world.knead("import", world.home / "sync", env=UNDER_STRACE, prefix=[
        "strace", "-y", "-xx", "-s", "4000000", "-o", str(log), "-e", f"trace={CALLS}"])
    if result.status != 0:
        raise AssertionError(repr(result))
    return log.read_text(errors="replace").splitlines()


def power_cuts(times_each, seed=5, every=1):
    """The power goes after each call (or some, in turn) of an import that changes the disk."""
    row, dice = Row("power cut after each write of an import"), random.Random(seed)
    source = rig.World()
    try:
        source.set_clock(rig.EVENING)
        (source.home / "sync").mkdir()
        put_run(source, 0)
        lines = record(source)
        disk = Disk(source.state)
        disk.names[str(source.state)] = disk.durable_names[str(source.state)] = ("folder",)
        for number, line in enumerate(lines):
            if not replay(line, disk) or (every > 1 and dice.randrange(every)):
                continue
            for _ in range(times_each):
                check_cut(source, disk.cut(dice), row, False, f"after line {number}, {line[:60]}")
        for _ in range(20):
            check_cut(source, disk.cut(dice), row, True, "at the end")
    finally:
        source.close()
    return row


def safe_count(world):
    try:
        return world.count("activity") if (world.state / "knead.db").exists() else 0
    except sqlite3.Error:
        return 0


def check_cut(source, left, row, done, where):
    world = rig.World()
    try:
        world.set_clock(rig.EVENING)
        lay_out(left, source.state, world.state)
        row.times += 1
        if done:
            # the import was reported: the source may be gone
            there = safe_count(world)
            originals = [path for path in (world.state / "archive").rglob("*") if path.is_file()]
            whole = [path for path in originals if hashlib.sha256(path.read_bytes()).hexdigest() == path.name]
            row.lost += (there != 1) + (len(whole) != 1)
            if there != 1 or len(whole) != 1:
                row.notes = f"reported, and {there} activities and {len(whole)} whole originals are there"
        result = world.knead("import", source.home / "sync")
        before = row.lost + row.doubled
        count_once(world, result, row)
        if row.lost + row.doubled > before:
            row.notes = f"{where}: {row.notes}"
    finally:
        world.close()


def named_instants():
    """crash.py has a case for each passage of each point that the programs name."""
    row = Row("killed at each named instant (crash.py)")
    script = pathlib.Path(__file__).with_name("crash.py")
    done = subprocess.run([sys.executable, "-B", str(script), str(rig.BUILD)], capture_output=True, text=True, check=False)
    said = re.search(r"^(\d+) cases, (\d+) failed (\[.*?\])", done.stdout, re.M)
    row.times, row.lost = (int(said.group(1)), int(said.group(2))) if said else (0, 1)
    row.notes = said.group(3) if said and row.lost else ""
    return row


def all_rows(kills, cuts):
    """Every fault, one row after the other."""
    yield named_instants
    yield lambda: kills_of_the_daemon(kills)
    yield lambda: kills_of_the_command(max(20, kills // 4))
    yield lambda: kills_of_helpers(max(20, kills // 4))
    yield lambda: stops(max(10, kills // 10))
    if has_strace():
        yield lambda: power_cuts(cuts)
        yield lambda: fails_at_each_write("ENOSPC")
        yield lambda: fails_at_each_write("EIO")
