# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest test: the package in a throw-away Debian, watches that nobody here wrote, faults, a receiver outside.

usage: run.py IMAGE-FOLDER BUILD-FOLDER PACKAGE.deb [STEP...]
STEPs: only these, and what they rest on, in one guest; without any all of them, in a guest for each course.
`./dev test --vm` calls it."""

import argparse
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import doctor_steps
import frame
import package_steps
import seat_steps
import setup_steps
import usb_steps
import usbip_steps

LIMIT_S = 40 * 60  # of what hangs: on a machine that does nothing else a third of it is needed

# Each course has a guest of its own, and both run at once: one is with the watches, the other with the runner.
COURSES = {"watches": (*package_steps.FIRST, *usb_steps.STEPS, *usbip_steps.STEPS, *seat_steps.STEPS,
                       *package_steps.THEN),
           "runner": (*setup_steps.FIRST, *doctor_steps.STEPS, *setup_steps.THEN, *package_steps.LAST)}
STEPS = tuple(step for course in COURSES.values() for step in course)
# without these the others of their course cannot be
NEEDED = {"watches": {"install", "configure"}, "runner": {"first_ten_minutes"}}

FAILURES = (frame.guests.GuestError, OSError, LookupError, ValueError)


def on_alarm(*_):
    raise frame.guests.GuestError("the guest test took too long")


def steps(wanted):
    """Those that were asked for, with what they rest on."""
    unknown = set(wanted) - {step.__name__ for step in STEPS}
    if unknown:
        sys.exit(f"no such step: {' '.join(sorted(unknown))}; there are: {' '.join(step.__name__ for step in STEPS)}")
    needed = set().union(*(NEEDED[name] for name, course in COURSES.items()
                           if set(wanted) & {step.__name__ for step in course}))
    return [step for step in STEPS if step.__name__ in needed | set(wanted)]


def show_state(bench):
    """What a reader wants to know of the guest in which a step failed."""
    if bench.guest and bench.guest.agent:
        try:
            print("   the journal of kneadd:\n" + bench.guest.journal())
            print(bench.guest.run("systemctl --failed --no-legend --no-pager; df -h / | tail -n 1", check=False).out)
        except (frame.guests.GuestError, OSError) as why:
            print(f"   (the guest does not answer: {why})")
    console = bench.work / "console.log"
    print("   the guest's kernel said last:\n" + (console.read_text(errors="replace")[-2000:] if console.exists() else ""))


def run_steps(bench, chosen, keep_going):
    """Returns the failures, a line each at least."""
    failed = []
    try:
        bench.start()
        for number, step in enumerate(chosen, 1):
            at, name = time.monotonic(), step.__name__
            print(f"-- {number}/{len(chosen)} {name}: {step.__doc__}", flush=True)
            try:
                step(bench)
            except FAILURES as why:
                failed.append(f"{name}: {type(why).__name__}: {why}")
                show_state(bench)
                print(f"   FAILED in {failed[-1]}", flush=True)
                if not keep_going:
                    break
            print(f"   {name}: {time.monotonic() - at:.0f} s", flush=True)
    except FAILURES as why:
        failed.append(f"start: {why}")
        show_state(bench)
        print(f"   FAILED in {failed[-1]}", flush=True)
    return failed


def one_guest(given):
    """The steps that were asked for, in one guest. Returns the exit status."""
    signal.signal(signal.SIGALRM, on_alarm)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.alarm(given.limit)
    work = pathlib.Path(tempfile.mkdtemp(prefix="knead-vm."))
    bench = frame.Bench(pathlib.Path(given.image).resolve(), given.build, given.deb, work)
    began, failed = time.monotonic(), ["broken off"]
    try:
        failed = run_steps(bench, steps(given.steps), given.keep_going)
    finally:
        signal.alarm(0)
        if given.transcript and bench.consoles:
            pathlib.Path(given.transcript).write_text("\n".join(console.plain() for console in bench.consoles))
        if bench.guest:
            bench.guest.cut_power()
        bench.phone.close()
        shutil.rmtree(work, ignore_errors=True)
    print(f"{len(given.steps)} steps: {'FAILED' if failed else 'passed'} after {time.monotonic() - began:.0f} s")
    for fact in [*bench.facts, *(f"FAILED in {why.splitlines()[0]}" for why in failed)]:
        print(f"  {fact}")
    return 1 if failed else 0


def tell(name, process):
    for line in process.stdout:
        print(f"{name}: {line}", end="", flush=True)


def all_courses(given):
    """Each course in a process and a guest of its own. Returns the exit status."""
    began = time.monotonic()
    options = ["--limit", str(given.limit), *(["--keep-going"] if given.keep_going else [])]
    running = {name: subprocess.Popen([sys.executable, "-B", __file__, given.image, given.build, given.deb, *options,
                                       *(step.__name__ for step in course)],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
               for name, course in COURSES.items()}

    def on_term(*_):
        for process in running.values():
            process.terminate()
        sys.exit(143)

    signal.signal(signal.SIGTERM, on_term)
    tellers = [threading.Thread(target=tell, args=each) for each in running.items()]
    for teller in tellers:
        teller.start()
    for teller in tellers:
        teller.join()
    failed = [name for name, process in running.items() if process.wait() != 0]
    print(f"guest test: {'FAILED: ' + ', '.join(failed) if failed else f'{len(STEPS)} steps passed'} "
          f"after {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    parser.add_argument("build")
    parser.add_argument("deb")
    parser.add_argument("steps", nargs="*")
    parser.add_argument("--limit", type=int, default=LIMIT_S, help="seconds")
    parser.add_argument("--keep-going", action="store_true", help="the other steps also after one that failed")
    parser.add_argument("--transcript", help="a file for all that the console showed; with STEPs")
    given = parser.parse_intermixed_args()
    return one_guest(given) if given.steps else all_courses(given)


if __name__ == "__main__":
    sys.exit(main())
