# SPDX-License-Identifier: GPL-3.0-or-later
"""`knead setup` as a new user goes through it, on a terminal, with the real daemon and a phone that listens.

usage: setup.py BUILD-FOLDER [CASE...]"""

import os
import re
import shutil
import sys

import files
import machine
import rig
import terminal

DONE, PART, USAGE, UNUSABLE, NOTHING = range(5)
RULE = "/etc/udev/rules.d/61-kneadd-keep-others-off.rules"


class Setup(rig.Case):
    def setUp(self):
        super().setUp()
        if os.path.exists("/var/lib/knead"):
            rig.skip_visibly(self, "Knead is installed here")
        self.machine = machine.Machine(self.world)
        self.home = self.world.home
        self.etc = self.home / "xdg-config" / "knead"
        self.world.state = self.home / ".local" / "state" / "knead"
        self.world.conf = self.etc / "kneadd.conf"
        self.machine.units(system=machine.OFF, user=machine.OFF)
        self.systemctl_starts_kneadd()
        zone = self.machine.path("/etc/localtime")
        zone.unlink()
        os.symlink("/usr/share/zoneinfo/Europe/Berlin", zone)

    def systemctl_starts_kneadd(self):
        """What systemd would do, as far as it matters: start the daemon, and say so afterwards."""
        unit = "".join(f"{key}={value}\n" for key, value in machine.UNIT.items())
        (self.home / "unit-on").write_text(unit)
        self.machine.script("systemctl", f'''echo "$*" >>{self.home}/systemctl.log
case "$*" in
*--user*show*) cat {self.home}/unit-user ;;
*show*) cat {self.home}/unit-system ;;
"--user enable --now kneadd")
	cp {self.home}/unit-on {self.home}/unit-user
	{rig.program(rig.KNEADD)} --state {self.world.state} >{self.home}/kneadd-s.log 2>&1 &
	echo $! >{self.home}/pid
	until grep -qs "ready, store" {self.home}/kneadd-s.log; do sleep 0.05; done ;;
esac
''')
        self.addCleanup(self.end_daemon)

    def end_daemon(self):
        pid = self.home / "pid"
        if pid.exists():
            os.kill(int(pid.read_text()), 15)

    def environment(self, more=None):
        return self.world.environment(self.mine({"TERM": "xterm", **(more or {})}))

    def mine(self, more=None):
        """The unit of a user's service names its store so, whatever else is set."""
        return self.machine.environment({"XDG_STATE_HOME": str(self.home / ".local/state"), **(more or {})})

    def terminal(self, *words):
        """`knead setup` with nothing but the environment of a user."""
        term = terminal.Terminal([rig.program(rig.KNEAD), "setup", *words], self.environment())
        self.addCleanup(term.close)
        return term

    def knead(self, *words, env=None):
        return self.world.run([rig.program(rig.KNEAD), *words], self.mine(env))

    def lines(self, term):
        """No line is wider than the terminal."""
        for line in term.plain().splitlines():
            if not re.match(r"Wrote /|  \$ ", line):
                self.assertLessEqual(len(line), 80, line)

    def until_phone(self, term):
        term.answer("Your choice", "1")
        term.answer("Year of birth", "1985")
        term.answer("Sex", "female")
        term.answer("Highest heart rate", "")
        term.answer("Time zone", "")
        term.answer("Set up a phone now", "")
        term.answer("Your choice", "1")
        term.answer("Address", f"http://127.0.0.1:{self.world.receiver_port}")
        term.answer("Token", "")
        term.answer("Messages", "")

    def plug_in(self, term):
        """Nothing to plug in here (tests/usb/first_steps.py does): another time."""
        term.answer("Now plug in the watch", "")

    def test_the_whole_way_on_a_terminal(self):
        self.world.start_receiver()
        term = self.terminal()
        self.until_phone(term)
        term.expect("█")
        term.answer("Send a test message", "")
        term.expect("the test message was taken")
        self.plug_in(term)
        self.assertEqual(term.wait(), DONE, term.plain())
        self.lines(term)
        self.assertEqual(self.world.wait_accepted(1)[0]["kind"], "ntfy")
        self.assertEqual(self.machine.calls(), ["--user enable --now kneadd"])
        runner = (self.etc / "kneadd.conf.d" / "runner.conf").read_text()
        self.assertIn("birth_year = 1985\nsex = female\ntime_zone = Europe/Berlin\n", runner)
        self.assertEqual(self.ok(self.knead("config", "check")).err, "")
        self.assertEqual(self.ok(self.knead("doctor")).err, "")

    def test_what_is_set_up_is_shown_and_not_asked_again(self):
        self.world.start_receiver()
        term = self.terminal()
        self.until_phone(term)
        term.answer("Send a test message", "")
        self.plug_in(term)
        self.assertEqual(term.wait(), DONE)
        before = (self.etc / "kneadd.conf.d" / "runner.conf").read_text()
        term = self.terminal()
        term.answer("Highest heart rate", "191")
        term.answer("Now plug in the watch", "")
        self.assertEqual(term.wait(), DONE, term.plain())
        text = term.plain()
        for shown in ("runs as your own service", "Born         1985", "Sex          female", "Phone        phone, ntfy",
                      "has arrived before"):
            self.assertIn(shown, text)
        self.assertEqual(text.count("]: ") + text.count("runs): "), 1, text)
        self.assertEqual((self.etc / "kneadd.conf.d" / "runner.conf").read_text(), before + "hr_max_bpm = 191\n")
        self.assertEqual(self.ok(self.knead("config", "check")).err, "")
        self.assertEqual(self.machine.calls(), ["--user enable --now kneadd"])

    def test_an_answer_that_cannot_be_is_asked_for_again(self):
        self.machine.units(user=machine.UNIT)
        term = self.terminal()
        term.answer("Year of birth", "yesterday")
        term.expect("a year from 1900")
        term.answer("Year of birth", "1990")
        term.answer("Sex", "x")
        term.expect("female, male")
        term.answer("Sex", "")
        term.answer("Highest heart rate", "12")
        term.expect("from 100 to 250")
        term.answer("Highest heart rate", "")
        term.answer("Time zone", "Mars/Olympus")
        term.expect("knows no such time zone")
        term.answer("Time zone", "Europe/Paris")
        term.answer("Set up a phone now", "maybe")
        term.expect("y or n")
        term.answer("Set up a phone now", "n")
        self.assertEqual(term.wait(), DONE, term.plain())
        self.assertIn("nobody reads a watch yet", term.plain())
        self.assertEqual((self.etc / "kneadd.conf.d" / "runner.conf").read_text().splitlines()[1:],
                         ["[runner]", "birth_year = 1990", "time_zone = Europe/Paris"])

    def test_bytes_that_are_no_text_take_no_later_answer_along(self):
        self.machine.units(user=machine.UNIT)
        term = self.terminal()
        term.expect("Year of birth")
        os.write(term.fd, b"\x00\x01\xff\n")
        term.expect("a year from 1900")
        term.answer("Year of birth", "x" * 3000)
        term.expect("Year of birth")
        term.end_of_input()
        self.assertEqual(term.wait(), PART, term.plain())

    def test_the_end_of_input_keeps_what_was_answered_and_nothing_half(self):
        self.world.start_receiver()
        answers = [("Your choice", "1"), ("Year of birth", "1985"), ("Sex", "male"), ("Highest", "190"),
                   ("Time zone", ""), ("Set up a phone", ""), ("Your choice", "1"),
                   ("Address", f"http://127.0.0.1:{self.world.receiver_port}"), ("Token", ""), ("Messages", ""),
                   ("Send a test", "")]
        keys = ["birth_year = 1985", "sex = male", "hr_max_bpm = 190", "time_zone = Europe/Berlin"]
        for n in range(1, len(answers) + 1):
            shutil.rmtree(self.etc, ignore_errors=True)
            self.machine.units(user=machine.OFF if n == 1 else machine.UNIT)
            term = self.terminal()
            for words, answer in answers[1 if n > 1 else 0:n - 1]:
                term.answer(words, answer)
            term.expect(answers[n - 1][0])
            term.expect(": ")
            term.end_of_input()
            self.assertEqual(term.wait(), PART, term.plain())
            self.assertIn("Stopped here", term.plain())
            folder = self.etc / "kneadd.conf.d"
            names = sorted(os.listdir(folder)) if folder.exists() else []
            runner = (folder / "runner.conf").read_text().splitlines()[2:] if "runner.conf" in names else []
            self.assertEqual(runner, keys[:max(0, min(n - 2, 4))], term.plain())
            self.assertEqual([name for name in names if name != "runner.conf"],
                             ["phone.conf"] if n == len(answers) else [])
            self.assertEqual(self.knead("config", "check").err, "")

    def test_nothing_to_read_changes_nothing(self):
        result = self.knead("setup")
        self.assertEqual(result.status, PART, repr(result))
        self.assertFalse(self.etc.exists())
        self.assertEqual(self.machine.calls(), [])

    def test_a_state_folder_of_ones_own_leaves_the_service_alone(self):
        self.machine.units(system=machine.UNIT)
        (self.home / "k.conf").touch()
        term = self.terminal("--state", str(self.home / "s"), "--config", str(self.home / "k.conf"))
        term.expect("not touched")
        term.expect("Year of birth")
        term.end_of_input()
        self.assertEqual(term.wait(), PART)
        self.assertEqual(self.machine.calls(), [])

    # -- services

    def store_with_a_run(self, state):
        run = self.home / "run.fit"
        run.write_bytes(files.fit_run(files.utc_s("2026-05-01T08:00:00Z")))
        self.ok(self.world.run([rig.program(rig.KNEAD), "import", "--state", state, run]))

    def as_root(self, *words):
        """Root in a user namespace of its own, with a chown that only says what it was told."""
        if self.world.run(["unshare", "-Ur", "true"]).status != 0:
            rig.skip_visibly(self, "user namespaces are not allowed here")
        for name in ("chown", "adduser", "udevadm"):
            self.machine.script(name, f'echo "{name} $*" >>{self.home}/systemctl.log\n')
        self.machine.script("runuser", 'shift 3; exec "$@"\n')
        env = {"SUDO_USER": "root", "SUDO_UID": "0"}
        return self.world.run(["unshare", "-Ur", rig.program(rig.KNEAD), "setup", *words],
                              self.machine.environment(env))

    def test_switching_the_system_service_on_needs_root(self):
        result = self.knead("setup", "--service", "system")
        self.assertEqual(result.status, UNUSABLE)
        self.assertIn("sudo knead setup --service system", result.err)
        self.assertEqual(self.machine.calls(), [])

    def test_switching_to_the_system_service_stops_the_other_first(self):
        self.machine.units(user=machine.UNIT)
        self.ok(self.as_root("--service", "system"))
        self.assertEqual(self.machine.calls(), ["--user --machine=root@.host disable --now kneadd",
                                                "enable --now kneadd"])

    def test_switching_to_the_users_service_puts_the_systems_store_aside(self):
        system = self.machine.path("/var/lib/knead")
        system.mkdir(parents=True)
        self.machine.units(system=machine.UNIT)
        result = self.as_root("--service", "user")
        self.assertEqual(self.machine.calls(), ["disable --now kneadd",
                                                "--user --machine=root@.host enable --now kneadd"], repr(result))
        self.assertFalse(system.exists())
        self.assertTrue((system.parent / "knead.moved").exists())

    def test_without_root_a_system_store_is_left_alone(self):
        self.machine.path("/var/lib/knead").mkdir(parents=True)
        result = self.knead("setup", "--service", "user")
        self.assertEqual(result.status, UNUSABLE)
        self.assertIn("sudo knead setup --service user", result.err)
        self.assertTrue(self.machine.path("/var/lib/knead").exists())

    def switched(self, *words, fails=""):
        """`sudo knead setup WORDS` of somebody who is in no table of this machine, so that $HOME counts. fails: what of
        systemctl does not work."""
        if self.world.run(["unshare", "-Ur", "true"]).status != 0:
            rig.skip_visibly(self, "user namespaces are not allowed here")
        for name in ("chown", "udevadm"):
            self.machine.script(name, f'echo "{name} $*" >>{self.home}/systemctl.log\n')
        self.machine.script("runuser", 'shift 3; exec "$@"\n')
        self.machine.script("systemctl", f'''echo "$*" >>{self.home}/systemctl.log
case "$*" in
{fails or "nothing"}) exit 1 ;;
*--user*show*) cat {self.home}/unit-user ;;
*show*) cat {self.home}/unit-system ;;
esac
''')
        (self.home / "systemctl.log").unlink(missing_ok=True)
        return self.world.run(["unshare", "-Ur", rig.program(rig.KNEAD), "setup", *words],
                              self.mine({"SUDO_USER": "nosuchperson"}))

    def of_log(self, state):
        return len(self.world.run([rig.program(rig.KNEAD), "log", "--json", "--state", state]).lines())

    def test_the_runs_go_along_with_the_service(self):
        mine = self.world.state
        mine.parent.mkdir(parents=True)
        system = self.machine.path("/var/lib/knead")
        system.mkdir(parents=True)
        self.store_with_a_run(mine)
        self.machine.units(system=machine.OFF, user=machine.UNIT)
        self.ok(self.switched("--service", "system"))
        self.assertFalse(mine.exists())
        self.assertEqual(self.of_log(system), 1)
        self.assertEqual(self.machine.calls()[:3], ["--user --machine=nosuchperson@.host disable --now kneadd",
                                                    "stop kneadd", f"chown -R knead:knead {system}"])
        self.machine.units(system=machine.UNIT, user=machine.OFF)
        self.ok(self.switched("--service", "user"))
        self.assertEqual(self.of_log(mine), 1)
        self.assertFalse(system.exists())

    def test_of_two_stores_that_hold_runs_none_is_replaced(self):
        mine, system = self.world.state, self.machine.path("/var/lib/knead")
        mine.parent.mkdir(parents=True)
        system.mkdir(parents=True)
        self.store_with_a_run(mine)
        self.store_with_a_run(system)
        before = {path: path.stat().st_ino for path in (mine / "knead.db", system / "knead.db")}
        self.machine.units(system=machine.OFF, user=machine.UNIT)
        self.assertIn("Both stores hold runs", self.ok(self.switched("--service", "system")).out)
        self.assertEqual({path: path.stat().st_ino for path in before}, before)
        self.assertEqual((self.of_log(mine), self.of_log(system)), (1, 1))

    def test_the_settings_go_along_with_the_service(self):
        system, etc = self.machine.path("/var/lib/knead"), self.machine.path("/etc/knead")
        self.machine.accounts(uid=0, gid=0)  # what there is in the namespace
        own = self.home / ".config" / "knead"  # what was set for a person's shell is not known to root
        system.mkdir(parents=True)
        (etc / "kneadd.conf.d").mkdir(parents=True)
        (etc / "kneadd.conf").write_text("# as it came\n[webhook phone]\ntype = ntfy\n")
        (etc / "kneadd.conf.d" / "club.conf").write_text(
            f"[webhook club]\nurl = https://club.example/hook\nsecret_file = {etc}/club.secret\n")
        (etc / "club.secret").write_text(rig.SECRET + "\n")
        (own / "kneadd.conf.d").mkdir(parents=True)
        (own / "kneadd.conf.d" / "old.conf").write_text("[runner]\nsex = male\n")
        self.machine.units(system=machine.UNIT)
        self.ok(self.switched("--service", "user"))
        self.assertEqual((own / "club.secret").read_text(), rig.SECRET + "\n")
        self.assertEqual((own / "club.secret").stat().st_mode & 0o777, 0o600)
        club = (own / "kneadd.conf.d" / "club.conf").read_text()
        self.assertIn(f"secret_file = {own}/club.secret\n", club)
        # what was in force before is put aside
        self.assertEqual(sorted(os.listdir(own / "kneadd.conf.d")), ["club.conf", "old.conf.moved"])
        (own / "kneadd.conf.d" / "runner.conf").write_text("[runner]\nsex = female\n")
        self.machine.units(system=machine.OFF, user=machine.UNIT)
        self.ok(self.switched("--service", "system"))
        self.assertEqual((etc / "kneadd.conf.d" / "runner.conf").read_text(), "[runner]\nsex = female\n")
        # and what says the same already is left alone
        self.assertEqual(sorted(os.listdir(etc)), ["club.secret", "kneadd.conf", "kneadd.conf.d"])
        self.assertEqual(sorted(os.listdir(etc / "kneadd.conf.d")), ["club.conf", "runner.conf"])
        self.assertIn(f"secret_file = {etc}/club.secret\n", (etc / "kneadd.conf.d" / "club.conf").read_text())
        self.assertEqual((etc / "kneadd.conf.d" / "runner.conf").stat().st_mode & 0o777, 0o640)

    def test_a_service_that_cannot_take_over_leaves_the_other_on(self):
        mine, system = self.world.state, self.machine.path("/var/lib/knead")
        mine.parent.mkdir(parents=True)
        system.mkdir(parents=True)
        self.store_with_a_run(mine)
        self.machine.units(user=machine.UNIT)
        result = self.switched("--service", "system", fails='"enable --now kneadd"')
        self.assertEqual(result.status, UNUSABLE, repr(result))
        self.assertIn("Back to what it was", result.out)
        self.assertEqual(self.machine.calls()[-1], "--user --machine=nosuchperson@.host enable --now kneadd")
        self.assertFalse(system.exists())  # knead would take it for the store
        self.assertEqual(self.of_log(mine), 1)
        system.mkdir()
        self.store_with_a_run(system)
        shutil.rmtree(mine)
        self.machine.units(system=machine.UNIT)
        result = self.switched("--service", "user", fails='*--user*" enable --now kneadd"')
        self.assertEqual(result.status, UNUSABLE, repr(result))
        self.assertEqual(self.machine.calls()[-1], "enable --now kneadd")
        self.assertEqual(self.of_log(system), 1)
        self.assertFalse(mine.exists())

    def test_without_a_systemd_of_the_users_nothing_is_switched_off(self):
        self.machine.path("/var/lib/knead").mkdir(parents=True)
        self.machine.units(system=machine.UNIT)
        result = self.switched("--service", "user", fails="*--user*")
        self.assertEqual(result.status, UNUSABLE, repr(result))
        self.assertIn("dbus-user-session", result.err)
        self.assertFalse([call for call in self.machine.calls() if "show" not in call])

    def test_a_users_service_that_cannot_be_asked_does_not_come_back(self):
        self.machine.path("/var/lib/knead").mkdir(parents=True)
        link = self.home / ".config" / "systemd/user/default.target.wants/kneadd.service"
        link.parent.mkdir(parents=True)
        link.symlink_to("/usr/lib/systemd/user/kneadd.service")
        self.machine.units(system=machine.OFF)
        self.ok(self.switched("--service", "system", fails="*--user*"))
        self.assertFalse(link.is_symlink())

    # -- others

    def ship_rule(self):
        """The rule as the package has it, and an udevadm that is told. Returns its bytes."""
        data = re.search(r"^CMAKE_INSTALL_PREFIX:PATH=(.*)$", (rig.BUILD / "CMakeCache.txt").read_text(), re.M).group(1)
        self.machine.script("udevadm", f'echo "udevadm $*" >>{self.home}/systemctl.log\n')
        rule = (rig.BUILD / "systemd" / os.path.basename(RULE)).read_bytes()
        self.shipped = self.machine.write(f"{data}/share/knead/udev/{os.path.basename(RULE)}", rule)
        return rule

    def test_other_programs_are_kept_off_and_let_in_again(self):
        rule = self.ship_rule()
        self.assertIn("\nKept off: ", self.ok(self.knead("setup", "--keep-others-off", "on")).out)
        self.assertEqual(self.machine.path(RULE).read_bytes(), rule)
        self.assertEqual(self.machine.path(RULE).stat().st_mode & 0o777, 0o644)
        self.assertIn("\nLet in: ", self.ok(self.knead("setup", "--keep-others-off", "off")).out)
        self.assertFalse(self.machine.path(RULE).exists())
        self.ok(self.knead("setup", "--keep-others-off", "off"))
        self.assertEqual(self.machine.calls(), ["udevadm control --reload"] * 3)

    def test_keeping_others_off_needs_root_and_so_does_letting_them_in(self):
        if os.getuid() == 0:
            rig.skip_visibly(self, "root has every right")
        self.ship_rule()
        folder = self.machine.path(RULE).parent
        folder.mkdir(parents=True)
        for there, word in ((False, "on"), (True, "off")):
            folder.chmod(0o755)
            if there:
                self.machine.write(RULE, "x\n")
            folder.chmod(0o555)
            self.addCleanup(folder.chmod, 0o755)
            result = self.knead("setup", "--keep-others-off", word)
            self.assertEqual((result.status, result.out), (UNUSABLE, ""))
            self.assertEqual(result.err, f"knead: no right to write: {self.machine.path(RULE)}: "
                                         f"sudo knead setup --keep-others-off {word}\n")
            self.assertEqual(self.machine.path(RULE).exists(), there)
        self.assertEqual(self.machine.calls(), [])

    def test_a_rule_that_is_not_installed_is_said_once(self):
        self.ship_rule()
        self.shipped.unlink()
        result = self.knead("setup", "--keep-others-off", "on")
        self.assertEqual((result.status, result.out), (UNUSABLE, ""))
        self.assertRegex(result.err, rf"^knead: cannot read the rule: {self.shipped}: No such file .*\n$")
        self.assertFalse(self.machine.path(RULE).exists())

    def test_an_udev_that_does_not_read_the_rule_is_not_taken_for_done(self):
        self.ship_rule()
        self.machine.script("udevadm", "exit 1\n")
        for word in ("on", "off"):
            result = self.knead("setup", "--keep-others-off", word)
            self.assertEqual((result.status, result.out), (UNUSABLE, "  $ udevadm control --reload\n"))

    def until_others(self):
        """What the first steps show of other programs, where there is a phone and whoever it is for is not root."""
        self.machine.units(user=machine.UNIT)
        self.etc.mkdir(parents=True, exist_ok=True)
        self.world.conf.write_text("[runner me]\nbirth_year = 1985\nsex = female\nhr_max_bpm = 190\n"
                                   "time_zone = Europe/Berlin\n")
        term = self.terminal()
        term.answer("Set up a phone now", "n")
        self.assertEqual(term.wait(), DONE, term.plain())
        return [line for line in term.plain().splitlines() if line.startswith("Others")]

    def test_the_first_steps_show_whether_a_file_manager_may_take_the_watch(self):
        self.assertEqual(self.until_others(), ["Others       no file manager here that would take the watch"])
        os.chmod(self.machine.write("/usr/libexec/gvfsd-mtp", ""), 0o755)
        self.assertEqual(self.until_others(), ["Others       may take the watch (sudo knead setup --keep-others-off on)"])
        self.ship_rule()
        self.ok(self.knead("setup", "--keep-others-off", "on"))
        self.assertEqual(self.until_others(),
                         ["Others       kept off Garmin watches (sudo knead setup --keep-others-off off)"])

    def test_wrong_words_are_refused(self):
        for words in (["--service", "both"], ["--keep-others-off", "maybe"], ["more"]):
            self.assertEqual(self.knead("setup", *words).status, USAGE)
        self.assertEqual(self.machine.calls(), [])


if __name__ == "__main__":
    rig.main()
