# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that people make, and machines: `knead doctor` names each, and what it prints mends it. Where that can be done
without a machine of one's own, the printed command is run.

usage: doctor_odd.py BUILD-FOLDER [CASE...]"""

import ctypes
import os
import pathlib
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading

import doctor
import files
import machine
import rig


class Odd(doctor.Doctor):
    def setUp(self):
        super().setUp()
        self.machine.script("sudo", 'exec "$@"\n')

    def mend(self):
        """Runs what was printed for the one finding."""
        self.assertEqual(len(self.findings), 1, self.findings)
        command = self.findings[0]["mend"]
        result = self.world.run(["sh", "-c", command], self.machine.environment({"USER": self.machine.me()}))
        self.assertEqual(result.status, 0, f"{command}\n{result!r}")

    def assert_mended(self, check, what="", mend="", **options):
        self.assert_found(check, what=what, mend=mend, **options)
        self.mend()
        self.assertEqual(self.found(**options), set(), self.findings)

    def assert_one_finding(self):
        self.assertEqual(len(self.findings), 1, self.findings)

    def sql(self, text, *values):
        db = sqlite3.connect(self.world.state / "knead.db", timeout=20)
        db.execute(text, values)
        db.commit()
        db.close()


class UserService(Odd):
    # -- settings

    def test_settings_that_everybody_can_change(self):
        self.sound()
        os.chmod(self.world.home, 0o711)
        os.chmod(self.world.state, 0o700)
        os.chmod(self.world.conf, 0o622)
        self.assert_mended("settings-modes", what=f"can change {self.world.conf}")

    def test_a_folder_of_settings_that_everybody_can_change(self):
        self.sound()
        drop_ins = pathlib.Path(f"{self.world.conf}.d")
        drop_ins.mkdir()
        (drop_ins / "more.conf").write_text("[store]\narchive = keep\n")
        self.world.daemon.hang_up()
        os.chmod(self.world.home, 0o711)
        os.chmod(self.world.state, 0o700)
        os.chmod(drop_ins, 0o777)
        os.chmod(drop_ins / "more.conf", 0o600)
        self.assert_mended("settings-modes", what=f"can change {drop_ins}")

    def test_settings_that_are_a_link_to_nowhere(self):
        self.sound(start=False)
        self.world.conf.unlink()
        os.symlink(self.world.home / "gone.conf", self.world.conf)
        words = self.arguments("doctor", "--json")
        at = words.index("--config")
        config = self.world.home / "xdg" / "knead"
        config.mkdir(parents=True)
        os.rename(self.world.conf, config / "kneadd.conf")
        result = self.world.run(words[:at] + words[at + 2:],
                                self.machine.environment({"XDG_CONFIG_HOME": str(config.parent)}))
        found = {finding["check"]: finding for finding in result.json()["findings"]}
        self.assertIn("leads nowhere", found["settings"]["what"])
        self.assertEqual(found["settings"]["mend"], f"rm {config}/kneadd.conf")

    def test_a_pipe_in_place_of_the_settings(self):
        self.sound()
        self.world.conf.unlink()
        os.mkfifo(self.world.conf)
        self.assert_found("settings", what="not a regular file")

    def test_settings_that_may_not_be_read_are_no_line_to_edit(self):
        self.sound()
        folder = self.world.conf.with_name(self.world.conf.name + ".d")
        folder.mkdir()
        drop_in = folder / "a.conf"
        drop_in.write_text("[runner]\n")
        for path in (self.world.conf, drop_in):
            mode = path.stat().st_mode & 0o777
            path.chmod(0)
            self.assert_found("settings", what=f"{path}: cannot be read", mend=f"sudo chown $USER: {path} && chmod u+rX {path}")
            path.chmod(mode)
        self.assertNotIn("settings", self.found())

    def test_settings_with_bytes_that_are_no_text(self):
        self.sound()
        self.world.conf.write_bytes(b"[runner me]\n\x00\x1b[2J\xff = 1\n")
        self.assertEqual(self.found(), {"settings"})
        for finding in self.findings:
            self.assertNotIn("\x1b", finding["what"])

    def test_a_time_zone_that_nobody_knows(self):
        self.sound()
        self.world.conf.write_text(self.world.conf.read_text().replace(
            "[runner me]\n", "[runner me]\ntime_zone = Europe/Berln\n"))
        self.assert_found("settings", what="Berln")

    def test_a_machine_whose_time_zone_is_rubbish(self):
        self.sound()
        self.machine.write("/etc/localtime", "rubbish")
        self.assert_found("time-zone", mend="set-timezone")
        self.machine.path("/etc/localtime").unlink()
        os.symlink("/usr/share/zoneinfo/Nowhere", self.machine.path("/etc/localtime"))
        self.assert_found("time-zone", mend="set-timezone")

    def test_a_credential_that_the_service_is_not_given(self):
        self.sound(more="token_file = phone.token\n")
        self.machine.unit_text("[Service]\nLoadCredential=phone.secret:/etc/knead/phone.secret\n")
        self.assert_found("secret-rights", what="no credential phone.token",
                          mend="LoadCredential=phone.token:FILE")
        self.machine.unit_text("[Service]\nSetCredential=phone.token:abc\n")
        self.assertEqual(self.found(), set())
        self.machine.unit_text("[Service]\n#   LoadCredential=phone.token:/a/comment\n# LoadCredential=phone.token:/a\n")
        self.assert_found("secret-rights", what="no credential phone.token")
        token = self.world.home / "its token"
        self.machine.unit_text(f"[Service]\nLoadCredential=phone.token:{token}\n")
        self.assert_found("secret-rights", what=f"{token} does not exist", mend="restart kneadd")
        token.write_text(rig.TOKEN + "\n")
        os.chmod(self.world.home, 0o711)
        os.chmod(self.world.state, 0o700)
        os.chmod(token, 0o644)
        self.assert_mended("secrets", what=str(token))

    # -- store

    def odd_place(self):
        """A folder whose name means something to a shell."""
        self.world.state = self.world.home / "my $(touch owned) 'runs'; x"

    def test_a_folder_with_a_name_that_a_shell_would_take_for_more(self):
        self.odd_place()
        self.sound()
        os.chmod(self.world.state / "knead.db", 0o400)
        self.assert_mended("store-rights", what="knead.db")
        self.assertFalse((self.world.home / "owned").exists())
        self.assertFalse(pathlib.Path("owned").exists())

    def test_a_store_of_no_bytes(self):
        self.sound()
        rig.wait_for("a copy", lambda: any((self.world.state / "backup").glob("knead-*.db")))
        self.world.daemon.end()
        (self.world.state / "knead.db").write_bytes(b"")
        for tail in ("-wal", "-shm"):
            (self.world.state / f"knead.db{tail}").unlink(missing_ok=True)
        self.assert_found("store", "service", what="puts back its newest copy", mend="restart kneadd")
        self.start()
        self.assertEqual(self.found(), set())
        self.world.daemon.end()
        (self.world.state / "knead.db").write_bytes(b"")
        shutil.rmtree(self.world.state / "backup")
        self.assert_found("store", "service", what="no store", mend="restart kneadd")
        self.start()
        self.assertEqual(self.found(), set())

    def with_copy(self):
        """A store with something in it, and a copy of it."""
        run = self.world.home / "run.fit"
        run.write_bytes(files.fit_run(files.utc_s("2026-05-01T08:00:00Z")))
        self.sound()
        self.ok(self.knead("import", run))
        rig.wait_for("a copy", lambda: any((self.world.state / "backup").glob("knead-*.db")))
        self.world.daemon.end()

    def test_a_store_that_is_gone_though_there_is_a_copy(self):
        self.with_copy()
        for path in self.world.state.glob("knead.db*"):
            path.unlink()
        self.assert_found("store", "service", what="puts back its newest copy", mend="restart kneadd")
        self.start()
        self.assertEqual(self.found(), set())

    def test_a_store_that_is_cut_off(self):
        self.with_copy()
        for tail in ("-wal", "-shm"):
            (self.world.state / f"knead.db{tail}").unlink(missing_ok=True)
        size = (self.world.state / "knead.db").stat().st_size
        os.truncate(self.world.state / "knead.db", size // 2)
        self.assertIn("service", self.found())
        self.assertTrue(self.found() & {"store", "store-damage"}, self.findings)
        self.assertIn("puts back its newest copy", " ".join(f["what"] for f in self.findings))
        self.start()
        self.assertEqual(self.found(), set())

    def test_a_damaged_store_without_a_copy(self):
        self.sound()
        run = self.world.home / "run.fit"
        run.write_bytes(files.fit_run(files.utc_s("2026-05-01T08:00:00Z")))
        self.ok(self.knead("import", run))
        self.world.daemon.end()
        shutil.rmtree(self.world.state / "backup", ignore_errors=True)
        (self.world.state / "knead.db").write_bytes(b"x" * 8192)
        self.assert_found("store", "service", what="no copy")
        command = next(f["mend"] for f in self.findings if f["check"] == "store")
        # what it says, but for the service, which is this file's own
        self.machine.script("knead", f'exec {rig.program(rig.KNEAD)} --state "{self.world.state}" '
                                     f'--config "{self.world.conf}" "$@"\n')
        self.ok(self.world.run(["sh", "-c", command], self.machine.environment()))
        (self.world.state / "knead.db.damaged").unlink()
        self.start()
        self.assertEqual(self.found(), set())
        self.assertEqual(self.world.count("activity"), 1)

    def test_a_store_that_another_program_keeps_for_itself(self):
        self.sound()
        self.world.daemon.end()
        holder = sqlite3.connect(self.world.state / "knead.db", timeout=20)
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        found = self.found()
        holder.close()
        self.assertEqual(found, {"store", "service"}, self.findings)
        finding = next(f for f in self.findings if f["check"] == "store")
        self.assertIn("another program", finding["what"])
        self.assertIn("fuser", finding["mend"])

    def test_links_and_other_things_in_place_of_what_knead_made(self):
        self.sound()
        self.world.daemon.end()
        elsewhere = self.world.home / "big disk"
        shutil.move(self.world.state / "watches", elsewhere) if (self.world.state / "watches").exists() else \
            elsewhere.mkdir()
        os.symlink(elsewhere, self.world.state / "watches")
        self.assert_found("store-layout", "service", what="symbolic link", mend="mount --bind")
        (self.world.state / "watches").unlink()
        shutil.move(self.world.state / "nudge", self.world.state / "nudge.was") if \
            (self.world.state / "nudge").exists() else None
        (self.world.state / "nudge").mkdir()
        self.assert_found("store-layout", "service", what="nudge is something else")
        command = next(f["mend"] for f in self.findings if f["check"] == "store-layout")
        self.ok(self.world.run(["sh", "-c", command], self.machine.environment()))
        self.start()
        self.assertEqual(self.found(), set())

    def test_originals_that_are_gone(self):
        self.sound()
        run = self.world.home / "run.fit"
        run.write_bytes(files.fit_run(files.utc_s("2026-05-01T08:00:00Z")))
        self.ok(self.knead("import", run))
        self.assertEqual(self.found(), set())
        original = next((self.world.state / "archive").glob("??/*"))
        os.truncate(original, 0)
        self.assert_found("originals", what="1 original")
        shutil.rmtree(original.parent)
        self.assert_found("originals", what="1 original", mend="archive")
        original.parent.mkdir()
        shutil.copy(run, original)
        self.assertEqual(self.found(), set())

    def test_rubbish_in_the_spool(self):
        self.sound()
        spool = self.world.state / "spool"
        spool.mkdir(exist_ok=True)
        for n in range(300):
            (spool / f"rubbish {n}").write_bytes(b"x")
        self.assert_mended("spool", what="300 things")

    def test_a_file_system_that_became_read_only(self):
        self.sound()
        self.ok(self.knead("feel", "3"))
        self.world.daemon.end()
        if self.world.run(["unshare", "-Urm", "true"]).status != 0:
            rig.skip_visibly(self, "user namespaces are not allowed here")
        only = ("unshare", "-Urm", "sh", "-c", f'mount --bind {self.world.state} {self.world.state} && '
                f'mount -o remount,bind,ro {self.world.state} && exec "$@"', "sh")
        found = self.found(prefix=only)
        self.assertLessEqual({"service"}, found)
        self.assertTrue(found & {"disk", "store"}, self.findings)
        self.assertNotIn("store-rights", found, "no right is missing")
        finding = next(f for f in self.findings if f["check"] in ("disk", "store"))
        self.assertIn("read-only", finding["what"])
        self.assertIn("findmnt", finding["mend"])
        shown = self.world.run(["sh", "-c", finding["mend"].replace("sudo mount -o", "echo")],
                               self.machine.environment())
        self.ok(shown)
        self.assertRegex(shown.out, "^remount,rw /")
        # what is there can be read all the same
        exported = self.world.home / "exported"
        self.ok(self.knead("export", exported, prefix=only))
        self.assertIn("3", (exported / "feelings.jsonl").read_text())

    # -- service

    def test_a_service_that_ends_as_soon_as_it_starts(self):
        self.sound(start=False)
        self.start().end()
        self.machine.units(user=dict(machine.UNIT, ActiveState="activating", SubState="auto-restart",
                                     Result="exit-code"))
        self.assert_found("service", what="ends soon after each start (exit-code)", mend="journalctl --user")
        self.machine.units(user=dict(machine.UNIT, ActiveState="activating", SubState="start"))
        self.assert_found("service", what="being started")

    def test_a_unit_that_starts_something_else(self):
        self.sound()
        text = "# /usr/lib/systemd/user/kneadd.service\n[Service]\nExecStart=/usr/bin/kneadd --state %h/x\n"
        self.machine.unit_text(text)
        self.assertEqual(self.found(), set())
        self.machine.unit_text(text + "# drop-in\n[Service]\nExecStart=\nExecStart=/bin/true --state %h/x\n")
        self.assert_found("service-unit", what="it starts /bin/true", mend="systemctl --user revert kneadd")
        self.machine.unit_text(text + "# drop-in\n[Service]\nExecStart=\n")
        self.assert_found("service-unit", what="it starts nothing")

    def test_a_machine_behind_a_proxy(self):
        self.sound(more=f"[webhook other]\ntype = ntfy\nurl = https://127.0.0.1:{rig.free_port()}/topic\n")
        self.assert_found("webhook-reach", mend="no proxy", env={"https_proxy": "http://proxy.example:3128"})

    def test_a_daemon_of_another_version(self):
        self.sound()
        self.sql("UPDATE fact SET value = '0.0.9' WHERE name = 'daemon_version'")
        self.assert_found("service-current", what="version 0.0.9", mend="restart")
        self.world.daemon.end()
        self.start()
        self.assertEqual(self.found(), set())

    def test_a_helper_that_lacks_a_library(self):
        self.sound()
        broken = self.world.home / "kneadd-parse"
        broken.write_text("#!/bin/sh\necho 'error while loading shared libraries' >&2\nexit 127\n")
        os.chmod(broken, 0o755)
        self.assert_found("helpers", what="kneadd-parse", env={"KNEAD_PARSE": str(broken)})

    def test_a_helper_that_never_answers(self):
        self.sound()
        broken = self.world.home / "kneadd-parse"
        broken.write_text("#!/bin/sh\nexec sleep 600\n")
        os.chmod(broken, 0o755)
        self.assert_found("helpers", what="kneadd-parse", env={"KNEAD_PARSE": str(broken)})

    # -- folders

    def test_a_followed_folder_that_is_a_link_to_nowhere(self):
        folder = self.world.home / "sync"
        os.symlink(self.world.home / "gone", folder)
        self.sound(more=f"[folder sync]\npath = {folder}\n")
        self.assert_found("folders", what="does not exist")

    def test_a_feed_folder_that_is_gone_or_closed(self):
        feed = self.world.home / "my feed"
        self.sound(more=f"[feed]\nfolder = {feed}\n")
        for what in ("does not exist", "no right to write"):
            self.assert_found("feed", what=what, mend="restart kneadd")
            self.mend()
            self.world.daemon.end()
            self.start()
            rig.wait_for("no trouble any more", lambda: not self.found())
            os.chmod(feed, 0o500)
        feed.rmdir()
        feed.write_text("no folder")
        self.assert_found("feed", what="no folder")

    def test_a_feed_that_was_in_trouble(self):
        feed = self.world.home / "feed"
        feed.mkdir()
        os.chmod(feed, 0o500)
        self.sound(more=f"[feed]\nfolder = {feed}\n")
        run = self.world.home / "run.fit"
        run.write_bytes(files.fit_run(files.utc_s("2026-05-01T08:00:00Z")))
        self.ok(self.knead("import", run))
        rig.wait_for("its trouble", lambda: self.world.rows("SELECT 1 FROM fact WHERE name = 'feed_trouble' AND "
                                                            "value <> ''"))
        rig.wait_for("the note", lambda: "sent import.completed" in self.world.daemon.log())
        self.world.daemon.end()
        os.chmod(feed, 0o700)
        self.assert_found("feed", "service", what="cannot be written")
        self.assertIn("systemctl --user restart kneadd", [finding["mend"] for finding in self.findings])
        self.start()
        rig.wait_for("the original", lambda: list(feed.glob("*.fit")))
        rig.wait_for("no trouble any more", lambda: not self.found())

    def hanging(self):
        """As a prefix: a folder whose file system never answers, as a share whose server is gone."""
        return ("unshare", "-Urm", sys.executable, "-B", os.path.abspath(__file__), "--hang",
                str(self.world.home / "share"))

    def test_a_folder_on_a_share_that_does_not_answer(self):
        share = self.world.home / "share"
        share.mkdir()
        self.sound(more=f"[folder sync]\npath = {share}\n")
        if not os.access("/dev/fuse", os.R_OK | os.W_OK) or self.world.run([*self.hanging(), "true"]).status != 0:
            rig.skip_visibly(self, "no file system of one's own can be mounted here")
        self.assert_found("folders", what="does not answer", mend="umount -l", prefix=self.hanging())

    # -- clock and network

    def test_a_clock_that_is_decades_ahead(self):
        self.sound()
        self.assertEqual(self.found("--now", "2069-01-01T00:00:00Z"), {"clock"})
        self.assertIn("many years after", self.findings[0]["what"])

    def test_a_name_server_that_says_nothing(self):
        if self.world.run(["unshare", "-Urmn", "true"]).status != 0 or not shutil.which("ip"):
            rig.skip_visibly(self, "no network of one's own here")
        self.sound(more="[webhook other]\ntype = ntfy\nurl = https://push.example/topic\n")
        resolver = self.world.home / "resolv.conf"
        resolver.write_text("nameserver 127.0.0.1\n")
        silent = ("unshare", "-Urmn", "sh", "-c",
                  f'ip link set lo up && mount --bind {resolver} "$(readlink -f /etc/resolv.conf)" && '
                  f'{sys.executable} -c "import socket, subprocess, sys\n'
                  's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n'
                  "s.bind(('127.0.0.1', 53))\n"
                  'sys.exit(subprocess.call(sys.argv[1:]))" "$@"', "sh")
        self.assertIn("webhook-reach", self.found(prefix=silent))
        text = " ".join(finding["what"] for finding in self.findings)
        self.assertIn("the name push.example is not found", text)

    # -- receivers with certificates

    def certificate(self, name, days="2", signed=True):
        """A key and a certificate for an address, by a CA of this case or by itself. Returns their files."""
        folder = self.world.home / "tls"
        folder.mkdir(exist_ok=True)

        def openssl(*words):
            subprocess.run(["openssl", *words], check=True, cwd=folder, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        if not (folder / "ca.crt").exists():
            openssl("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=test")
        (folder / "names").write_text(f"subjectAltName={name}\n")
        openssl("req", "-new", *new, "-keyout", "its.key", "-out", "its.csr", "-subj", "/CN=receiver")
        signer = ("-CA", "ca.crt", "-CAkey", "ca.key") if signed else ("-signkey", "its.key")
        openssl("x509", "-req", "-in", "its.csr", *signer, "-days", days, "-extfile", "names", "-out", "its.crt")
        return folder / "its.crt", folder / "its.key"

    def receiver(self, *certificate, status="200 OK"):
        """Answers every request so, until the case ends. Returns its port; self.asked counts requests."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        listener = socket.create_server(("127.0.0.1", 0))
        self.asked = []

        def serve():
            while True:
                try:
                    plain, _ = listener.accept()
                except OSError:
                    return
                try:
                    plain.settimeout(20)
                    with context.wrap_socket(plain, server_side=True) as stream:
                        data = stream.recv(65536)
                        if data:
                            self.asked.append(data)
                            stream.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
                except OSError:
                    plain.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()

        def stop():
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join()

        self.addCleanup(stop)
        return listener.getsockname()[1]

    def trusting(self):
        """As a prefix: this case's CA is what the machine trusts."""
        store = os.path.realpath("/etc/ssl/certs/ca-certificates.crt")
        prefix = ("unshare", "-Urm", "sh", "-c",
                  f'mount --bind {self.world.home}/tls/ca.crt {store} && exec "$@"', "sh")
        if not os.path.exists(store) or self.world.run([*prefix, "true"]).status != 0:
            rig.skip_visibly(self, "user namespaces are not allowed here")
        return prefix

    def with_receiver(self, port, prefix=()):
        self.sound(phone=False, more=f"[webhook safe]\ntype = ntfy\nurl = https://127.0.0.1:{port}/topic\n",
                   start=False)
        self.start(prefix=prefix)

    def test_a_certificate_that_is_trusted(self):
        port = self.receiver(*self.certificate("IP:127.0.0.1"))
        trusting = self.trusting()
        self.with_receiver(port, trusting)
        self.assertEqual(self.found(prefix=trusting), set(), self.findings)
        self.assertEqual(self.asked, [], "doctor sent something")
        self.ok(self.knead("webhook", "test"))
        self.assertEqual(len(self.asked), 1)

    def assert_not_trusted(self, port, what, prefix=()):
        """Neither doctor nor a message trusts it; and nothing is ever sent."""
        self.with_receiver(port, prefix)
        self.assert_found("webhook-trust", what=what, mend="knead webhook test safe", prefix=prefix)
        result = self.knead("webhook", "test")
        self.assertEqual(result.status, doctor.PART, repr(result))
        self.assertIn("certificate", result.out + result.err)
        self.assertEqual(self.asked, [])

    def test_a_certificate_that_a_receiver_made_itself(self):
        self.assert_not_trusted(self.receiver(*self.certificate("IP:127.0.0.1", signed=False)), "signed its")

    def test_a_certificate_of_an_issuer_that_nobody_trusts(self):
        self.assert_not_trusted(self.receiver(*self.certificate("IP:127.0.0.1")), "issuer")

    def test_a_certificate_for_another_name(self):
        port = self.receiver(*self.certificate("DNS:elsewhere.example"))
        self.assert_not_trusted(port, "another name", self.trusting())

    def test_a_certificate_that_has_expired(self):
        port = self.receiver(*self.certificate("IP:127.0.0.1", days="-1"))
        self.assert_not_trusted(port, "expired", self.trusting())


