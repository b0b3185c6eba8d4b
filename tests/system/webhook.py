# SPDX-License-Identifier: GPL-3.0-or-later
"""`knead webhook add` and `test`: what is written, what is never half written, and what is said of every answer.

usage: webhook.py BUILD-FOLDER [CASE...]"""

import base64
import os
import re
import socket
import stat
import termios
import threading
import time

import files
import qr
import rig
import terminal

DONE, PART, USAGE, UNUSABLE, NOTHING = range(5)
MARGIN = 4  # light modules around a QR code
TOPIC = re.compile(r"https://ntfy\.sh/(knead-[a-z2-9]{26})\b")


def files_below(folder):
    return {os.path.relpath(os.path.join(at, name), folder): open(os.path.join(at, name), "rb").read()
            for at, _, names in os.walk(folder) for name in names}


class Webhook(rig.Case):
    def setUp(self):
        super().setUp()
        self.etc = self.world.home / "etc"
        self.etc.mkdir()
        self.world.conf = self.etc / "kneadd.conf"
        self.world.conf.write_text("# by hand\n[runner me]\ntime_zone = Europe/Berlin\n")

    def terminal(self, *arguments):
        term = terminal.Terminal(self.world.knead_arguments(*arguments),
                                 self.world.environment({"TERM": "xterm"}))
        self.addCleanup(term.close)
        return term

    def add(self, *arguments, status=DONE):
        result = self.world.knead("webhook", "add", *arguments)
        self.assertEqual(result.status, status, repr(result))
        return result

    def outcome_of(self, name, status):
        result = self.world.knead("webhook", "test", name)
        self.assertEqual(result.status, status, repr(result))
        return result

    # -- add

    def test_a_phone_by_options_is_a_drop_in_that_only_its_owner_reads(self):
        before = self.world.conf.read_bytes()
        said = self.add("--type", "ntfy").out
        drop_in = self.etc / "kneadd.conf.d" / "phone.conf"
        self.assertEqual(stat.S_IMODE(drop_in.stat().st_mode), 0o600)
        topic = TOPIC.search(drop_in.read_text())
        self.assertIn(topic.group(0), said)
        self.assertEqual(self.world.conf.read_bytes(), before)
        shown = self.ok(self.world.knead("config", "show"))
        self.assertIn("ntfy", shown.out)
        self.assertNotIn(topic.group(1), shown.out)

    def test_two_random_topics_share_nothing(self):
        first = TOPIC.search(self.add("--type", "ntfy").out).group(1)
        second = TOPIC.search(self.add("--type", "ntfy").out).group(1)
        first, second = first.removeprefix("knead-"), second.removeprefix("knead-")
        self.assertEqual((len(first), len(second)), (26, 26))
        self.assertLess(sum(a == b for a, b in zip(first, second)), 10)  # by chance one
        self.assertTrue((self.etc / "kneadd.conf.d" / "phone2.conf").exists())

    def test_a_server_alone_gets_a_random_topic_on_it(self):
        said = self.add("--type", "ntfy", "--url", "https://push.example/", "--json").json()
        self.assertRegex(said["url"], r"\Ahttps://push\.example/knead-[a-z2-9]{26}\Z")

    def test_a_generic_receiver_gets_a_key_that_is_shown_once_and_kept_safe(self):
        said = self.add("club", "--type", "generic", "--url", "https://x.example/hook").out
        secret = self.etc / "club.secret"
        self.assertEqual(stat.S_IMODE(secret.stat().st_mode), 0o600)
        key = secret.read_text().strip()
        bytes_ = base64.b64decode(key.removeprefix("whsec_"), validate=True)
        self.assertEqual(len(bytes_), 32)
        self.add("other", "--type", "generic", "--url", "https://x.example/hook")
        other = base64.b64decode((self.etc / "other.secret").read_text().strip().removeprefix("whsec_"))
        self.assertLess(sum(a == b for a, b in zip(bytes_, other)), 8)  # by chance none
        self.assertIn(key, said)
        self.assertEqual(self.ok(self.world.knead("config", "check")).err, "")
        self.assertNotIn(key[6:], self.ok(self.world.knead("config", "show")).out)

    def test_a_key_that_is_there_is_used_again(self):
        (self.etc / "club.secret").write_text(rig.SECRET + "\n")
        os.chmod(self.etc / "club.secret", 0o600)
        said = self.add("club", "--type", "generic", "--url", "https://x.example/hook").out
        self.assertNotIn("whsec_", said)
        self.assertEqual((self.etc / "club.secret").read_text(), rig.SECRET + "\n")

    def test_files_may_be_named_from_where_one_is(self):
        for name, text in (("club.key", rig.SECRET), ("club.tok", rig.TOKEN)):
            (self.world.home / name).write_text(text + "\n")
            os.chmod(self.world.home / name, 0o600)
        os.makedirs(self.world.home / "below")
        self.ok(self.world.knead("webhook", "add", "club", "--type", "generic", "--url", "https://x.example/hook",
                                 "--secret-file", "../club.key", "--token-file", "../club.tok",
                                 prefix=("env", "-C", self.world.home / "below")))
        text = (self.etc / "kneadd.conf.d" / "club.conf").read_text()
        for key, name in (("secret", "club.key"), ("token", "club.tok")):
            path = re.search(rf"^{key}_file = (/.*)$", text, re.M).group(1)
            self.assertEqual(os.path.realpath(path), os.path.realpath(self.world.home / name))

    def test_what_cannot_be_is_refused_and_nothing_is_written(self):
        (self.etc / "odd.secret").write_text("no key at all\n")
        before = files_below(self.etc)
        wrong = [["--type", "smoke"], ["--type", "generic"], ["--type", "ntfy", "--url", "gopher://x"],
                 ["--type", "ntfy", "--url", "https://ntfy.sh/a/b"], ["Phone", "--type", "ntfy"],
                 ["a.b", "--type", "ntfy"], ["", "--type", "ntfy"], ["x" * 33, "--type", "ntfy"],
                 ["--type", "generic", "--url", "http://x.example/"],
                 ["--type", "ntfy", "--url", "https://me:word@x.example/t"],
                 ["--type", "ntfy", "--events", "import.completed nonsense"],
                 ["--type", "generic", "--url", "https://x.example/a", "--token-file", "../relative"],
                 ["--type", "ntfy", "--secret-file", "/x"]]
        for words in wrong:
            with self.subTest(words):
                self.assertRegex(self.add(*words, status=USAGE).err, r"\Aknead: ")
        self.add("odd", "--type", "generic", "--url", "https://x.example/h", status=UNUSABLE)
        self.assertEqual(files_below(self.etc), before)

    def test_a_name_that_is_taken_is_refused(self):
        self.add("phone", "--type", "ntfy")
        before = files_below(self.etc)
        self.assertIn("already", self.add("phone", "--type", "ntfy", status=USAGE).err)
        self.assertEqual(files_below(self.etc), before)

    def test_settings_that_are_broken_stay_as_they_are(self):
        self.world.conf.write_text("[runner me]\nsex = x\n")
        before = files_below(self.etc)
        self.assertIn("sex", self.add("--type", "ntfy", status=UNUSABLE).err)
        self.assertEqual(files_below(self.etc), before)

    def test_a_folder_that_cannot_be_written_is_said(self):
        if os.getuid() == 0:
            self.skipTest("root may write everywhere")
        os.chmod(self.etc, 0o500)
        result = self.add("--type", "ntfy", status=UNUSABLE)
        os.chmod(self.etc, 0o700)
        self.assertIn("kneadd.conf.d", result.err)
        self.assertEqual(list(files_below(self.etc)), ["kneadd.conf"])

    def test_the_end_of_input_at_any_question_leaves_nothing_behind(self):
        before = files_below(self.etc)
        for kind, answers in ((1, [b"1", b"", b""]), (2, [b"2", b"https://x.example/a", b"token", b""])):
            for n in range(len(answers)):
                process = self.world.spawn(self.world.knead_arguments("webhook", "add"),
                                           env=self.world.environment(), stdout=-1, stderr=-1)
                process.wait()  # stdin is empty
                self.assertEqual(process.returncode, USAGE)
                term = self.terminal("webhook", "add")
                for answer in answers[:n]:
                    term.expect(": ")
                    term.say(answer.decode())
                term.expect(": ")
                term.end_of_input()
                self.assertEqual(term.wait(), USAGE, f"kind {kind}, question {n}: {term.plain()}")
                self.assertIn("nothing was written", term.plain())
                self.assertEqual(files_below(self.etc), before)

    def test_an_interrupt_leaves_nothing_behind(self):
        before = files_below(self.etc)
        term = self.terminal("webhook", "add")
        term.answer("Your choice", "1")
        term.expect("Address")
        term.interrupt()
        self.assertEqual(term.wait(), -2)
        self.assertEqual(files_below(self.etc), before)

    def test_three_times_enter_makes_a_phone_and_draws_its_address(self):
        term = self.terminal("webhook", "add")
        term.answer("Your choice", "")
        term.answer("Address", "")
        term.answer("usual", "")
        self.assertEqual(term.wait(), DONE, term.plain())
        text = term.plain()
        url = TOPIC.search((self.etc / "kneadd.conf.d" / "phone.conf").read_text()).group(0)
        self.assertIn(url, text)
        self.assertEqual(self.drawn(text), url)
        self.assertLessEqual(max(map(len, text.splitlines())), 80)

    def drawn(self, text):
        """The QR code in a text, in half blocks with light modules drawn, as a phone reads it."""
        halves = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), " ": (1, 1)}
        lines = [line for line in text.splitlines() if line and set(line) <= set("█▀▄ ")]
        modules = [[halves[c][part] for c in line] for line in lines for part in (0, 1)]
        size = len(lines[0]) - 2 * MARGIN
        core = [row[MARGIN:MARGIN + size] for row in modules[MARGIN:MARGIN + size]]
        finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
        for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
            seen = ["".join(map(str, row[left:left + 7])) for row in core[top:top + 7]]
            self.assertEqual(seen, finder, text)
        around = [modules[y][x] for y in range(size + 2 * MARGIN) for x in range(size + 2 * MARGIN)
                  if not (MARGIN <= y < MARGIN + size and MARGIN <= x < MARGIN + size)]
        self.assertFalse(any(around), "the margin is not light")
        return qr.read(core)

    def test_a_token_is_not_shown_while_it_is_typed(self):
        term = self.terminal("webhook", "add", "club")
        term.answer("Your choice", "2")
        term.answer("https://host/path", "https://x.example/hook")
        term.answer("Token", rig.TOKEN)
        term.answer("usual", "import.completed")
        self.assertEqual(term.wait(), DONE, term.plain())
        self.assertNotIn(rig.TOKEN, term.text)
        token = self.etc / "club.token"
        self.assertEqual(token.read_text(), rig.TOKEN + "\n")
        self.assertEqual(stat.S_IMODE(token.stat().st_mode), 0o600)

    def test_an_interrupt_while_a_token_is_typed_leaves_the_terminal_as_it_was(self):
        term = self.terminal("webhook", "add", "club")
        term.answer("Your choice", "2")
        term.answer("https://host/path", "https://x.example/hook")
        term.expect("Token")
        echo = termios.ECHO
        rig.wait_for("a terminal that hides", lambda: not termios.tcgetattr(term.fd)[3] & echo)
        term.interrupt()
        rig.wait_for("a terminal that shows", lambda: termios.tcgetattr(term.fd)[3] & echo)
        self.assertEqual(term.wait(), -2)
        self.assertEqual(list(files_below(self.etc)), ["kneadd.conf"])

    def test_http_to_another_machine_is_asked_about(self):
        term = self.terminal("webhook", "add", "club")
        term.answer("Your choice", "2")
        term.answer("https://host/path", "http://x.example/hook")
        term.answer("Allow it", "y")
        term.answer("Token", "")
        term.answer("usual", "")
        self.assertEqual(term.wait(), DONE, term.plain())
        self.assertIn("allow_plain_http = yes", (self.etc / "kneadd.conf.d" / "club.conf").read_text())

    # -- test

    def receiver(self, script=None):
        self.world.start_receiver(script)
        self.add_generic("phone", self.world.url())

    def add_generic(self, name, url):
        secret = self.world.home / "secret"
        secret.write_text(rig.SECRET + "\n")
        os.chmod(secret, 0o600)
        self.add(name, "--type", "generic", "--url", url, "--secret-file", secret)

    def test_without_a_daemon_it_says_to_start_it_and_writes_nothing(self):
        self.add("phone", "--type", "ntfy")
        self.assertIn("start kneadd", self.outcome_of("phone", UNUSABLE).err)
        self.assertFalse(self.world.state.exists())
        self.world.start().end()
        self.assertIn("start kneadd", self.outcome_of("phone", UNUSABLE).err)
        self.assertEqual(self.world.count("event"), 0)

    def test_a_webhook_that_is_added_beside_the_daemon_is_tried_at_once(self):
        self.world.start()
        self.receiver()
        self.outcome_of("phone", DONE)
        notes = self.world.wait_accepted(1)
        self.assertEqual(notes[0]["type"], "alert.test")

    def test_every_answer_is_explained(self):
        self.world.start()
        rows = (("204", DONE, "taken"), ("301", PART, "browser"), ("401", PART, "token"), ("403", PART, "forbid"),
                ("404", PART, "check url"), ("410", PART, "closed"), ("429", PART, "tries again"),
                ("503", PART, "tries again"), ("reset", PART, "no answer"), ("headercut", PART, "hung up"))
        for n, (script, status, word) in enumerate(rows):
            with self.subTest(script):
                process = self.world.start_receiver(script)
                self.add_generic(f"p{n}", self.world.url())
                result = self.outcome_of(f"p{n}", status)
                self.assertIn(word, result.out + result.err)
                self.assertEqual((result.out + result.err).count("\n"), 1)
                process.kill()

    def test_what_is_in_the_way_is_explained(self):
        self.world.start()
        listener = socket.create_server(("127.0.0.1", 0))

        def answer_in_plain_text():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connection.recv(4096)
                connection.sendall(b"220 mail.example ESMTP\r\n")
                connection.close()

        threading.Thread(target=answer_in_plain_text, daemon=True).start()
        self.addCleanup(listener.close)
        port = listener.getsockname()[1]
        rows = ((f"http://127.0.0.1:{rig.free_port()}/x", "nothing listens"),
                (f"https://127.0.0.1:{port}/x", "https"), (f"http://127.0.0.1:{port}/x", "no web server"),
                ("https://no-such-host.invalid/x", "host in url"))
        for n, (url, word) in enumerate(rows):
            with self.subTest(url):
                self.add(f"p{n}", "--type", "generic", "--url", url)
                self.assertIn(word, self.outcome_of(f"p{n}", PART).err)

    def test_a_secret_that_went_missing_is_explained(self):
        self.world.start()
        self.receiver()
        (self.world.home / "secret").unlink()
        self.assertIn("secret_file", self.outcome_of("phone", PART).err)

    def test_a_webhook_at_fault_is_tried_again_and_forgiven(self):
        self.world.start()
        self.receiver("401,ok")
        self.outcome_of("phone", PART)
        self.assertEqual(self.world.ask("status")["webhooks"][0]["state"], "fault")
        self.outcome_of("phone", DONE)
        self.assertEqual(self.world.ask("status")["webhooks"][0]["state"], "ok")

    def test_a_message_that_waits_before_it_is_hurried(self):
        self.receiver("503,ok*9")
        self.world.start()
        run = self.world.home / "run.fit"
        run.write_bytes(files.fit_run(int(time.time()) - 86400))
        self.ok(self.world.knead("import", run))
        rig.wait_for("a first try", lambda: self.world.received())
        rig.wait_for("its record", lambda: self.world.ask_lines("alerts")[0]["attempts"] == 1 and
                     self.world.ask_lines("alerts")[0]["why"])
        db = rig.sqlite3.connect(self.world.state / "knead.db", timeout=10)
        db.execute("UPDATE delivery SET next_ms = next_ms + 600000")
        db.commit()
        db.close()
        self.outcome_of("phone", DONE)
        self.assertEqual([note["type"] for note in self.world.accepted()], ["import.completed", "alert.test"])

    def test_a_test_that_waits_gives_way_to_a_newer_one(self):
        self.world.start()
        self.receiver("503*2,ok")
        self.outcome_of("phone", PART)
        self.assertIn("503", self.outcome_of("phone", PART).err)
        self.outcome_of("phone", DONE)
        alerts = [alert["state"] for alert in self.world.ask_lines("alerts")]
        self.assertEqual(alerts, ["folded", "folded", "sent"])

    def test_all_are_tested_without_a_name(self):
        self.world.start()
        self.receiver()
        self.add("other", "--type", "generic", "--url", f"http://127.0.0.1:{rig.free_port()}/")
        result = self.world.knead("webhook", "test", "--json")
        self.assertEqual(result.status, PART)
        self.assertEqual([(line["webhook"], line["state"]) for line in result.lines()],
                         [("other", "waiting"), ("phone", "sent")])

    def test_what_is_not_there_is_said(self):
        self.world.start()
        self.assertIn("webhook add", self.world.knead("webhook", "test").err)
        self.receiver()
        self.assertIn("no such webhook", self.outcome_of("fone", NOTHING).err)
        self.assertEqual(self.world.knead("webhook", "mend").status, USAGE)
        self.assertEqual(self.world.knead("webhook", "test", "phone", "--type", "ntfy").status, USAGE)


if __name__ == "__main__":
    rig.main()
