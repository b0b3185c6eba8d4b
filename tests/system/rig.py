# SPDX-License-Identifier: GPL-3.0-or-later
"""A temporary tree with the real programs in it: settings, store, folders, test clock, phone.

Every test file is run as `python3 FILE BUILD-FOLDER [CASE...]`, as somebody who is not root. Whatever is
started is ended by its process id, and whatever is printed or sent is searched for what must never be in
it: secrets and positions."""

import base64
import concurrent.futures
import ctypes
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import files

SKIPPED = 77
POLL_S = 0.03
EVENING = "2026-05-16T19:30:00+02:00"
SECRET_BYTES = bytes(range(101, 133))
SECRET = "whsec_" + base64.b64encode(SECRET_BYTES).decode()
TOKEN = "tk_plainlysecret42"

BUILD = pathlib.Path(".")
libc = ctypes.CDLL(None)


def program(path):
    return str(BUILD / path)


KNEAD, KNEADD = "daemon/cli/knead", "daemon/kneadd/kneadd"
PARSE, FETCH = "daemon/helpers/kneadd-parse", "daemon/helpers/kneadd-fetch"
SEASON, RECEIVER = "tests/season/knead-season", "tests/support/knead-receiver"


def is_sanitized():
    """Sanitizers make everything slower, and some address-space limits meaningless."""
    with open(program(KNEAD), "rb") as binary:
        return b"__asan_init" in binary.read()


def slowly(seconds):
    return seconds * (4 if is_sanitized() else 2)


def wait_for(what, condition, timeout_s=20.0):
    """Returns the first true answer of condition(); fails with `what` when there is none in time."""
    end = time.monotonic() + slowly(timeout_s)
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {slowly(timeout_s):.0f} s for: {what}")
        time.sleep(POLL_S)


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def json(self):
        return json.loads(self.out)

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def __repr__(self):
        return f"exit {self.status}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class Daemon:
    def __init__(self, world, process, log):
        self.world, self.process, self.log_path = world, process, log

    def log(self):
        return self.log_path.read_text(errors="replace")

    def is_up(self):
        return self.process.poll() is None

    def end(self, with_signal=signal.SIGTERM, timeout_s=15):
        """Returns the exit status, negative for a signal."""
        if self.is_up():
            os.kill(self.process.pid, with_signal)
        try:
            return self.process.wait(slowly(timeout_s))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("kneadd did not end\n" + self.log()) from None

    def wait_end(self, timeout_s=30):
        return wait_for("the end of kneadd\n" + self.log(), lambda: not self.is_up(), timeout_s) and \
            self.process.returncode

    def hang_up(self):
        before = self.log().count("settings read again") + self.log().count("those of before hold")
        os.kill(self.process.pid, signal.SIGHUP)
        wait_for("a reload", lambda: self.log().count("settings read again") +
                 self.log().count("those of before hold") > before)


