# SPDX-License-Identifier: GPL-3.0-or-later
"""`knead` as a user mistypes it: exit status, the one form of errors, what it links, what it keeps to itself.

usage: cli.py BUILD-FOLDER [CASE...]"""

import os
import re
import subprocess

import files
import rig

DONE, PART, USAGE, UNUSABLE, NOTHING = range(5)
VERBS = ("parse", "import", "status", "why", "log", "show", "massage", "feel", "flag", "snooze", "recompute", "replay", "alerts", "setup", "webhook", "doctor", "config")
READING = (["status"], ["why"], ["log"], ["alerts"], ["status", "--json"], ["log", "--json"], ["alerts", "--json"])
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class CommandLine(rig.Case):
    def setUp(self):
        super().setUp()
        self.world.now = "2026-05-17T18:00:00+02:00"

    def bare(self, *arguments, env=None, **keywords):
        """knead with exactly these arguments."""
        return self.world.run([rig.program(rig.KNEAD), *arguments], env, **keywords)

    def with_runs(self):
        self.ok(self.world.knead("import", self.world.make_season(self.world.home / "watch", "--weeks", "2")))

    def assert_says(self, result, status, pattern="."):
        """One line on stderr in the common form, nothing on stdout."""
        self.assertEqual(result.status, status, repr(result))
        self.assertRegex(result.err, r"\Aknead: [^\n]+: [^\n]+\n\Z")
        self.assertRegex(result.err, pattern)
        self.assertNotRegex(result.err, CONTROL)
        self.assertEqual(result.out, "")

    # -- wrong usage

    def test_wrong_usage_of_every_verb_is_one_line_and_exit_2(self):
        wrong = [["nonsense"], ["--nonsense"], ["status", "--nonsense"], ["--state"], ["status", "--now"],
                 ["status", "--now", "yesterday"], ["status", "--now", "2026-02-30T00:00:00Z"], ["status", "more"],
                 ["why", "happiness"], ["why", "tension", "stress"], ["log", "more"], ["log", "--last", "0"],
                 ["log", "--last", "x"], ["log", "--last", "99999999999999999999"], ["show"], ["show", "one"],
                 ["show", "-1"], ["show", "1", "2"], ["massage", "more"], ["massage", "--at", "noon"],
                 ["massage", "--minutes", "0"], ["massage", "--minutes", "x"], ["massage", "--minutes", "-5"],
                 ["alerts", "more"], ["alerts", "--last", "0"], ["parse"], ["import"], ["config"], ["config", "mend"],
                 ["config", "show", "check"], ["status\x1b[31m"], ["--now", "\x1b[31m", "status"]]
        for words in wrong:
            with self.subTest(words):
                self.assert_says(self.bare("--state", self.world.state, "--config", self.world.conf, *words), USAGE)
        self.assertFalse(self.world.state.exists(), "wrong usage makes no store")

    def test_no_verb_at_all_is_wrong_usage(self):
        result = self.bare()
        self.assertEqual(result.status, USAGE)
        self.assertIn("--help", result.err)

    def test_help_and_version_are_for_stdout_and_exit_0(self):
        for words in (["--help"], ["help"], ["--version"], *[[verb, "--help"] for verb in VERBS],
                      *[["help", verb] for verb in VERBS]):
            with self.subTest(words):
                result = self.ok(self.bare(*words))
                self.assertTrue(result.out.strip())
                self.assertEqual(result.err, "")
        for verb in VERBS:
            self.assertRegex(self.bare("--help").out, rf"(?m)^  {verb}\b")

    def test_options_may_stand_before_or_behind_the_verb(self):
        self.with_runs()
        before = self.bare("--json", "--state", self.world.state, "--config", self.world.conf, "--now",
                           self.world.now, "status")
        behind = self.bare("status", "--state", self.world.state, "--config", self.world.conf, "--now",
                           self.world.now, "--json")
        self.assertEqual(self.ok(before).out, self.ok(behind).out)

    # -- what is not there

    def test_no_store_yet_is_exit_4_with_the_way_out(self):
        for words in READING:
            with self.subTest(words):
                self.assert_says(self.world.knead(*words), NOTHING, "knead import")
        self.assertFalse(self.world.state.exists(), "reading makes no store")

    def test_an_activity_that_is_not_there_is_exit_4(self):
        self.with_runs()
        self.assert_says(self.world.knead("show", "999"), NOTHING, "999")

    def test_a_path_that_is_not_there_is_exit_4_and_some_missing_1(self):
        self.assert_says(self.world.knead("import", "/nonexistent/a"), NOTHING, "/nonexistent/a")
        run = self.world.home / "run.fit"
        run.write_bytes(files.fit_run(files.utc_s("2026-05-17T07:00:00Z")))
        result = self.ok(self.world.knead("import", "/nonexistent/a", run), PART)
        self.assertEqual(len(result.err.splitlines()), 1)
        self.ok(self.bare("parse", "/nonexistent/a", run), PART)
        self.ok(self.bare("parse", "/nonexistent/a"), NOTHING)
        self.ok(self.bare("parse", run), DONE)

    # -- settings and state that cannot be used

    def test_broken_settings_are_exit_3_for_every_verb_that_needs_them(self):
        self.with_runs()
        self.world.conf.write_text("[runner me]\nhr_max_bpm = many\n[nonsense\n")
        for words in (*READING, ["show", "1"], ["massage"], ["import", "/etc/hostname"]):
            with self.subTest(words):
                result = self.world.knead(*words)
                self.assertEqual(result.status, UNUSABLE, repr(result))
                for line in result.err.splitlines():
                    self.assertRegex(line, r"^knead: .+: .+")
                self.assertRegex(result.err, rf"{re.escape(str(self.world.conf))}:2: .*hr_max_bpm.*many")
        check = self.world.knead("config", "check")
        self.assertEqual(check.status, UNUSABLE)
        self.assertRegex(check.err + check.out, r":2: ")
        self.assertRegex(check.err + check.out, r":3: ")

    def test_settings_that_are_not_there_are_exit_3(self):
        result = self.bare("--state", self.world.state, "--config", "/nonexistent.conf", "status")
        self.assert_says(result, UNUSABLE, "/nonexistent.conf")

    def test_a_second_runner_is_refused_with_a_clear_line(self):
        self.world.conf.write_text("[runner me]\n[runner you]\n")
        self.assertRegex(self.ok(self.world.knead("config", "check"), UNUSABLE).err, r":2: .*(one|second) ")

    def test_no_right_to_the_store_is_exit_3(self):
        if os.geteuid() == 0:
            rig.skip_visibly(self, "root may open everything")
        self.with_runs()
        os.chmod(self.world.state, 0)
        for words in READING:
            with self.subTest(words):
                self.assert_says(self.world.knead(*words), UNUSABLE, str(self.world.state))
        os.chmod(self.world.state, 0o700)

    def test_a_state_folder_that_is_a_file_is_exit_3(self):
        self.world.state.write_text("not a folder")
        for words in (["status"], ["import", "/etc/hostname"]):
            with self.subTest(words):
                self.assert_says(self.world.knead(*words), UNUSABLE, str(self.world.state))

    def test_output_that_cannot_be_written_is_not_success(self):
        self.with_runs()
        for words in (["status"], ["log", "--json"], ["config", "show"]):
            with self.subTest(words), open("/dev/full", "w", encoding="utf-8") as full:
                done = subprocess.run(list(map(str, self.world.knead_arguments(*words))), stdout=full,
                                      stderr=subprocess.PIPE, env=self.world.environment(), timeout=30, check=False)
                self.assertEqual(done.returncode, PART, done.stderr)
                self.assertIn(b"knead: cannot write", done.stderr)

    # -- massages

    def test_a_massage_is_logged_and_taken_back(self):
        self.with_runs()
        self.ok(self.world.knead("massage", "--at", "2026-05-16T10:00:00+02:00", "--minutes", "45"))
        massage = self.world.ask("status")["last_massage"]
        self.assertEqual((massage["at"], massage["minutes"]), ("2026-05-16T08:00:00Z", 45))
        self.ok(self.world.knead("massage", "--undo"))
        self.assertIsNone(self.world.ask("status")["last_massage"])
        self.assert_says(self.world.knead("massage", "--undo"), NOTHING)

    def test_a_massage_in_the_future_is_refused(self):
        self.assert_says(self.world.knead("massage", "--at", "2030-01-01T00:00:00Z"), USAGE)

    # -- what a program is made of, and what it keeps to itself

    def needed(self, program):
        listing = subprocess.run(["readelf", "-d", rig.program(program)], capture_output=True, text=True, check=True)
        return re.findall(r"\(NEEDED\).*\[(.+)\]", listing.stdout)

    def assert_links_none_of(self, program, *libraries):
        needed = self.needed(program)
        self.assertTrue(needed)
        self.assertEqual([name for name in needed if name.startswith(libraries)], [])

    def test_knead_links_neither_curl_nor_usb_nor_xml(self):
        self.assert_links_none_of(rig.KNEAD, "libcurl", "libusb", "libxml2")

    def test_kneadd_links_neither_usb_nor_xml(self):
        self.assert_links_none_of(rig.KNEADD, "libusb", "libxml2")

    def test_the_helpers_link_neither_network_nor_store(self):
        self.assert_links_none_of(rig.PARSE, "libcurl", "libusb", "libsqlite3", "libsystemd")
        self.assert_links_none_of(rig.FETCH, "libcurl", "libssl")

    def test_config_show_masks_secrets_in_addresses_and_never_opens_the_files(self):
        (self.world.home / "token").write_text(rig.TOKEN + "\n")
        os.chmod(self.world.home / "token", 0o600)
        self.world.configure(url="https://example.org/hook/s3cretpath?key=s3cretquery",
                             more=f"[webhook two]\ntype = ntfy\nurl = https://ntfy.example.org/s3crettopic\n"
                                  f"token_file = {self.world.home}/token\n")
        for words in (["config", "show"], ["config", "show", "--json"], ["config", "check"]):
            with self.subTest(words):
                result = self.ok(self.world.knead(*words))
                self.assertNotIn("s3cret", result.out + result.err)
        self.assertIn("example.org", self.world.knead("config", "show").out)

    def test_human_output_to_a_pipe_has_no_colours(self):
        self.with_runs()
        for words in READING:
            self.assertNotIn("\x1b", self.ok(self.world.knead(*words, env={"TERM": "xterm-256color"})).out)


if __name__ == "__main__":
    rig.main()
