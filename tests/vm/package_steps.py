# SPDX-License-Identifier: GPL-3.0-or-later
"""The package in a machine: installed, closed in, upgraded, removed, purged."""

import re

import frame
import rig
from frame import need

BAR = 1.5


def install(bench):
    """installs, is switched on and runs as its own user; the user's service is not switched on"""
    guest = bench.guest
    guest.run("apt-get install -y /seed/knead.deb >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; false; }", timeout_s=120)
    need(guest.run("systemctl is-active kneadd").out.strip() == "active", "kneadd is not active")
    need(guest.run("systemctl is-enabled kneadd").out.strip() == "enabled", "kneadd is not enabled")
    state = guest.run("systemctl --global is-enabled kneadd", check=False).out.strip()
    need(state == "disabled", f"the user's service is {state}")
    need(guest.run("stat -c '%U %G %a' /var/lib/knead").out == "knead knead 2770\n", "state directory")
    need(guest.run("stat -c '%U %G %a' /etc/knead/kneadd.conf").out == "root knead 640\n", "settings")
    need(guest.run("ps -o user= -C kneadd").out.strip() == "knead", "kneadd runs as somebody else")
    guest.run("knead config check && kneadd --version && ! kneadd --test-clock /x 2>/dev/null")


def security(bench):
    """the unit is closed to the bar, and its filter is in force"""
    out = bench.guest.run("systemd-analyze security --no-pager kneadd.service").out
    figure = float(re.search(r"exposure level for kneadd.service: ([0-9.]+)", out).group(1))
    bench.fact(f"systemd-analyze security: {figure} (at most {BAR})")
    need(figure <= BAR, "\n".join(line for line in out.splitlines() if not line.startswith("✓")))
    status = bench.guest.run("cat /proc/$(systemctl show -P MainPID kneadd)/status").out
    need(re.search(r"^Seccomp:\s+2$", status, re.M), "no filter")
    need(re.search(r"^CapBnd:\s+0+$", status, re.M), "capabilities")
    need(re.search(r"^NoNewPrivs:\s+1$", status, re.M), "new privileges")
    need(re.search(r"^Umask:\s+0007$", status, re.M), "the group cannot write what it makes, or others can read it")
    not_counted(bench.guest)


# Run as the service would be, by its own unit: what can it do?
PROBE = """can() { if "$@" >/dev/null 2>&1; then echo "$CAN"; fi; }
CAN='start a program of /usr' can /usr/bin/true
for folder in /var/lib/knead /tmp /var/tmp /dev/shm; do
  cp /usr/bin/true $folder/dropped && CAN="start a program in $folder" can $folder/dropped
  rm -f $folder/dropped
done
for folder in / /srv /home /usr /etc/knead /run /dev; do CAN="write in $folder" can touch $folder/probe; done
CAN='see a watch' can head -c 1 NODE
CAN='speak to the network' can perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0) or exit 1'
CAN='listen' can perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0) && listen(S, 1) or exit 1'
CAN='see processes of others' can grep -q systemd /proc/1/comm
true
"""
CAN = {"start a program of /usr", "see a watch", "speak to the network"}


def not_counted(guest):
    """What the figure does not count, tried from inside."""
    limits = guest.run("cat /proc/$(systemctl show -P MainPID kneadd)/limits").out
    need(re.search(r"^Max core file size +0 +0 ", limits, re.M), "a core file would be written")
    node = guest.run("ls /dev/bus/usb/001/* | head -n 1").out.strip()
    guest.write("/run/probe", PROBE.replace("NODE", node), mode="644")
    guest.run("sed -e 's#^ExecStart=.*#ExecStart=/bin/sh /run/probe\\nStandardOutput=truncate:/run/probe.out#' "
              "-e s/^Type=.*/Type=oneshot/ -e /^Restart/d /lib/systemd/system/kneadd.service "
              ">/run/systemd/system/kneadd-probe.service && systemctl daemon-reload && systemctl start kneadd-probe",
              timeout_s=60)
    said = set(guest.run("cat /run/probe.out; rm /run/probe* /run/systemd/system/kneadd-probe.service; "
                         "systemctl daemon-reload").out.splitlines())
    need(said == CAN, f"from inside it can {sorted(said)}")
    inside = "echo $$ >/sys/fs/cgroup/system.slice/kneadd.service/cgroup.procs && exec "
    need(guest.run(f"sh -c '{inside}head -c 1 /dev/vda' >/dev/null", check=False).status, "root itself can read a disk there")
    guest.run("kill -9 $(systemctl show -P MainPID kneadd)")
    guest.wait("it to be started again", "systemctl show -P SubState kneadd | grep -qx auto-restart", 20)
    guest.run("systemctl restart kneadd", timeout_s=60)


