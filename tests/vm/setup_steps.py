# SPDX-License-Identifier: GPL-3.0-or-later
"""The first ten minutes of somebody new, at a console of their own; then the one service, the other, and back."""

import json
import re

import frame
import rig
from console import Console
from frame import need
from usb_steps import Gadget, QemuMtp

WHO = "anna"
SUDO = f"{WHO} ALL=(ALL) NOPASSWD: ALL\n"
RULE = "/etc/udev/rules.d/61-kneadd-keep-others-off.rules"


def person(bench):
    """Somebody who may use sudo and sits at the console; nothing of Knead is there."""
    guest = bench.guest
    guest.run(f"id {WHO} >/dev/null 2>&1 || useradd -m -s /bin/bash {WHO}; usermod -s /bin/bash {WHO}")
    guest.run(f"gpasswd -d {WHO} knead; dpkg --purge knead; rm -rf /home/{WHO}/.config /home/{WHO}/.local; true",
              timeout_s=120)
    guest.run("rm -rf /etc/systemd/system/kneadd.service.d; systemctl daemon-reload")
    guest.write(f"/etc/sudoers.d/{WHO}", SUDO, mode="440")
    guest.write("/etc/default/locale", "LANG=C.UTF-8\n", mode="644")
    guest.run("/seed/knead-vm-clock sync")  # as after a look at a time server
    bench.begin_again()
    return session(bench)


def session(bench):
    """Logs in again, which is when a new group counts."""
    if bench.consoles:
        bench.consoles[-1].close()
    bench.consoles.append(Console(bench.guest, WHO))
    return bench.consoles[-1]


def shown_once(text, *questions):
    for question in questions:
        need(text.count(question) <= 1, f"asked twice: {question}\n{text}")


def first_ten_minutes(bench):
    """somebody new at a console: the package, `sudo knead setup` with a phone, a test message, a watch plugged in"""
    guest = bench.guest
    console = person(bench)
    console.run("sudo apt-get install -y /seed/knead.deb", timeout_s=240)
    console.say("sudo knead setup")
    console.answer("Let anna use knead without sudo", "")
    console.answer("Year of birth", "1985")
    console.answer("Sex", "female")
    console.answer("Highest heart rate", "")
    console.answer("Time zone", "Europe/Berlin")
    console.answer("Set up a phone now", "")
    console.answer("Your choice", "1")
    console.answer("Address", f"http://{frame.guests.RECEIVER_ADDRESS}")
    console.answer("Allow it all the same", "y")
    console.answer("Token", "")
    console.answer("Messages", "")
    console.expect("█")
    console.answer("Send a test message to the phone", "")
    console.expect("the test message was taken", 90)
    console.expect("Now plug in the watch")
    watch = QemuMtp(bench, "usb-mtp-of-somebody-new")
    watch.put(3)
    watch.plug()
    console.expect("Safe to unplug", 120)
    status, said = console.until_prompt()
    need(status == 0, f"knead setup ended with {status}\n{said}")
    watch.unplug()
    text = console.plain()
    text = text[text.rindex("Knead's first steps"):]
    for line in text.splitlines():
        need(len(line) <= 80 or line.startswith(("Wrote /", "  $ ", "  http")), f"wider than the terminal: {line}")
    need("runs as system service" in text, text)
    need(len([path for path, _, _ in bench.phone.requests[bench.since:] if path == "/"]) >= 2, "the phone heard nothing")
    # a second receiver that the ledger can read; its key is one that is known here
    guest.write("/etc/knead/ledger.secret", rig.SECRET + "\n")
    guest.run("chgrp knead /etc/knead/ledger.secret && chmod 640 /etc/knead/ledger.secret")
    console.run(f"sudo knead webhook add ledger --type generic --url http://{frame.guests.RECEIVER_ADDRESS}/ledger "
                "--plain-http --secret-file /etc/knead/ledger.secret")
    # again: nothing is asked that is known, and it says so
    console.say("sudo knead setup")
    console.answer("Highest heart rate", "")
    console.answer("Now plug in the watch", "")
    status, said = console.until_prompt()
    need(status == 0, said)
    bench.fact("first ten minutes at a console: package, setup, phone, test message, watch; nothing asked twice")


def one_runs(bench, user):
    """Exactly one service is on, and runs."""
    guest = bench.guest
    states = {}
    for name, ask in (("system", guest.run), ("user", lambda words, check: guest.run_as(WHO, words, check))):
        scope = "--user " if name == "user" else ""
        states[name] = ask(f"systemctl {scope}show -P ActiveState kneadd; systemctl {scope}show -P UnitFileState kneadd",
                           False).out.split()
    want = {"system": ["inactive", "disabled"], "user": ["inactive", "disabled"]}
    want["user" if user else "system"] = ["active", "enabled"]
    need(states == want, f"services: {states}")


def switch_to(bench, console, service):
    said = console.run(f"sudo knead setup --service {service}", timeout_s=180)
    need("? " not in said and "[Y/n]" not in said, f"asked something:\n{said}")
    return said


