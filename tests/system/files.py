# SPDX-License-Identifier: GPL-3.0-or-later
"""FIT and TCX files made by hand. Shares nothing with the readers, or one misreading would pass twice."""

import datetime
import struct

FIT_EPOCH_S = 631065600  # 1989-12-31T00:00:00Z
LATITUDE, LONGITUDE = 47.398765, 8.512345
SEMICIRCLES = (int(LATITUDE * 2**31 / 180), int(LONGITUDE * 2**31 / 180))
# any of these in what is printed, logged or sent is a position that got out
POSITION_TEXTS = ["47.3987", "8.5123", str(SEMICIRCLES[0]), str(SEMICIRCLES[1])]


def utc_s(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def iso(at_s):
    return datetime.datetime.fromtimestamp(at_s, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def crc16_of_byte(byte):
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


CRC_TABLE = [crc16_of_byte(byte) for byte in range(256)]


def crc16(data):
    """The FIT protocol's CRC: CRC-16/ARC."""
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc


def definition(local, message, fields):
    body = struct.pack("<BBBHB", 0x40 | local, 0, 0, message, len(fields))
    return body + b"".join(struct.pack("BBB", *field) for field in fields)


ENUM, UINT8, UINT16, UINT32, UINT32Z, SINT32 = 0x00, 0x02, 0x84, 0x86, 0x8C, 0x85


def fit_run(start_s, seconds=600, serial=1001, hr=150, speed_mps=3.0, distance_m=None, position=True,
            utc_offset_s=None):
    """A steady run with a record a second. Without an offset it does not tell where it was run."""
    total_m = speed_mps * seconds if distance_m is None else distance_m
    start, end = start_s - FIT_EPOCH_S, start_s - FIT_EPOCH_S + seconds
    data = definition(0, 0, [(0, 1, ENUM), (1, 2, UINT16), (2, 2, UINT16), (3, 4, UINT32Z), (4, 4, UINT32)])
    data += struct.pack("<BBHHII", 0, 4, 1, 4315, serial, start)
    place = [(0, 4, SINT32), (1, 4, SINT32)] if position else []
    data += definition(1, 20, [(253, 4, UINT32), (5, 4, UINT32), (6, 2, UINT16), (3, 1, UINT8), (4, 1, UINT8), *place])
    for i in range(seconds + 1):
        data += struct.pack("<BIIHBB", 1, start + i, int(total_m * i / seconds * 100), int(speed_mps * 1000), hr, 85)
        if position:
            data += struct.pack("<ii", *SEMICIRCLES)
    times = [(253, 4, UINT32), (2, 4, UINT32), (7, 4, UINT32), (8, 4, UINT32), (9, 4, UINT32)]
    sums = struct.pack("<IIIII", end, start, seconds * 1000, seconds * 1000, int(total_m * 100))
    data += definition(2, 19, times) + b"\x02" + sums
    data += definition(3, 18, [*times, (5, 1, ENUM), (6, 1, ENUM)]) + b"\x03" + sums + bytes([1, 0])
    local = [(5, 4, UINT32)] if utc_offset_s is not None else []
    data += definition(4, 34, [(253, 4, UINT32), (0, 4, UINT32), (1, 2, UINT16), *local])
    data += struct.pack("<BIIH", 4, end, seconds * 1000, 1)
    data += struct.pack("<I", end + utc_offset_s) if local else b""
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(data), b".FIT")
    whole = head + struct.pack("<H", crc16(head)) + data
    return whole + struct.pack("<H", crc16(whole))


def fit_series(start_s, rows, serial=1001, rpe=None):
    """A run of rows (heart rate, mm/s, strides a minute), a record a second; distance adds up in centimetres."""
    start, end, total_cm = start_s - FIT_EPOCH_S, start_s - FIT_EPOCH_S + len(rows) - 1, 0
    data = definition(0, 0, [(0, 1, ENUM), (1, 2, UINT16), (2, 2, UINT16), (3, 4, UINT32Z), (4, 4, UINT32)])
    data += struct.pack("<BBHHII", 0, 4, 1, 4315, serial, start)
    data += definition(1, 20, [(253, 4, UINT32), (5, 4, UINT32), (6, 2, UINT16), (3, 1, UINT8), (4, 1, UINT8)])
    for i, (hr, speed, strides) in enumerate(rows):
        total_cm += round(speed / 10) if i else 0
        data += struct.pack("<BIIHBB", 1, start + i, total_cm, speed, hr, strides)
    times = [(253, 4, UINT32), (2, 4, UINT32), (7, 4, UINT32), (8, 4, UINT32), (9, 4, UINT32)]
    sums = struct.pack("<IIIII", end, start, len(rows) * 1000, len(rows) * 1000, total_cm)
    effort = [(193, 1, UINT8)] if rpe else []
    data += definition(3, 18, [*times, (5, 1, ENUM), (6, 1, ENUM), *effort]) + b"\x03" + sums + bytes([1, 0])
    data += bytes([rpe * 10]) if rpe else b""
    data += definition(4, 34, [(253, 4, UINT32), (0, 4, UINT32), (1, 2, UINT16), (5, 4, UINT32)])
    data += struct.pack("<BIIHI", 4, end, len(rows) * 1000, 1, end + 7200)
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(data), b".FIT")
    whole = head + struct.pack("<H", crc16(head)) + data
    return whole + struct.pack("<H", crc16(whole))


def tcx_run(start_s, seconds=600, hr=150, speed_mps=3.0, distance_m=None, step_s=5):
    """The same run as another service would export it."""
    total_m = speed_mps * seconds if distance_m is None else distance_m
    points = []
    for i in range(0, seconds + 1, step_s):
        points.append(f"<Trackpoint><Time>{iso(start_s + i)}</Time><Position><LatitudeDegrees>{LATITUDE}"
                      f"</LatitudeDegrees><LongitudeDegrees>{LONGITUDE}</LongitudeDegrees></Position>"
                      f"<DistanceMeters>{total_m * i / seconds:.2f}</DistanceMeters>"
                      f"<HeartRateBpm><Value>{hr}</Value></HeartRateBpm></Trackpoint>")
    start = iso(start_s)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase '
            'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
            f'<Activity Sport="Running"><Id>{start}</Id><Lap StartTime="{start}">'
            f"<TotalTimeSeconds>{seconds}</TotalTimeSeconds><DistanceMeters>{total_m:.2f}</DistanceMeters>"
            "<Calories>100</Calories><Intensity>Active</Intensity><TriggerMethod>Manual</TriggerMethod>"
            f"<Track>{''.join(points)}</Track></Lap></Activity></Activities></TrainingCenterDatabase>\n").encode()
