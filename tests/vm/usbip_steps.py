# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated watch behind USB/IP: what a gadget cannot play, on the guest's real usbfs."""

import contextlib
import gzip
import json
import struct
import time

import files
from frame import need
from usb_steps import POLL, not_here

UNIT, REPORT, VHCI = "usbip-watch", "/run/usbip-report", "/sys/devices/platform/vhci_hcd.0"
SETTINGS = "/run/usbip-settings"
SHIM, FETCH = "/usr/libexec/knead/knead-vm-usbfs.so", "/usr/libexec/knead/kneadd-fetch"
READING = {"1001", "1002", "1003", "1004", "1005", "1007", "1008", "1009", "101b", "9001", "9801", "9803", "9805"}
SILENT = "it does not answer: unplug it, wait a moment, plug it in again"
KIB = 1024
BYTES = 0x0D  # a type of FIT


def pad(data, size, packet, ahead):
    """The same run with a message that nobody knows, of about so many bytes in all; with those ahead it fills packets."""
    body = data[14:-2] + files.definition(5, 0xFF00, [(0, 250, BYTES)])
    while len(body) + 16 < size or not 11 <= -(ahead + len(body) + 16) % packet <= 260:
        body += b"\x05" + bytes(250)
    last = -(ahead + len(body) + 16) % packet - 10  # a message of just what is missing
    body += files.definition(6, 0xFF00, [(0, last, BYTES)]) + b"\x06" + bytes(last)
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    whole = head + struct.pack("<H", files.crc16(head)) + body
    return whole + struct.pack("<H", files.crc16(whole))


class UsbIp:
    """One watch; each plug-in is a run of the program."""

    def __init__(self, bench, name, *words, serial="0000cbf0ffff"):
        self.bench, self.guest, self.root = bench, bench.guest, f"/srv/{name}"
        self.serial, self.words = serial, (f"--root={self.root}", f"--serial={serial}", *words)
        # sixteen hubs take a while
        self.guest.run(f"mkdir -p {self.root}/GARMIN/Activity && systemd-run -q --collect modprobe vhci-hcd")

    def put(self, n, size=0, packet=64, ahead=0):
        for _ in range(n):
            name, data = self.bench.new_run("usbip")
            path = f"{self.root}/GARMIN/Activity/{name}"
            self.guest.write(f"{path}.gz", gzip.compress(pad(data, size, packet, ahead) if size else data))
        self.guest.run(f"gunzip {self.root}/GARMIN/Activity/*.gz")

    def plug(self, *words, settings=""):
        """settings: for what is preloaded."""
        self.guest.run(f"{POLL.format(f'[ -e {VHCI}/attach ]')} rm -f {REPORT}; echo 'export X= {settings}' >{SETTINGS}; "
                       f"systemd-run -q --collect --unit={UNIT} /seed/knead-vm-usbip --report={REPORT} "
                       f"{' '.join((*self.words, *words))}")

    def unplug(self, how=f"systemctl stop {UNIT}"):
        """Returns what it saw: nothing but reading, and no rule broken."""
        said = self.guest.run(f"{how}; {POLL.format(f'[ -e {REPORT} ]')} cat {REPORT}", timeout_s=30).out
        not_here(self.bench)
        report = json.loads(said)
        need(set(report["codes"]) <= READING, f"more than reading: {report['codes']}")
        need(not report["broken_rules"], f"{report['broken_rules']} broken rules: {report['rule']}")
        need(report["configured"] == 1 and not report["device_resets"], "it was reset")
        return report

    def settle(self, *words, settings=""):
        self.plug(*words, settings=settings)
        self.bench.wait_settled()
        return self.unplug()

    def state(self):
        lines = self.guest.run("knead watches --json").out.splitlines()
        return [json.loads(line) for line in lines if self.serial in line][0]


