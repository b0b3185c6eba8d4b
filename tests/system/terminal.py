# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at a terminal: a program on a pseudo terminal of 80 columns, asked and answered line by line."""

import os
import pty
import re
import select
import signal
import struct
import fcntl
import termios
import time

import rig

STYLE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Terminal:
    def __init__(self, arguments, env, columns=80, lines=24):
        self.text = ""
        self.at = 0
        self.status = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                # before the program can ask for it
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
                os.execvpe(str(arguments[0]), [str(word) for word in arguments], env)
            finally:
                os._exit(127)

    def _read(self, timeout_s):
        if not select.select([self.fd], [], [], timeout_s)[0]:
            return True
        try:
            got = os.read(self.fd, 65536)
        except OSError:  # EIO: the other end is closed
            return False
        self.text += got.decode("utf-8", "replace")
        return bool(got)

    def plain(self):
        return STYLE.sub("", self.text).replace("\r\n", "\n")

    def expect(self, words, timeout_s=30):
        """Waits for words behind what was expected last."""
        end = time.monotonic() + rig.slowly(timeout_s)
        while words not in self.plain()[self.at:]:
            if time.monotonic() > end or not self._read(0.1):
                raise AssertionError(f"expected {words!r} in:\n{self.plain()[self.at:]}\n--- all:\n{self.plain()}")
        self.at += self.plain()[self.at:].index(words) + len(words)

    def say(self, line):
        os.write(self.fd, line.encode() + b"\n")

    def answer(self, words, line):
        self.expect(words)
        self.say(line)

    def end_of_input(self):
        os.write(self.fd, b"\x04")

    def interrupt(self):
        os.write(self.fd, b"\x03")

    def wait(self, timeout_s=60):
        """The exit status; negative for a signal."""
        end = time.monotonic() + rig.slowly(timeout_s)
        while self.status is None:
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
                raise AssertionError("does not end:\n" + self.plain())
            self._read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self._read(0.05) and select.select([self.fd], [], [], 0)[0]:
                    pass
                self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def close(self):
        if self.status is None:
            try:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        os.close(self.fd)
