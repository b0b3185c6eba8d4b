# SPDX-License-Identifier: GPL-3.0-or-later
"""The last of the first steps, "plug in now", and `knead doctor` beside a simulated watch.

usage: first_steps.py BUILD-FOLDER [CASE...]"""

import bus
import rig
import terminal


class FirstSteps(bus.Case):
    def setUp(self):
        super().setUp()
        self.world.start_receiver()
        self.world.configure(runner="birth_year = 1985\nsex = female\nhr_max_bpm = 190")

    def setup(self):
        term = terminal.Terminal(self.world.knead_arguments("setup"), self.world.environment({"TERM": "xterm"}))
        self.addCleanup(term.close)
        return term

    def test_a_watch_that_is_plugged_in_is_followed_until_it_is_read(self):
        watch = self.bus()
        for day in ("12", "14", "16"):
            watch.put_run(f"2026-05-{day}T06:00:00Z")
        self.start(watch)
        term = self.setup()
        term.answer("Send a test message", "")
        term.expect("taken")
        term.expect("Now plug in the watch")
        watch.plug()
        term.expect("Forerunner 965: 3 new files, 3 activities in the store. Safe to unplug.")
        self.assertEqual(term.wait(), 0, term.plain())
        self.assert_only_read(watch.report())

    def test_a_watch_that_was_read_before_is_followed_again(self):
        watch = self.bus()
        watch.put_run("2026-05-16T06:00:00Z")
        self.start(watch)
        watch.plug()
        self.world.wait_accepted(1)
        watch.unplug()
        rig.wait_for("the watch to be gone", lambda: not self.world.ask_lines("watches")[0]["here"])
        term = self.setup()
        term.expect("has arrived before")
        term.expect("Now plug in the watch")
        watch.plug()
        term.expect("Forerunner 965: 0 new files, 1 activity in the store.")
        self.assertEqual(term.wait(), 0, term.plain())

    def test_a_watch_that_was_read_and_is_still_there_is_told_at_once(self):
        watch = self.bus()
        watch.put_run("2026-05-16T06:00:00Z")
        self.start(watch)
        watch.plug()
        self.world.wait_accepted(1)
        # else it asks whether to send a test message
        rig.wait_for("the answer to be noted", lambda: self.world.ask_lines("alerts")[0]["state"] == "sent")
        term = self.setup()
        term.expect("Forerunner 965: 1 new file, 1 activity in the store. Safe to unplug.")
        self.assertEqual(term.wait(), 0, term.plain())

    def test_a_watch_that_is_held_is_told(self):
        watch = self.bus(busy_claims=100)
        self.start(watch)
        term = self.setup()
        term.answer("Send a test message", "n")
        term.expect("Now plug in the watch")
        watch.plug()
        term.expect("another program holds it")
        term.say("")
        self.assertEqual(term.wait(), 0, term.plain())

    def doctor(self, watch):
        result = self.world.run(self.world.knead_arguments("doctor", "--json"), watch.environment)
        return {finding["check"]: finding["what"] for finding in result.json()["findings"]
                if finding["check"].startswith("watch-")}

    def test_doctor_sees_the_watch_that_is_there_and_misses_one_that_nobody_noticed(self):
        watch = self.bus()
        watch.put_run("2026-05-16T06:00:00Z")
        daemon = self.start(watch)
        watch.plug()
        self.world.wait_accepted(1)
        rig.wait_for("the watch to be let go", lambda: "watch-seen" not in self.doctor(watch))
        self.assertEqual(self.doctor(watch), {})
        daemon.end()
        other = rig.sqlite3.connect(self.world.state / "knead.db", timeout=10)
        other.execute("DELETE FROM watch")
        other.commit()
        other.close()
        self.world.start()  # without the bus: it cannot notice
        self.assertRegex(self.doctor(watch)["watch-seen"], "Forerunner 965.*not noticed")


if __name__ == "__main__":
    rig.main()
