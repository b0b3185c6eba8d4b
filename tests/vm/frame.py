# SPDX-License-Identifier: GPL-3.0-or-later
"""What the steps of the guest test share: the guest, the receiver outside, and the ledger of runs that must come
in once and only once."""

import json
import os
import pathlib
import subprocess
import sys
import tarfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "system")]

import files  # noqa: E402
import guest as guests  # noqa: E402
import rig  # noqa: E402

SETTINGS = """# SPDX-License-Identifier: GPL-3.0-or-later
[webhook phone]
type = generic
url = http://{address}/phone
allow_plain_http = yes
secret_file = phone.secret
[runner]
time_zone = UTC
hr_max_bpm = 190
[folder sync]
path = /srv/sync
"""
SIGNED = ("/phone", "/ledger")  # paths to which messages of type generic go
CREDENTIAL = "[Service]\nLoadCredential=phone.secret:/etc/knead/phone.secret\n"


def need(condition, what):
    if not condition:
        raise guests.GuestError(what)


class Bench:
    """One run of the test: a guest, a receiver, a ledger."""

    def __init__(self, image, build, deb, work):
        self.image, self.build, self.deb, self.work = image, pathlib.Path(build), pathlib.Path(deb), pathlib.Path(work)
        self.phone = rig.Phone()
        self.guest = None
        self.consoles = []  # the last one is in use
        self.told_before = 0
        self.since = 0  # requests before that are of another ledger
        self.runs = {}  # start of each run that a source showed -> where it came from
        self.began, self.count = time.time(), 0
        self.facts = []  # lines of the closing table

    # -- the guest

    def start(self):
        seed = self.work / "seed.tar"
        with tarfile.open(seed, "w") as tar:
            tar.add(self.deb, "knead.deb")
            tar.add(self.newer_deb(), "knead-newer.deb")
            for name, path in self.programs().items():
                tar.add(path, name)
        self.guest = None
        for accel, limit_s in (("kvm", 60), ("tcg", 900)):
            if accel == "kvm" and not os.access("/dev/kvm", os.R_OK | os.W_OK):
                continue
            machine = guests.Guest(self.image, self.work, accel, self.phone.port, seed)
            try:
                seconds = machine.boot(limit_s)
            except (guests.GuestError, OSError) as why:
                machine.cut_power()
                if accel == "tcg":
                    raise
                print(f"   hardware virtualisation does not carry this guest ({why}): emulating", flush=True)
                continue
            self.guest = machine
            self.fact(f"booted in {seconds:.0f} s ({accel})")
            break
        self.guest.run("mkdir -p /seed && tar -x -C /seed -f /dev/vdb")

    def programs(self):
        """Of the build, to be run in the guest."""
        found = {"gadget": HERE / "gadget"}
        for name in ("knead-vm-watch", "knead-vm-usbip", "libknead-vm-usbfs.so", "knead-vm-clock"):
            if (self.build / "tests/vm" / name).exists():
                found[name] = self.build / "tests/vm" / name
        return found

    def newer_deb(self):
        """The same package under a higher version."""
        tree = self.work / "newer"
        subprocess.run(["dpkg-deb", "-R", str(self.deb), str(tree)], check=True)
        control = tree / "DEBIAN" / "control"
        text = control.read_text()
        version = next(line for line in text.splitlines() if line.startswith("Version:"))
        control.write_text(text.replace(version, version + "+newer1"))
        out = self.work / "knead-newer.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", str(tree), str(out)], check=True,
                       stdout=subprocess.DEVNULL)
        return out

    def fact(self, text):
        self.facts.append(text)
        print(f"   {text}", flush=True)

    # -- runs

    def new_run(self, where, **keywords):
        """Bytes of a run that no other has, and its name: the ledger expects it from now on."""
        self.count += 1
        # one every 90 minutes, each later than the one before, none in the future: none overlaps another
        start_s = (int(self.began) // 86400 - 20) * 86400 + self.count * 5400
        self.runs[files.iso(start_s)] = where
        return files.iso(start_s).replace(":", "-").replace("Z", "") + ".fit", \
            files.fit_run(start_s, serial=1000 + self.count, **keywords)

    def begin_again(self):
        """A store that is empty, and nothing said yet."""
        self.runs, self.since = {}, len(self.phone.requests)

    def known(self):
        """Starts of the activities in the guest's store."""
        out = self.guest.run("knead log --json").out
        return [json.loads(line)["start_utc"] for line in out.splitlines()]

    def notes(self):
        """What the receiver took in: {webhook-id: body}, each signature checked."""
        taken = {}
        for path, headers, body in list(self.phone.requests)[self.since:]:
            if path not in SIGNED:
                continue
            need(headers.get("webhook-signature") == rig.signature_of(headers, body), "a message is signed wrongly")
            taken[headers["webhook-id"]] = json.loads(body)
        return taken

    def told(self):
        """How many new activities the messages told of."""
        return sum(note["data"].get("new") or 0 for note in self.notes().values())

    def wait_told(self, n, timeout_s=60):
        end = time.monotonic() + timeout_s * self.guest.patience
        while self.told() < n:
            need(time.monotonic() < end, f"{self.told()} of {n} new activities were told\n{self.guest.journal()}")
            time.sleep(0.5)
        need(self.told() == n, f"{self.told()} new activities were told, {n} there are")

    def wait_settled(self, timeout_s=90):
        """Until every run of the ledger is in the store and told to the receiver; then once and only once."""
        end = time.monotonic() + timeout_s * self.guest.patience
        while True:
            stored, told = sorted(self.known()), self.told()
            if stored == sorted(self.runs) and told >= len(self.runs):
                break
            if time.monotonic() > end:
                missing = {run: self.runs[run] for run in sorted(set(self.runs) - set(stored))}
                raise guests.GuestError(f"{len(stored)} of {len(self.runs)} runs are in, {told} were told; missing: "
                                        f"{missing}\n{self.guest.journal()}")
            time.sleep(0.5)
        self.check_once()

    def check_once(self):
        stored, told = self.known(), self.told()
        need(sorted(stored) == sorted(self.runs), f"stored: {stored}")
        need(told == len(self.runs), f"{told} new activities were told of, {len(self.runs)} there are")
        check = self.guest.run("knead status --json").out
        need(json.loads(check)["outbox"]["waiting"] == 0, "messages wait")
