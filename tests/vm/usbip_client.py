# SPDX-License-Identifier: GPL-3.0-or-later
"""knead-vm-usbip with a test in the place of the kernel's controller: what the guest test rests on.

usage: usbip_client.py BUILD-FOLDER [CASE...]"""

import json
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))

import rig  # noqa: E402

SUBMIT, UNLINK, RET_SUBMIT, RET_UNLINK = 1, 2, 3, 4
IN, OUT, LAST, MORE = 1, 0, 0, 1  # MORE: "what ends early is an error"
CONTROL, BULK_IN, BULK_OUT = 0, 1, 2
EPIPE, EREMOTEIO, ECONNRESET = -32, -121, -104
DEVICE_INFO, OPEN_SESSION, HANDLES, OBJECT = 0x1001, 0x1002, 0x1007, 0x1009
LIMIT_S = 30


class Host:
    """The kernel's end of the connection."""

    def __init__(self, case, *words, packet=512):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="knead-usbip."))
        case.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "watch").mkdir()
        (self.folder / "watch" / "a").write_bytes(bytes(i % 251 for i in range(3000)))
        (self.folder / "watch" / "b").write_bytes(bytes(1024))
        mine, its = socket.socketpair()
        mine.settimeout(LIMIT_S)
        self.socket, self.sequence, self.transaction = mine, 0, 0
        self.process = subprocess.Popen(
            [rig.program("tests/vm/knead-vm-usbip"), f"--root={self.folder}/watch", f"--packet={packet}",
             f"--report={self.folder}/report", f"--fd={its.fileno()}", *words], pass_fds=[its.fileno()])
        its.close()
        case.addCleanup(mine.close)
        case.addCleanup(self.end)

    def end(self):
        """What the watch says it saw, once it is told to end."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(LIMIT_S)

    def report(self):
        self.end()
        return json.loads((self.folder / "report").read_text())

    def submit(self, endpoint, direction, size, flags=LAST, setup=bytes(8), data=b""):
        self.sequence += 1
        self.socket.sendall(struct.pack(">10I", SUBMIT, self.sequence, 2, direction, endpoint, flags, size, 0, 0, 0) + setup +
                            data)
        return self.sequence

    def unlink(self, of):
        self.sequence += 1
        self.socket.sendall(struct.pack(">6I", UNLINK, self.sequence, 2, 0, 0, of).ljust(48, b"\0"))
        return self.sequence

    def take(self, n):
        data = b""
        while len(data) < n:
            part = self.socket.recv(n - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def answer(self, direction=IN):
        """(what, of which request, status, bytes)"""
        what, sequence, _, _, _, status, length = struct.unpack(">5IiI", self.take(48)[:28])
        return what, sequence, status, self.take(length) if what == RET_SUBMIT and direction == IN else length

    def control(self, kind, request, value, index, size):
        self.submit(CONTROL, kind >> 7, size, setup=struct.pack("<BBHHH", kind, request, value, index, size))
        _, _, status, data = self.answer(kind >> 7)
        return data if status == 0 else status

    def operation(self, code, *parameters, transaction=None):
        if transaction is None:
            transaction, self.transaction = self.transaction, self.transaction + 1
        container = struct.pack(f"<IHHI{len(parameters)}I", 12 + 4 * len(parameters), 1, code, transaction, *parameters)
        self.submit(BULK_OUT, OUT, len(container), data=container)
        return self.answer(OUT)[2]

    def read(self, size):
        self.submit(BULK_IN, IN, size)
        _, _, status, data = self.answer()
        return (status, data)

    def open(self):
        self.operation(OPEN_SESSION, 1, transaction=0)
        self.read(512)
        self.transaction = 1


def response(transaction, code=0x2001, *parameters):
    return struct.pack(f"<IHHI{len(parameters)}I", 12 + 4 * len(parameters), 3, code, transaction, *parameters)


class UsbIp(unittest.TestCase):
    def test_the_core_is_told_what_the_device_is(self):
        host = Host(self, "--interface=2", "--interface-name=", "--serial=", packet=64)
        device = host.control(0x80, 6, 0x0100, 0, 64)
        self.assertEqual((len(device), device[8:12], device[14:17]), (18, b"\x1e\x09\xdb\x50", b"\0\0\0"))
        head = host.control(0x80, 6, 0x0200, 0, 9)
        size, interfaces = struct.unpack("<xxHB", head[:5])
        whole = host.control(0x80, 6, 0x0200, 0, size)
        self.assertEqual((len(whole), interfaces), (size, 3))
        self.assertIn(struct.pack("<BBBBHB", 7, 5, 0x81, 2, 64, 0), whole)
        self.assertEqual(host.control(0x80, 6, 0x0300, 0, 255), b"\x04\x03\x09\x04")
        self.assertEqual(host.control(0x80, 6, 0x0301, 0, 255), EPIPE, "a string that it does not have")
        self.assertEqual(host.control(0x80, 6, 0x0201, 0, 9), EPIPE, "a second configuration")
        self.assertEqual(host.control(0x00, 9, 1, 0, 0), 0)
        self.assertEqual(host.control(0x80, 6, 0x0600, 0, 10), EPIPE, "a qualifier")
        self.assertEqual(host.report()["configured"], 1)

    def test_its_endpoints_may_be_in_another_setting(self):
        host = Host(self, "--alternate=1")
        whole = host.control(0x80, 6, 0x0200, 0, 255)
        settings = [(whole[at + 3], whole[at + 4]) for at in range(len(whole)) if whole[at:at + 3] == b"\x09\x04\x00"]
        self.assertEqual(settings, [(0, 0), (1, 3)])
        self.assertEqual(host.control(0x01, 11, 1, 0, 0), 0)
        self.assertEqual(host.report()["settings"], 1)

    def test_data_come_with_the_header_in_a_packet_of_its_own(self):
        host = Host(self)
        self.assertEqual(host.operation(DEVICE_INFO), 0)
        status, head = host.read(16384)
        self.assertEqual((status, len(head)), (0, 12))
        status, payload = host.read(16384)
        self.assertEqual((status, len(payload) + 12), (0, struct.unpack("<I", head[:4])[0]))
        self.assertEqual(host.read(16384), (0, response(0)))

    def test_without_an_empty_packet_a_longer_read_runs_into_what_comes_next(self):
        for word, read in (("--zlp", bytes(1024)), ("--zlp=no", bytes(1024) + response(1))):
            host = Host(self, word)
            host.open()
            host.operation(OBJECT, 2)
            host.read(512)
            self.assertEqual(host.read(2048), (0, read))
            self.assertEqual(host.report()["empty"], 1 if word == "--zlp" else 0)

    def test_what_is_behind_a_short_packet_is_never_read_and_waits_to_be_taken_back(self):
        host = Host(self)
        host.open()
        host.operation(OBJECT, 1)
        parts = [host.submit(BULK_IN, IN, 512, MORE) for _ in range(3)]
        last = host.submit(BULK_IN, IN, 512)
        self.assertEqual(host.answer()[:3], (RET_SUBMIT, parts[0], EREMOTEIO))
        for part in (*reversed(parts[1:]), last):
            unlink = host.unlink(part)
            self.assertEqual(host.answer()[:3], (RET_UNLINK, unlink, ECONNRESET))
        payload = b"".join(host.read(1024)[1] for _ in range(3))
        self.assertEqual(payload, bytes(i % 251 for i in range(3000)))
        report = host.report()
        self.assertEqual([report[name] for name in ("dropped", "continued", "short", "broken_rules")], [3, 3, 1, 0])

    def test_a_transfer_in_parts_begins_when_its_last_part_is_asked_for(self):
        host = Host(self)
        host.operation(DEVICE_INFO)
        first = host.submit(BULK_IN, IN, 512, MORE)
        self.assertEqual(host.control(0x80, 8, 0, 0, 1), b"\x01", "it would have been answered first")
        host.submit(BULK_IN, IN, 512)
        self.assertEqual(host.answer()[:3], (RET_SUBMIT, first, EREMOTEIO))

    def test_a_stall_lasts_until_it_is_cleared(self):
        host = Host(self, "--fault=kind=stall,op=1009,at=1536,code=2002")
        host.open()
        host.operation(OBJECT, 1)
        host.read(512)
        status, some = host.read(4096)
        self.assertEqual((status, len(some)), (EPIPE, 1024))
        self.assertEqual(host.read(4096), (EPIPE, b""))
        self.assertEqual(host.control(0x02, 1, 0, 0x81, 0), 0)
        self.assertEqual(host.read(4096), (0, response(1, 0x2002)))
        report = host.report()
        self.assertEqual((report["stalls"], report["clears"], report["faults"]), (2, 1, 1))

    def test_a_transfer_that_is_cancelled_gives_back_what_came(self):
        for words, what in (((), RET_SUBMIT), (("--cancel-loses",), RET_UNLINK)):
            host = Host(self, "--fault=kind=hang,op=1009,at=1536,times=0", *words)
            host.open()
            host.operation(OBJECT, 1)
            host.read(512)
            hanging = host.submit(BULK_IN, IN, 4096)
            unlink = host.unlink(hanging)
            first = host.answer()
            self.assertEqual(first[:3], (what, hanging if what == RET_SUBMIT else unlink, ECONNRESET))
            if what == RET_SUBMIT:
                self.assertEqual(len(first[3]), 1024)
                self.assertEqual(host.answer()[:3], (RET_UNLINK, unlink, 0))
            # a class request ends what it was doing
            self.assertEqual(host.control(0x21, 0x64, 0, 0, 0), 0)
            waiting = host.submit(BULK_IN, IN, 4096)
            unlink = host.unlink(waiting)
            self.assertEqual(host.answer()[:3], (RET_UNLINK, unlink, ECONNRESET))
            report = host.report()
            self.assertEqual((report["unlinked"], report["cut"], report["cancels"]), (2, 1, 1))

    def test_what_was_answered_cannot_be_taken_back(self):
        host = Host(self)
        host.operation(DEVICE_INFO)
        done = host.submit(BULK_IN, IN, 512)
        host.answer()
        unlink = host.unlink(done)
        self.assertEqual(host.answer()[:3], (RET_UNLINK, unlink, 0))
        self.assertEqual(host.report()["unlinked"], 0)

    def test_a_pulled_cable_answers_nothing_more(self):
        host = Host(self, "--fault=kind=unplug,op=1009,at=1536")
        host.open()
        host.operation(OBJECT, 1)
        host.read(512)
        with self.assertRaises(EOFError):
            host.read(4096)
        self.assertEqual(host.process.wait(LIMIT_S), 0)
        self.assertEqual(host.report()["left"], 1)

    def test_what_a_host_must_not_do_is_counted(self):
        host = Host(self)
        host.operation(DEVICE_INFO, transaction=0)
        host.operation(DEVICE_INFO, transaction=0)
        report = host.report()
        self.assertEqual((report["broken_rules"], report["codes"]), (1, ["1001", "1001"]))


if __name__ == "__main__":
    rig.main()
