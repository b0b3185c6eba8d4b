# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes of FIT and TCX files, made here and nowhere else.

As a program: watch_files.py fit|tcx RECORDS > FILE"""

import struct
import sys

FIT_EPOCH = 631065600  # 1989-12-31T00:00:00Z
START = 1777788764  # 2026-05-03T06:12:44Z


def crc16(data):
    """The CRC of the FIT protocol, bit by bit (CRC-16/ARC)."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def crc16_fast(data, table=[]):
    """The same by a table, for files of megabytes."""
    if not table:
        table.extend(crc16(bytes([i])) for i in range(256))
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc


def definition(local, number, fields):
    """A definition message: fields are (number, size, base type)."""
    out = struct.pack("<BBBHB", 0x40 | local, 0, 0, number, len(fields))
    return out + b"".join(struct.pack("BBB", *field) for field in fields)


def fit(records=61, sport=1, start=START):
    """A run of one record a second, 3 m/s, heart rate 140."""
    t = start - FIT_EPOCH
    body = definition(0, 0, [(0, 1, 0), (1, 2, 0x84), (2, 2, 0x84), (3, 4, 0x8C)])
    body += struct.pack("<BBHHI", 0, 4, 1, 4315, 3421500000)
    body += definition(1, 20, [(253, 4, 0x86), (5, 4, 0x86), (3, 1, 2)])
    body += b"".join(struct.pack("<BIIB", 1, t + i, 300 * i, 140) for i in range(records))
    seconds = records - 1
    body += definition(2, 18, [(253, 4, 0x86), (2, 4, 0x86), (7, 4, 0x86), (8, 4, 0x86),
                               (9, 4, 0x86), (5, 1, 0)])
    body += struct.pack("<BIIIIIB", 2, t + seconds, t, seconds * 1000, seconds * 1000,
                        seconds * 300, sport)
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    head += struct.pack("<H", crc16(head))
    return head + body + struct.pack("<H", crc16_fast(head + body))


def tcx(points=2, declaration='<?xml version="1.0" encoding="UTF-8"?>\n', device=""):
    """A run of one point a second, 3 m/s."""
    out = [declaration, '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/'
           'TrainingCenterDatabase/v2"><Activities><Activity Sport="Running">'
           "<Id>2026-05-03T06:12:44Z</Id>"
           '<Lap StartTime="2026-05-03T06:12:44Z">'
           f"<TotalTimeSeconds>{points - 1}.5</TotalTimeSeconds>"
           f"<DistanceMeters>{3 * (points - 1)}</DistanceMeters><Track>\n"]
    for i in range(points):
        h, m, s = 6 + (764 + i) // 3600, (764 + i) // 60 % 60, (764 + i) % 60
        out.append(f"<Trackpoint><Time>2026-05-{3 + h // 24:02}T{h % 24:02}:{m:02}:{s:02}Z</Time>"
                   f"<DistanceMeters>{3 * i}</DistanceMeters></Trackpoint>\n")
    out.append(f"</Track></Lap>{device}</Activity></Activities></TrainingCenterDatabase>\n")
    return "".join(out).encode()


if __name__ == "__main__":
    make = {"fit": fit, "tcx": tcx}[sys.argv[1]]
    sys.stdout.buffer.write(make(int(sys.argv[2])))
