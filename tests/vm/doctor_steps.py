# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults made on a real system, `knead doctor`, and the command that it prints: does that mend it?"""

import json
import re
import time

from frame import need
from guest import GuestError
from setup_steps import WHO
from usb_steps import Gadget, Volume, not_here

STATE, CONF = "/var/lib/knead", "/etc/knead/kneadd.conf"
DROP_IN = f"{CONF}.d/fault.conf"
RULES = "/lib/udev/rules.d/60-kneadd.rules"
# What can be typed as it is printed; the rest is advice.
COMMAND = re.compile(r"(sudo |systemctl |knead |chmod |mkdir |kill )")


class Fault:
    """what: a part of the finding; undo: for what no command can mend, the rest is mended by what is printed."""

    def __init__(self, check, make, what, undo=None):
        self.check, self.make, self.what, self.undo = check, make, what, undo


# Each group is made at once, found at once, mended one after the other, and gone.
TOGETHER = (
    (
        Fault("service-enabled", "systemctl -q disable kneadd", "will not start again"),
        Fault("settings", f"printf '[runner]\\nspeed = 3\\n' >{DROP_IN}; chgrp knead {DROP_IN}; chmod 640 {DROP_IN}",
              "speed", undo=f"rm {DROP_IN}"),
        Fault("secrets", f"chmod 755 /etc/knead; chmod 644 {CONF}.d/phone.conf", "phone.conf"),
        Fault("settings-modes", f"chown 4711 {CONF}.d/phone.conf", "belongs to somebody else"),
        Fault("secret-rights", "chmod 600 /etc/knead/ledger.secret", "ledger.secret"),
        Fault("store-modes", f"chmod o+rx {STATE} && chmod o+r {STATE}/knead.db", "every user"),
        Fault("udev-rules", "ln -s /dev/null /etc/udev/rules.d/60-kneadd.rules", "hides the rules"),
        Fault("clock-sync", "/seed/knead-vm-clock unsync", "clock", undo="/seed/knead-vm-clock sync"),
    ),
    (
        Fault("udev", "systemctl stop systemd-udevd systemd-udevd-control.socket systemd-udevd-kernel.socket; "
              "rm -f /run/udev/control", "udev does not run"),
        Fault("folders", f"printf '[folder a]\\npath = /srv/gone\\n[folder b]\\npath = /srv/closed/sync\\n' >{DROP_IN}; "
              f"chgrp knead {DROP_IN}; chmod 640 {DROP_IN}; mkdir -p -m 700 /srv/closed/sync; chmod 700 /srv/closed",
              "/srv/gone does not exist"),
        Fault("folders", "true", "no right to read /srv/closed/sync"),
        Fault("settings-read", "true", "has not read the settings"),
        Fault("device-tables", "mkdir -p /etc/knead/devices; echo '[x' >/etc/knead/devices/x.devices", "x.devices",
              undo="rm /etc/knead/devices/x.devices"),
        Fault("service-current", "touch /lib/systemd/system/kneadd.service", "unit of kneadd has changed"),
    ),
    (Fault("service", "systemctl -q mask --now kneadd", "masked"),),
    (Fault("service", "systemctl stop kneadd", "does not run"),),
    (
        Fault("helpers", "mv /usr/libexec/knead/kneadd-parse /root/", "kneadd-parse"),
        Fault("udev-rules", f"mv {RULES} /root/", "not installed"),
    ),
    (Fault("accounts", "systemctl stop kneadd; cp -p /etc/passwd /root/; sed -i /^knead:/d /etc/passwd", "user knead"),),
    (Fault("service", "true", "does not run"),),
)
# Only with sudo is seen what belongs to others.
AS_ROOT = (
    Fault("settings-rights", f"printf '[runner]\nsex = female\n' >{DROP_IN}; chmod 600 {DROP_IN}", "no right to"),
    Fault("store-rights", f"chown root:root {STATE}/knead.db", "no right to write"),
    Fault("service-current", "cp /usr/bin/kneadd /root/kneadd && mv /root/kneadd /usr/bin/kneadd", "older than"),
)
DISK = (
    Fault("disk", f"systemctl stop kneadd; cp -a {STATE} /srv/kept; mount -t tmpfs -o size=32M,mode=2770,uid=$(id -u knead),"
          f"gid=$(id -g knead) tmpfs {STATE}; cp -a /srv/kept/. {STATE}/; systemctl start kneadd", "nearly full",
          undo=f"systemctl stop kneadd; umount {STATE}; rm -r /srv/kept; systemctl start kneadd"),
)
READ_ONLY = (
    Fault("disk", f"systemctl stop kneadd; mount --bind {STATE} {STATE}; mount -o remount,ro,bind {STATE}", "read-only"),
)


