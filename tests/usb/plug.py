# SPDX-License-Identifier: GPL-3.0-or-later
"""Plugging in: from the event on the bus to the message on the phone, with the real daemon.

usage: plug.py BUILD-FOLDER [CASE...]"""

import time

import bus
import rig

EVENING = "2026-05-16T19:30:00+02:00"


class Plug(bus.Case):
    def setUp(self):
        super().setUp()
        self.world.set_clock(EVENING)
        self.world.start_receiver()
        self.world.configure()

    def test_a_watch_that_is_plugged_in_is_one_message_and_a_second_time_none(self):
        watch = self.bus()
        for day in ("12", "14", "16"):
            watch.put_run(f"2026-05-{day}T06:00:00Z")
        self.start(watch)
        watch.plug()
        note = self.world.wait_accepted(1)[0]
        self.assertEqual(note["body"]["type"], "import.completed")
        self.assertEqual(note["body"]["data"]["new"], 3)
        self.assert_only_read(watch.report())
        self.assertEqual({row[0] for row in self.world.rows("SELECT source FROM sighting")},
                         {"watch:0000cbf0a1b2"})
        watch.unplug()
        rig.wait_for("the watch to be gone", lambda: "is unplugged" in self.world.daemon.log())
        watch.forget()
        time.sleep(3.1)
        watch.plug()
        rig.wait_for("a second look", lambda: self.world.daemon.log().count("0 of 0 new files are in") == 1)
        report = watch.report()
        self.assert_only_read(report)
        self.assertNotIn("1009", report["codes"])
        self.assertEqual(len(self.world.received()), 1)

    def test_a_watch_that_is_there_at_the_start_is_read(self):
        watch = self.bus(plugged=True)
        watch.put_run("2026-05-16T06:00:00Z")
        watch.unplug()
        watch.plug()
        self.start(watch)
        self.assertEqual(self.world.wait_accepted(1)[0]["body"]["data"]["new"], 1)


if __name__ == "__main__":
    rig.main()
