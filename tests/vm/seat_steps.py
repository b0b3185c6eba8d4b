# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who sits at the machine: a console of the seat, a service of their own, and a right to watches that comes and
goes with them. No group gives it, only udev's uaccess."""

import json
import time

import frame
from frame import need
from usb_steps import Gadget

WHO, UID = "rosa", 4711
GETTY = "/etc/systemd/system/getty@tty1.service"
LOGIN = f"""[Service]
ExecStart=
ExecStart=-/sbin/agetty --autologin {WHO} --noclear %I linux
"""
SETTINGS = f"""[webhook seat]
type = generic
url = http://{frame.guests.RECEIVER_ADDRESS}/seat
allow_plain_http = yes
[runner]
time_zone = UTC
hr_max_bpm = 190
"""
SYSTEM, ASIDE = "/var/lib/knead", "/var/lib/knead.aside"
SEAT = "org.freedesktop.login1 /org/freedesktop/login1/seat/seat0 org.freedesktop.login1.Seat"


def sit_down(guest):
    """Logs in at the machine's own console; the system's service and store are not there meanwhile."""
    guest.run(f"systemctl -q disable --now kneadd; mv {SYSTEM} {ASIDE}; useradd -u {UID} -m -s /bin/bash {WHO}",
              timeout_s=60)
    need("knead" not in guest.run(f"id -Gn {WHO}").out, "a group gives the right")
    guest.run(f"rm -f {GETTY}; mkdir -p {GETTY}.d /home/{WHO}/.config/knead")
    guest.write(f"{GETTY}.d/login.conf", LOGIN)
    guest.write(f"/home/{WHO}/.config/knead/kneadd.conf", SETTINGS, mode="600")
    guest.run(f"chown -R {WHO}: /home/{WHO}; systemctl daemon-reload; systemctl restart getty@tty1", timeout_s=60)
    guest.wait("somebody at the seat", "[ \"$(loginctl show-session -P Name $(loginctl show-seat -P ActiveSession seat0))\" "
               f"= {WHO} ]")
    guest.wait("a systemd of their own", f"[ -S /run/user/{UID}/systemd/private ]")
    guest.run_as(WHO, "systemctl --user -q enable --now kneadd", timeout_s=60)


def stand_up(guest):
    """As it was before."""
    guest.run(f"systemctl stop getty@tty1 getty@tty2; loginctl terminate-user {WHO}; rm -r {GETTY}.d; "
              f"ln -s /dev/null {GETTY}; systemctl daemon-reload", check=False, timeout_s=60)
    guest.wait("the logout", f"! pgrep -u {WHO} >/dev/null")
    guest.run(f"userdel -r {WHO} 2>/dev/null; rm -rf {SYSTEM}; mv {ASIDE} {SYSTEM}; systemctl -q enable --now kneadd",
              timeout_s=60)


def switch_to(guest, console):
    """As Ctrl-Alt-F1 and Ctrl-Alt-F2."""
    guest.run(f"busctl call {SEAT} SwitchTo u {console}")


def rights(guest):
    """What the watch's node gives to whom."""
    device = guest.wait("the watch", "grep -ls ^50db /sys/bus/usb/devices/*/idProduct").strip()[:-len("/idProduct")]
    return guest.run(f"udevadm settle -t 30; getfacl -cp /dev/$(udevadm info -q name -p {device})", timeout_s=60).out


def wait_new(bench, n, since, timeout_s=60):
    """Until the receiver was told of n new activities by the user's service."""
    end = time.monotonic() + timeout_s * bench.guest.patience
    while True:
        notes = [json.loads(body) for path, _, body in list(bench.phone.requests)[since:] if path == "/seat"]
        new = sum(note["data"].get("new") or 0 for note in notes)
        if new >= n:
            need(new == n, f"{new} were told, {n} there are")
            return
        need(time.monotonic() < end, f"{new} of {n} were told: {notes}\n" + bench.guest.run(
            "journalctl -b --user-unit kneadd -n 40 --no-pager -o cat", check=False).out)
        time.sleep(0.5)


def seat(bench):
    """a user's own service reads a watch over USB while its user sits at the machine, and says why it cannot when not"""
    guest, since = bench.guest, len(bench.phone.requests)
    sit_down(guest)
    try:
        watch = Gadget(bench, "watch", "/srv/seat")
        for i in range(3):
            start_s = (int(bench.began) // 86400 - 40 + i) * 86400
            guest.write(f"/srv/{'seat/GARMIN/Activity' if i < 2 else ''}/run{i}.fit",
                        frame.files.fit_run(start_s, serial=4711 + i))
        watch.make(watch.root)
        watch.plug()
        wait_new(bench, 2, since)
        given = rights(guest)
        need(f"user:{WHO}:rw-" in given, f"rights of the watch:\n{given}")
        switch_to(guest, 2)
        guest.wait("another console in front", "[ \"$(cat /sys/class/tty/tty0/active)\" = tty2 ]")
        watch.unplug()
        guest.wait("the watch to be gone", "! grep -qs ^50db /sys/bus/usb/devices/*/idProduct")
        guest.run("mv /srv/run2.fit /srv/seat/GARMIN/Activity/")
        watch.plug()
        need(WHO not in rights(guest), "somebody behind the screen has a right")
        said = guest.wait("what is in the way", f"runuser -u {WHO} -- env HOME=/home/{WHO} knead watches --json | "
                          "grep 'no right to open it'")
        need("at this machine's screen" in said, said)
        found = json.loads(guest.run_as(WHO, "knead doctor --json", check=False, timeout_s=120).out)["findings"]
        mine = [one for one in found if one["check"] == "watch-rights"]
        need(len(mine) == 1 and mine[0]["mend"].startswith("log in at this machine's screen"), str(found))
        switch_to(guest, 1)
        wait_new(bench, 3, since)  # it is not plugged in again: the right itself is what is waited for
        need(f"user:{WHO}:rw-" in rights(guest), "no right after coming back")
        watch.unplug()
    finally:
        stand_up(guest)
    bench.fact("at the seat: a user's own service reads a watch by uaccess alone; away from it, it says so and goes on after")


STEPS = (seat,)