def findings(bench, who=WHO, status=None):
    command = "knead doctor --json"
    result = bench.guest.run_as(WHO, f"sudo {command}" if who == "root" else command, check=False, timeout_s=120)
    need(status is None or result.status == status, repr(result))
    need(result.out.startswith("{"), repr(result))
    return json.loads(result.out)["findings"]


def mend(bench, finding):
    """Types what is printed; somebody who may use sudo does."""
    parts = [part for part in re.split(r", then:? ", finding["mend"]) if COMMAND.match(part)]
    need(parts, f"nothing to type: {finding}")
    for part in parts:
        part = part.replace("./knead_*.deb", "-y --allow-downgrades /seed/knead.deb")
        bench.guest.run_as(WHO, part, timeout_s=240)


class Trial:
    """Faults that were tried, and what came out otherwise: told at the end, since one does not hide the next."""

    def __init__(self, bench):
        self.bench, self.count, self.wrong = bench, 0, []

    def faults(self, faults, who=WHO):
        """Each is found, by its words, and mended by what is printed."""
        guest = self.bench.guest
        for fault in faults:
            guest.run(fault.make, timeout_s=120)
        found, typed = findings(self.bench, who), set()
        for fault in faults:
            self.count += 1
            mine = [one for one in found if one["check"] == fault.check and fault.what in one["what"]]
            if len(mine) != 1:
                self.wrong.append(f"{fault.check}, {fault.what}: not found among {[one['what'] for one in found]}")
                continue
            try:
                if fault.undo:
                    guest.run(fault.undo, timeout_s=120)
                elif mine[0]["mend"] not in typed:
                    mend(self.bench, mine[0])
                typed.add(mine[0]["mend"])
            except GuestError as why:
                self.wrong.append(f"{fault.check}, {fault.what}: what is printed does not mend it: {why}")

    def one(self, case):
        self.count += 1
        try:
            case(self.bench)
        except GuestError as why:
            self.wrong.append(f"{case.__name__}: {why}")

    def nothing(self, allowed=(), timeout_s=30):
        """Until nothing is wrong: a service that was just started needs a moment."""
        end = time.monotonic() + timeout_s * self.bench.guest.patience
        while True:
            found = [one for one in findings(self.bench) if one["check"] not in allowed]
            if not found:
                return
            if time.monotonic() > end:
                self.wrong.append(f"still wrong: {found}")
                return


def nothing(bench):
    trial = Trial(bench)
    trial.nothing()
    need(not trial.wrong, "\n".join(trial.wrong))


def doctor(bench):
    """faults of the machine: each is found, and the printed command mends it"""
    guest = bench.guest
    guest.run("/seed/knead-vm-clock sync")
    trial = Trial(bench)
    trial.nothing()
    for faults, who in (*((faults, WHO) for faults in TOGETHER), (AS_ROOT, "root")):
        trial.faults(faults, who)
        guest.run(f"rm -f {DROP_IN}; /seed/knead-vm-clock sync; "
                  "systemctl daemon-reload; systemctl reload kneadd; true")
    trial.nothing()
    for faults in (DISK, READ_ONLY):
        trial.faults(faults)
        guest.run(f"mountpoint -q {STATE} && umount {STATE}; systemctl start kneadd", timeout_s=60)
        trial.nothing()
    for case in (not_in_the_group, damaged, clock, webhook_refused, webhook_unreachable):
        trial.one(case)
    guest.run("rm -f /root/kneadd* /root/60-kneadd.rules /root/passwd")
    need(not trial.wrong, "\n".join(trial.wrong))
    bench.fact(f"knead doctor: {trial.count} faults made, found, and mended by what is printed")


def not_in_the_group(bench):
    bench.guest.run(f"gpasswd -d {WHO} knead")
    found = findings(bench, status=3)
    need([one for one in found if f"adduser" in one["mend"]], str(found))
    bench.guest.run_as(WHO, f"sudo adduser {WHO} knead")
    nothing(bench)