class World:
    """One runner's machine."""

    def __init__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="knead-system."))
        os.chmod(self.home, 0o700)
        self.state = self.home / "state"
        self.conf = self.home / "kneadd.conf"
        self.clock_file = self.home / "clock"
        self.now = None
        self.processes = []
        self.daemon = None
        self.receiver_port = None
        self.received_log = self.home / "received.jsonl"
        self.printed = []
        self.daemons = 0
        self.conf.write_text("[runner me]\ntime_zone = Europe/Berlin\n")

    # -- settings and time

    def configure(self, phone=True, folders=(), runner="", more="", url=None, kind="generic",
                  token=False, events=None):
        lines = ["[runner me]", "time_zone = Europe/Berlin", runner]
        if phone:
            (self.home / "secret").write_text(SECRET + "\n")
            os.chmod(self.home / "secret", 0o600)
            lines += ["[webhook phone]", f"type = {kind}", f"url = {url or self.url()}"]
            lines += [f"secret_file = {self.home}/secret"] if kind == "generic" else []
            lines += [f"events = {events}"] if events else []
        if token:
            (self.home / "token").write_text(TOKEN + "\n")
            os.chmod(self.home / "token", 0o600)
            lines += [f"token_file = {self.home}/token"]
        for name in folders:
            lines += [f"[folder {name}]", f"path = {self.home / name}"]
        self.conf.write_text("\n".join(lines) + "\n" + more)

    def url(self):
        return f"http://127.0.0.1:{self.receiver_port}/phone"

    def set_clock(self, text):
        fresh = self.home / "clock.new"
        fresh.write_text(text + "\n")
        os.rename(fresh, self.clock_file)
        self.now = text

    def advance(self, seconds):
        at_s = files.utc_s(self.now) + seconds
        self.set_clock(files.iso(at_s))

    def wait_s(self, alert):
        """Seconds from now to the next attempt at a line of `knead alerts`; nothing or less while one is under way."""
        return files.utc_s(alert["next"]) - files.utc_s(self.now)

    def is_tried(self, alert):
        """Whether its last attempt is over and recorded: an attempt counts from its beginning."""
        return alert["state"] != "waiting" or not alert["next"] or self.wait_s(alert) > 0

    # -- programs

    def environment(self, more=None):
        kept = ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TMPDIR")
        env = {name: os.environ[name] for name in kept if name in os.environ}
        env.update(HOME=str(self.home), LC_ALL="C.UTF-8", XDG_CONFIG_HOME=str(self.home / "xdg-config"),
                   XDG_STATE_HOME=str(self.home / "xdg-state"))
        env.update(more or {})
        return env

    def spawn(self, arguments, **options):
        def with_parent():
            libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: never outlives the test

        process = subprocess.Popen(arguments, preexec_fn=with_parent, stdin=subprocess.DEVNULL, **options)
        self.processes.append(process)
        return process

    def run(self, arguments, env=None, timeout_s=60, prefix=()):
        process = self.spawn([*prefix, *map(str, arguments)], env=self.environment(env),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(timeout=slowly(timeout_s))
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"{arguments} hangs\n{out}\n{err}") from None
        result = Result(process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))
        self.printed += [result.out, result.err]
        return result

    def knead_arguments(self, *arguments):
        now = ["--now", self.now] if self.now else []
        return [program(KNEAD), "--state", self.state, "--config", self.conf, *now, *arguments]

    def knead(self, *arguments, env=None, prefix=(), timeout_s=60):
        return self.run(self.knead_arguments(*arguments), env, timeout_s, prefix)

    def ask(self, *arguments):
        """A verb that prints one JSON object."""
        result = self.knead(*arguments, "--json")
        if result.status != 0:
            raise AssertionError(f"knead {arguments}: {result}")
        return result.json()

    def ask_lines(self, *arguments):
        result = self.knead(*arguments, "--json")
        if result.status != 0:
            raise AssertionError(f"knead {arguments}: {result}")
        return result.lines()

    def start(self, env=None, ready=True, prefix=(), options=()):
        """kneadd; waits until it says that it is ready."""
        self.daemons += 1
        log = self.home / f"kneadd-{self.daemons}.log"
        clock = ["--test-clock", self.clock_file] if self.now else []
        with open(log, "wb") as out:
            process = self.spawn([*prefix, *map(str, [program(KNEADD), "--state", self.state, "--config",
                                                      self.conf, *clock, *options])],
                                 env=self.environment(env), stdout=out, stderr=out)
        self.daemon = Daemon(self, process, log)
        if ready:
            wait_for("kneadd to be ready", lambda: "ready, store" in self.daemon.log() or
                     not self.daemon.is_up())
            if not self.daemon.is_up():
                raise AssertionError("kneadd does not start\n" + self.daemon.log())
        return self.daemon

    def make_season(self, folder, *options):
        result = self.run([program(SEASON), folder, *options])
        if result.status != 0:
            raise AssertionError(f"knead-season: {result}")
        return folder

    # -- the phone

    def start_receiver(self, script=None, port=0):
        port_file = self.home / "port"
        port_file.unlink(missing_ok=True)
        (self.home / "secret").write_text(SECRET + "\n")
        arguments = [program(RECEIVER), "--port", port, "--port-file", port_file, "--log", self.received_log,
                     "--secret-file", self.home / "secret"]
        arguments += ["--clock", self.clock_file] if self.now else []
        arguments += ["--script", script] if script else []
        with open(self.home / "phone.txt", "ab") as out:
            process = self.spawn(list(map(str, arguments)), env=self.environment(), stdout=out, stderr=out)
        wait_for("the receiver's port", lambda: port_file.exists() and port_file.read_text().strip())
        self.receiver_port = int(port_file.read_text())
        return process

    def received(self):
        """Every request, in order."""
        if not self.received_log.exists():
            return []
        text = self.received_log.read_text()
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]  # the last may still be written

    def accepted(self):
        """What the phone took in, each once: the first of each id."""
        taken = {}
        for note in self.received():
            if not note["answer"].startswith(("ok", "200", "slow", "endless", "body")):
                continue
            taken.setdefault(note["id"], note)
        return list(taken.values())

    def wait_accepted(self, n, timeout_s=20):
        try:
            wait_for(f"{n} messages on the phone", lambda: len(self.accepted()) >= n, timeout_s)
        except AssertionError as error:
            log = self.daemon.log() if self.daemon else ""
            raise AssertionError(f"{error}: {self.received()}\n{log}") from None
        return self.accepted()

    def settle(self):
        """Until nothing more is on its way: no delivery waits, no file in the spool."""
        wait_for("an empty outbox", lambda: self.ask("status")["outbox"]["waiting"] == 0)
        return self.ask_lines("alerts")

    # -- the store, behind the programs' back

    def rows(self, query, *values):
        uri = f"file:{self.state / 'knead.db'}?mode=ro"
        db = sqlite3.connect(uri, uri=True, timeout=10)
        try:
            return db.execute(query, values).fetchall()
        finally:
            db.close()

    def falsify(self, *statements):
        db = sqlite3.connect(self.state / "knead.db", timeout=10)
        for statement in statements:
            db.execute(statement)
        db.commit()
        db.close()

    def count(self, table):
        return self.rows(f"SELECT count(*) FROM {table}")[0][0]

    def spool(self):
        folder = self.state / "spool"
        return sorted(os.listdir(folder)) if folder.exists() else []

    def dump(self, *tables):
        """The rows of tables without numbering: two stores with the same content give the same."""
        return {table: self.dump_table(table) for table in tables}

    def dump_table(self, table):
        names = [row[1] for row in self.rows(f"PRAGMA table_info({table})")]
        kept = [name for name in names if name not in NUMBERS and name != "sha256"]
        columns = ", ".join([*([BESIDES[table]] if table in BESIDES else []), *[f"t.{name}" for name in kept]])
        return sorted(self.rows(f"SELECT {columns} FROM {table} t"), key=repr)

    def integrity(self):
        return self.rows("PRAGMA integrity_check")[0][0], self.rows("PRAGMA foreign_key_check")

    # -- the end

    def what_leaks(self):
        said = list(self.printed)
        for log in [*self.home.glob("kneadd-*.log"), self.home / "phone.txt", self.received_log]:
            if log.exists():
                said.append(log.read_text(errors="replace"))
        text = "\n".join(said)
        forbidden = [SECRET, SECRET[6:], TOKEN, *files.POSITION_TEXTS]
        return [word for word in forbidden if word in text]

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr):
                if stream:
                    stream.close()
        for folder, _, _ in os.walk(self.home):
            os.chmod(folder, 0o700)
        shutil.rmtree(self.home, ignore_errors=True)


