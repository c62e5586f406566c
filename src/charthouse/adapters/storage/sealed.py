"""Sealing bytes: each blob under a key of its own, that key wrapped under the master key (AES-256-GCM, RFC 5116)."""
from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from charthouse.record.errors import BlobDamaged

_NONCE = 12


def seal(key: bytes, content: bytes, about: str) -> bytes:
    """`about` is bound to the content: a blob put in another's place does not open."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, about.encode())


def unseal(key: bytes, sealed: bytes, about: str) -> bytes:
    """Raises `BlobDamaged` for what was changed, cut, sealed under another key or about something else."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
    except (InvalidTag, ValueError):
        raise BlobDamaged(blob=about) from None
