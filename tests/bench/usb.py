# SPDX-License-Identifier: GPL-3.0-or-later
"""What plugging in costs: ./dev bench usb.

Operations of MTP, USB transfers and time for kneadd-fetch on the simulated watch of tests/usb, beside mtp-tools
and jmtpfs on the same device. The device answers after 2 ms; counts do not depend on the machine, times do.
The functions that the bars need are used by bench.py as well.

usage: usb.py BUILD-FOLDER"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "usb"), str(TESTS / "system")]

import bus
import rig

FILES = 1000
ROUND_TRIPS = 40
PLUG_INS = 5
PLUG_IN_BAR_S = 2
LATENCY = "--latency-usec=2000"
DEVICES = {
    "property lists": ["--id=091e:4cda", "--list=given"],
    "no property lists": ["--id=091e:4cda", "--list=absent"],
}


def our_counts(build, folder, settings):
    """The three plug-ins of knead-usb-bench, as a list of dictionaries; and the storage that it leaves."""
    place = pathlib.Path(tempfile.mkdtemp(dir=folder))
    result = subprocess.run([build / "tests/bench/knead-usb-bench", build / "daemon/helpers/kneadd-fetch", place,
                             *settings], stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()], next(place.glob("reading.*/storage"))


def bars(build, folder):
    """(what, measured, bar) for each bar on operations."""
    for name, settings in DEVICES.items():
        first, nothing, one = our_counts(build, folder, settings)[0]
        yield f"operations of a full listing, {name}", first["listing"], FILES + ROUND_TRIPS
        yield f"operations with nothing new, {name}", nothing["operations"], ROUND_TRIPS
        yield f"operations for one new file, {name}", one["operations"], ROUND_TRIPS


def fill(watch):
    """A thousand activities, each of its own day, in years before the runs that are added later."""
    start_s = rig.files.utc_s("2022-01-01T06:00:00Z")
    for day in range(FILES):
        at = rig.files.iso(start_s + 86400 * day)
        watch.put_run(at, seconds=60)


def switches(pid):
    for line in open(f"/proc/{pid}/status", encoding="ascii"):
        if line.startswith("voluntary_ctxt_switches:"):
            return int(line.split()[1])
    return 0


def plug_in_times(build):
    """Seconds from the add event of a watch with one new file among a thousand to the request on the phone; and how
    often the daemon was woken in ten seconds with the watch plugged in and read."""
    rig.BUILD = build
    world = rig.World()
    try:
        world.set_clock("2026-05-16T19:30:00+02:00")
        world.start_receiver()
        world.configure()
        watch = bus.Bus(world)
        fill(watch)
        world.start(env=watch.environment)
        watch.plug()
        world.wait_accepted(1, 300)
        seconds = []
        for number in range(PLUG_INS):
            watch.unplug()
            rig.wait_for("the watch to leave", lambda: world.daemon.log().count("is unplugged") > number)
            watch.put_run(f"2026-05-{number + 1:02}T06:00:00Z", seconds=3600)
            time.sleep(3.5)  # a watch that comes back at once is waited for
            watch.report()
            start = time.perf_counter()
            watch.plug()
            while len(world.received()) < number + 2:
                time.sleep(0.005)
                if time.perf_counter() - start > 60:
                    raise TimeoutError("no message came")
            seconds.append(time.perf_counter() - start)
        time.sleep(3)
        before = switches(world.daemon.process.pid)
        time.sleep(10)
        return seconds, switches(world.daemon.process.pid) - before
    finally:
        world.close()


# -- other programs

def run_beside(build, folder, settings, storage, command):
    """Runs a command that sees the simulated watch. Returns its output and what came over the wire."""
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    start = time.perf_counter()
    result = subprocess.run([build / "tests/usb/knead-watch-sim", f"--root={storage}", *settings, LATENCY,
                             f"--report={report}", "--", *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, errors="replace", timeout=600)
    seconds = time.perf_counter() - start
    counts = json.loads(report.read_text())
    return result, {"operations": counts["operations"], "ms": seconds * 1000,
                    "transfers": counts["transfers_in"] + counts["transfers_out"] + counts["control"]}


def find_id(listing, name):
    """mtp-files prints an id and the name below it."""
    lines = listing.splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip() == f"Filename: {name}")
    return lines[at - 1].split(":")[1].strip()


def added(a, b):
    return {key: a[key] + b[key] for key in a}


def beside(build, folder, settings, storage):
    """(program and job, counts or a reason) for each program that is there."""
    newest = max(path.name for path in storage.rglob("*.fit"))
    wanted = next(storage.rglob(newest)).read_bytes()
    got = folder / "got.fit"
    if not shutil.which("mtp-files"):
        yield "mtp-tools", "is not installed"
    else:
        listing, counts = run_beside(build, folder, settings, storage, ["mtp-files"])
        yield "mtp-files: the list", counts
        number = find_id(listing.stdout, newest)
        _, fetched = run_beside(build, folder, settings, storage, ["mtp-getfile", number, got])
        whole = got.exists() and got.read_bytes() == wanted
        yield "mtp-getfile: one file of a known id", fetched if whole else "gave back another file"
        yield "both: the newest file", added(counts, fetched)
    got.unlink(missing_ok=True)
    yield "jmtpfs: mount, ls, copy one, unmount", jmtpfs(build, folder, settings, storage, newest, got)


def jmtpfs(build, folder, settings, storage, newest, got):
    if not shutil.which("jmtpfs"):
        return "is not installed"
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "cannot run: no right to /dev/fuse"
    mount = folder / "mount"
    mount.mkdir(exist_ok=True)
    script = folder / "jmtpfs.sh"
    script.write_text(f"jmtpfs '{mount}' || exit 9\nls -R '{mount}' >/dev/null\n"
                      f"cp '{mount}'/*/GARMIN/Activity/{newest} '{got}'\nfusermount -u '{mount}'\n"
                      # it ends its session behind our back
                      f"while pgrep -f 'jmtpfs {mount}' >/dev/null; do sleep 0.05; done\n")
    result, counts = run_beside(build, folder, settings, storage, ["sh", script])
    if result.returncode == 9:
        return "cannot run: the mount failed"
    if not got.exists() or got.read_bytes() != next(storage.rglob(newest)).read_bytes():
        return "gave back another file"
    return counts


def show(name, counts):
    if isinstance(counts, str):
        print(f"  {name:<44} {counts}")
    else:
        print(f"  {name:<44} {counts['operations']:>10} {counts['transfers']:>10} {counts['ms'] / 1000:>8.1f}")


def main():
    if len(sys.argv) != 2:
        print("usage: usb.py BUILD-FOLDER", file=sys.stderr)
        return 2
    build = pathlib.Path(sys.argv[1]).resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="knead-usb."))
    try:
        for name, settings in DEVICES.items():
            print(f"\n{name:<46} {'operations':>10} {'transfers':>10} {'seconds':>8}", flush=True)
            ours, storage = our_counts(build, folder, [*settings, LATENCY])
            for row in ours:
                show(f"knead: {row['job']}", row)
            # libmtp knows this watch and asks it for no lists: one device shows it all
            for row in beside(build, folder, settings, storage) if "list=given" in settings[1] else ():
                show(*row)
                sys.stdout.flush()
        times, woken = plug_in_times(build)
        print(f"\none new file among 1,000, from the add event to the request on the phone: "
              f"median {statistics.median(times):.2f} s of {', '.join(f'{t:.2f}' for t in times)}")
        print(f"wake-ups of the idle daemon in 10 s with the watch plugged in: {woken}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
