# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a helper's cage cannot be built nothing is read, and it is said; and where it stands within another filter,
that of the service's unit, the helpers work. Each case puts a real program under a filter (tests/sandbox/under.c).

usage: under.py BUILD-FOLDER [CASE...]"""

import errno
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "usb"))

import bus
import files
import rig

UNDER = "tests/sandbox/knead-under"
SENTENCE = "the reader's sandbox cannot be set up on this machine, so nothing is read (see docs/sandbox.md)"
CHANNEL_FD = 3
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38

# what a helper needs for its cage; without any one of these it must not go on
NEEDED = {
    "limits": ["prlimit64=1", "setrlimit=1"],
    "being hidden from debuggers": [f"prctl:0:{PR_SET_DUMPABLE}=1"],
    "no new privileges": [f"prctl:0:{PR_SET_NO_NEW_PRIVS}=1"],
    "Landlock, which is refused": ["landlock_create_ruleset=1"],
    "Landlock, which answers and makes nothing": ["landlock_create_ruleset:2:0=1"],
    "Landlock, which is not put in force": ["landlock_restrict_self=1"],
    "a list of system calls, which this kernel lacks": [f"seccomp={errno.ENOSYS}",
                                                        f"prctl:0:{PR_SET_SECCOMP}={errno.EINVAL}"],
    "a list of system calls, which the service's filter refuses": ["seccomp=1", f"prctl:0:{PR_SET_SECCOMP}=1"],
}
# the parser needs no rule, for it may open nothing
NEEDED_TO_FETCH = {**NEEDED, "a rule of Landlock": ["landlock_add_rule=1"]}
# kernels before 5.13, and those that have it and do not use it
NO_LANDLOCK = {"older than Landlock": [f"landlock_create_ruleset={errno.ENOSYS}"],
               "Landlock is switched off": [f"landlock_create_ruleset={errno.EOPNOTSUPP}"]}


def under(*refused):
    words = [word for what in refused for word in ("--refuse", what)]
    return (rig.program(UNDER), *words, "--")


def each(needed):
    """A name for subTest and the command that goes before a program."""
    return [(name, under(*refused)) for name, refused in needed.items()]


def expand(name, sets):
    found = set()
    for word in sets[name]:
        found |= expand(word, sets) if word.startswith("@") else {word}
    return found


def calls_of_unit(path):
    """The system calls that a unit's SystemCallFilter= lines leave, by systemd's own sets."""
    text = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager"], capture_output=True, text=True,
                          check=True).stdout
    sets = {}
    for line in text.splitlines():
        if line.startswith("@"):
            sets[line.strip()] = current = []
        elif line.startswith("    ") and not line.strip().startswith("#") and sets:
            current.append(line.strip())
    allowed = set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", path.read_text(), re.M):
        words = line.lstrip("~").split()
        calls = set().union(*[expand(word, sets) if word.startswith("@") else {word} for word in words])
        # as systemd does: the first line says which kind of list it is
        allowed = allowed - calls if line.startswith("~") else allowed | calls
    return allowed


class Fetch(bus.Case):
    """kneadd-fetch alone, its channel in our hands."""

    def setUp(self):
        super().setUp()
        self.world.state.mkdir(mode=0o700)
        self.tree = self.world.home / "tree"
        self.run_file = self.tree / "GARMIN" / "Activity" / "run.fit"
        self.run_file.parent.mkdir(parents=True)
        self.run_file.write_bytes(files.fit_run(files.utc_s("2026-05-16T06:00:00Z")))
        os.utime(self.run_file, (1e9, 1e9))

    def fetch(self, *arguments, prefix=(), env=None):
        """Its exit status and all packets that it sent. What it asks for is given."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

        def adopt():
            rig.libc.prctl(1, signal.SIGKILL)
            os.dup2(theirs.fileno(), CHANNEL_FD)

        process = subprocess.Popen([*prefix, rig.program(rig.FETCH), *map(str, arguments)], preexec_fn=adopt,
                                   close_fds=False, env=self.world.environment(env), stdin=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        self.world.processes.append(process)
        theirs.close()
        ours.settimeout(rig.slowly(30))
        packets = []
        try:
            while packet := ours.recv(65536):
                packets.append(packet)
                if b"run.fit" in packet:
                    ours.send(b"T")  # take it
        except (ConnectionResetError, BrokenPipeError):
            pass  # it said its last word
        finally:
            ours.close()
        status = process.wait(rig.slowly(10))
        return status, packets, process.stderr.read().decode()

    def assert_nothing_read(self, packets):
        self.assertEqual(len(packets), 1, packets)
        self.assertIn(SENTENCE.encode(), packets[0])
        self.assertEqual(self.world.spool(), [])

    def test_it_ends_with_whoever_started_it(self):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        script = "import os, subprocess, sys; subprocess.Popen(sys.argv[1:], close_fds=False).wait()"

        def adopt():
            rig.libc.prctl(1, signal.SIGKILL)
            os.dup2(theirs.fileno(), CHANNEL_FD)

        parent = subprocess.Popen([sys.executable, "-c", script, rig.program(rig.FETCH), "folder:sync", self.tree,
                                   self.world.state], preexec_fn=adopt, close_fds=False,
                                  env=self.world.environment(), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.world.processes.append(parent)
        theirs.close()
        self.addCleanup(ours.close)
        ours.settimeout(rig.slowly(30))
        while b"run.fit" not in ours.recv(65536):
            pass  # then it waits for our answer, which does not come
        child, = pathlib.Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        parent.kill()
        parent.wait()

        def is_over():
            try:
                return pathlib.Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
            except (FileNotFoundError, ProcessLookupError):
                return True
        rig.wait_for("its end", is_over)

    def test_without_its_cage_it_reads_no_folder_and_no_volume(self):
        for words in ([], ["--volume"]):
            arguments = [*words, "folder:sync", self.tree, self.world.state]
            _, packets, _ = self.fetch(*arguments, prefix=under())
            self.assertGreater(len(packets), 1, "the test itself: it reads where nothing is refused")
            self.assertNotEqual(self.world.spool(), [])
            rig.shutil.rmtree(self.world.state / "spool")
            for name, prefix in each(NEEDED_TO_FETCH):
                with self.subTest(name, words=words):
                    _, packets, _ = self.fetch(*arguments, prefix=prefix)
                    self.assert_nothing_read(packets)

    def test_without_its_cage_it_asks_a_watch_for_nothing(self):
        watch = self.bus(plugged=True)
        watch.put_run("2026-05-16T06:00:00Z")
        node = "/dev/bus/usb/001/" + sorted(os.listdir(pathlib.Path(watch.environment["UMOCKDEV_DIR"]) /
                                                       "dev/bus/usb/001"))[-1]
        arguments = ["--device", node, "watch:1", self.world.state]
        environment = {name: watch.environment[name] for name in ("UMOCKDEV_DIR", "LD_PRELOAD")}
        for name, prefix in each(NEEDED_TO_FETCH):
            with self.subTest(name):
                _, packets, err = self.fetch(*arguments, prefix=prefix, env=environment)
                self.assert_nothing_read(packets)
                self.assertEqual(watch.report()["operations"], 0, err)
        self.fetch(*arguments, prefix=under(), env=environment)
        self.assertGreater(watch.report()["operations"], 0, "the test itself: it asks where nothing is refused")

    def test_on_a_kernel_without_landlock_it_reads(self):
        for name, prefix in each(NO_LANDLOCK):
            with self.subTest(name):
                _, packets, _ = self.fetch("folder:sync", self.tree, self.world.state, prefix=prefix)
                self.assertGreater(len(packets), 1)
                self.assertEqual(len(self.world.spool()), 2)
                rig.shutil.rmtree(self.world.state / "spool")


class Parse(rig.FolderCase):
    def test_without_its_cage_it_reads_nothing(self):
        run = self.put("run.fit")
        for name, prefix in each(NEEDED):
            with self.subTest(name):
                result = self.world.run([rig.program(rig.PARSE), run, "--json"], prefix=prefix)
                self.assertEqual((result.status, result.out), (70, ""), result)
                self.assertRegex(result.err, "^kneadd-parse: the sandbox cannot be set up: ")
        result = self.world.run([rig.program(rig.PARSE), run, "--json"], prefix=under())
        self.assertEqual((result.status, result.json()["valid"]), (0, True))

    def test_without_its_cage_an_import_says_so_and_blames_no_file(self):
        run = self.put("run.fit")
        for name, prefix in each(NEEDED):
            with self.subTest(name):
                result = self.world.knead("import", run, prefix=prefix)
                self.assertEqual(result.status, 3, result)
                self.assertIn(SENTENCE, result.err)
        self.assertEqual((self.world.count("activity"), self.world.count("file")), (0, 0))
        self.assertEqual(self.world.ask("status")["refused"], [])
        self.ok(self.world.knead("import", run))
        self.assertEqual(self.world.count("activity"), 1)


class Daemon(rig.FolderCase):
    def setUp(self):
        super().setUp()
        self.world.start_receiver()
        self.world.configure(folders=["sync"])

    def wait_trouble(self):
        return rig.wait_for("a trouble in the status\n" + self.world.daemon.log(), lambda: (
            SENTENCE in self.world.knead("status").out.replace("\n", " ")))

    def test_a_fetcher_without_its_cage_is_said_and_the_folder_is_read_once_it_has_one(self):
        self.put("run.fit")
        self.world.start(prefix=under("landlock_restrict_self=1"))
        self.wait_trouble()
        self.assertEqual((self.world.count("activity"), self.world.spool()), (0, []))
        self.world.daemon.end()
        self.world.start()
        self.wait_runs(1)
        self.assertNotIn("sandbox", self.world.knead("status").out)

    def test_a_kernel_without_landlock_is_said_once_and_lived_with(self):
        for name, prefix in each(NO_LANDLOCK):
            with self.subTest(name):
                rig.shutil.rmtree(self.world.state, ignore_errors=True)
                self.put("a.fit", at="2026-05-15T06:00:00Z")
                daemon = self.world.start(prefix=prefix)
                self.wait_runs(1)
                self.put("b.fit", at="2026-05-16T06:00:00Z")
                self.wait_runs(2)
                daemon.end()
                self.assertEqual(daemon.log().count("this kernel has no Landlock"), 1, daemon.log())
                (self.folder / "b.fit").unlink()

    def test_with_landlock_nothing_is_said_of_it(self):
        self.put("a.fit")
        self.world.start()
        self.wait_runs(1)
        self.assertNotIn("Landlock", self.world.daemon.log())

    def test_all_programs_work_behind_the_filters_of_both_units(self):
        self.put("run.fit")
        self.put("run.tcx", files.tcx_run(files.utc_s("2026-05-14T06:00:00Z")))
        for unit in ("systemd/kneadd.service", "systemd/user/kneadd.service"):
            with self.subTest(unit):
                rig.shutil.rmtree(self.world.state, ignore_errors=True)
                calls = calls_of_unit(rig.BUILD / unit)
                self.assertIn("landlock_restrict_self", calls)
                self.assertFalse({"mount", "listen", "accept", "accept4"} & calls)
                listed = self.world.home / "calls"
                listed.write_text("".join(call + "\n" for call in sorted(calls)))
                before = len(self.world.accepted())
                daemon = self.world.start(prefix=(rig.program(UNDER), "--only", str(listed), "--"))
                self.wait_runs(2)
                self.world.wait_accepted(before + 1)
                self.assertNotIn("Landlock", daemon.log(), "the helpers' cage is not whole within the unit")
                self.assertEqual(daemon.end(), 0)


class Watch(bus.Case):
    def test_a_watch_that_is_not_read_for_want_of_a_cage_is_told_of(self):
        self.world.set_clock(rig.EVENING)
        self.world.start_receiver()
        self.world.configure()
        watch = self.bus()
        watch.put_run("2026-05-16T06:00:00Z")
        self.world.start(env=watch.environment, prefix=under("landlock_restrict_self=1"))
        watch.plug()
        note = self.world.wait_accepted(1)[0]["body"]
        self.assertEqual(note["type"], "watch.stuck")
        self.assertIn("sandbox cannot be set up on this machine", note["data"]["text"]["body"])
        self.assertEqual(watch.report()["operations"], 0)


if __name__ == "__main__":
    rig.main()