class SystemService(Odd):
    system = True

    def test_a_unit_that_runs_as_somebody_else(self):
        self.sound()
        self.machine.units(system=dict(machine.UNIT, User="pi"))
        self.assert_found("service-unit", what="run as pi", mend="systemctl revert kneadd")
        self.machine.units(system=dict(machine.UNIT, User="knead"))
        self.assertEqual(self.found(), set())

    def test_a_folder_that_lost_its_group(self):
        self.sound()
        spool = self.world.state / "spool"
        spool.mkdir(exist_ok=True)
        os.chmod(spool, 0o770)
        self.assert_found("store-rights", what=f"put into {spool}", mend="chmod g+s")
        command = self.findings[0]["mend"].replace("chown -R knead:knead", "true")
        self.ok(self.world.run(["sh", "-c", command], self.machine.environment()))
        self.assertEqual(self.found(), set())

    def test_a_right_by_another_group_of_the_service(self):
        folder = self.world.home / "sync"
        folder.mkdir()
        os.chmod(folder, 0o750)
        os.chmod(self.world.home, 0o711)
        self.sound(more=f"[folder sync]\npath = {folder}\n")
        os.chmod(self.world.state, 0o2777)
        self.machine.accounts(uid=4242, gid=4343)
        self.found()
        self.assertIn(f"no right to read {folder}", str(self.findings))
        self.machine.write("/etc/group", f"knead:x:4343:\nrunners:x:{os.getgid()}:knead\n")
        self.found()
        self.assertNotIn("no right to read", str(self.findings))

    def test_a_feed_that_the_unit_keeps_shut(self):
        feed = self.world.home / "feed"
        feed.mkdir()
        self.sound(more=f"[feed]\nfolder = {feed}\n")
        self.machine.unit_text("[Service]\nProtectSystem=strict\nReadWritePaths=-/run/knead/eject\n")
        self.assert_found("feed", what="does not let it write", mend=f"ReadWritePaths={feed} and NoExecPaths={feed};")
        self.machine.unit_text("[Service]\nProtectSystem=strict\nReadWritePaths=-/run/knead/eject\n"
                               f"ReadWritePaths=/srv/other {feed}\n")
        self.assertEqual(self.found(), set())


def hang(folder, command):
    """Mounts a file system at a folder and answers nothing; then the command."""
    libc = ctypes.CDLL(None, use_errno=True)
    device = os.open("/dev/fuse", os.O_RDWR)
    data = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    if libc.mount(b"silent", folder.encode(), b"fuse", 0, data) != 0:
        sys.exit(f"mount: {os.strerror(ctypes.get_errno())}")
    sys.exit(subprocess.call(command))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--hang"]:
        hang(sys.argv[2], sys.argv[3:])
    rig.main()
