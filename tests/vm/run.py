# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest test: the package in a throw-away Debian, watches that nobody here wrote, faults, a receiver outside.

usage: run.py IMAGE-FOLDER BUILD-FOLDER PACKAGE.deb [STEP...]
STEPs choose among those that are not needed by all others. `./dev test --vm` calls it."""

import argparse
import pathlib
import shutil
import signal
import sys
import tempfile
import time

import frame
import package_steps
import usb_steps

LIMIT_S = 20 * 60


def on_alarm(*_):
    raise frame.guests.GuestError("the guest test took too long")


def steps(wanted):
    chosen = usb_steps.STEPS
    return [*package_steps.STEPS_FIRST, *(step for step in chosen if not wanted or step.__name__ in wanted),
            *package_steps.STEPS_LAST]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    parser.add_argument("build")
    parser.add_argument("deb")
    parser.add_argument("steps", nargs="*")
    parser.add_argument("--limit", type=int, default=LIMIT_S, help="seconds")
    given = parser.parse_args()
    signal.signal(signal.SIGALRM, on_alarm)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.alarm(given.limit)
    work = pathlib.Path(tempfile.mkdtemp(prefix="knead-vm."))
    bench = frame.Bench(pathlib.Path(given.image).resolve(), given.build, given.deb, work)
    began, failed = time.monotonic(), None
    try:
        bench.start()
        for step in steps(given.steps):
            at = time.monotonic()
            print(f"-- {step.__module__.split('_')[0]}/{step.__name__}: {step.__doc__}", flush=True)
            step(bench)
            print(f"   done in {time.monotonic() - at:.0f} s", flush=True)
    except (frame.guests.GuestError, OSError, KeyError, ValueError) as why:
        failed = why
        print(f"   FAILED: {why}", flush=True)
        if bench.guest and bench.guest.agent:
            try:
                print(bench.guest.journal())
            except (frame.guests.GuestError, OSError):
                pass
        console = work / "console.log"
        print("   the guest's console:\n" + (console.read_text(errors="replace")[-2000:] if console.exists() else ""))
    finally:
        signal.alarm(0)
        if bench.guest:
            bench.guest.cut_power()
        bench.phone.close()
        shutil.rmtree(work, ignore_errors=True)
    print(f"guest test: {'FAILED' if failed else 'passed'} after {time.monotonic() - began:.0f} s")
    for fact in bench.facts:
        print(f"  {fact}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
