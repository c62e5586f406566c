"""The frames of MLLP found in a stream of bytes, as senders really write them."""
from __future__ import annotations

from collections.abc import Callable

START, END, RETURN = b"\x0b", b"\x1c", b"\r"


def framed(message: bytes) -> bytes:
    """<VT> message <FS><CR>."""
    return START + message + END + RETURN


class Frames:
    """Bytes in, whole messages out. A frame may come in pieces or with others; its last CR may be missing; what stands between frames is told
    and left out. A VT within a frame is text, unless a new message begins there: then the one before was cut off, and is told."""

    def __init__(self, largest: int, tell: Callable[[str], None]) -> None:
        self._largest, self._tell = largest, tell
        self._held = bytearray()
        self._seen = 0  # up to where the held bytes hold no end
        self.begun = False
        self.broken = False
        self._between = 0

    def add(self, data: bytes) -> list[bytes]:
        self._held += data
        found: list[bytes] = []
        while not self.broken and (self._begin() if not self.begun else self._finish(found)):
            pass
        return found

    def _begin(self) -> bool:
        """Skip to the next VT. True when a frame begins."""
        at = self._held.find(START)
        skipped = self._held if at < 0 else self._held[:at]
        self._between += len(skipped.strip(b"\r\n \x1c\x00"))
        if at < 0:
            self._held.clear()
            return False
        if self._between:
            self._tell(f"{self._between} bytes stood between messages and were left out")
            self._between = 0
        del self._held[:at + 1]
        self.begun, self._seen = True, 0
        return True

    def _finish(self, found: list[bytes]) -> bool:
        """Take the frame out when its end is there. True when one was ended."""
        at = self._held.find(END, self._seen)
        while at >= 0 and self._held[at + 1:at + 2] not in (b"", RETURN, b"\n", START):
            at = self._held.find(END, at + 1)
        limit = len(self._held) if at < 0 else at
        cut = self._anew(limit)
        if cut:
            self._tell("a message was cut off by the next one and was not taken")
            del self._held[:cut]
            self._seen = 0
            return True
        if limit > self._largest:
            self.broken = True
            self._held.clear()
            return False
        if at < 0:
            self._seen = max(0, len(self._held) - 4)
            return False
        found.append(bytes(self._held[:at]))
        del self._held[:at + 1]
        self.begun = False
        return True

    def _anew(self, limit: int) -> int:
        """The offset after a VT within the frame at which a new message begins; 0 for none."""
        at = max(self._held.rfind(START + b"MSH", self._seen, limit), self._held.rfind(START + b"FHS", self._seen, limit),
                 self._held.rfind(START + b"BHS", self._seen, limit))
        return at + 1 if at >= 0 else 0
