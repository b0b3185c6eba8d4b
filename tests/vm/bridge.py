# SPDX-License-Identifier: GPL-3.0-or-later
"""Between one connection of the guest (stdin and stdout) and the receiver on this machine's loopback.

usage: bridge.py PORT"""

import os
import socket
import sys
import threading


def copy_in(to):
    while data := os.read(0, 65536):
        to.sendall(data)
    to.shutdown(socket.SHUT_WR)


def main():
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=60) as receiver:
        threading.Thread(target=copy_in, args=(receiver,), daemon=True).start()
        while data := receiver.recv(65536):
            os.write(1, data)


main()
