"""Files encrypted to an offline key or a passphrase, in the format of age (age-encryption.org/v1, C2SP): `age --decrypt` opens them too.

A file key is wrapped by X25519 or scrypt in the header; the payload is ChaCha20-Poly1305 in chunks of 64 KiB, each bound to its place,
the last one marked, so that a cut file is noticed.
"""
from __future__ import annotations

import base64
import hmac
import secrets
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from charthouse.adapters.storage import bech32
from charthouse.record.errors import BadRecipient

VERSION = b"age-encryption.org/v1\n"
CHUNK = 65_536
_TAG = 16
_WORK, _MOST_WORK = 18, 20  # log2 of scrypt's N: what we write; what we are willing to read
_LONGEST_LINE = 4096


class Out(Protocol):
    def write(self, content: bytes, /) -> int: ...


class NotOpened(Exception):
    """Not a file of this kind, another key or passphrase, changed, or cut."""


class Writer:
    """Bytes in, an encrypted file out. `close` writes the last chunk; without it the file does not open."""

    def __init__(self, out: Out, *, recipient: str = "", passphrase: str = "") -> None:
        key = secrets.token_bytes(16)
        head = VERSION + (_to_recipient(key, recipient) if recipient else _to_passphrase(key, passphrase)) + b"---"
        nonce = secrets.token_bytes(16)
        out.write(head + b" " + _b64(_mac(key, head)) + b"\n" + nonce)
        self._out, self._chunks, self._held = out, _Chunks(key, nonce), bytearray()

    def write(self, content: bytes) -> int:
        self._held += content
        while len(self._held) > CHUNK:
            self._out.write(self._chunks.seal(bytes(self._held[:CHUNK]), last=False))
            del self._held[:CHUNK]
        return len(content)

    def close(self) -> None:
        self._out.write(self._chunks.seal(bytes(self._held), last=True))


class Reader:
    """The bytes of an encrypted file. Raises `NotOpened`, at the latest where the damage is."""

    def __init__(self, file: BinaryIO, *, identity: str = "", passphrase: str = "") -> None:
        key = _opened(file, identity, passphrase)
        self._file, self._chunks, self._held, self._next = file, _Chunks(key, file.read(16)), b"", file.read(CHUNK + _TAG)

    def read(self, size: int) -> bytes:
        """Fewer than asked for only at the end."""
        out = bytearray(self._held)
        while len(out) < size and self._next:
            chunk, self._next = self._next, self._file.read(CHUNK + _TAG)
            out += self._chunks.unseal(chunk, last=not self._next)
        self._held = bytes(out[size:])
        return bytes(out[:size])


class _Chunks:
    """The payload's cipher: the nonce is the place of the chunk, and whether it is the last."""

    def __init__(self, key: bytes, nonce: bytes) -> None:
        self._cipher, self._place = ChaCha20Poly1305(_hkdf(key, nonce, b"payload")), 0

    def seal(self, chunk: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last), chunk, None)

    def unseal(self, chunk: bytes, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce(last), chunk, None)
        except InvalidTag:
            raise NotOpened("it is damaged or was cut") from None

    def _nonce(self, last: bool) -> bytes:
        self._place += 1
        return (self._place - 1).to_bytes(11, "big") + bytes([last])


def _to_recipient(key: bytes, recipient: str) -> bytes:
    try:
        theirs = bech32.decode(recipient.strip(), "age")
        public = X25519PublicKey.from_public_bytes(theirs)
    except ValueError:
        raise BadRecipient(value=recipient) from None
    once = X25519PrivateKey.generate()
    share = once.public_key().public_bytes_raw()
    wrap = _hkdf(once.exchange(public), share + theirs, VERSION.strip() + b"/X25519")
    return b"-> X25519 " + _b64(share) + b"\n" + _body(ChaCha20Poly1305(wrap).encrypt(bytes(12), key, None))


def _to_passphrase(key: bytes, passphrase: str) -> bytes:
    salt = secrets.token_bytes(16)
    sealed = ChaCha20Poly1305(_scrypt(passphrase, salt, _WORK)).encrypt(bytes(12), key, None)
    return b"-> scrypt " + _b64(salt) + b" %d\n" % _WORK + _body(sealed)


def _opened(file: BinaryIO, identity: str, passphrase: str) -> bytes:
    """The file key. A header may name several recipients; ours is one of them."""
    head, stanzas, mac = _header(file)
    for arguments, body in stanzas:
        try:
            key = _unwrapped(arguments, body, identity, passphrase)
        except (ValueError, InvalidTag, IndexError):
            continue
        if key is not None and hmac.compare_digest(_mac(key, head), mac):
            return key
    raise NotOpened("the key or the passphrase is another")


def _header(file: BinaryIO) -> tuple[bytes, list[tuple[list[bytes], bytes]], bytes]:
    if file.readline(_LONGEST_LINE) != VERSION:
        raise NotOpened("it is no encrypted backup")
    head, stanzas = VERSION, list[tuple[list[bytes], bytes]]()
    while line := file.readline(_LONGEST_LINE):
        if line.startswith(b"---"):
            return head + b"---", stanzas, _unb64(line[4:].strip())
        head += line
        if line.startswith(b"-> "):
            stanzas.append((line.split()[1:], b""))
        elif stanzas:
            stanzas[-1] = (stanzas[-1][0], stanzas[-1][1] + line.strip())
    raise NotOpened("it was cut")


def _unwrapped(arguments: list[bytes], body: bytes, identity: str, passphrase: str) -> bytes | None:
    if arguments[0] == b"X25519" and identity:
        own = X25519PrivateKey.from_private_bytes(bech32.decode(identity.strip(), "age-secret-key-"))
        share = _unb64(arguments[1])
        wrap = _hkdf(own.exchange(X25519PublicKey.from_public_bytes(share)), share + own.public_key().public_bytes_raw(), VERSION.strip() + b"/X25519")
    elif arguments[0] == b"scrypt" and passphrase and int(arguments[2]) <= _MOST_WORK:
        wrap = _scrypt(passphrase, _unb64(arguments[1]), int(arguments[2]))
    else:
        return None
    return ChaCha20Poly1305(wrap).decrypt(bytes(12), _unb64(body), None)


def _scrypt(passphrase: str, salt: bytes, work: int) -> bytes:
    return Scrypt(salt=VERSION.strip() + b"/scrypt" + salt, length=32, n=1 << work, r=8, p=1).derive(passphrase.encode())


def _hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(secret)


def _mac(key: bytes, head: bytes) -> bytes:
    return hmac.digest(_hkdf(key, b"", b"header"), head, "sha256")


def _b64(content: bytes) -> bytes:
    return base64.b64encode(content).rstrip(b"=")


def _unb64(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)


def _body(content: bytes) -> bytes:
    """In lines of 64 letters, the last one shorter."""
    text = _b64(content)
    return b"".join(text[i : i + 64] + b"\n" for i in range(0, len(text) + 1, 64))
