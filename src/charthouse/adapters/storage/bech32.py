"""Bech32 (BIP 173), as age spells its keys: `age1...` and `AGE-SECRET-KEY-1...`."""
from __future__ import annotations

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def decode(text: str, prefix: str) -> bytes:
    """Raises ValueError for another prefix, a wrong letter or a wrong checksum."""
    if text.lower() != text and text.upper() != text:
        raise ValueError("upper and lower case are mixed")
    said, _, data = text.lower().rpartition("1")
    if said != prefix.lower() or len(data) < 6:
        raise ValueError("another kind of key")
    values = [_LETTERS.index(letter) for letter in data]
    if _checksum([ord(c) >> 5 for c in said] + [0] + [ord(c) & 31 for c in said] + values) != 1:
        raise ValueError("a letter is wrong")
    return _bytes(values[:-6])


def _checksum(values: list[int]) -> int:
    sum = 1
    for value in values:
        top = sum >> 25
        sum = (sum & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate(_GENERATOR):
            sum ^= generator if top >> i & 1 else 0
    return sum


def _bytes(values: list[int]) -> bytes:
    """Groups of five bits as bytes; what is left over must be nothing."""
    number = 0
    for value in values:
        number = number << 5 | value
    over = 5 * len(values) % 8
    if over >= 5 or number & ((1 << over) - 1):
        raise ValueError("bits are left over")
    return (number >> over).to_bytes(5 * len(values) // 8, "big")