def configure(bench):
    """a webhook with its key as a credential that user knead cannot read"""
    guest = bench.guest
    guest.run("mkdir -p /srv/sync /etc/systemd/system/kneadd.service.d && chmod 755 /srv/sync")
    guest.write("/etc/knead/kneadd.conf", frame.SETTINGS.format(address=frame.guests.RECEIVER_ADDRESS))
    guest.write("/etc/knead/phone.secret", rig.SECRET + "\n")
    guest.run("chown root:root /etc/knead/phone.secret && chmod 600 /etc/knead/phone.secret")
    guest.write("/etc/systemd/system/kneadd.service.d/secret.conf", frame.CREDENTIAL)
    guest.run("systemctl daemon-reload && systemctl restart kneadd", timeout_s=60)


def folder(bench):
    """files in a followed folder: both helpers work inside the unit, one message arrives, signed"""
    name, data = bench.new_run("folder")
    bench.guest.write(f"/srv/sync/{name}", data)
    bench.guest.write(f"/srv/sync/bad.fit", data[:200])
    bench.wait_settled()
    status = bench.guest.run("knead status --json").out
    need("bad.fit" in status, "the damaged file is not named")


def group(bench):
    """a member of the group uses the command; others are told how"""
    guest = bench.guest
    guest.run("useradd -m -s /bin/bash anna; useradd -m otto; adduser -q anna knead")
    guest.run_as("anna", "knead status")
    result = guest.run_as("otto", "knead status", check=False)
    need(result.status == 3, repr(result))


def upgrade(bench):
    """a newer package: settings and data stay, the service goes on with it"""
    guest = bench.guest
    before = guest.run("systemctl show -P MainPID kneadd").out
    guest.run("apt-get install -y /seed/knead-newer.deb >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; false; }", timeout_s=120)
    need(guest.run("dpkg-query -W -f '${Version}' knead").out.endswith("+newer1"), "the version")
    need("allow_plain_http" in guest.run("cat /etc/knead/kneadd.conf").out, "the settings were replaced")
    need(not guest.run("ls /etc/knead | grep dpkg", check=False).out, "dpkg left other versions of the settings")
    need(guest.run("stat -c '%U %G %a' /etc/knead/kneadd.conf").out == "root knead 640\n", "rights of the settings")
    need(guest.run("systemctl is-active kneadd").out == "active\n", "kneadd is not active")
    need(guest.run("systemctl show -P MainPID kneadd").out != before, "the old daemon still runs")
    bench.check_once()


def purge(bench):
    """removal keeps settings and data; purge leaves nothing but what a user keeps at home"""
    guest = bench.guest
    guest.run("apt-get remove -y knead >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; false; }", timeout_s=120)
    guest.run("test -e /var/lib/knead/knead.db && test -e /etc/knead/kneadd.conf")
    guest.run("! pgrep kneadd && ! command -v knead")
    guest.run("dpkg --purge knead >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; false; }", timeout_s=120)
    guest.run("rm -rf /etc/systemd/system/kneadd.service.d; systemctl daemon-reload")
    left = guest.run("find / -xdev \\( -path /proc -o -path /sys -o -path /seed -o -path /srv -o -path /var/log -o "
                     "-path /tmp -o -path /run -o -path /home \\) -prune -o -iname '*knead*' -print").out
    need(not left, f"purge left:\n{left}")
    bench.fact("purge leaves nothing of knead's on the disk but the locked user")


def purge_again(bench):
    """the same after all that was set up, switched and mended"""
    purge(bench)


FIRST, THEN, LAST = (install, security, configure, folder, group), (upgrade, purge), (purge_again,)
