"""Passwords by Argon2id (RFC 9106, the second recommended setting) and codes of authenticator apps (TOTP, RFC 6238): implements `ports.people.Hasher`."""
from __future__ import annotations

import argon2
import pyotp

STEP = 30  # seconds


class Argon2AndTotp:
    def __init__(self, *, memory: int = 64 * 1024) -> None:
        """`memory` in KiB."""
        self._argon2 = argon2.PasswordHasher(time_cost=3, memory_cost=memory, parallelism=4)
        self._nobody = self._argon2.hash("nobody has this password")

    def hash(self, password: str) -> str:
        return self._argon2.hash(password)

    def same(self, hash: str, password: str) -> bool:
        try:
            return self._argon2.verify(hash or self._nobody, password) and bool(hash)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False

    def factor(self) -> str:
        return pyotp.random_base32()

    def counter(self, factor: str, code: str, at: float) -> int:
        now, said = int(at // STEP), code.replace(" ", "")
        return next((n for n in (now, now - 1, now + 1) if factor and pyotp.TOTP(factor).verify(said, for_time=n * STEP)), 0)


def picture(factor: str, login: str, site: str) -> str:
    """The QR code by which an app takes the secret, as a data: address of an SVG."""
    import segno

    return str(segno.make(pyotp.TOTP(factor).provisioning_uri(name=login, issuer_name=site)).svg_data_uri(scale=4, border=2, dark="#000", light="#fff"))