def damaged(bench):
    """Rubbish in the middle of the store, while nobody has it open; the newest copy is put back."""
    guest = bench.guest
    before = bench.known()
    guest.run("systemctl stop kneadd; cd /var/lib/knead && rm -f knead.db-wal knead.db-shm && "
              "pages=$(($(stat -c %s knead.db) / 4096)) && i=3 && while [ $i -lt $pages ]; do "
              "head -c 2048 /dev/zero | tr '\\0' '\\245' | dd of=knead.db bs=2048 seek=$((i * 2)) conv=notrunc status=none; "
              "i=$((i + 2)); done", timeout_s=90)
    found = findings(bench)
    mine = [one for one in found if one["check"] in ("store", "store-damage")]
    need(mine, str(found))
    mend(bench, mine[0])
    nothing(bench)
    need(bench.known() == before, f"the log was {before} and is {bench.known()}")


def clock(bench):
    """A clock a month behind; nothing here can set it but us."""
    bench.guest.run("date -s \"$(date -d '-30 days')\" && /seed/knead-vm-clock sync")
    found = findings(bench)
    need([one for one in found if one["check"] == "clock" and "set-ntp" in one["mend"]], str(found))
    bench.guest.run("date -s \"$(date -d '+30 days')\" && /seed/knead-vm-clock sync")
    nothing(bench)


def webhook_refused(bench):
    """A receiver that refuses, and then does no longer."""
    guest = bench.guest
    bench.phone.answers[:] = [401]
    guest.run_as(WHO, "knead webhook test ledger", check=False, timeout_s=60)
    found = findings(bench)
    mine = [one for one in found if "webhook ledger" in one["what"]]
    need(mine, str(found))
    bench.phone.answers[:] = [200]
    mend(bench, mine[0])
    nothing(bench)


def webhook_unreachable(bench):
    """A receiver where nobody listens."""
    guest = bench.guest
    file = f"{CONF}.d/ledger.conf"
    guest.run(f"sed -i.kept 's#^url = .*#url = http://127.0.0.1:9/ledger#' {file} && systemctl reload kneadd")
    found = findings(bench)
    need([one for one in found if one["check"] == "webhook-reach" and "refuses connections" in one["what"]], str(found))
    guest.run(f"mv {file}.kept {file} && systemctl reload kneadd")
    nothing(bench)


def doctor_watches(bench):
    """watches that are plugged in, and not to be had: rights, another program, a drive that is not mounted"""
    guest = bench.guest
    watch = Gadget(bench, "watch", "/srv/another")
    watch.put(1)
    watch.make(watch.root)
    watch.plug()
    node = guest.wait("the watch", "d=$(grep -ls ^50db /sys/bus/usb/devices/*/idProduct) && d=${d%/idProduct} && "
                      "printf '/dev/bus/usb/%03d/%03d' $(cat $d/busnum) $(cat $d/devnum)")
    guest.wait("the watch to be read", f"! pgrep kneadd-fetch >/dev/null && knead watches --json | grep '\"here\": *true'")
    trial = Trial(bench)
    trial.nothing()
    trial.faults((Fault("watch-rights", f"chmod 600 {node}; chown root:root {node}", "no right to open"),))
    trial.nothing()
    guest.run(f"systemd-run -q --unit=holder sh -c 'exec sleep 3600 <{node}'")
    trial.faults((Fault("watch-held", "true", "sleep"),), who="root")
    trial.nothing()
    watch.unplug()
    not_here(bench)
    guest.run("/seed/gadget remove drive", timeout_s=40)
    volume = Volume(bench)
    guest.run(f"/seed/gadget drive {volume.IMAGE}; /seed/gadget plug drive", timeout_s=40)
    mount = guest.wait("the drive", f"findmnt -rn -o TARGET | grep {volume.MOUNT}/").strip()
    trial.faults((Fault("watch-mount", f"systemctl stop kneadd-volume@{mount.rsplit('/', 1)[1]}", "not mounted"),))
    guest.run("/seed/gadget unplug drive")
    not_here(bench)
    need(not trial.wrong, "\n".join(trial.wrong))
    bench.fact(f"knead doctor: {trial.count} faults of watches made, found, and mended by what is printed")


STEPS = (doctor, doctor_watches)