@contextlib.contextmanager
def preloaded(guest):
    """kneadd starts its helpers without an environment: what is in kneadd-fetch's place puts one there."""
    lines = ["#!/bin/sh", f". {SETTINGS}", f"export LD_PRELOAD={SHIM}", f'exec {FETCH}.real "$@"', ""]
    guest.write(f"{FETCH}.new", "\n".join(lines))
    guest.run(f"install -m 755 /seed/libknead-vm-usbfs.so {SHIM} && chmod 755 {FETCH}.new && mv {FETCH} {FETCH}.real && "
              f"mv {FETCH}.new {FETCH}")
    try:
        yield
    finally:
        guest.run(f"mv {FETCH}.real {FETCH} && rm {SHIM}")


def habits(watch, bare):
    """Data that fill their last packet, with and without an empty one behind them, in packets of 512 and of 64 bytes."""
    watch.put(1)
    watch.put(1, size=16 * KIB, packet=512)
    watch.put(1, size=1200 * KIB, packet=512)
    whole = watch.settle("--no-partial")
    need((whole["largest"], whole["continued"], whole["empty"]) == (256 * KIB, 0, 0), f"{whole}")
    bare.put(1)
    bare.put(1, size=16 * KIB, packet=64, ahead=12)
    report = bare.settle()
    need(report["empty"] == 1 and report["settings"], f"{report}")
    return whole


def without_scatter(watch):
    """Stalls in the middle, where each transfer is split by libusb and continued by usbfs."""
    watch.put(2)
    watch.put(1, size=700 * KIB, packet=512)
    report = watch.settle("--fault=kind=stall,op=1009,at=1500,code=2002", "--fault=kind=stall,op=101b,nth=2,at=100000",
                          settings="KNEAD_SINGLE_BUFFERS=1")
    need((report["largest"], report["faults"]) == (16 * KIB, 2), f"{report}")
    need(report["short"] and report["dropped"] and report["clears"] >= 2, f"{report}")
    return report


def pull(watch):
    """With a transfer in flight."""
    watch.put(1, size=700 * KIB)
    watch.plug("--fault=kind=unplug,op=101b,nth=2,at=100000")
    report = watch.unplug("true")
    need(report["left"] and report["faults"] == 1, f"{report}")
    state = watch.state()
    need((state["here"], state["wanted"], state["got"], state["trouble"]) == (False, 1, 0, None), f"{state}")


def silence(watch):
    """The third of the new files hangs in its middle for good: what came stays, and what helps is said. The next time brings
    the rest, and what was pulled goes on where it was."""
    before = len(watch.bench.known())
    watch.put(4)
    began = time.monotonic()
    watch.plug("--fault=kind=hang,op=1009,nth=3,at=2000,times=0", settings="KNEAD_FASTER=10")
    watch.guest.wait("it to be given up", "knead watches --json | grep -q 'does not answer'")
    seconds = time.monotonic() - began
    state = watch.state()
    need((state["here"], state["trouble"]) == (True, SILENT), f"{state}")
    watch.guest.wait("what came to be stored", f"[ $(knead log --json | wc -l) = {before + 2} ]")
    report = watch.unplug(f"awk '$3 == 6 {{print $2 + 0}}' {VHCI}/status >{VHCI}/detach")
    need((report["faults"], report["cut"]) == (3, 3) and report["cancels"] >= 3, f"{report}")
    rest = watch.settle()
    need((rest["codes"].count("1009"), rest["codes"].count("101b")) == (2, 2), f"something was fetched again: {rest['codes']}")
    return seconds, report


def usbip(bench):
    """stalls, silence, packets of any size and pulled transfers, over USB/IP"""
    watch = UsbIp(bench, "usbip")
    bare = UsbIp(bench, "usbip-bare", "--packet=64", "--unsplit", "--zlp", "--interface=2", "--interface-name=", "--alternate=1",
                 serial="")
    whole = habits(watch, bare)
    with preloaded(bench.guest):
        split = without_scatter(watch)
        pull(watch)
        seconds, silent = silence(watch)
    bench.fact(f"USB/IP: data of 1.2 MiB in requests of {whole['largest'] // KIB} KiB; split by libusb, {split['dropped']} of "
               f"{split['continued']} requests were taken back unread; silent for good: given up after {seconds:.0f} s (patience "
               f"a tenth), {silent['cut']} transfers cut; all in, once")


STEPS = (usbip,)
