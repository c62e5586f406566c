"""Where a list goes on, as a token that nobody can read or make but this site: a search with a name in it stays out of addresses and logs."""
from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from charthouse.record.errors import BadSearch

NONCE = 12  # bytes


@dataclass(frozen=True, slots=True)
class Cursors:
    """Under a key derived from the site's: processes of one site read each other's. A cursor is its actor's own."""

    key: bytes = field(repr=False)

    def seal(self, actor: str, content: dict[str, Any]) -> str:
        nonce = secrets.token_bytes(NONCE)
        return base64.urlsafe_b64encode(nonce + self._cipher().encrypt(nonce, json.dumps(content).encode(), actor.encode())).decode().rstrip("=")

    def open(self, actor: str, token: str) -> dict[str, Any]:
        """Raises `BadSearch`."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            return dict(json.loads(self._cipher().decrypt(raw[:NONCE], raw[NONCE:], actor.encode())))
        except (ValueError, InvalidTag, TypeError):
            raise BadSearch(why="The `_cursor` is not one of yours: ask anew") from None

    def _cipher(self) -> AESGCM:
        return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"charthouse api cursors").derive(self.key))
