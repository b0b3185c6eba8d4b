# SPDX-License-Identifier: GPL-3.0-or-later
"""`knead parse` on good files, bad files and things that are no files.

usage: parse.py KNEAD KNEADD-PARSE SANITIZERS"""

import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile

from watch_files import fit, tcx

KNEAD, PARSE, SANITIZE = [os.path.abspath(p) for p in sys.argv[1:3]] + [sys.argv[3]]
SHAPE = {"file", "format", "valid", "kind", "device", "activities", "wellness", "messages",
         "problems"}
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def knead(*arguments, **keywords):
    environment = {"PATH": os.environ["PATH"], "TZ": "UTC", **keywords.pop("env", {})}
    return subprocess.run([KNEAD, *arguments], capture_output=True, env=environment, timeout=60,
                          check=False, **keywords)


def parse(*files, **keywords):
    """Exit status, one object per file, lines of stderr."""
    done = knead("parse", "--json", *files, **keywords)
    return (done.returncode, [json.loads(line) for line in done.stdout.splitlines()],
            done.stderr.decode().splitlines())


class Parse(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="knead-parse-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)

    def put(self, name, data):
        with open(name, "wb") as file:
            file.write(data)
        return name

    def assert_refused(self, name, why):
        status, objects, errors = parse(name)
        self.assertEqual(status, 1)
        self.assertEqual(len(objects), 1)
        self.assertEqual(set(objects[0]), SHAPE)
        self.assertIs(objects[0]["valid"], False)
        self.assertEqual(objects[0]["activities"], [])
        self.assertTrue(any(why in p["what"] for p in objects[0]["problems"]), objects[0])
        self.assertEqual(len(errors), 1, errors)
        self.assertTrue(errors[0].startswith("knead: "), errors)
        self.assertIn(why, errors[0])

    def test_a_fit_run(self):
        status, [run], errors = parse(self.put("run.fit", fit(61)))
        self.assertEqual((status, errors), (0, []))
        self.assertEqual(set(run), SHAPE)
        self.assertEqual((run["file"], run["format"], run["valid"], run["kind"]),
                         ("run.fit", "fit", True, "activity"))
        self.assertEqual(run["device"]["manufacturer"], "garmin")
        self.assertEqual(run["device"]["serial"], 3421500000)
        self.assertEqual(run["messages"], {"0": 1, "18": 1, "20": 61})
        [activity] = run["activities"]
        self.assertEqual(activity["sport"], "running")
        self.assertEqual(activity["start_utc"], "2026-05-03T06:12:44Z")
        self.assertEqual(activity["records"], 61)
        self.assertEqual(activity["stated"]["timer_s"], 60)
        self.assertEqual(activity["stated"]["distance_m"], 180)
        self.assertIsNone(activity["stated"]["ascent_m"])
        self.assertEqual(activity["computed"]["distance_m"], 180)
        self.assertEqual(activity["computed"]["hr_avg_bpm"], 140)
        self.assertIn("hr", activity["has"])
        self.assertNotIn("position", activity["has"])
        self.assertTrue(any("assumed" in p["what"] for p in run["problems"]))

    def test_a_tcx_run(self):
        status, [run], errors = parse(self.put("run.xml", tcx(61)))
        self.assertEqual((status, errors), (0, []))
        self.assertEqual((run["format"], run["valid"]), ("tcx", True))
        self.assertEqual(run["messages"]["Trackpoint"], 61)
        [activity] = run["activities"]
        self.assertEqual((activity["sport"], activity["records"]), ("running", 61))
        self.assertEqual(activity["stated"]["timer_s"], 60.5)
        self.assertIsNone(activity["stated"]["elapsed_s"])

    def test_blanks_before_the_declaration_are_no_fault(self):
        status, [run], _ = parse(self.put("run.tcx", b" \n" + tcx(3)))
        self.assertEqual((status, run["valid"]), (0, True))

    def test_objects_come_in_the_order_of_the_arguments(self):
        self.put("a.fit", fit(3))
        self.put("b.fit", b"garbage")
        self.put("c.tcx", tcx(3))
        names = ["c.tcx", "missing", "b.fit", "a.fit", "c.tcx"]
        status, objects, errors = parse(*names)
        self.assertEqual(status, 1)
        self.assertEqual([o["file"] for o in objects], names)
        self.assertEqual([o["valid"] for o in objects], [True, False, False, True, True])
        self.assertEqual(len(errors), 2)

    def test_bytes_that_are_no_watch_file(self):
        self.assert_refused(self.put("x", b"\x00\x01garbage" * 50), "neither a FIT nor a TCX")
        self.assert_refused(self.put("x", b""), "empty")
        self.assert_refused(self.put("x", b"<html><body></body></html>"),
                            "TrainingCenterDatabase")

    def test_compressed_files(self):
        self.assert_refused(self.put("x.fit.gz", gzip.compress(fit(3))), "unpack it first")
        with zipfile.ZipFile("x.zip", "w") as archive:
            archive.writestr("x.fit", fit(3))
        self.assert_refused("x.zip", "unpack it first")
        for head in b"BZh91AY&SY", b"\xfd7zXZ\0\0", b"\x28\xb5\x2f\xfd\0\0":
            self.assert_refused(self.put("x", head + bytes(50)), "unpack it first")

    def test_a_wrong_crc_is_not_valid_and_still_reported(self):
        data = bytearray(fit(61))
        data[-1] ^= 0xFF
        status, [run], errors = parse(self.put("x.fit", bytes(data)))
        self.assertEqual((status, run["valid"]), (1, False))
        self.assertEqual(run["activities"][0]["records"], 61)
        self.assertTrue(any("CRC" in p["what"] and "offset" in p for p in run["problems"]))
        self.assertEqual(len(errors), 1)

    def test_every_truncation_ends_in_good_order(self):
        whole = fit(5)
        names = [self.put(f"{n:03}.fit", whole[:n]) for n in range(0, len(whole), 7)]
        status, objects, errors = parse(*names)
        self.assertEqual(status, 1)
        self.assertEqual(len(objects), len(names))
        self.assertEqual(len(errors), len(names))
        self.assertFalse(any(o["valid"] for o in objects))
        self.assertFalse(any("crashed" in line for line in errors), errors)

    def test_a_doctype_is_refused(self):
        bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
        self.assert_refused(self.put("x.tcx", tcx(3, declaration=bomb)), "DOCTYPE")

    def test_a_sparse_file_of_4_gib_is_refused_at_once(self):
        with open("huge.fit", "wb") as file:
            file.truncate(4 << 30)
        before = time.monotonic()
        self.assert_refused("huge.fit", "larger than 32 MiB")
        self.assertLess(time.monotonic() - before, 5)

    def test_things_that_are_no_files(self):
        os.mkfifo("fifo")
        os.mkdir("folder")
        os.symlink("loop", "loop")
        self.assert_refused("fifo", "pipe")
        self.assert_refused("folder", "folder")
        self.assert_refused("loop", "symbolic links")
        self.assert_refused("/dev/null", "device")
        with socket.socket(socket.AF_UNIX) as s:
            s.bind("socket")
            self.assert_refused("socket", "socket")

    def test_a_link_to_a_file_is_followed(self):
        self.put("real.fit", fit(3))
        os.symlink("real.fit", "link.fit")
        status, [run], _ = parse("link.fit")
        self.assertEqual((status, run["file"], run["valid"]), (0, "link.fit", True))

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_no_right_to_read(self):
        os.chmod(self.put("secret.fit", fit(3)), 0)
        self.assert_refused("secret.fit", "Permission denied")

    def test_what_is_missing(self):
        status, objects, errors = parse("no", "nowhere/no")
        self.assertEqual((status, len(objects), len(errors)), (4, 2, 2))
        self.assertTrue(all(set(o) == SHAPE and o["valid"] is False for o in objects))
        status, objects, _ = parse("no", self.put("a.fit", fit(3)))
        self.assertEqual((status, [o["valid"] for o in objects]), (1, [False, True]))

    def test_names_of_any_bytes(self):
        odd = b"a\xff\xfe\x1b[31m\nb\x7f\xc2\x9bc.fit"
        with open(odd, "wb") as file:
            file.write(b"garbage")
        done = knead("parse", "--json", odd)
        self.assertEqual(done.returncode, 1)
        text = done.stdout.decode()  # is UTF-8
        self.assertEqual(json.loads(text)["file"], "a\ufffd\ufffd\x1b[31m\nb\x7f\x9bc.fit")
        self.assertIsNone(CONTROL.search(text))
        self.assertIsNone(CONTROL.search(done.stderr.decode()))
        self.assertEqual(len(done.stderr.splitlines()), 1)
        with open(odd, "wb") as file:
            file.write(fit(3))
        done = knead("parse", odd)
        self.assertEqual(done.returncode, 0)
        self.assertIsNone(CONTROL.search(done.stdout.decode()))

    def test_text_inside_a_file_is_cleaned(self):
        device = '<Creator><Name>Ev&#x9b;il&#x7f;&#x202e;</Name></Creator>'
        done = knead("parse", "--json", self.put("x.tcx", tcx(3, device=device)))
        self.assertIsNone(CONTROL.search(done.stdout.decode()))

    def test_wrong_usage(self):
        for arguments in [], ["parse"], ["nonsense"], ["parse", "--nonsense", "x"], \
                ["--now", "yesterday", "parse", "x"], ["parse", "x", "--state"]:
            done = knead(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertEqual(len(done.stderr.splitlines()), 1, arguments)
            self.assertEqual(done.stdout, b"")

    def test_help_and_version(self):
        for arguments in ["--help"], ["help"], ["parse", "--help"], ["--version"]:
            done = knead(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, b""), arguments)
            self.assertTrue(done.stdout)

    def test_options_stand_anywhere_and_end_with_two_dashes(self):
        self.put("-x.fit", fit(3))
        first = knead("--json", "parse", "--", "-x.fit")
        self.assertEqual(first.returncode, 0)
        self.assertEqual(first.stdout, knead("parse", "./-x.fit", "--json").stdout.replace(
            b"./-x", b"-x"))

    def test_people_get_lines_that_align_and_no_colours_in_a_pipe(self):
        done = knead("parse", self.put("a.fit", fit(3601)), self.put("b.tcx", tcx(3)))
        self.assertEqual(done.returncode, 0)
        text = done.stdout.decode()
        self.assertNotIn("\x1b", text)
        self.assertIn("Forerunner 965", text)
        self.assertIn("1:00:00", text)
        self.assertIn("10.80 km", text)
        self.assertIn("2026-05-03 06:12", text)
        head, row = text.splitlines()[1:3]
        self.assertEqual(head.index("time") + len("time"), row.index("1:00:00") + len("1:00:00"))

    def test_output_that_cannot_be_written_is_an_error(self):
        self.put("a.fit", fit(3))
        with open("/dev/full", "wb") as full:
            done = subprocess.run([KNEAD, "parse", "--json", "a.fit"], stdout=full,
                                  stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"cannot write", done.stderr)
        for redirections in ">&-", ">&- <&-":
            done = subprocess.run(["/bin/sh", "-c", f'"{KNEAD}" parse a.fit {redirections}'],
                                  stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"cannot write", done.stderr)

    def test_a_reader_that_goes_away_ends_it_by_sigpipe(self):
        self.put("a.fit", fit(3))
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([KNEAD, "parse", "--json"] + ["a.fit"] * 3, stdout=write,
                              stderr=subprocess.PIPE, check=False)
        os.close(write)
        self.assertEqual(done.returncode, -13)

    def test_a_reader_that_crashes_costs_one_file(self):
        self.put("a.fit", fit(3))
        status, [run], errors = parse("a.fit", env={"KNEAD_PARSE_HELPER": "/bin/false"})
        self.assertEqual((status, run["valid"], len(errors)), (1, False, 1))
        status, objects, errors = parse("a.fit", env={"KNEAD_PARSE_HELPER": "/nonexistent"})
        self.assertEqual((status, objects, len(errors)), (3, [], 1))

    def test_the_reader_works_by_hand(self):
        self.put("a.fit", fit(61))
        done = subprocess.run([PARSE, "a.fit", "--json"], capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, knead("parse", "--json", "a.fit").stdout)
        for arguments in [], ["--json"], ["a.fit", "b.fit"], ["--what", "a.fit"]:
            done = subprocess.run([PARSE, *arguments], capture_output=True, check=False)
            self.assertEqual(done.returncode, 2, arguments)

    def test_knead_starts_without_heavy_libraries(self):
        listed = subprocess.run(["ldd", KNEAD], capture_output=True, check=True).stdout.decode()
        self.assertIn("libc.so", listed)
        for library in "libcurl", "libusb", "libxml2":
            self.assertNotIn(library, listed)

    def put_long(self, kind, records):
        """Made by another process: what this one once used would be counted as its children's."""
        name = f"long.{kind}"
        maker = os.path.join(os.path.dirname(os.path.abspath(__file__)), "watch_files.py")
        with open(name, "wb") as file:
            subprocess.run([sys.executable, maker, kind, str(records)], stdout=file, check=True)
        return name

    def peak_mib(self, name):
        child = subprocess.Popen([PARSE, name, "--json"], stdout=subprocess.PIPE)
        out = child.stdout.read()
        child.stdout.close()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        return json.loads(out), usage.ru_maxrss / 1024

    @unittest.skipIf(SANITIZE, "a sanitizer needs memory of its own")
    def test_the_largest_files_fit_into_the_memory_that_is_promised(self):
        run, mib = self.peak_mib(self.put_long("fit", 300000))
        self.assertEqual(run["activities"][0]["records"], 300000)
        self.assertLess(mib, 96)
        run, mib = self.peak_mib(self.put_long("tcx", 300000))
        self.assertEqual(run["activities"][0]["records"], 300000)
        self.assertLess(mib, 96)

    def test_more_records_than_are_kept(self):
        self.assert_refused(self.put_long("fit", 300001), "record")
        self.assert_refused(self.put_long("tcx", 300001), "record")

    def test_larger_than_is_read(self):
        os.truncate(self.put("big.tcx", tcx(3)), (32 << 20) + 1)
        self.assert_refused("big.tcx", "larger than 32 MiB")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
