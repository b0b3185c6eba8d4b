# SPDX-License-Identifier: GPL-3.0-or-later
"""What wakes the daemon up under the machine's own clock: the other tests turn a clock of theirs, and there no timer is
set. The kernel tells of the timers (proc(5), fdinfo); nobody waits for one.

usage: timers.py BUILD-FOLDER [CASE...]"""

import datetime
import pathlib
import re
import sys
import time
import zoneinfo

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "usb"))

import bus
import files
import rig

ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
REALTIME, MONOTONIC, BOOTTIME = 0, 1, 7
SLACK_S = 60  # a look may come half a minute late, and the test may be slow


def next_look_s(now_s):
    """Seconds until 08:00 or 21:00, whichever is first."""
    day = datetime.datetime.fromtimestamp(now_s, ZONE).date()
    looks = [datetime.datetime.combine(day + datetime.timedelta(days), datetime.time(hour), ZONE).timestamp()
             for days in (0, 1) for hour in (8, 21)]
    return min(look for look in looks if look > now_s) - now_s


class Timers(bus.Case):
    def setUp(self):
        super().setUp()
        self.folder = self.world.home / "sync"
        self.folder.mkdir()
        (self.folder / "run.fit").write_bytes(files.fit_run(int(time.time()) // 86400 * 86400 - 86400))

    def armed(self):
        """Of each timer that runs: (its clock, seconds left)."""
        found = []
        for path in pathlib.Path(f"/proc/{self.world.daemon.process.pid}/fdinfo").iterdir():
            try:
                text = path.read_text()
            except FileNotFoundError:
                continue
            clock = re.search(r"^clockid: (\d+)$", text, re.M)
            left = re.search(r"^it_value: \((\d+), (\d+)\)$", text, re.M)
            if clock and left and left.groups() != ("0", "0"):
                found.append((int(clock.group(1)), int(left.group(1))))
        return found

    def test_an_idle_daemon_waits_for_the_next_look_by_the_machines_clock_and_for_nothing_else(self):
        self.world.start_receiver()
        self.world.configure(folders=("sync",))
        self.world.start()
        self.world.wait_accepted(1)
        self.wait_for_the_next_look_alone()

    def wait_for_the_next_look_alone(self):
        def waits():
            timers = self.armed()
            return [clock for clock, _ in timers] == [REALTIME] and \
                abs(timers[0][1] - next_look_s(time.time())) <= SLACK_S
        rig.wait_for("the next look alone", waits)

    def test_a_watch_that_was_read_and_stays_plugged_in_is_no_reason_to_wake_up(self):
        self.world.start_receiver()
        self.world.configure()
        watch = self.bus()
        watch.put("run.fit", (self.folder / "run.fit").read_bytes())
        self.start(watch)
        watch.plug()
        self.world.wait_accepted(1)
        self.wait_for_the_next_look_alone()
        watch.unplug()
        rig.wait_for("it to be gone", lambda: "is unplugged" in self.world.daemon.log())
        self.wait_for_the_next_look_alone()

    def test_a_message_that_was_not_taken_is_tried_again_by_a_clock_that_goes_on_in_a_sleep(self):
        self.world.start_receiver("500")
        self.world.configure(folders=("sync",))
        self.world.start()
        said = rig.wait_for("an attempt", lambda: re.findall(r"next in (\d+) s", self.world.daemon.log()))
        rig.wait_for("its timer", lambda: [left for clock, left in self.armed() if clock == BOOTTIME
                                           and 0 <= int(said[0]) - left <= SLACK_S])


if __name__ == "__main__":
    rig.main()