def services(bench):
    """`sudo knead setup --service user` and back: store, settings and keys go along, nothing is asked, one runs"""
    guest, console = bench.guest, session(bench)
    before, bench.told_before = len(bench.known()), bench.told()
    switch_to(bench, console, "user")
    one_runs(bench, True)
    need(not guest.run("test -e /var/lib/knead", check=False).status == 0, "the system's store is still in its place")
    log = console.run("knead log --json")
    need(log.count("start_utc") == before, log)
    console.say("knead setup")  # nothing is asked but what was left out
    console.answer("Highest heart rate", "")
    console.answer("Now plug in the watch", "")
    status, said = console.until_prompt()
    need(status == 0 and "Year of birth" not in said and "Set up a phone" not in said, said)
    doctor(bench, console)
    folder_in_user_service(bench, console)
    # an upgrade does not switch the system's on again
    guest.run("apt-get install -y /seed/knead-newer.deb >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; false; }", timeout_s=180)
    one_runs(bench, True)
    switch_to(bench, console, "user")  # where it is already
    one_runs(bench, True)
    switch_to(bench, console, "system")
    one_runs(bench, False)
    need(guest.run(f"ls -A /home/{WHO}/.local/state/knead", check=False).status != 0, "the user's store is in its place")
    runs = json.loads(console.run("knead status --json"))
    need(len(bench.known()) == len(bench.runs), str(runs))
    doctor(bench, console)
    switch_to(bench, console, "system")
    one_runs(bench, False)
    bench.fact("services: system, user, system: one on at any time, store and settings went along, nothing asked")


def doctor(bench, console):
    said = console.run("knead doctor --json", status=0, timeout_s=120)
    need('"findings": []' in said or '"findings":[]' in said, said)


def folder_in_user_service(bench, console):
    """A folder is read by the user's own service, behind its filter, and the ledger's receiver is told."""
    guest = bench.guest
    pid = guest.run_as(WHO, "systemctl --user show -P MainPID kneadd").out.strip()
    status = guest.run(f"cat /proc/{pid}/status").out
    need(re.search(r"^Seccomp:\s+2$", status, re.M), "no filter")
    out = guest.run_as(WHO, "systemd-analyze --user security --no-pager kneadd.service", check=False).out
    bench.fact(f"systemd-analyze --user security: {(re.findall(r': ([0-9.]+) ', out) or ['?'])[-1]}")
    # a watch, by the right of whoever sits at the machine, is a step of its own (seat_steps.py)
    name, data = bench.new_run("folder of the user's")
    guest.run_as(WHO, "mkdir -p ~/sync ~/.config/knead/kneadd.conf.d")
    guest.write(f"/home/{WHO}/sync/{name}", data)
    guest.write(f"/home/{WHO}/.config/knead/kneadd.conf.d/sync.conf", f"[folder sync]\npath = /home/{WHO}/sync\n", mode="600")
    guest.run(f"chown -R {WHO}: /home/{WHO}/sync /home/{WHO}/.config")
    console.run("systemctl --user reload kneadd")
    guest.wait("the run in the user's store", f"runuser -u {WHO} -- env HOME=/home/{WHO} knead log --json | "
               f"grep -c start_utc | grep -qx {len(bench.runs)}")
    bench.wait_told(bench.told_before + 1)


def keep_others_off(bench):
    """other programs are kept off a watch and let in again; without kneadd the rule does nothing"""
    guest, console = bench.guest, bench.consoles[-1]
    watch = Gadget(bench, "watch", "/srv/another")
    watch.make(watch.root)
    # as libmtp's table of devices marks it
    guest.run("mkdir -p /run/udev/rules.d")
    guest.write("/run/udev/rules.d/50-marked.rules", 'SUBSYSTEM=="usb", ENV{ID_MTP_DEVICE}="1"\n')
    guest.run("udevadm control --reload")

    def is_marked():
        watch.plug()
        device = guest.wait("the watch", "grep -ls ^50db /sys/bus/usb/devices/*/idProduct").strip()[:-len("/idProduct")]
        guest.run("udevadm settle -t 60", timeout_s=60)
        marked = "ID_MTP_DEVICE=1" in guest.run(f"udevadm info -q property -p {device}").out
        watch.unplug()
        guest.wait("the watch to be gone", f"! test -e {device}")
        return marked

    need(is_marked(), "the watch is not marked to begin with")
    console.run("sudo knead setup --keep-others-off on")
    need(guest.run(f"stat -c '%U %a' {RULE}").out == "root 644\n", "rights of the rule")
    need(not is_marked(), "the rule does not keep others off")
    console.run("sudo knead setup --keep-others-off off")
    guest.run(f"! test -e {RULE}")
    need(is_marked(), "others are not let in again")
    console.run("sudo knead setup --keep-others-off on")
    guest.run("apt-get remove -y knead >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; false; }", timeout_s=120)
    guest.run(f"test -e {RULE} && test -e /etc/knead/kneadd.conf && test -e /var/lib/knead/knead.db")
    need(is_marked(), "the rule keeps others off although kneadd was removed")
    guest.run("rm /run/udev/rules.d/50-marked.rules; udevadm control --reload")
    bench.fact("others kept off a watch, let in again; after removal the rule does nothing")


FIRST, THEN = (first_ten_minutes,), (services, keep_others_off)
