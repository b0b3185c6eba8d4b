# SPDX-License-Identifier: GPL-3.0-or-later
"""`knead doctor`: a sound machine is found sound, and each fault is found by its own check and no other.

usage: doctor.py BUILD-FOLDER [CASE...]"""

import ctypes
import fcntl
import os
import platform
import shutil
import signal
import struct
import sys

import files
import machine
import rig

DONE, PART, USAGE, UNUSABLE, NOTHING = range(5)


class Doctor(rig.Case):
    system = False

    def setUp(self):
        super().setUp()
        if os.getuid() == 0:
            rig.skip_visibly(self, "root has every right")
        self.machine = machine.Machine(self.world, self.system)

    def arguments(self, *words):
        if self.system:
            return [rig.program(rig.KNEAD), *words]
        return [rig.program(rig.KNEAD), "--state", self.world.state, "--config", self.world.conf, *words]

    def knead(self, *words, env=None, prefix=()):
        return self.world.run(self.arguments(*words), self.machine.environment(env), prefix=prefix)

    def as_another_user(self):
        """The service runs as somebody who has only the group in common with us."""
        self.machine.accounts(uid=4242)

    def start(self, prefix=()):
        # the system service's files are for its group, as its unit has it
        mask = ("sh", "-c", 'umask 007; exec "$@"', "sh")
        daemon = self.world.start(self.machine.environment(), prefix=(*mask, *prefix))
        return daemon

    def sound(self, phone=True, more="", start=True):
        """Settings, a phone that listens, and a daemon."""
        self.world.start_receiver()
        (self.world.home / "phone").mkdir(exist_ok=True)
        secret = self.world.home / "phone" / "key"
        secret.write_text(rig.SECRET + "\n")
        os.chmod(secret, 0o640)
        text = "[runner me]\n"
        if phone:
            text += f"[webhook phone]\nurl = {self.world.url()}\nsecret_file = {secret}\n"
        self.world.conf.write_text(text + more)
        os.chmod(self.world.conf, 0o640)
        if start:
            self.start()

    def found(self, *words, env=None, prefix=()):
        """The checks that found something; and the exit status that goes with it."""
        result = self.knead("doctor", "--json", *words, env=env, prefix=prefix)
        said = result.json()
        self.findings = said["findings"]
        unusable = any(finding["level"] == "unusable" for finding in self.findings)
        self.assertEqual(result.status, UNUSABLE if unusable else PART if self.findings else DONE, repr(result))
        for finding in self.findings:
            self.assertTrue(finding["mend"])
            self.assertNotIn("\n", finding["what"] + finding["mend"])
        return {finding["check"] for finding in self.findings}

    def assert_found(self, *checks, what="", mend="", **options):
        self.assertEqual(self.found(**options), set(checks), self.findings)
        text = " ".join(finding["what"] for finding in self.findings)
        self.assertIn(what, text)
        self.assertIn(mend, " ".join(finding["mend"] for finding in self.findings))


def forbid(number):
    """A filter that lets one system call be unknown, for what is started next."""
    AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[platform.machine()]
    code = [(0x20, 0, 0, 4), (0x15, 0, 2, AUDIT), (0x20, 0, 0, 0), (0x15, 1, 0, number),
            (0x06, 0, 0, 0x7fff0000), (0x06, 0, 0, 0x00050000 | 38)]
    program = b"".join(struct.pack("HBBI", *line) for line in code)
    buffer = ctypes.create_string_buffer(program)
    pad = struct.pack("HxxxxxxP", len(code), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None)
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, pad, 0, 0) != 0:
        sys.exit("no filter")


