# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes a runner's data, each as one command, and what must be true when it broke off at any instant: whole as it
was before or whole as it is to be, and the same command again ends it. For calamity.py, which breaks them off."""

import hashlib
import pathlib
import shutil
import sqlite3
import struct
import time

import files
import rig

RUNS = 6
NUMBERS = ("activity", "recording", "day_total", "daily_score")
SCHEMAS = pathlib.Path(__file__).parents[2] / "daemon/store/schema"
APPLICATION = 0x4E454144
WAITING, SENT = 0, 1  # of deliveries, as they are stored


class Lost(Exception):
    """Something is not there that must be, or is not whole."""


class Doubled(Exception):
    """Something is there twice, or still."""


def need(condition, words):
    if not condition:
        raise Lost(words)


def sound(path):
    """Whether a database is one, whole. Reads a copy: looking must not mend it."""
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            return db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        finally:
            db.close()
    except sqlite3.Error:
        return False


def rows_of(path, query):
    db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


def is_whole(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() == path.name


def originals(folder):
    return {path.name for path in folder.rglob("*") if path.is_file() and len(path.name) == 64}


def run_at(number):
    return files.utc_s("2026-05-16T07:00:00Z") - number * 86400


def put_runs(world, first, last):
    folder = world.home / "sync"
    folder.mkdir(exist_ok=True)
    for number in range(first, last):
        (folder / f"{number:04}.fit").write_bytes(files.fit_run(run_at(number), seconds=60 + number))


class Deed:
    what = ""                # as the table says it
    keep = ("state", "sync")  # what of a world belongs to it
    statuses = (0, 1, 3)

    def prepare(self, world):
        """Everything up to the command."""
        put_runs(world, 0, RUNS)
        self.import_all(world)

    def import_all(self, world):
        result = world.knead("import", world.home / "sync")
        if result.status != 0:
            raise AssertionError(repr(result))

    def words(self, world):
        raise NotImplementedError

    def run(self, world, env=None, prefix=()):
        return world.knead(*self.words(world), env=env, prefix=prefix)

    def judge(self, world, done):
        """What is there after it broke off, or (done) was reported, and after the same command again. Raises Lost or
        Doubled."""
        raise NotImplementedError

    def again(self, world, statuses=(0,)):
        result = self.run(world)
        need(result.status in statuses, f"again: exit {result.status}, {result.err.strip()}")
        self.whole_store(world)

    def whole_store(self, world):
        need(world.integrity() == ("ok", []), "the store is not sound")

    def count_runs(self, world, wanted=RUNS):
        there = world.count("activity")
        need(there >= wanted, f"{there} of {wanted} activities are there")
        if there > wanted:
            raise Doubled(f"{there} activities instead of {wanted}")

    def whole_archive(self, world, wanted=RUNS):
        whole = [path for path in (world.state / "archive").rglob("*") if path.is_file() and is_whole(path)]
        need(len(whole) >= wanted, f"{len(whole)} of {wanted} originals are whole")


class Import(Deed):
    what = "an import"

    def prepare(self, world):
        put_runs(world, 0, 1)

    def words(self, world):
        return "import", world.home / "sync"

    def judge(self, world, done):
        if done:  # the source may be gone
            self.count_runs(world, 1)
            self.whole_archive(world, 1)
        self.again(world)
        self.count_runs(world, 1)
        self.whole_archive(world, 1)
        need(world.count("event") >= 1, "nobody is told")
        if world.count("event") > 1:
            raise Doubled("told twice")


class Migration(Deed):
    """A store of the first version, opened by this one: an import of nothing at all."""
    what = "a migration"

    def prepare(self, world):
        super().prepare(world)
        world.falsify("PRAGMA wal_checkpoint(TRUNCATE)")
        new = world.state / "knead.db"
        old = world.home / "old.db"
        db = sqlite3.connect(old)
        db.executescript((SCHEMAS / "1.sql").read_text())
        db.execute("ATTACH ? AS new", (str(new),))
        for table, in db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT GLOB "
                                 "'sqlite_*'").fetchall():
            names = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
            db.execute(f"DELETE FROM main.{table}")
            db.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM new.{table}")
        db.commit()
        db.execute("DETACH new")
        db.executescript(f"PRAGMA user_version = 1; PRAGMA application_id = {APPLICATION}; PRAGMA journal_mode = WAL")
        db.close()
        for path in world.state.glob("knead.db*"):
            path.unlink()
        old.rename(new)
        shutil.rmtree(world.home / "sync")
        (world.home / "sync").mkdir()
        self.newest = max(int(path.stem) for path in SCHEMAS.glob("*.sql"))
        self.right = world.dump("activity", "day_total", "daily_score", "file", "sighting", "wellness")

    def words(self, world):
        return "import", world.home / "sync"

    def judge(self, world, done):
        version = world.rows("PRAGMA user_version")[0][0]
        need(version in (1, self.newest), f"half a migration: version {version}")
        need(not done or version == self.newest, "reported, and not there")
        if version == self.newest:
            self.copy_of_before(world)
        self.again(world)
        need(world.rows("PRAGMA user_version") == [(self.newest,)], "not migrated again")
        need(world.dump(*self.right) == self.right, "rows differ")
        self.copy_of_before(world)

    def copy_of_before(self, world):
        copies = list((world.state / "backup").glob("*-schema1.db"))
        need(any(sound(path) and rows_of(path, "SELECT count(*) FROM activity") == [(RUNS,)] for path in copies),
             "no sound copy of the store as it was")


class Forget(Deed):
    what = "knead forget"
    victim = 3

    def prepare(self, world):
        super().prepare(world)
        self.archive = originals(world.state / "archive")
        self.start = world.rows("SELECT start_ms FROM activity WHERE id = ?", self.victim)[0][0]
        self.hash = world.rows("SELECT lower(hex(f.sha256)) FROM file f JOIN recording r ON r.file_id = f.id "
                               "WHERE r.activity_id = ?", self.victim)[0][0]
        shutil.rmtree(world.home / "sync")
        (world.home / "sync").mkdir()

    def words(self, world):
        return "forget", str(self.victim), "--yes"

    def judge(self, world, done):
        if not done:
            self.again(world, (0, 4))
            result = world.knead("forget", "--compact")
            need(result.status == 0, f"--compact: {result}")
        self.whole_store(world)
        self.count_runs(world, RUNS - 1)
        there = originals(world.state)
        need(self.archive - {self.hash} <= there, "another original is gone")
        if self.hash in there:
            raise Doubled("the original is still there")
        mark = struct.pack(">q", self.start)[2:]
        for path in world.state.rglob("*"):
            if path.is_file() and not path.name.endswith("-shm") and mark in path.read_bytes():
                raise Doubled(f"its start is still in {path.name}")


class Recompute(Deed):
    what = "knead recompute"

    def prepare(self, world):
        super().prepare(world)
        self.right = world.dump(*NUMBERS)
        world.falsify("UPDATE recording SET load = 1, hr_peak_bpm = 99", "UPDATE activity SET load = 3",
                      "UPDATE day_total SET load = 4", "UPDATE daily_score SET soreness = 5")
        self.wrong = world.dump(*NUMBERS)

    def words(self, world):
        return ("recompute",)

    def judge(self, world, done):
        now = world.dump(*NUMBERS)
        need(now == self.right or (not done and now == self.wrong), "neither old numbers nor new ones")
        self.again(world)
        need(world.dump(*NUMBERS) == self.right, "the numbers are not right")
        need(world.count("fresh") == 0, "reports stay behind")


class Backup(Deed):
    """In place of an older backup."""
    what = "knead backup"
    keep = ("state", "sync", "out")

    def prepare(self, world):
        (world.home / "out").mkdir()
        put_runs(world, 0, RUNS - 1)
        self.import_all(world)
        self.run(world)
        put_runs(world, 0, RUNS)
        self.import_all(world)

    def words(self, world):
        return "backup", world.home / "out" / "my.db"

    def judge(self, world, done):
        self.check(world, (RUNS,) if done else (RUNS - 1, RUNS))
        self.again(world)
        self.check(world, (RUNS,))
        self.count_runs(world)

    def check(self, world, counts):
        path = world.home / "out" / "my.db"
        need(path.exists() and sound(path), "the backup is gone, or not sound")
        need(rows_of(path, "SELECT count(*) FROM activity")[0][0] in counts, "not all is in the backup")


class Export(Deed):
    what = "knead export"
    keep = ("state", "sync", "out")

    def prepare(self, world):
        super().prepare(world)
        (world.home / "out").mkdir()

    def words(self, world):
        folder = world.home / "out" / "export"
        number = 0
        while folder.exists():  # an export replaces nothing
            number += 1
            folder = world.home / "out" / f"export-{number}"
        self.folder = folder
        return "export", folder

    def judge(self, world, done):
        first = world.home / "out" / "export"
        need(not done or (first / "README.txt").exists(), "reported, and not there")
        if (first / "README.txt").exists():
            self.check(first)
        self.again(world)
        self.check(self.folder)
        self.count_runs(world)

    @staticmethod
    def check(folder):
        need(len((folder / "activities.jsonl").read_text().splitlines()) == RUNS, "not all activities are in it")
        contents = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "originals").iterdir()}
        named = {line.split('"sha256":"')[1][:64] for line in (folder / "originals.jsonl").read_text().splitlines()}
        need(len(contents) == RUNS and contents == named, "not all originals are in it, whole")
        for name in ("days", "scores", "alerts", "massages", "feelings", "flags"):
            need((folder / f"{name}.jsonl").exists(), f"{name}.jsonl is missing")


class Restore(Deed):
    """kneadd finds its store damaged. The archive holds what came in since the newest copy."""
    what = "a restore from a copy"
    keep = ("state",)
    statuses = (0, 1, 3, -9)
    limit_s = 8

    def prepare(self, world):
        world.configure(url="http://127.0.0.1:9/phone")  # nobody listens: what is queued stays and is seen
        put_runs(world, 0, RUNS - 2)
        self.import_all(world)
        world.start()
        rig.wait_for("a copy", lambda: list((world.state / "backup").glob("*.db")), 40)
        world.daemon.end()
        put_runs(world, 0, RUNS)
        self.import_all(world)
        # since the copy was made it was all sent
        world.falsify(f"UPDATE delivery SET state = {SENT}")
        rig.damage(world.state / "knead.db")

    def is_settled(self, world):
        try:
            return world.count("activity") >= RUNS and not world.spool() and not self.children(world)
        except sqlite3.Error:
            return False

    @staticmethod
    def children(world):
        pid = world.daemon.process.pid
        try:
            return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except FileNotFoundError:
            return []

    def run(self, world, env=None, prefix=()):
        """Until it is settled, or has ended, or nothing comes of it any more."""
        world.configure(url="http://127.0.0.1:9/phone")
        daemon = world.start(env=env, prefix=prefix, ready=False)
        end = time.monotonic() + rig.slowly(self.limit_s if prefix else 40)
        while daemon.is_up() and time.monotonic() < end and not self.is_settled(world):
            time.sleep(rig.POLL_S)
        up = daemon.is_up()
        status = daemon.end(9) if up else daemon.process.returncode
        return rig.Result(status, "", "" if status == -9 else "\n".join(daemon.log().splitlines()[-1:]))

    def judge(self, world, done):
        self.again(world, (-9,))
        self.count_runs(world)
        self.whole_archive(world)
        need(world.count("delivery"), "nothing is known of what was said")
        if world.rows(f"SELECT count(*) FROM delivery WHERE state = {WAITING}")[0][0]:
            raise Doubled("what was said is said again")


DEEDS = (Import, Migration, Restore, Forget, Recompute, Backup, Export)
