# SPDX-License-Identifier: GPL-3.0-or-later
"""What a power cut leaves of what a program wrote: its calls, as strace shows them, are replayed on a model of a disk,
and the model tells what could be there when the power goes after any of them."""

import os
import re

CALLS = "openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,linkat,unlink,unlinkat," \
        "mkdir,mkdirat,symlinkat,close,dup,fcntl,lseek"


class Inode:
    def __init__(self):
        self.data, self.durable, self.pending = bytearray(), b"", []


class Disk:
    """What a file system holds for sure, and what only in memory: content is safe after fsync of the file, names after
    fsync of their folder, and changes of names reach the disk in their order, as journals do."""

    def __init__(self, root):
        self.root = str(root)
        self.names, self.durable_names, self.pending_names = {}, {}, []
        self.open = {}

    def hold(self, folder):
        """What is there before the program begins is there for sure."""
        self.names[str(folder)] = self.durable_names[str(folder)] = ("folder",)
        for root, folders, names in os.walk(folder):
            for name in [*folders, *names]:
                path = os.path.join(root, name)
                if os.path.islink(path):
                    held = ("link", os.readlink(path))
                elif os.path.isdir(path):
                    held = ("folder",)
                else:
                    with open(path, "rb") as file:
                        content = file.read()
                    held = Inode()
                    held.data, held.durable = bytearray(content), content
                self.names[path] = self.durable_names[path] = held

    def inside(self, path):
        return path.startswith(self.root + "/") or path == self.root

    def change(self, path, inode):
        if inode is None:
            self.names.pop(path, None)
        else:
            self.names[path] = inode
        self.pending_names.append((path, inode))

    def write(self, fd, data, at):
        inode = self.open[fd]
        if at > len(inode.data):
            inode.data.extend(bytes(at - len(inode.data)))
        inode.data[at:at + len(data)] = data
        inode.pending.append((at, bytes(data)))

    def truncate(self, fd, size):
        inode = self.open[fd]
        del inode.data[size:]
        inode.data.extend(bytes(size - len(inode.data)))
        inode.pending.append((size, None))

    def sync(self, path, fd):
        inode = self.open.get(fd)
        if isinstance(inode, Inode):
            inode.durable, inode.pending = bytes(inode.data), []
            return
        # a folder: its names, and, as a journal has one order, all changes before
        for name, target in self.pending_names:
            self.apply(self.durable_names, name, target)
        self.pending_names = []

    @staticmethod
    def apply(names, name, target):
        if target is None:
            names.pop(name, None)
        else:
            names[name] = target

    def cut(self, dice):
        """What is on the disk when the power goes: {path: content}; folders have None, links their target."""
        names = dict(self.durable_names)
        for name, target in self.pending_names[:dice.randint(0, len(self.pending_names))]:
            self.apply(names, name, target)
        left = {}
        for name, target in names.items():
            left[name] = self.content(target, dice) if isinstance(target, Inode) else target
        return left

    @staticmethod
    def content(inode, dice):
        data = bytearray(inode.durable)
        keep = dice.choice((0.0, 0.5, 1.0))
        for at, piece in inode.pending:
            if dice.random() >= keep:
                continue
            if piece is None:
                del data[at:]
                data.extend(bytes(at - len(data)))
                continue
            if at > len(data):
                data.extend(bytes(at - len(data)))
            data[at:at + len(piece)] = piece
        return bytes(data)


LINE = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)(?:<([^>]*)>)?")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
FD = re.compile(r"(-?\d+|AT_FDCWD)<([^>]*)>")


def text_of(match):
    return bytes.fromhex(match.group(1).replace("\\x", ""))


def unhex(path):
    """strace -xx writes the paths of descriptors so as well."""
    return re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m.group(1), 16)), path)


def replay(line, disk):
    """One line of strace. True when it changed what a power cut would leave."""
    match = LINE.match(line)
    if not match or int(match.group(3)) < 0:
        return False
    call, arguments, answer = match.group(1), match.group(2), int(match.group(3))
    texts = [text_of(m) for m in TEXT.finditer(arguments)]
    fds = [(m.group(1), unhex(m.group(2))) for m in FD.finditer(arguments)]
    if call == "close":
        disk.open.pop(fds[0][0] if fds else "", None)
        return False

    def path(at):
        name = texts[at].decode()
        return name if name.startswith("/") else f"{fds[min(at, len(fds) - 1)][1]}/{name}"

    if call == "openat":
        name = unhex(match.group(4) or "")
        if not disk.inside(name):
            return False
        known = disk.names.get(name)
        if known is None and "O_CREAT" in arguments:
            known = Inode()
            disk.change(name, known)
        if isinstance(known, Inode) and "O_TRUNC" in arguments:
            known.data.clear()
            known.pending.append((0, None))
        disk.open[str(answer)] = known if isinstance(known, Inode) else name
        return "O_CREAT" in arguments
    if call in ("mkdir", "mkdirat", "symlinkat"):
        name = path(-1) if call != "symlinkat" else f"{fds[0][1]}/{texts[1].decode()}"
        if disk.inside(name):
            disk.change(name, None if call != "symlinkat" else ("link", texts[0].decode()))
            if call != "symlinkat":
                disk.change(name, ("folder",))
        return True
    if call in ("unlink", "unlinkat"):
        if disk.inside(path(0)):
            disk.change(path(0), None)
        return True
    if call in ("rename", "renameat", "renameat2", "linkat"):
        old, new = path(0), path(1)
        if disk.inside(new) and old in disk.names:
            disk.change(new, disk.names[old])
            if call != "linkat":
                disk.change(old, None)
        return True
    if not fds or fds[0][0] not in disk.open:
        return False
    if call in ("fsync", "fdatasync"):
        disk.sync(fds[0][1], fds[0][0])
        return True
    inode = disk.open[fds[0][0]]
    if not isinstance(inode, Inode):
        return False
    if call == "ftruncate":
        disk.truncate(fds[0][0], int(arguments.rsplit(",", 1)[1]))
    elif call == "pwrite64":
        disk.write(fds[0][0], texts[0], int(arguments.rsplit(",", 1)[1]))
    elif call == "write":
        disk.write(fds[0][0], texts[0], len(inode.data))  # ours only ever append with it
    return True


def lay_out(left, old_root, new_root):
    new_root.mkdir(parents=True, exist_ok=True)
    for name in sorted(left):
        path = new_root / os.path.relpath(name, old_root)
        content = left[name]
        if content == ("folder",):
            path.mkdir(parents=True, exist_ok=True)
            continue
        if not path.parent.is_dir():
            continue  # its folder never reached the disk
        if isinstance(content, tuple):
            if not os.path.lexists(path):
                path.symlink_to(content[1])
        else:
            path.write_bytes(content)
