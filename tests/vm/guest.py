# SPDX-License-Identifier: GPL-3.0-or-later
"""One guest machine under QEMU: a throw-away overlay on the image, the guest agent as command channel, QMP for
cables, and no network but one address that leads to a receiver outside.

Everything waits with a limit, and ends by the process it started."""

import base64
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ADDRESS, RECEIVER_ADDRESS = "10.0.2.15/24", "10.0.2.100"


SYNC = 1 << 40  # no handle of a file is as large


class GuestError(AssertionError):
    pass


class Result:
    def __init__(self, what, status, out, err):
        self.what, self.status, self.out, self.err = what, status, out, err

    def __repr__(self):
        return f"`{self.what}` ended with {self.status}\n{self.out}{self.err}"


class Lines:
    """JSON lines over a Unix socket."""

    def __init__(self, path, timeout_s):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout_s)
        self.socket.connect(str(path))
        self.buffer = b""

    def send(self, what):
        self.socket.sendall(json.dumps(what).encode() + b"\n")

    def receive(self, timeout_s):
        self.socket.settimeout(timeout_s)
        while b"\n" not in self.buffer:
            part = self.socket.recv(65536)
            if not part:
                raise GuestError("the guest's channel closed")
            self.buffer += part
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line.lstrip(b"\xff") or b"{}")

    def close(self):
        self.socket.close()


