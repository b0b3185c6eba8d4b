# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong outside: helpers that misbehave, receivers that answer as they should not.

usage: faults.py BUILD-FOLDER [CASE...]"""

import json
import os
import pathlib
import time

import files
import rig

UNUSABLE = 3
CAGED = "tests/support/knead-caged-helper"


class Helper(rig.FolderCase):
    """kneadd-parse as it never should be. Files that begin with BAD are treated badly, the others well."""

    def use_helper(self, misdeed):
        script, tries = self.world.home / "helper.sh", self.world.home / "tries"
        tries.write_text("")
        script.write_text(f'#!/bin/sh\ncase $(head -c 3 <&4) in BAD) echo x >>"{tries}"; {misdeed};; esac\n'
                          f'exec "{rig.program(rig.PARSE)}"\n')
        os.chmod(script, 0o700)
        self.tries = lambda: len(tries.read_text().split())
        return {"KNEAD_PARSE_HELPER": str(script), "KNEAD_PARSE_TIMEOUT_MS": "3000"}

    def check(self, misdeed, why, tries=1):
        env = self.use_helper(misdeed)
        self.world.configure(phone=False, folders=("sync",))
        self.put("bad.fit", b"BAD and nothing else")
        self.put("good.fit")
        self.world.start(env=env)
        self.wait_runs(1, 30)
        refused = self.world.ask("status")["refused"]
        self.assertEqual([entry["file"] for entry in refused], ["bad.fit"])
        self.assertIn(why, refused[0]["why"])
        self.assertEqual(self.tries(), tries)
        self.put("second.fit", at="2026-05-15T07:00:00Z")
        os.utime(self.folder / "bad.fit")
        self.wait_runs(2, 30)
        self.assertEqual(self.tries(), tries, "not tried again")
        self.assert_up()
        status = pathlib.Path(f"/proc/{self.world.daemon.process.pid}/status").read_text()
        self.peak_kib = int(status.split("VmHWM:")[1].split()[0])
        self.assertEqual(self.world.daemon.end(), 0)
        self.put("third.fit", at="2026-05-14T07:00:00Z")
        self.world.start(env=env)
        self.wait_runs(3, 30)
        self.assertEqual(self.tries(), tries, "not after a restart either")
        self.assertEqual(self.world.spool(), [])

    def test_a_helper_that_crashes_refuses_that_file(self):
        self.check("kill -SEGV $$", "crashed")

    def test_a_helper_that_aborts_refuses_that_file(self):
        self.check("kill -ABRT $$", "crashed")

    def test_a_helper_that_hangs_refuses_that_file(self):
        self.check("exec sleep 1000", "longer than")

    def test_a_helper_that_spins_refuses_that_file(self):
        self.check("while :; do :; done", "longer than")

    def test_a_helper_that_leaves_children_with_its_channel_behind_refuses_that_file(self):
        self.check("sleep 40 & exit 0", "no whole answer")

    def test_a_helper_that_gives_up_refuses_that_file(self):
        self.check("exit 5", "exit status 5")

    def test_a_helper_that_says_nothing_refuses_that_file(self):
        self.check("exit 0", "no whole answer")

    def test_a_helper_that_floods_refuses_that_file(self):
        self.check("exec cat /dev/zero >&3", "no sense")

    def test_a_helper_that_talks_nonsense_refuses_that_file(self):
        self.check("echo hello >&3; exec sleep 1000", "no sense")

    # the same from inside the real cage: what a file could make of kneadd-parse

    def check_caged(self, misdeed, why):
        if rig.is_sanitized() and misdeed in ("leak", "fork"):
            return  # a sanitizer cannot live with those two limits: they are not set
        self.check(f'exec "{rig.program(CAGED)}" {misdeed}', why)
        self.assertLess(self.peak_kib, 400000 if rig.is_sanitized() else 40000, "the daemon grew with it")

    def test_a_caged_helper_that_leaks_memory_refuses_that_file(self):
        self.check_caged("leak", "crashed")

    def test_a_caged_helper_that_forks_refuses_that_file(self):
        self.check_caged("fork", "tried what is forbidden")

    def test_a_caged_helper_that_spins_refuses_that_file(self):
        self.check_caged("spin", "longer than")

    def test_a_caged_helper_that_floods_refuses_that_file(self):
        self.check_caged("flood", "no sense")

    def test_a_helper_that_is_ended_from_outside_each_time_costs_no_file(self):
        """The kernel, when memory is short: the file is not to blame, and waits in the spool."""
        short, script = self.world.home / "short", self.world.home / "helper.sh"
        script.write_text(f'#!/bin/sh\ncase $(head -c 3 <&4) in BAD) [ ! -e "{short}" ] || kill -KILL $$;; esac\n'
                          f'exec "{rig.program(rig.PARSE)}"\n')
        os.chmod(script, 0o700)
        short.touch()
        env = {"KNEAD_PARSE_HELPER": str(script)}
        self.world.configure(phone=False, folders=("sync",))
        self.put("bad.fit", b"BAD and nothing else")
        self.put("good.fit")
        self.world.start(env=env)
        self.wait_runs(1, 30)
        refused = rig.wait_for("the refusal", lambda: self.world.ask("status")["refused"])
        self.assertEqual([entry["file"] for entry in refused], ["bad.fit"])
        self.assertIn("ended from outside", refused[0]["why"])
        self.assertEqual(len([name for name in self.world.spool() if "." not in name]), 1)
        self.assertEqual(self.world.count("file"), 1, "nothing is held against that content")
        (self.folder / "bad.fit").unlink()  # as on a watch that is gone
        short.unlink()
        self.put("second.fit", at="2026-05-15T07:00:00Z")
        self.wait_runs(2, 30)
        # it was read at last, and is rubbish
        rig.wait_for("another refusal", lambda: [
            entry["file"] for entry in self.world.ask("status")["refused"] if "ended from outside" not in entry["why"]
        ] == ["bad.fit"])
        rig.wait_for("an empty spool", lambda: self.world.spool() == [])

    def assert_goes_on_when_mended(self, status, sentence, way_out):
        """A helper that ends with that status until it is mended: nothing is refused for it, and it is said."""
        mended, script = self.world.home / "mended", self.world.home / "helper.sh"
        script.write_text(f'#!/bin/sh\n[ -e "{mended}" ] || exit {status}\nexec "{rig.program(rig.PARSE)}"\n')
        os.chmod(script, 0o700)
        env = {"KNEAD_PARSE_HELPER": str(script)}
        self.world.configure(phone=False, folders=("sync",))
        self.put("one.fit")
        result = self.world.knead("import", self.folder, env=env)
        self.assertEqual(result.status, UNUSABLE)
        self.assertRegex(result.err, f"^knead: cannot import: .*{sentence}{way_out}")
        self.world.start(env=env)
        rig.wait_for("the sentence", lambda: sentence in self.world.daemon.log())
        self.assertEqual(self.world.ask("status")["refused"], [])
        self.assertEqual(self.world.count("file"), 0)
        rig.wait_for("a word in the status", lambda: self.world.ask("status")["checks"]["import"])
        self.assertRegex(self.ok(self.world.knead("status")).out, f"Check .*{sentence}")
        mended.write_text("")
        self.put("two.fit", at="2026-05-15T07:00:00Z")  # its folder is looked at again, which is a try
        self.wait_runs(2, 30)
        self.assertEqual(self.world.ask("status")["refused"], [])
        rig.wait_for("a status without it", lambda: not self.world.ask("status")["checks"]["import"])
        self.assert_up()

    def test_a_helper_whose_library_is_missing_refuses_nothing_and_goes_on_when_it_is_there(self):
        """As in the middle of an upgrade: ld.so ends it with 127."""
        self.assert_goes_on_when_mended(127, "kneadd-parse does not start", ".*knead doctor")

    def test_too_few_descriptors_or_processes_are_said_to_be_too_few(self):
        self.put("run.fit")
        for limit in ("16", "10"):
            result = self.world.knead("import", self.folder, prefix=("sh", "-c", f'ulimit -n {limit}; exec "$@"', "sh"))
            self.assertEqual(result.status, UNUSABLE, repr(result))
            self.assertRegex(result.err, r"^knead: [^\n]*too few files may be open at once[^\n]*LimitNOFILE=")
        self.ok(self.world.knead("import", self.folder))

    def test_where_nothing_more_may_be_watched_the_limit_is_named(self):
        if self.world.run(["unshare", "-Ur", "true"]).status != 0:
            rig.skip_visibly(self, "user namespaces are not allowed here")
        self.world.configure(phone=False, folders=("sync",))
        self.put("run.fit")

        def limited(name, n):
            return "unshare", "-Ur", "sh", "-c", f'echo {n} >/proc/sys/user/max_inotify_{name} && exec "$@"', "sh"

        daemon = self.world.start(ready=False, prefix=limited("instances", 0))
        self.assertEqual(daemon.wait_end(), UNUSABLE)
        self.assertIn("fs.inotify.max_user_instances", daemon.log())
        for n in range(8):  # the first few are for the store, the last of them for the folder
            daemon = self.world.start(ready=False, prefix=limited("watches", n))
            rig.wait_for("a beginning or an end", lambda: "ready, store" in daemon.log() or not daemon.is_up())
            if "max_user_watches" not in daemon.log():
                break
            self.assertNotIn("No space", daemon.log())
            daemon.end()
        self.assertIn("ready, store", daemon.log())
        self.assertGreater(n, 0)

    def test_a_limit_to_the_size_of_files_is_a_sentence_and_not_the_end(self):
        self.put("run.fit")
        self.world.configure(phone=False, folders=("sync",))
        limited = ("sh", "-c", 'ulimit -f 16; exec "$@"', "sh")  # of 512 bytes
        for result in (self.world.knead("import", self.folder, prefix=limited),
                       self.world.run([rig.program(rig.KNEADD), "--state", self.world.state, "--config", self.world.conf],
                                      prefix=limited)):
            self.assertEqual(result.status, UNUSABLE, repr(result))
            self.assertRegex(result.err, r"^kneadd?: [^\n]+\n$")
        self.ok(self.world.knead("import", self.folder))

    def has_one_run(self):
        """Asked of the store, which may not be there yet, since nobody sees the log."""
        result = self.world.knead("log", "--json")
        return result.status == 0 and len(result.lines()) == 1

    def test_a_daemon_without_standard_descriptors_works(self):
        self.world.configure(phone=False, folders=("sync",))
        self.put("run.fit")
        self.world.start(ready=False, prefix=("sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"))
        rig.wait_for("the run", self.has_one_run)
        self.assertEqual(os.readlink(f"/proc/{self.world.daemon.process.pid}/fd/2"), "/dev/null")
        self.assertEqual(self.world.daemon.end(), 0)
        self.assert_store_is_whole()

    def test_a_daemon_whose_log_nobody_reads_any_more_works(self):
        self.world.configure(phone=False, folders=("sync",))
        self.put("run.fit")
        reader, writer = os.pipe()
        os.close(reader)
        daemon = self.world.spawn([rig.program(rig.KNEADD), "--state", self.world.state, "--config", self.world.conf],
                                  env=self.world.environment(), stdout=writer, stderr=writer)
        os.close(writer)
        rig.wait_for("the run", self.has_one_run)
        self.assertIsNone(daemon.poll())
        daemon.terminate()
        self.assertEqual(daemon.wait(rig.slowly(15)), 0)

    def test_a_helper_that_was_ended_once_reads_the_file_after_all(self):
        env = self.use_helper("true")
        mark, script = self.world.home / "mark", pathlib.Path(env["KNEAD_PARSE_HELPER"])
        script.write_text(f'#!/bin/sh\n[ -e "{mark}" ] || {{ : >"{mark}"; kill -KILL $$; }}\n'
                          f'exec "{rig.program(rig.PARSE)}"\n')
        run = self.put("run.fit")
        said = self.ok(self.world.knead("import", "--json", run, env=env)).json()
        self.assertEqual(said["new"], 1)

    def test_a_machine_without_a_sandbox_refuses_nothing_and_goes_on_when_it_has_one(self):
        self.assert_goes_on_when_mended(70, "sandbox cannot be set up", "")

    def test_a_hanging_helper_holds_up_nothing_but_its_import(self):
        env = self.use_helper("exec sleep 1000")
        env["KNEAD_PARSE_TIMEOUT_MS"] = "4000"
        self.world.start_receiver()
        self.world.configure(folders=("sync",))
        self.put("bad.fit", b"BAD")
        self.world.start(env=env)
        rig.wait_for("the helper", lambda: self.tries() == 1)
        begin = time.monotonic()
        self.ok(self.world.knead("massage"))
        self.world.daemon.hang_up()
        self.assertLess(time.monotonic() - begin, rig.slowly(1))
        self.world.daemon.end()

    def test_no_helper_at_all_is_said_and_nothing_is_lost(self):
        run = self.put("run.fit")
        result = self.world.knead("import", run, env={"KNEAD_PARSE_HELPER": "/nonexistent"})
        self.assertEqual(result.status, UNUSABLE, repr(result))
        self.assertEqual(len(result.err.splitlines()), 1)
        self.assertEqual(self.ok(self.world.knead("import", "--json", run)).json()["new"], 1)


class Receiver(rig.FolderCase):
    """A phone that answers as it should not."""

    def use_phone(self, script):
        self.world.start_receiver(script)
        self.world.configure(folders=("sync",))
        self.put("run.fit")
        self.world.start()
        self.wait_requests(1)

    def wait_requests(self, n, timeout_s=20):
        rig.wait_for(f"{n} requests, there are {len(self.world.received())}\n{self.world.daemon.log()}",
                     lambda: len(self.world.received()) >= n, timeout_s)

    def alert(self, at=0):
        return self.world.ask_lines("alerts")[at]

    def wait_alert(self, state, attempts=None, at=0):
        rig.wait_for(f"{at + 1} messages", lambda: len(self.world.ask_lines("alerts")) > at)
        rig.wait_for(f"{state} after {attempts} attempts, not {self.alert(at)}",
                     lambda: self.alert(at)["state"] == state and attempts in (None, self.alert(at)["attempts"]) and
                     self.world.is_tried(self.alert(at)))
        return self.alert(at)

    def webhook(self):
        return self.world.ask("status")["webhooks"][0]

    def wait_webhook(self, state):
        rig.wait_for(f"a webhook in state {state}, not {self.webhook()}", lambda: self.webhook()["state"] == state)
        return self.webhook()

    def assert_retried(self, script):
        """The first answer is no delivery; the second, some seconds later, is."""
        self.use_phone(script)
        alert = self.wait_alert("waiting", 1)
        self.assertTrue(alert["why"])
        self.assertIn(self.world.wait_s(alert), range(3, 7), "5 s, a fifth more or less")
        self.world.advance(2)
        time.sleep(0.3)
        self.assertEqual(len(self.world.received()), 1, "not before its time")
        self.world.advance(5)
        self.wait_alert("sent", 2)
        received = self.world.received()
        self.assertEqual(len(received), 2)
        self.assertEqual(len({note["id"] for note in received}), 1)
        self.assertEqual(self.webhook()["state"], "ok")

    def test_an_error_of_the_server_is_retried_with_the_same_id(self):
        self.assert_retried("500")

    def test_a_server_that_is_too_early_is_retried(self):
        self.assert_retried("425")

    def test_a_reset_is_retried(self):
        self.assert_retried("reset")

    def test_a_line_closed_without_an_answer_is_retried(self):
        self.assert_retried("close")

    def test_half_a_header_is_retried(self):
        self.assert_retried("headercut")

    def assert_delivered_at_once(self, script):
        self.use_phone(script)
        self.wait_alert("sent", 1)
        self.assertEqual(len(self.world.received()), 1)

    def test_an_endless_body_is_a_delivery_and_does_not_grow_the_daemon(self):
        self.assert_delivered_at_once("endless")
        status = pathlib.Path(f"/proc/{self.world.daemon.process.pid}/status").read_text()
        resident_kb = int(status.split("VmRSS:")[1].split()[0])
        self.assertLess(resident_kb, 400000 if rig.is_sanitized() else 40000)

    def test_a_body_that_is_cut_is_a_delivery(self):
        self.assert_delivered_at_once("bodycut")

    def test_too_many_requests_is_waited_for_as_long_as_it_says(self):
        self.use_phone("429:retry-after=900")
        alert = self.wait_alert("waiting", 1)
        self.assertIn(self.world.wait_s(alert), range(899, 1100))
        self.world.advance(600)
        time.sleep(0.3)
        self.assertEqual(len(self.world.received()), 1)
        self.world.advance(320)
        self.wait_alert("sent", 2)

    def test_the_waits_grow_as_they_should(self):
        self.use_phone("503*6")
        for n, wait_s in enumerate((5, 30, 120, 600, 1800, 3600), 1):
            alert = self.wait_alert("waiting", n)
            self.assertGreaterEqual(self.world.wait_s(alert), wait_s * 0.8 - 1)
            self.assertLessEqual(self.world.wait_s(alert), wait_s * 1.2 + 1)
            self.world.advance(self.world.wait_s(alert) + 1)
        self.wait_alert("sent", 7)
        self.assertEqual(len({note["id"] for note in self.world.received()}), 1)

    def assert_fault(self, script, why):
        self.use_phone(script)
        webhook = self.wait_webhook("fault")
        self.assertIn(why, webhook["why"])
        self.assertIn("fault", self.ok(self.world.knead("status")).out)
        self.assertEqual([(alert["state"], alert["next"]) for alert in self.world.ask_lines("alerts")],
                         [("waiting", None)])
        for _ in range(3):
            self.world.advance(3600)
            time.sleep(0.2)
        self.assertEqual([note["path"] for note in self.world.received()], ["/phone"], "no retry, no redirect")
        self.world.configure(folders=("sync",), url=self.world.url() + "/other")
        self.world.daemon.hang_up()
        self.wait_alert("sent")
        self.assertEqual(self.webhook()["state"], "ok")
        self.assertEqual(len({note["id"] for note in self.world.received()}), 1)

    def test_a_redirect_is_a_fault_until_the_settings_change(self):
        self.assert_fault("301", "301")

    def test_an_answer_of_401_is_a_fault_until_the_settings_change(self):
        self.assert_fault("401", "401")

    def test_an_answer_of_403_is_a_fault_until_the_settings_change(self):
        self.assert_fault("403", "403")

    def test_a_fault_outlasts_a_restart(self):
        self.use_phone("301")
        self.wait_webhook("fault")
        self.world.daemon.end()
        self.world.start()
        time.sleep(0.5)
        self.assertEqual(len(self.world.received()), 1)
        self.assertEqual(self.webhook()["state"], "fault")

    def test_gone_disables_the_webhook_with_a_message(self):
        self.use_phone("410")
        webhook = self.wait_webhook("disabled")
        self.assertIn("410", webhook["why"])
        self.assertEqual(self.wait_alert("failed")["attempts"], 1)
        self.put("two.fit", at="2026-05-15T07:00:00Z")
        self.wait_alert("failed", at=1)
        self.assertEqual(len(self.world.received()), 1)
        self.world.configure(folders=("sync",), url=self.world.url() + "/new")
        self.world.daemon.hang_up()
        self.put("three.fit", at="2026-05-14T07:00:00Z")
        self.world.wait_accepted(1)
        self.assertEqual(self.webhook()["state"], "ok")

    def test_a_message_that_is_not_understood_fails_at_once_and_the_next_goes_out(self):
        self.use_phone("400")
        self.wait_alert("failed", 1)
        self.assertEqual(self.webhook()["state"], "ok")
        self.put("two.fit", at="2026-05-15T07:00:00Z")
        self.wait_alert("sent", at=1)

    def test_a_waiting_message_holds_the_later_ones_back(self):
        self.use_phone("500*2")
        self.wait_alert("waiting", 1)
        self.put("two.fit", at="2026-05-15T07:00:00Z")
        rig.wait_for("the second message", lambda: len(self.world.ask_lines("alerts")) == 2)
        time.sleep(0.3)
        self.assertEqual(len(self.world.received()), 1)
        self.world.advance(8)
        self.wait_alert("waiting", 2)
        self.world.advance(40)
        self.wait_alert("sent", at=1)
        accepted = self.world.accepted()
        self.assertEqual([note["id"] for note in accepted], [alert["id"] for alert in self.world.ask_lines("alerts")])

    def test_a_phone_that_is_down_for_an_hour_hears_it_once_afterwards(self):
        self.world.receiver_port = rig.free_port()
        self.world.configure(folders=("sync",))
        self.put("run.fit")
        self.world.start()
        self.wait_alert_of_nobody()
        for _ in range(12):
            self.world.advance(300)
            time.sleep(0.15)
        before = self.alert()
        self.assertEqual(before["state"], "waiting")
        self.assertGreaterEqual(before["attempts"], 4)
        self.world.start_receiver(port=self.world.receiver_port)
        self.world.advance(4400)  # an hour and a fifth at most
        accepted = self.world.wait_accepted(1)
        self.wait_alert("sent")
        self.assertEqual([note["id"] for note in self.world.received()], [before["id"]])
        self.assertEqual(len(accepted), 1)

    def wait_alert_of_nobody(self):
        rig.wait_for("a message that waits", lambda: any(
            alert["attempts"] == 1 and self.world.is_tried(alert) for alert in self.world.ask_lines("alerts")))

    def test_news_of_an_import_expires_after_six_hours(self):
        self.world.receiver_port = rig.free_port()
        self.world.configure(folders=("sync",))
        self.put("run.fit")
        self.world.start()
        self.wait_alert_of_nobody()
        self.world.advance(6 * 3600 - 60)
        time.sleep(0.3)
        self.assertEqual(self.alert()["state"], "waiting")
        self.world.advance(120)
        self.wait_alert("expired")

    @rig.begin_early
    def test_a_silent_phone_is_given_up_after_half_a_minute_and_retried(self):
        self.use_phone("silent")
        rig.wait_for("the time-out", lambda: self.alert()["why"], 40)
        self.assertEqual(self.alert()["state"], "waiting")
        self.world.advance(7)
        self.wait_alert("sent", 2)
        self.assertEqual(len({note["id"] for note in self.world.received()}), 1)

    def test_the_daemon_works_on_while_a_phone_is_silent(self):
        self.use_phone("silent")
        self.put("two.fit", at="2026-05-15T07:00:00Z")
        self.wait_runs(2)
        begin = time.monotonic()
        self.assertEqual(self.world.daemon.end(), 0)
        self.assertLess(time.monotonic() - begin, rig.slowly(2))

    # -- what is sent, byte for byte

    def python_phone(self, answers=(200,)):
        phone = rig.Phone(answers)
        self.addCleanup(phone.close)
        self.world.receiver_port = phone.port
        return phone

    def test_signatures_hold_by_the_specification_and_every_retry_has_one_id(self):
        phone = self.python_phone((500, 503, 200))
        self.world.configure(folders=("sync",))
        self.put("run.fit")
        self.world.start()
        for n, seconds in ((1, 8), (2, 40), (3, 0)):
            rig.wait_for(f"request {n}", lambda: len(phone.requests) == n)
            rig.wait_for("its row", lambda: self.alert()["attempts"] == n and self.world.is_tried(self.alert()))
            if seconds:
                self.world.advance(seconds)
        self.wait_alert("sent", 3)
        for path, headers, body in phone.requests:
            self.assertEqual(path, "/phone")
            self.assertEqual(headers["webhook-signature"], rig.signature_of(headers, body))
            self.assertEqual(headers["content-type"].split(";")[0], "application/json")
            json.loads(body)
        self.assertEqual(len({headers["webhook-id"] for _, headers, _ in phone.requests}), 1)
        self.assertEqual(len({body for _, _, body in phone.requests}), 1)
        times = [int(headers["webhook-timestamp"]) for _, headers, _ in phone.requests]
        self.assertEqual(times[0], files.utc_s(rig.EVENING))
        self.assertEqual(times[2] - times[0], 48)

    def test_ntfy_gets_topic_title_message_and_the_token(self):
        phone = self.python_phone()
        self.world.configure(folders=("sync",), kind="ntfy", url=f"http://127.0.0.1:{phone.port}/mytopic", token=True)
        self.put("run.fit")
        self.world.start()
        rig.wait_for("the note", lambda: phone.requests)
        path, headers, body = phone.requests[0]
        note = json.loads(body)
        self.assertEqual((path, note["topic"]), ("/", "mytopic"))
        self.assertTrue(note["title"] and note["message"])
        self.assertEqual(headers["authorization"], f"Bearer {rig.TOKEN}")
        for position in files.POSITION_TEXTS:
            self.assertNotIn(position, body.decode())

    def test_secrets_are_in_no_command_line_and_no_environment(self):
        self.use_phone("silent")
        pid = self.world.daemon.process.pid
        for name in ("cmdline", "environ", "comm"):
            content = pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
            self.assertNotIn(rig.SECRET[6:].encode(), content)


if __name__ == "__main__":
    rig.main()