class Phone:
    """A receiver in Python: keeps each request whole, so that a signature can be checked over its very bytes.

    answers: a status for each request, the last one for all that follow."""

    def __init__(self, answers=(200,)):
        phone = self
        self.requests = []
        self.answers = list(answers)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                at = len(phone.requests)
                phone.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(phone.answers[min(at, len(phone.answers) - 1)])
                self.send_header("Content-Length", "0")
                self.send_header("Location", "/followed")
                self.end_headers()

            do_GET = do_PUT = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def free_port():
    """One that nobody listens at just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


# What of a store is numbering, or the instant of an import, and not meaning.
NUMBERS = {"id", "activity_id", "file_id", "recording_id", "imported_ms", "seen_ms"}
OF_FILE = "(SELECT hex(f.sha256) FROM file f WHERE f.id = t.file_id) AS sha256"
BESIDES = {
    "recording": f"{OF_FILE}, (SELECT a.start_ms FROM activity a WHERE a.id = t.activity_id) AS of_activity",
    "file": "hex(sha256) AS sha256",
    "wellness_part": OF_FILE,
}


def damage(path):
    """Rubbish over the middle of a database, as a dying card leaves it; its head stays."""
    for tail in ("-wal", "-shm"):
        pathlib.Path(f"{path}{tail}").unlink(missing_ok=True)
    overwrite_the_middle(path)


def overwrite_the_middle(path):
    with open(path, "r+b") as file:
        for at in range(4096 * 3, path.stat().st_size, 4096 * 2):
            file.seek(at)
            file.write(b"\xa5" * 2048)


def damage_in_use(path):
    """The same under a program that has it open, which must read it again: what it remembers is made old first."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA busy_timeout = 20000")
    db.execute("UPDATE fact SET value = value")
    wait_for("the whole store in one file",
             lambda: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0))
    db.close()
    overwrite_the_middle(path)