class Guest:
    def __init__(self, image, work, accel, receiver_port=None, seed=None, log=print):
        self.image, self.work, self.accel, self.log = pathlib.Path(image), pathlib.Path(work), accel, log
        self.receiver_port, self.seed = receiver_port, seed
        self.overlay = self.work / "overlay.qcow2"
        self.extra = self.work / "extra.img"
        with open(self.extra, "ab") as image:
            image.truncate(32 << 20)
        self.process = self.agent = self.monitor = None
        self.patience = 1 if accel == "kvm" else 6
        self.boots = 0
        if not self.overlay.exists():
            subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b",
                            str(self.image / "root.img"), str(self.overlay)], check=True)

    # -- power

    def arguments(self):
        accel = ["-accel", "kvm", "-cpu", "host"] if self.accel == "kvm" else \
            ["-accel", "tcg,thread=multi,tb-size=256", "-cpu", "max"]
        network = "user,id=net,restrict=on,ipv6=off"
        if self.receiver_port:
            # a program for each connection: QEMU's own forwarding keeps only one for its whole life
            network += f",guestfwd=tcp:{RECEIVER_ADDRESS}:80-cmd:{sys.executable} {HERE}/bridge.py {self.receiver_port}"
        return ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-machine", "q35", *accel, "-m", "1024",
                "-smp", "2", "-display", "none", "-no-reboot",
                "-kernel", str(self.image / "vmlinuz"), "-initrd", str(self.image / "initrd"),
                "-append", "root=/dev/vda rw console=ttyS0 quiet systemd.show_status=0 panic=-1 "
                           "mitigations=off audit=0 random.trust_cpu=on",
                "-drive", f"file={self.overlay},if=none,id=root,format=qcow2,cache=writeback,discard=unmap",
                "-device", "virtio-blk-pci,drive=root",
                *(["-drive", f"file={self.seed},if=none,id=seed,format=raw,readonly=on",
                   "-device", "virtio-blk-pci,drive=seed"] if self.seed else []),
                # /dev/disk/by-id/virtio-extra: for a drive that is read as slowly as a step wants
                "-drive", f"file={self.extra},if=none,id=extra,format=raw",
                "-device", "virtio-blk-pci,drive=extra,serial=extra",
                "-device", "virtio-rng-pci", "-device", "virtio-serial-pci",
                "-chardev", f"socket,path={self.work}/agent,server=on,wait=off,id=agent",
                "-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0",
                "-chardev", f"file,path={self.work}/console.log,append=on,id=console", "-serial", "chardev:console",
                "-chardev", f"socket,path={self.work}/tty,server=on,wait=off,id=tty", "-device", "virtconsole,chardev=tty",
                "-qmp", f"unix:{self.work}/monitor,server=on,wait=off",
                "-netdev", network, "-device", "virtio-net-pci,netdev=net,romfile=",
                "-device", "qemu-xhci,id=usb"]

    def boot(self, timeout_s=None):
        """Returns the seconds until the agent answered and systemd is up."""
        began = time.monotonic()
        for name in ("agent", "monitor", "tty"):
            (self.work / name).unlink(missing_ok=True)
        self.boots += 1
        with open(self.work / "qemu.log", "ab") as out:
            self.process = subprocess.Popen(self.arguments(), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                            start_new_session=True)
        try:
            self.wait_up(began + (timeout_s or 60 * self.patience))
        except Exception:
            self.cut_power()
            raise
        return time.monotonic() - began

    def wait_up(self, end):
        def left():
            if self.process.poll() is not None:
                raise GuestError("QEMU ended: " + (self.work / "qemu.log").read_text()[-2000:])
            if time.monotonic() > end:
                raise GuestError("the guest did not come up")
            return max(0.1, end - time.monotonic())

        while not (self.work / "monitor").exists():
            left()
            time.sleep(0.05)
        self.monitor = Lines(self.work / "monitor", 10)
        self.monitor.receive(10)
        self.qmp("qmp_capabilities")
        while True:
            left()
            self.agent = Lines(self.work / "agent", 5)
            try:
                self.agent.send({"execute": "guest-sync", "arguments": {"id": SYNC + self.boots}})
                while self.agent.receive(2).get("return") != SYNC + self.boots:
                    pass
                break
            except OSError:
                self.agent.close()
        # the address that QEMU's network expects; the card's driver comes when udev is through
        self.run("udevadm settle; cd /sys/class/net && for card in e*; do ip link set $card up && "
                 f"ip addr add {ADDRESS} dev $card; done", check=False)
        self.run("systemctl is-system-running --wait", check=False, timeout_s=left() / self.patience)

    def cut_power(self):
        """As pulling the plug: nothing is written any more."""
        if self.process and self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
        for channel in (self.agent, self.monitor):
            if channel:
                channel.close()
        self.agent = self.monitor = None

    def shut_down(self):
        self.agent.send({"execute": "guest-shutdown"})
        try:
            self.process.wait(60 * self.patience)
        except subprocess.TimeoutExpired:
            pass
        self.cut_power()

    # -- commands

    def qmp(self, command, **arguments):
        self.monitor.send({"execute": command, "arguments": arguments})
        while True:
            answer = self.monitor.receive(30 * self.patience)
            if "error" in answer:
                raise GuestError(f"{command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def slow_down(self, bytes_per_s):
        """How fast the extra disk can be read; 0: as it can."""
        self.qmp("block_set_io_throttle", device="extra", bps=0, bps_rd=bytes_per_s, bps_wr=0, iops=0, iops_rd=0, iops_wr=0)

    def ask(self, command, **arguments):
        self.agent.send({"execute": command, "arguments": arguments})
        while True:
            answer = self.agent.receive(60 * self.patience)
            if "error" in answer:
                raise GuestError(f"{command}: {answer['error']}")
            if isinstance(answer.get("return"), int) and answer["return"] >= SYNC:
                continue  # of a guest-sync that was sent again before the agent was up
            if "return" in answer:
                return answer["return"]

    def run(self, command, check=True, timeout_s=60):
        """A line for the guest's shell, as root."""
        end = time.monotonic() + timeout_s * self.patience
        pid = self.ask("guest-exec", path="/bin/sh", arg=["-c", "umask 022; " + command], **{"capture-output": True},
                       env=["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/root"])["pid"]
        pause = 0.02
        while True:
            state = self.ask("guest-exec-status", pid=pid)
            if state["exited"]:
                break
            if time.monotonic() > end:
                raise GuestError(f"`{command}` hangs in the guest")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)
        out, err = (base64.b64decode(state.get(name, "")).decode("utf-8", "replace") for name in ("out-data", "err-data"))
        result = Result(command, state.get("exitcode", -state.get("signal", 1)), out, err)
        if check and result.status != 0:
            raise GuestError(repr(result))
        return result

    def run_as(self, user, command, check=True, timeout_s=60):
        """The same as somebody who is logged in, with the groups that the tables name now."""
        home = f"/home/{user}"
        words = command.replace("'", "'\\''")
        return self.run(f"cd {home}; exec setpriv --reuid={user} --regid={user} --init-groups env HOME={home} USER={user} "
                        f"XDG_RUNTIME_DIR=/run/user/$(id -u {user}) sh -c '{words}'", check=check, timeout_s=timeout_s)

    def wait(self, what, command, timeout_s=40):
        """Until a command succeeds; its output."""
        end = time.monotonic() + timeout_s * self.patience
        while True:
            result = self.run(command, check=False)
            if result.status == 0:
                return result.out
            if time.monotonic() > end:
                raise GuestError(f"waited for {what}: {result!r}\n{self.journal()}")
            time.sleep(0.3)

    def journal(self):
        return self.run("journalctl -b -u kneadd -n 60 --no-pager -o short-monotonic", check=False).out

    def write(self, path, text, mode=None):
        """mode: as chmod takes it; the agent's own files can be written by everybody."""
        handle = self.ask("guest-file-open", path=path, mode="w")
        data = text if isinstance(text, bytes) else text.encode()
        for at in range(0, len(data), 32768):
            self.ask("guest-file-write", handle=handle,
                     **{"buf-b64": base64.b64encode(data[at:at + 32768]).decode()})
        self.ask("guest-file-close", handle=handle)
        if mode:
            self.run(f"chmod {mode} '{path}'")
