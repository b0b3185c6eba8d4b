# SPDX-License-Identifier: GPL-3.0-or-later
"""A person who sits at the guest: a session of their own on a console of 80 columns, with a shell, sudo and a systemd of
their own. What is asked is answered line by line, and everything that was shown can be read."""

import re
import select
import socket
import time

import guest as guests

STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x0f")
PROMPT = re.compile(r"\[\[(\d+)\]\] $")
LOGIN = """[Service]
ExecStart=
ExecStart=-/sbin/agetty --autologin {user} --noclear --keep-baud 115200 - linux
"""


class Console:
    def __init__(self, guest, user):
        """Logs somebody in who is in the guest's tables already."""
        self.guest, self.text, self.at = guest, "", 0
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10 * guest.patience)
        self.socket.connect(str(guest.work / "tty"))
        folder = "/etc/systemd/system/serial-getty@hvc0.service.d"
        guest.run(f"mkdir -p {folder}")
        guest.write(f"{folder}/login.conf", LOGIN.format(user=user))
        guest.run("systemctl daemon-reload && systemctl restart serial-getty@hvc0", timeout_s=60)
        self.expect("$ ", 60)
        self.say("stty cols 80 rows 24; bind 'set enable-bracketed-paste off'; PS1='[[$?]] '")
        self.until_prompt()

    def _read(self):
        if not select.select([self.socket], [], [], 0.2)[0]:
            return
        got = self.socket.recv(65536)
        if not got:
            raise guests.GuestError("the console closed")
        self.text += got.decode("utf-8", "replace")

    def plain(self):
        return STYLE.sub("", self.text).replace("\r\n", "\n").replace("\r", "\n")

    def _until(self, what, look, timeout_s):
        end = time.monotonic() + timeout_s * self.guest.patience
        while True:
            found = look(self.plain()[self.at:])
            if found is not None:
                return found
            if time.monotonic() > end:
                raise guests.GuestError(f"waited for {what} on the console:\n{self.plain()[self.at:][-3000:]}")
            self._read()

    def expect(self, words, timeout_s=40):
        """Waits for words behind what was expected last."""
        self.at += self._until(repr(words), lambda text: text.index(words) + len(words) if words in text else None,
                               timeout_s)

    def say(self, line):
        self.socket.sendall(line.encode() + b"\n")

    def answer(self, words, line):
        self.expect(words)
        self.say(line)

    def until_prompt(self, timeout_s=60):
        """The exit status of what ran, and what it said since what was expected last."""
        found = self._until("the shell's prompt", PROMPT.search, timeout_s)
        said = self.plain()[self.at:][:found.start()]
        self.at = len(self.plain())
        return int(found.group(1)), said

    def run(self, line, status=0, timeout_s=60):
        """A line for the shell; what it said."""
        self.say(line)
        self.expect(line[:60].splitlines()[0])
        got, said = self.until_prompt(timeout_s)
        if got != status:
            raise guests.GuestError(f"`{line}` ended with {got} on the console\n{said}")
        return said

    def close(self):
        self.socket.close()
        self.guest.run("systemctl stop serial-getty@hvc0", check=False, timeout_s=60)
