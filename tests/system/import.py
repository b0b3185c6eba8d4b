# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and folders through `knead import`, and what the other verbs say of them afterwards.

usage: import.py BUILD-FOLDER [CASE...]"""

import gzip
import os
import random
import shutil
import time

import files
import rig

NOW = "2026-05-17T18:00:00+02:00"
INDICATIONS = {"tension", "injury_risk", "soreness", "recovery", "stress"}
MEANING = ("activity", "recording", "file", "day_total", "daily_score")


class Import(rig.Case):
    def setUp(self):
        super().setUp()
        self.world.now = NOW

    def season(self, *options):
        return self.world.make_season(self.world.home / "watch", *options)

    def write(self, name, data):
        path = self.world.home / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def do_import(self, *paths, status=0, **keywords):
        return self.ok(self.world.knead("import", "--json", *paths, **keywords), status).json()

    # -- what is printed

    def test_import_json_counts_what_came_in(self):
        said = self.do_import(self.season("--weeks", "2"))
        self.assertEqual(set(said), {"found", "new", "known", "merged", "refused", "activities"})
        self.assertEqual((said["found"], said["new"], said["known"], said["merged"]), (10, 10, 0, 0))
        self.assertEqual(said["refused"], [])
        self.assertEqual(len(set(said["activities"])), 10)

    def test_log_json_is_oldest_first_with_every_key(self):
        self.do_import(self.season("--weeks", "2"))
        entries = self.world.ask_lines("log")
        self.assertEqual(len(entries), 10)
        starts = [entry["start_utc"] for entry in entries]
        self.assertEqual(starts, sorted(starts))
        for entry in entries:
            self.assertLessEqual({"id", "start_utc", "sport", "timer_s", "distance_m", "load", "sources"}, set(entry))
            self.assertEqual(entry["sport"], "running")
            self.assertGreater(entry["load"], 0)
            for source in entry["sources"]:
                self.assertLessEqual({"file", "sha256", "serial"}, set(source))
                self.assertRegex(source["sha256"], "^[0-9a-f]{64}$")
        newest = self.ok(self.world.knead("log", "--json", "--last", "3")).lines()
        self.assertEqual(newest, entries[-3:])

    def test_show_has_no_empty_line_for_loads_that_are_not_known(self):
        self.do_import(self.write("run.fit", files.fit_run(files.utc_s("2026-05-16T06:00:00Z"), hr=255)))
        text = self.ok(self.world.knead("show", "1")).out
        self.assertRegex(text, r"\nLoad [\d.]+ \(duration\)\n\n\S")

    def test_show_json_has_what_the_file_states_and_what_was_computed(self):
        path = self.write("run.fit", files.fit_run(files.utc_s("2026-05-17T07:00:00Z"), seconds=1200, serial=77))
        entry = self.do_import(path)["activities"]
        shown = self.world.ask("show", str(entry[0]))
        for key in ("stated", "computed", "laps", "records", "has", "load", "sources", "sport", "start_utc"):
            self.assertIn(key, shown)
        self.assertEqual(shown["start_utc"], "2026-05-17T07:00:00Z")
        self.assertEqual(shown["records"], 1201)
        self.assertAlmostEqual(shown["stated"]["timer_s"], 1200)
        self.assertAlmostEqual(shown["computed"]["distance_m"], 3600, delta=1)
        self.assertAlmostEqual(shown["computed"]["hr_avg_bpm"], 150, delta=0.1)
        self.assertIn("position", shown["has"])
        self.assertEqual(shown["sources"][0]["serial"], 77)

    def test_status_json_has_every_key(self):
        self.do_import(self.season("--weeks", "6"))
        status = self.world.ask("status")
        self.assertLessEqual({"as_of", "strain", "indications", "last_massage", "watches", "outbox", "refused",
                              "webhooks"}, set(status))
        self.assertEqual(status["as_of"], "2026-05-17T16:00:00Z")
        self.assertEqual(set(status["indications"]), INDICATIONS)
        for indication in status["indications"].values():
            if indication is None:
                continue
            self.assertLessEqual({"score", "raw", "severity", "active", "pending", "reasons", "regions"},
                                 set(indication))
            for reason in indication["reasons"]:
                self.assertLessEqual({"name", "evidence", "text"}, set(reason))
        scores = {name: it["score"] for name, it in status["indications"].items() if it}
        self.assertEqual(status["strain"]["score"], max(scores.values()))
        self.assertEqual(scores[status["strain"]["indication"]], max(scores.values()))
        self.assertEqual(status["outbox"], {"waiting": 0, "failed": 0})

    def test_alerts_json_has_every_key_and_says_that_no_phone_is_set_up(self):
        self.do_import(self.season("--weeks", "6"))
        alerts = self.world.ask_lines("alerts")
        self.assertEqual(len(alerts), 1)
        self.assertLessEqual({"id", "type", "created", "webhook", "state", "attempts", "next", "why"}, set(alerts[0]))
        self.assertEqual(alerts[0]["state"], "held")
        self.assertIn("no phone set up", alerts[0]["why"])
        self.assertIn("no phone set up", self.ok(self.world.knead("status")).out)

    def test_an_import_without_a_daemon_says_that_its_note_waits(self):
        self.world.configure(url="http://127.0.0.1:9/phone")
        result = self.ok(self.world.knead("import", self.season("--weeks", "2")))
        self.assertIn("waits", result.out)
        alerts = self.world.ask_lines("alerts")
        self.assertEqual([(alert["state"], alert["webhook"]) for alert in alerts], [("waiting", "phone")])

    # -- once

    def test_the_same_import_twice_gives_nothing_new(self):
        watch = self.season("--weeks", "3")
        self.do_import(watch)
        before = self.world.dump(*MEANING)
        again = self.do_import(watch)
        self.assertEqual((again["new"], again["known"], again["activities"]), (0, 15, []))
        self.assertEqual(self.world.dump(*MEANING), before)
        self.assertEqual(len(self.world.ask_lines("alerts")), 1)
        self.assertEqual(self.world.spool(), [])

    def test_the_same_bytes_under_another_name_are_known(self):
        run = files.fit_run(files.utc_s("2026-05-17T07:00:00Z"))
        self.do_import(self.write("one.fit", run))
        said = self.do_import(self.write("copy/two.fit", run))
        self.assertEqual((said["new"], said["known"]), (0, 1))

    def test_the_same_bytes_twice_in_one_import_are_one_activity(self):
        run = files.fit_run(files.utc_s("2026-05-17T07:00:00Z"))
        self.write("one.fit", run)
        self.write("two.fit", run)
        said = self.do_import(self.world.home / "source")
        self.assertEqual((said["found"], said["new"], said["known"]), (2, 1, 1))

    def test_a_file_that_grew_under_the_same_name_is_taken_again(self):
        self.do_import(self.write("run.fit", files.fit_run(files.utc_s("2026-05-16T07:00:00Z"))))
        said = self.do_import(self.write("run.fit", files.fit_run(files.utc_s("2026-05-17T07:00:00Z"), 900)))
        self.assertEqual(said["new"], 1)

    # -- order

    def import_in_parts(self, paths, parts):
        """Another store with the same files, in `parts` imports. Returns its meaning."""
        world = rig.World()
        self.addCleanup(world.close)
        world.now = NOW
        size = -(-len(paths) // parts)
        for at in range(0, len(paths), size):
            self.ok(world.knead("import", *paths[at:at + size]))
        return world.dump(*MEANING)

    def test_the_order_of_imports_changes_no_activity_no_day_and_no_score(self):
        watch = self.season("--weeks", "8")
        paths = sorted(str(path) for path in watch.rglob("*.*") if path.is_file())
        self.do_import(*paths)
        wanted = self.world.dump(*MEANING)
        self.assertEqual(len(wanted["activity"]), 40)
        self.assertTrue(wanted["daily_score"])
        seed = int(time.time())
        print(f"seed {seed}")
        dice = random.Random(seed)
        for parts in (1, 3, 10):
            shuffled = dice.sample(paths, len(paths))
            found = self.import_in_parts(shuffled, parts)
            for table in MEANING:
                self.assertEqual(found[table], wanted[table], f"{table}, {parts} parts, seed {seed}")

    def test_the_newest_first_gives_the_same_as_the_oldest_first(self):
        watch = self.season("--weeks", "4")
        paths = sorted((str(path) for path in watch.rglob("*.*") if path.is_file()), key=os.path.basename)
        forward = self.import_in_parts(paths, len(paths))
        backward = self.import_in_parts(paths[::-1], len(paths))
        for table in MEANING:
            self.assertEqual(backward[table], forward[table], table)

    # -- the same run twice

    def pair(self, shift_s=0):
        start = files.utc_s("2026-05-17T07:00:00Z")
        fit = self.write("watch.fit", files.fit_run(start, 1800))
        tcx = self.write("export.tcx", files.tcx_run(start + shift_s, 1800))
        return fit, tcx

    def assert_one_run_led_by_fit(self):
        entries = self.world.ask_lines("log")
        self.assertEqual(len(entries), 1)
        self.assertEqual(len(entries[0]["sources"]), 2)
        shown = self.world.ask("show", str(entries[0]["id"]))
        self.assertEqual(shown["records"], 1801, "the richer source leads")
        days = self.world.rows("SELECT activities FROM day_total")
        self.assertEqual(days, [(1,)])

    def test_fit_and_tcx_of_the_same_run_are_one_activity(self):
        fit, tcx = self.pair()
        said = self.do_import(fit, tcx)
        self.assertEqual((said["new"], said["merged"]), (1, 1))
        self.assert_one_run_led_by_fit()

    def test_the_poorer_source_first_gives_the_same_activity(self):
        fit, tcx = self.pair()
        first = self.do_import(tcx)["activities"]
        said = self.do_import(fit)
        self.assertEqual((said["new"], said["merged"], said["activities"]), (0, 1, first))
        self.assert_one_run_led_by_fit()

    def test_a_tcx_that_wrote_local_time_as_utc_is_the_same_run(self):
        self.do_import(*self.pair(shift_s=2 * 3600))
        self.assert_one_run_led_by_fit()

    def test_two_runs_of_one_device_are_never_merged(self):
        start = files.utc_s("2026-05-17T07:00:00Z")
        one = self.write("one.fit", files.fit_run(start, 1800))
        two = self.write("two.fit", files.fit_run(start + 60, 1800))
        said = self.do_import(one, two)
        self.assertEqual((said["new"], said["merged"]), (2, 0))

    def test_status_tells_of_a_clock_that_is_behind_and_cuts_a_long_list_of_refusals(self):
        for i in range(230):
            self.write(f"bad-{i:03}.fit", b"bad %d" % i)
        self.do_import(self.world.home / "source", status=1)
        self.do_import(self.season("--weeks", "1", "--short"))
        status = self.world.ask("status")
        self.assertEqual((len(status["refused"]), status["refused_n"]), (200, 230))
        self.assertEqual(status["checks"]["clock"], None)
        out = self.ok(self.world.knead("status")).out
        self.assertEqual(out.count("bad-"), 20)
        self.assertIn("and 210 before them", out)
        self.world.now = "2026-05-16T18:00:00+02:00"
        self.assertIn("2026-05-17 18:00", self.world.ask("status")["checks"]["clock"])
        self.assertRegex(self.ok(self.world.knead("status")).out, "Check .*clock .* is behind the last import")

    def test_a_merge_is_not_announced_again(self):
        fit, tcx = self.pair()
        self.do_import(tcx)
        self.do_import(fit)
        self.assertEqual(len(self.world.ask_lines("alerts")), 1)

    # -- bad input

    def bad_folder(self):
        """A folder with everything that is wrong with files, and two good runs."""
        good = files.fit_run(files.utc_s("2026-05-16T07:00:00Z"))
        source = self.world.home / "source"
        self.write("a-good.fit", good)
        self.write("garbage.fit", random.Random(5).randbytes(5000))
        self.write("empty.fit", b"")
        self.write("truncated.fit", good[:-1500])
        self.write("crc.fit", good[:-2] + bytes([good[-2] ^ 1, good[-1]]))
        self.write("packed.fit.gz", gzip.compress(good))
        self.write("doctype.tcx", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'
                   b"<TrainingCenterDatabase>&a;</TrainingCenterDatabase>")
        with open(source / "sparse.fit", "wb") as file:
            file.truncate(4 << 30)
        os.mkfifo(source / "pipe.fit")
        os.symlink("loop.fit", source / "loop.fit")
        (source / "below").mkdir()
        os.symlink("..", source / "below" / "up")
        self.write("z-good.tcx", files.tcx_run(files.utc_s("2026-05-17T07:00:00Z")))
        bad = ["garbage.fit", "empty.fit", "truncated.fit", "crc.fit", "packed.fit.gz", "doctype.tcx", "sparse.fit",
               "pipe.fit", "loop.fit", "below/up"]
        return source, bad

    def test_bad_files_are_one_line_each_and_the_rest_goes_on(self):
        source, bad = self.bad_folder()
        before = rig.tree_state(source)
        result = self.ok(self.world.knead("import", source, timeout_s=30), 1)
        lines = result.err.splitlines()
        self.assertEqual(len(lines), len(bad), result.err)
        for name in bad:
            matching = [line for line in lines if line.startswith(f"knead: refused: {source}/{name}: ")]
            self.assertEqual(len(matching), 1, f"{name}\n{result.err}")
        self.assertIn("unpack it first", result.err)
        self.assertEqual(len(self.world.ask_lines("log")), 2)
        refused = {entry["file"] for entry in self.world.ask("status")["refused"]}
        self.assertEqual(refused, {f"{source}/{name}" for name in bad})
        for name in bad:
            self.assertIn(name, self.ok(self.world.knead("status")).out)
        self.assertEqual(rig.tree_state(source), before, "a source is only read")
        self.assertEqual(self.world.spool(), [])

    def test_a_link_to_nowhere_and_a_missing_path_are_said(self):
        self.write("good.fit", files.fit_run(files.utc_s("2026-05-16T07:00:00Z")))
        os.symlink("/nonexistent/run.fit", self.world.home / "source" / "dangling.fit")
        result = self.ok(self.world.knead("import", self.world.home / "source", self.world.home / "nothing"), 1)
        self.assertIn("dangling.fit: ", result.err)
        self.assertIn("nothing is there", result.err)
        self.assertEqual(len(self.world.ask_lines("log")), 1)

    def test_where_nothing_is_no_store_is_made(self):
        result = self.world.knead("import", "/nothing", self.world.home / "neither")
        self.assertEqual(result.status, 4)
        self.assertEqual(result.err.count("nothing is there"), 2)
        self.assertFalse(self.world.state.exists())

    def test_a_single_bad_path_is_said_too(self):
        os.mkfifo(self.world.home / "pipe")
        for path in (self.world.home / "pipe", "/dev/zero", "/proc/self/mem"):
            result = self.ok(self.world.knead("import", path, timeout_s=20), 1)
            self.assertEqual(len(result.err.splitlines()), 1, result.err)

    def test_no_right_to_read_is_said_and_mended_by_giving_it(self):
        if os.geteuid() == 0:
            rig.skip_visibly(self, "root may read everything")
        locked = self.write("locked.fit", files.fit_run(files.utc_s("2026-05-16T07:00:00Z")))
        inside = self.write("closed/run.fit", files.fit_run(files.utc_s("2026-05-15T07:00:00Z")))
        self.write("open.fit", files.fit_run(files.utc_s("2026-05-17T07:00:00Z")))
        os.chmod(locked, 0)
        os.chmod(inside.parent, 0)
        source = self.world.home / "source"
        result = self.ok(self.world.knead("import", source), 1)
        self.assertEqual(len(result.err.splitlines()), 2, result.err)
        self.assertIn("locked.fit: no right to read", result.err)
        self.assertIn("closed: no right to read", result.err)
        self.assertEqual(len(self.world.ask("status")["refused"]), 2)
        os.chmod(locked, 0o600)
        os.chmod(inside.parent, 0o700)
        said = self.do_import(source)
        self.assertEqual((said["new"], said["refused"]), (2, []))
        self.assertEqual(self.world.ask("status")["refused"], [], "what could be read at last is not refused")

    def counting_helper(self):
        counts = self.world.home / "helped"
        counts.write_text("")
        script = self.world.home / "helper.sh"
        script.write_text(f'#!/bin/sh\necho x >>"{counts}"\nexec "{rig.program(rig.PARSE)}"\n')
        os.chmod(script, 0o700)
        return {"KNEAD_PARSE_HELPER": str(script)}, lambda: len(counts.read_text().splitlines())

    def test_a_refused_file_is_not_tried_again_until_the_parser_changes(self):
        env, helped = self.counting_helper()
        path = self.write("garbage.fit", b"\x0e\x20\x54\x08nothing.FIT of the kind" * 9)
        self.do_import(path, status=1, env=env)
        self.assertEqual(helped(), 1)
        os.utime(path)  # another date: it is looked at, and known by its bytes
        again = self.ok(self.world.knead("import", path, env=env)).out
        self.assertIn("1 of the known was refused before: knead status", again)
        self.write("copy.fit", path.read_bytes())
        self.ok(self.world.knead("import", self.world.home / "source", env=env), 0)
        self.assertEqual(helped(), 1)
        self.assertEqual(len(self.world.ask("status")["refused"]), 1)
        db = rig.sqlite3.connect(self.world.state / "knead.db")
        with db:
            db.execute("UPDATE file SET parser_version = parser_version - 1")
        db.close()
        self.do_import(path, status=1, env=env)
        self.assertEqual(helped(), 2, "another parser tries again")
        self.assertEqual(self.world.count("file"), 1)

    def test_a_file_refused_by_an_older_parser_and_read_by_this_one_comes_in(self):
        script = self.world.home / "old.sh"
        script.write_text("#!/bin/sh\nexit 9\n")
        os.chmod(script, 0o700)
        path = self.write("run.fit", files.fit_run(files.utc_s("2026-05-16T07:00:00Z")))
        self.do_import(path, status=1, env={"KNEAD_PARSE_HELPER": str(script)})
        self.assertEqual(self.do_import(path)["new"], 0)
        db = rig.sqlite3.connect(self.world.state / "knead.db")
        with db:
            db.execute("UPDATE file SET parser_version = parser_version - 1")
        db.close()
        self.assertEqual(self.do_import(path)["new"], 1)
        self.assertEqual(self.world.ask("status")["refused"], [])

    # -- sources

    def test_nothing_in_a_source_is_written_or_deleted(self):
        watch = self.season("--weeks", "3")
        before = rig.tree_state(watch)
        self.do_import(watch)
        self.assertEqual(rig.tree_state(watch), before)

    def test_a_source_without_the_right_to_write_is_read(self):
        watch = self.season("--weeks", "1")
        for folder, _, names in os.walk(watch, topdown=False):
            for name in names:
                os.chmod(os.path.join(folder, name), 0o400)
            os.chmod(folder, 0o500)
        self.assertEqual(self.do_import(watch)["new"], 5)

    def test_what_lies_beside_activities_on_a_watch_is_not_touched(self):
        watch = self.season("--weeks", "1")
        (watch / "GARMIN" / "Music").mkdir()
        (watch / "GARMIN" / "Music" / "song.fit").write_bytes(b"not for us")
        (watch / "note.txt").write_text("hello")
        self.assertEqual(self.do_import(watch)["found"], 5)

    def test_names_with_odd_bytes_are_printed_without_them(self):
        odd = os.fsencode(str(self.world.home / "source")) + b"/esc\x1b[31m\xff\xc2\x9b.fit"
        self.write("x.fit", b"")
        with open(odd, "wb") as file:
            file.write(b"rubbish")
        with open(odd + b".tcx", "wb") as file:
            file.write(files.tcx_run(files.utc_s("2026-05-16T07:00:00Z")))
        result = self.ok(self.world.knead("import", self.world.home / "source"), 1)
        one = str(self.world.ask_lines("log")[0]["id"])
        asked = [["status"], ["status", "--json"], ["show", one], ["show", one, "--json"], ["log"], ["log", "--json"]]
        for text in (result.out, result.err, *[self.ok(self.world.knead(*words)).out for words in asked]):
            self.assertNotRegex(text, "[\x00-\x08\x0b-\x1f\x7f-\x9f]")

    def test_names_cannot_look_like_lines_of_ours(self):
        """Neither by a line break nor by turning the rest of the line round."""
        self.write("x.fit", b"")
        source = self.world.home / "source"
        (source / "a\nStrain 0: nothing.fit").write_bytes(b"rubbish 1")
        (source / "gnp\u202e.fit").write_bytes(b"rubbish 2")
        (source / "c\u2028d\u2066.fit").write_bytes(b"rubbish 3")
        result = self.ok(self.world.knead("import", source), 1)
        status = self.ok(self.world.knead("status")).out
        for text in (result.out, result.err, status):
            self.assertNotRegex(text, "[\u2028-\u202e\u2066-\u2069]")
            self.assertFalse([line for line in text.splitlines()[1:] if line.strip().startswith("Strain 0: nothing")])
        whole = self.ok(self.world.knead("status", "--json"))
        self.assertNotRegex(whole.out, "[\u2028-\u202e\u2066-\u2069]")
        self.assertIn("gnp\u202e.fit", " ".join(file["file"] for file in whole.json()["refused"]))

    def test_the_archive_keeps_the_originals(self):
        run = files.fit_run(files.utc_s("2026-05-16T07:00:00Z"))
        self.do_import(self.write("run.fit", run))
        kept = [path for path in (self.world.state / "archive").rglob("*") if path.is_file()]
        self.assertEqual([path.read_bytes() for path in kept], [run])
        shutil.rmtree(self.world.home / "source")
        self.assertEqual(len(self.world.ask_lines("log")), 1)

    def test_archive_off_keeps_nothing(self):
        self.world.configure(phone=False, more="[store]\narchive = off\n")
        self.do_import(self.write("run.fit", files.fit_run(files.utc_s("2026-05-16T07:00:00Z"))))
        self.assertEqual([path for path in (self.world.state / "archive").rglob("*") if path.is_file()], [])


if __name__ == "__main__":
    rig.main()