class UserService(Doctor):
    def test_a_sound_machine_is_found_sound(self):
        self.sound()
        self.assertEqual(self.found(), set())
        result = self.knead("doctor")
        self.assertEqual(result.status, DONE)
        self.assertIn("nothing wrong", result.out)

    def test_every_finding_is_a_line_and_a_command(self):
        self.sound(phone=False, start=False)
        result = self.knead("doctor")
        self.assertEqual(result.status, PART)
        lines = result.out.splitlines()
        at = lines.index("no phone is set up, so that nobody hears of anything")
        self.assertEqual(lines[at + 1], "    knead webhook add")
        self.assertLessEqual(max(map(len, lines)), 400)

    # -- settings

    def test_an_error_in_the_settings(self):
        self.sound()
        self.world.conf.write_text("[runner me]\nsex = x\n")
        self.assert_found("settings", what=f"{self.world.conf}:2")
        self.assertEqual(self.knead("doctor").status, UNUSABLE)

    def test_a_warning_of_the_settings(self):
        self.sound(more="[store]\narchiv = keep\n")
        self.assert_found("settings", what="archiv")

    def test_settings_that_the_daemon_has_not_read(self):
        self.sound()
        before = self.world.conf.read_text()
        self.world.conf.write_text(before + "[store]\narchive = 30d\n")
        self.assert_found("settings-read", mend="systemctl --user reload kneadd")
        self.world.daemon.hang_up()
        self.assertEqual(self.found(), set())
        self.world.conf.write_text("# a comment more is no change\n" + self.world.conf.read_text())
        self.assertEqual(self.found(), set())

    def test_a_daemon_that_is_told_to_reload_before_it_is_ready_lives(self):
        self.sound(start=False)
        self.start().end()
        daemon = self.world.start(self.machine.environment(), ready=False)

        # the lock is what tells others that it runs
        with open(self.world.state / "daemon.lock", "rb") as lock:
            asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            while struct.unpack("hhqqi4x", fcntl.fcntl(lock, fcntl.F_GETLK, asked))[0] == fcntl.F_UNLCK:
                self.assertTrue(daemon.is_up(), daemon.log())
        os.kill(daemon.process.pid, signal.SIGHUP)
        while "ready, store" not in daemon.log():
            os.kill(daemon.process.pid, signal.SIGHUP)
            self.assertTrue(daemon.is_up(), daemon.log())
        rig.wait_for("a reload", lambda: "settings read again" in daemon.log())
        self.assertTrue(daemon.is_up(), daemon.log())

    def test_secrets_that_everybody_can_read(self):
        self.sound()
        os.chmod(self.world.home, 0o755)
        os.chmod(self.world.state, 0o700)
        os.chmod(self.world.conf, 0o644)
        self.assert_found("secrets", what="address", mend=f"chmod 600 {self.world.conf}")
        os.chmod(self.world.conf, 0o600)
        self.assertEqual(self.found(), set())
        os.chmod(self.world.home / "phone" / "key", 0o644)
        self.assert_found("secrets", what="key")

    def test_secrets_that_are_missing_or_wrong(self):
        self.sound()
        key = self.world.home / "phone" / "key"
        key.write_text("rubbish\n")
        self.assert_found("secret-rights", what="whsec_")
        key.unlink()
        self.assert_found("secret-rights", what="does not exist")
        key.mkdir()
        self.assert_found("secret-rights", what="folder")

    def test_a_token_that_cannot_be_read(self):
        token = self.world.home / "token"
        token.write_text(rig.TOKEN + "\n")
        os.chmod(token, 0)
        self.sound(more=f"token_file = {token}\n")
        self.assert_found("secret-rights", what=str(token), mend="chmod")

    # -- store

    def test_no_store(self):
        self.sound()
        self.world.daemon.end()
        shutil.rmtree(self.world.state)
        self.assert_found("store", "service", what="no store")

    def test_a_store_that_may_not_be_opened(self):
        self.sound()
        os.chmod(self.world.state, 0)
        found = self.found()
        os.chmod(self.world.state, 0o700)
        self.assertEqual(found, {"store"})
        self.assertIn("no right", self.findings[0]["what"])

    def write_store(self, at, data):
        self.world.daemon.end()
        with open(self.world.state / "knead.db", "r+b") as store:
            store.seek(at)
            store.write(data)

    def test_a_store_of_a_newer_version(self):
        self.sound()
        self.write_store(60, struct.pack(">I", 999))
        self.assert_found("store", "service", what="newer")

    def test_a_store_that_is_no_database(self):
        self.sound()
        self.write_store(0, b"x" * 4096)
        self.assert_found("store", "service", what="damaged")

    def test_a_store_with_damage_within(self):
        self.sound()
        self.ok(self.knead("feel", "3"))
        page = self.world.rows("SELECT rootpage FROM sqlite_schema WHERE name = 'report'")[0][0]
        size = self.world.rows("PRAGMA page_size")[0][0]
        self.write_store((page - 1) * size, b"\x0d\x00\x00\xff\xff" + b"\xee" * 40)
        self.assert_found("store-damage", "service", what="damaged")

    def test_a_store_that_everybody_can_read(self):
        self.sound()
        os.chmod(self.world.home, 0o755)
        os.chmod(self.world.state, 0o755)
        os.chmod(self.world.conf, 0o600)
        os.chmod(self.world.state / "knead.db", 0o664)
        self.assert_found("store-modes", mend="chmod o=")

    def test_a_store_that_the_daemon_cannot_write(self):
        self.sound()
        (self.world.state / "spool").mkdir(exist_ok=True)
        os.chmod(self.world.state / "spool", 0o500)
        self.assert_found("store-rights", what="spool")
        os.chmod(self.world.state / "spool", 0o700)
        os.chmod(self.world.state / "knead.db", 0o400)
        self.assert_found("store-rights", what="knead.db")

    def test_files_left_in_the_spool(self):
        self.sound()
        (self.world.state / "spool").mkdir(exist_ok=True)
        (self.world.state / "spool" / ("ab" * 32)).write_bytes(b"x")
        self.assert_found("spool", what="1 file")

    def test_files_that_were_refused(self):
        self.sound()
        (self.world.home / "odd.fit").write_bytes(b"rubbish")
        self.knead("import", self.world.home / "odd.fit")
        self.assert_found("refused", what="1 file")

    def test_a_disk_that_is_nearly_full(self):
        self.sound()
        self.world.daemon.end()
        if self.world.run(["unshare", "-Urm", "true"]).status != 0:
            rig.skip_visibly(self, "user namespaces are not allowed here")
        small = ("unshare", "-Urm", "sh", "-c",
                 f'cp -a {self.world.state} {self.world.home}/copy && mount -t tmpfs -o size=$1,nr_inodes=$2 t '
                 f'{self.world.state} && cp -a {self.world.home}/copy/. {self.world.state} && shift 2 && exec "$@"')
        self.assert_found("disk", "service", what="nearly full", prefix=(*small, "sh", "20m", "5000"))
        shutil.rmtree(self.world.home / "copy")
        self.assert_found("disk", "service", what="more files", prefix=(*small, "sh", "400m", "100"))

    # -- service

    def test_no_daemon(self):
        self.sound(start=False)
        self.start().end()
        self.machine.units(user=machine.OFF)
        self.assert_found("service", mend="systemctl --user enable --now kneadd")

    def test_a_daemon_that_works_on_another_store(self):
        self.sound(start=False)
        self.start().end()
        self.assert_found("service", what=f"not on the store in {self.world.state}", mend="XDG_STATE_HOME")

    def test_a_service_that_failed(self):
        self.sound(start=False)
        self.start().end()
        self.machine.units(user=dict(machine.UNIT, ActiveState="failed", Result="exit-code"))
        self.assert_found("service", what="exit-code", mend="journalctl --user")

    def test_a_service_that_is_masked_or_not_there(self):
        self.sound(start=False)
        self.start().end()
        self.machine.units(user=dict(machine.OFF, LoadState="masked"))
        self.assert_found("service", mend="unmask")
        self.machine.units(user=dict(machine.OFF, LoadState="not-found"))
        self.assert_found("service", mend="apt install")

    def test_two_services(self):
        self.sound()
        self.machine.units(system=machine.UNIT)
        self.assert_found("services", mend="sudo systemctl disable --now kneadd")

    def test_a_service_that_does_not_start_again(self):
        self.sound()
        self.machine.units(user=dict(machine.UNIT, UnitFileState="disabled"))
        self.assert_found("service-enabled", mend="systemctl --user enable kneadd")

    def test_a_daemon_that_was_replaced(self):
        self.sound(start=False)
        copy = self.world.home / "kneadd"
        shutil.copy(rig.program(rig.KNEADD), copy)
        self.start(prefix=("sh", "-c", f'shift; exec {copy} "$@"', "sh"))
        self.assertEqual(self.found(), set())
        copy.unlink()
        self.assert_found("service-current", mend="restart")

    def test_a_unit_that_changed(self):
        self.sound()
        self.machine.units(user=dict(machine.UNIT, NeedDaemonReload="yes"))
        self.assert_found("service-current", mend="daemon-reload")

    def test_a_helper_that_is_missing(self):
        self.sound()
        for name in ("KNEAD_PARSE", "KNEAD_FETCH"):
            self.assert_found("helpers", what=name.lower().replace("knead_", "kneadd-"), env={name: "/nothing"})

    # -- folders

    def test_folders_that_cannot_be_followed(self):
        folder = self.world.home / "sync"
        self.sound(more=f"[folder sync]\npath = {folder}\n")
        self.assert_found("folders", what="does not exist", mend="mkdir")
        folder.write_text("no folder")
        self.assert_found("folders", what="no folder")
        folder.unlink()
        folder.mkdir()
        self.assertEqual(self.found(), set())
        os.chmod(folder, 0)
        self.assertIn("folders", self.found())

    def test_no_room_for_another_folder(self):
        folder = self.world.home / "sync"
        folder.mkdir()
        self.sound(more=f"[folder sync]\npath = {folder}\n")
        if self.world.run(["unshare", "-Ur", "true"]).status != 0:
            rig.skip_visibly(self, "user namespaces are not allowed here")
        none = ("unshare", "-Ur", "sh", "-c", 'echo 0 >/proc/sys/user/max_inotify_instances && exec "$@"', "sh")
        self.assert_found("folders", what="no more folders", mend="sysctl", prefix=none)

    # -- machine

    def test_a_clock_before_the_build(self):
        self.sound()
        self.assertEqual(self.found("--now", "2011-01-01T00:00:00Z"), {"clock"})
        self.assertIn("built", self.findings[0]["what"])

    def test_a_clock_before_the_latest_import(self):
        self.sound()
        run = self.world.home / "run.fit"
        run.write_bytes(files.fit_run(files.utc_s("2038-05-01T08:00:00Z")))
        self.knead("import", "--now", "2038-05-01T12:00:00Z", run)
        self.assertEqual(self.found(), {"clock"})
        self.assertIn("latest import", self.findings[0]["what"])

    def test_a_clock_that_nothing_keeps(self):
        self.sound()
        self.machine.answer("timedatectl", "CanNTP=yes\nNTP=no\nNTPSynchronized=no")
        self.assert_found("clock-sync", mend="set-ntp")
        self.machine.answer("timedatectl", "CanNTP=no\nNTP=no\nNTPSynchronized=no")
        self.assert_found("clock-sync", mend="apt install systemd-timesyncd")
        self.machine.answer("timedatectl", "CanNTP=yes\nNTP=yes\nNTPSynchronized=no")
        self.assert_found("clock-sync", what="waits for a time server", mend="timesync-status")

    def test_a_time_zone_that_is_not_known(self):
        self.sound()
        self.machine.path("/etc/localtime").unlink()
        self.assert_found("time-zone", mend="set-timezone")
        self.world.conf.write_text(self.world.conf.read_text().replace(
            "[runner me]\n", "[runner me]\ntime_zone = Europe/Berlin\n"))
        self.world.daemon.hang_up()
        self.assertEqual(self.found(), set())

    # -- other machines

    def mount(self, *lines):
        self.machine.write("/proc/self/mountinfo", "".join(
            f"{36 + n} 35 0:{60 + n} / {line}\n" for n, line in enumerate(lines)))

    def test_a_store_on_a_network_file_system(self):
        self.sound()
        self.mount("/ rw - ext4 /dev/sda rw", f"{self.world.home} rw,noatime shared:3 - nfs4 nas:/home rw")
        self.assert_found("store-place", what="(nfs4)", mend=f"mount that at {self.world.state}")
        self.mount(f"{self.world.home} rw - nfs4 nas:/home rw", f"{self.world.state} rw - ext4 /dev/sda rw")
        self.assertEqual(self.found(), set())
        self.mount(f"{self.world.state} rw - nfs4 nas:/home rw", f"{self.world.state} rw - ext4 /dev/sda rw")
        self.assertEqual(self.found(), set(), "what lies below another mount is not seen")
        self.mount("/ rw - nfs nas:/ rw", f"{str(self.world.state)[:-1]} rw - ext4 /dev/sda rw")
        self.assert_found("store-place", what="(nfs)")

    def test_a_followed_folder_on_a_network_file_system(self):
        folder = self.world.home / "sync"
        folder.mkdir()
        self.sound(more=f"[folder sync]\npath = {folder}\n")
        self.mount(f"{folder} rw - cifs //nas/sync rw")
        self.assert_found("folder-place", what="[folder sync]", mend=f"knead import {folder}")

    def test_a_service_that_ends_with_the_last_login(self):
        self.sound()
        self.machine.answer("loginctl", "Linger=no\nDisplay=")
        self.assert_found("service-linger", mend="loginctl enable-linger")
        self.machine.answer("loginctl", "Linger=yes\nDisplay=")
        self.assertEqual(self.found(), set())

    def forbidding(self, number):
        """As a prefix: this file again, which forbids and then starts the rest."""
        return (sys.executable, "-B", os.path.abspath(__file__), "--forbid", str(number))

    def test_no_landlock(self):
        self.sound()
        self.assert_found("landlock", mend="lsm=", prefix=self.forbidding(444))

    def test_no_seccomp(self):
        self.sound()
        number = {"x86_64": 317, "aarch64": 277}[platform.machine()]
        self.assert_found("seccomp", prefix=self.forbidding(number))

    # -- webhooks

    def test_no_phone(self):
        self.sound(phone=False)
        self.assert_found("phone", mend="knead webhook add")

    def send(self, script, status):
        self.world.start_receiver(script)
        self.sound_url()
        self.world.daemon.hang_up()
        self.assertEqual(self.knead("webhook", "test").status, status)

    def sound_url(self):
        text = self.world.conf.read_text().splitlines()
        self.world.conf.write_text("\n".join(
            f"url = {self.world.url()}" if line.startswith("url") else line for line in text) + "\n")

    def test_a_webhook_that_is_refused_or_disabled(self):
        self.sound()
        self.send("401", PART)
        self.assert_found("webhook", what="401", mend="knead webhook test phone")  # said once, not of what waits too
        self.send("ok", DONE)
        self.assertEqual(self.found(), set())
        self.send("410", PART)
        self.assert_found("webhook", "queue", what="disabled")

    def test_messages_that_wait_or_fail(self):
        self.sound()
        self.send("503", PART)
        self.assert_found("queue", what="wait: the receiver answered 503")
        self.send("ok*9", DONE)
        self.assertEqual(self.found(), set())
        self.send("404", PART)
        self.assert_found("queue", what="404")

    def test_messages_that_grew_too_old(self):
        self.sound()
        self.send("503", PART)
        self.world.daemon.end()
        db = rig.sqlite3.connect(self.world.state / "knead.db")
        db.execute("UPDATE delivery SET state = 3")
        db.commit()
        db.close()
        self.assert_found("queue", "service", what="too old")

    def test_a_receiver_that_cannot_be_reached(self):
        self.sound()
        text = self.world.conf.read_text()
        port = rig.free_port()
        self.world.conf.write_text(text.replace(f":{self.world.receiver_port}/", f":{port}/"))
        self.world.daemon.hang_up()
        self.assert_found("webhook-reach", what=f"refuses connections at port {port}")
        self.world.conf.write_text(text.replace(f"http://127.0.0.1:{self.world.receiver_port}/",
                                                "https://no-such-host.invalid/"))
        self.world.daemon.hang_up()
        self.assert_found("webhook-reach", mend="no-such-host.invalid")

    def test_no_certificates(self):
        self.sound(more=f"[webhook other]\ntype = ntfy\nurl = https://127.0.0.1:{rig.free_port()}/topic\n")
        self.machine.path("/etc/ssl/certs/ca-certificates.crt").unlink()
        self.assert_found("certificates", "webhook-reach", mend="ca-certificates")

    # -- report

    def test_a_report_holds_nothing_private(self):
        self.sound(more="[webhook other]\ntype = ntfy\nurl = https://push.invalid/my-own-topic\n"
                        f"[folder sync]\npath = {self.world.home}/sync/anna\n")
        self.machine.plug(serial="123456789012")
        self.machine.know(serial="123456789012", trouble="broke off at 123456789012")
        os.chmod(self.machine.path(machine.NODE), 0)
        self.assertLess({"folders", "webhook-reach", "watch-seen"}, self.found())
        (self.world.home / "anna-run.fit").write_bytes(b"rubbish")
        self.knead("import", self.world.home / "anna-run.fit")
        result = self.knead("doctor", "--report")
        self.assertEqual(result.status, PART)
        for private in (str(self.world.home), "my-own-topic", "push.invalid", "127.0.0.1", "anna", "123456789012",
                        os.uname().nodename, "phone/key"):
            self.assertNotIn(private, result.out)
        for useful in ("knead    0.1", "kernel   ", "091e:50db", "...9012", "ff/ff/00", "bulk-in", "folders:",
                       "1 files refused"):
            self.assertIn(useful, result.out)


