# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a QR code as a phone does (ISO/IEC 18004), of one block of bytes and without a fault: versions 1 to 5, level L."""

MASKS = (lambda y, x: (y + x) % 2, lambda y, x: y % 2, lambda y, x: x % 3, lambda y, x: (y + x) % 3,
         lambda y, x: (y // 2 + x // 3) % 2, lambda y, x: y * x % 2 + y * x % 3,
         lambda y, x: (y * x % 2 + y * x % 3) % 2, lambda y, x: ((y + x) % 2 + y * x % 3) % 2)
LEVEL_L, BYTES = 1, 4


def is_data(y, x, size):
    """Neither a corner with its format, nor the timing, nor the one small square of versions 2 to 6."""
    corner = (y < 9 and (x < 9 or x >= size - 8)) or (y >= size - 8 and x < 9)
    square = size > 21 and abs(y - (size - 7)) <= 2 and abs(x - (size - 7)) <= 2
    return not corner and not square and 6 not in (y, x)


def in_order(size):
    """The places of the bits: pairs of columns from the right, upwards and downwards in turn."""
    upwards = True
    for right in (x for x in range(size - 1, 0, -2)):
        right -= right <= 6
        for y in range(size - 1, -1, -1) if upwards else range(size):
            for x in (right, right - 1):
                if is_data(y, x, size):
                    yield y, x
        upwards = not upwards


def read(dark):
    """The text of a square of modules, without its margin: 1 is dark."""
    size = len(dark)
    assert size in (21, 25, 29, 33, 37) and all(len(row) == size for row in dark), size
    first = [dark[8][x] for x in range(5)]
    mark = int("".join(map(str, first)), 2) ^ 0b10101
    assert mark >> 3 == LEVEL_L, f"level {mark >> 3}"
    mask = MASKS[mark & 7]
    bits = "".join(str(dark[y][x] ^ (mask(y, x) == 0)) for y, x in in_order(size))
    assert int(bits[:4], 2) == BYTES, bits[:4]
    length = int(bits[4:12], 2)
    return bytes(int(bits[12 + 8 * i:20 + 8 * i], 2) for i in range(length)).decode()