def signature_of(headers, body):
    """Standard Webhooks, by the specification and Python's own library."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(SECRET_BYTES, signed, hashlib.sha256).digest()).decode()


def tree_state(folder):
    """Everything that reading must not change: names, sizes, dates, bytes."""
    state = {}
    for root, folders, names in os.walk(folder):
        for name in folders + names:
            path = os.path.join(root, name)
            st = os.lstat(path)
            content = None
            if os.path.isfile(path) and not os.path.islink(path) and st.st_size < 1 << 24 and os.access(path, os.R_OK):
                with open(path, "rb") as file:
                    content = hashlib.sha256(file.read()).hexdigest()
            state[path] = (st.st_mode, st.st_size, st.st_mtime_ns, st.st_ctime_ns, st.st_ino, content)
    return state


class Case(unittest.TestCase):
    """Gives each case a world of its own, and looks at what it said when it is over."""

    maxDiff = 4000

    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)
        self.addCleanup(self.look_at_what_was_said)
        self.addCleanup(self.show_on_failure)

    def show_on_failure(self):
        result = self._outcome.result
        if any(test is self for test, _ in [*result.failures, *result.errors]):
            for log in sorted(self.world.home.glob("kneadd-*.log")):
                print(f"--- {self.id()}: {log.name}\n{log.read_text(errors='replace')[-4000:]}")

    def look_at_what_was_said(self):
        self.assertEqual(self.world.what_leaks(), [], "a secret or a position was printed, logged or sent")
        for text in [*self.world.printed, *[log.read_text(errors="replace")
                                            for log in self.world.home.glob("kneadd-*.log")]]:
            self.assertNotIn("AddressSanitizer", text)
            self.assertNotIn("runtime error:", text)

    def ok(self, result, status=0):
        self.assertEqual(result.status, status, repr(result))
        return result

    def assert_store_is_whole(self):
        verdict, broken = self.world.integrity()
        self.assertEqual(verdict, "ok")
        self.assertEqual(broken, [])


class FolderCase(Case):
    """A case with a folder that the daemon may follow, on a Saturday evening."""

    def setUp(self):
        super().setUp()
        self.world.set_clock(EVENING)
        self.folder = self.world.home / "sync"
        self.folder.mkdir()

    def put(self, name, data=None, at="2026-05-16T07:00:00Z", **keywords):
        path = self.folder / name
        part = path.with_name("." + path.name)
        part.write_bytes(files.fit_run(files.utc_s(at), **keywords) if data is None else data)
        os.rename(part, path)
        return path

    def wait_runs(self, n, timeout_s=20):
        wait_for(f"{n} activities", lambda: self.world.count("activity") >= n, timeout_s)
        self.assertEqual(self.world.count("activity"), n)

    def assert_up(self):
        self.assertTrue(self.world.daemon.is_up(), self.world.daemon.log())


def begin_early(case):
    """For a case that waits long: it is started first."""
    case.begins_early = True
    return case


def skip_visibly(case, reason):
    print(f"SKIPPED {case.id()}: {reason}", file=sys.stderr)
    case.skipTest(reason)


class Sentences(unittest.TextTestResult):
    def getDescription(self, test):
        return test._testMethodName.removeprefix("test_").replace("_", " ")


def case_names(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from case_names(test)
        else:
            method = getattr(test, test._testMethodName)
            yield not getattr(method, "begins_early", False), test.id().removeprefix("__main__.")


def run_side_by_side(names):
    """Each case in a process of its own, a few at a time: mostly they wait. Returns the exit statuses."""
    jobs = int(os.environ.get("KNEAD_TEST_JOBS", "8"))
    statuses = []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        def run(name):
            return subprocess.run([sys.executable, "-B", sys.argv[0], str(BUILD), name], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False, stdin=subprocess.DEVNULL,
                                  env={**os.environ, "KNEAD_TEST_CASE": name})

        for name, done in zip(names, pool.map(run, names)):
            text = done.stdout.decode("utf-8", "replace")
            if done.returncode == 0:
                text = "".join(line + "\n" for line in text.splitlines() if line.endswith("... ok"))
                text = text or f"{name} ... ok\n"
            sys.stdout.write(text)
            sys.stdout.flush()
            statuses.append(done.returncode)
    return statuses


def main():
    """Runs the cases of the file that calls it. One that was skipped makes all of it count as skipped."""
    global BUILD
    if len(sys.argv) < 2 or not os.path.isdir(sys.argv[1]):
        sys.exit(f"usage: {sys.argv[0]} BUILD-FOLDER [CASE...]")
    BUILD = pathlib.Path(sys.argv[1]).resolve()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if len(sys.argv) == 2:
        if os.environ.get("KNEAD_TEST_CASE"):
            sys.exit("a case started all cases: that would never end")
        start = time.monotonic()
        suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
        names = [name for _, name in sorted(case_names(suite))]
        statuses = run_side_by_side(names)
        failed = [name for name, status in zip(names, statuses) if status not in (0, SKIPPED)]
        skipped = [name for name, status in zip(names, statuses) if status == SKIPPED]
        print(f"{len(names)} cases, {len(failed)} failed {failed}, {len(skipped)} skipped {skipped}, "
              f"{time.monotonic() - start:.1f} s")
        sys.exit(1 if failed or not names else SKIPPED if skipped else 0)
    if os.environ.get("KNEAD_TEST_CASE"):
        libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: ends with the one who started all cases
    runner = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Sentences)
    test = unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[2:]], testRunner=runner, exit=False)
    if not test.result.wasSuccessful():
        sys.exit(1)
    sys.exit(SKIPPED if test.result.skipped else 0)