class SystemService(Doctor):
    system = True

    def test_a_sound_machine_is_found_sound(self):
        self.sound()
        self.assertEqual(self.found(), set())

    def test_a_user_or_group_that_is_missing(self):
        self.sound()
        self.machine.accounts(user=False)
        self.assert_found("accounts", what="user knead", mend="systemd-sysusers")
        self.machine.accounts(group=False)
        self.assert_found("accounts", what="group knead")

    def test_a_person_who_is_not_in_the_group(self):
        self.sound()
        self.machine.accounts(gid=4242)
        self.assert_found("group", what="not in the group", mend=f"sudo adduser {self.machine.me()} knead")
        self.machine.accounts(gid=4242, members=self.machine.me())
        self.assert_found("group", what="began before", mend="newgrp")

    def test_a_store_that_this_user_may_not_open(self):
        self.sound()
        os.chmod(self.world.state, 0)
        found = self.found()
        os.chmod(self.world.state, 0o2770)
        self.assertEqual(found, {"store"})
        self.assertIn("adduser", self.findings[0]["mend"])

    def test_another_user_of_the_same_group_gets_at_everything(self):
        self.sound()
        self.as_another_user()
        self.assertEqual(self.found(), set())

    def test_what_a_member_makes_is_for_the_service_whatever_the_umask_is(self):
        self.sound()
        self.as_another_user()
        run = self.world.home / "run.fit"
        run.write_bytes(files.fit_run(files.utc_s("2026-05-01T08:00:00Z"), serial=77))
        for words in (["import", run], ["webhook", "test", "phone"]):
            self.ok(self.world.run(["sh", "-c", 'umask 022; exec "$@"', "sh", rig.program(rig.KNEAD), *words],
                                   self.machine.environment()))
        self.assertEqual(self.found(), set())

    def test_settings_that_the_service_cannot_read(self):
        self.sound()
        self.as_another_user()
        os.chmod(self.world.conf, 0o600)
        self.assert_found("settings-rights", what=str(self.world.conf), mend="chgrp knead")
        os.chmod(self.world.conf, 0o640)
        # its value is replaced by a later one, and all the same the daemon has to read it
        folder = self.world.conf.parent / (self.world.conf.name + ".d")
        folder.mkdir(exist_ok=True)
        for name, mode in (("a.conf", 0o600), ("b.conf", 0o640)):
            (folder / name).write_text("[runner me]\nhr_max_bpm = 190\n")
            os.chmod(folder / name, mode)
        self.world.daemon.hang_up()
        self.assert_found("settings-rights", what="a.conf", mend="chgrp knead")

    def test_a_secret_that_the_service_cannot_read(self):
        self.sound()
        self.as_another_user()
        os.chmod(self.world.home / "phone" / "key", 0o600)
        self.assert_found("secret-rights", what="phone/key", mend="chgrp knead")

    def test_a_store_that_the_service_cannot_write(self):
        self.sound()
        self.as_another_user()
        os.chmod(self.world.state / "knead.db", 0o600)
        self.assert_found("store-rights", what="knead.db", mend="chown -R knead:knead")

    def test_a_folder_that_the_service_cannot_read(self):
        folder = self.world.home / "sync"
        folder.mkdir(mode=0o700)
        os.chmod(folder, 0o700)
        self.sound(more=f"[folder sync]\npath = {folder}\n")
        self.as_another_user()
        self.assert_found("folders", what="no right", mend="setfacl")

    def test_a_folder_that_the_service_cannot_see(self):
        self.sound(more="[folder sync]\npath = /tmp\n")
        self.assert_found("folders", what="a /tmp of its own")

    def test_settings_that_this_user_may_not_read(self):
        self.sound()
        os.chmod(self.world.conf, 0)
        self.assert_found("settings", what="no right to read", mend="adduser")

    def test_two_services(self):
        self.sound()
        self.machine.units(user=machine.UNIT)
        self.assert_found("services", mend="systemctl --user disable --now kneadd")

    def test_webhook_add_is_for_the_group_and_nobody_else(self):
        self.sound(phone=False)
        self.ok(self.knead("webhook", "add", "club", "--type", "generic", "--url", self.world.url()))
        for path in (self.world.conf.parent / "kneadd.conf.d" / "club.conf", self.world.conf.parent / "club.secret"):
            self.assertEqual((path.stat().st_mode & 0o7777, path.stat().st_gid), (0o640, self.machine.gid))
        self.as_another_user()
        self.assertEqual(self.found(), set())

    def test_webhook_add_needs_the_group(self):
        self.sound(phone=False)
        self.machine.accounts(group=False)
        result = self.knead("webhook", "add", "--type", "ntfy")
        self.assertEqual(result.status, UNUSABLE)
        self.assertIn("systemd-sysusers", result.err)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--forbid"]:
        forbid(int(sys.argv[2]))
        os.execvp(sys.argv[3], sys.argv[3:])
    rig.main()
