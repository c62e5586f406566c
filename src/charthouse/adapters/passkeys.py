"""Passkeys (Web Authentication Level 2) by the `webauthn` package: implements `ports.people.Passkeys`."""
from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from charthouse.record.account import Account, Challenge, Passkey
from charthouse.record.errors import SignInRefused


class WebAuthn:
    def register(self, account: Account, origin: str, there: tuple[Passkey, ...]) -> tuple[dict[str, Any], Challenge]:
        import webauthn
        from webauthn.helpers.structs import AuthenticatorSelectionCriteria, PublicKeyCredentialDescriptor, UserVerificationRequirement

        made = webauthn.generate_registration_options(
            rp_id=host_of(origin), rp_name="Charthouse", user_id=account.id.encode(), user_name=account.login, user_display_name=account.shown,
            exclude_credentials=[PublicKeyCredentialDescriptor(id=_bytes(p.id)) for p in there], authenticator_selection=AuthenticatorSelectionCriteria(user_verification=UserVerificationRequirement.PREFERRED))
        return json.loads(webauthn.options_to_json(made)), Challenge(account=account.id, value=made.challenge, origin=origin)

    def registered(self, challenge: Challenge, answer: dict[str, Any], name: str) -> Passkey:
        import webauthn
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            done = webauthn.verify_registration_response(credential=answer, expected_challenge=challenge.value, expected_rp_id=host_of(challenge.origin), expected_origin=challenge.origin)
        except (WebAuthnException, ValueError, TypeError, KeyError):
            raise SignInRefused() from None
        return Passkey(id=_text(done.credential_id), account=challenge.account, name=name, key=_text(done.credential_public_key), count=done.sign_count)

    def ask(self, account: str, origin: str, there: tuple[Passkey, ...]) -> tuple[dict[str, Any], Challenge]:
        import webauthn
        from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

        made = webauthn.generate_authentication_options(rp_id=host_of(origin), allow_credentials=[PublicKeyCredentialDescriptor(id=_bytes(p.id)) for p in there], user_verification=UserVerificationRequirement.PREFERRED)
        return json.loads(webauthn.options_to_json(made)), Challenge(account=account, value=made.challenge, origin=origin)

    def proven(self, challenge: Challenge, answer: dict[str, Any], there: tuple[Passkey, ...]) -> Passkey:
        """The passkey with its new count; a count that does not grow is a copy's (section 6.1.1)."""

        import webauthn
        from webauthn.helpers.exceptions import WebAuthnException

        used = next((p for p in there if p.id == str(answer.get("id", ""))), None)
        if used is None:
            raise SignInRefused()
        try:
            done = webauthn.verify_authentication_response(credential=answer, expected_challenge=challenge.value, expected_rp_id=host_of(challenge.origin), expected_origin=challenge.origin,
                                                           credential_public_key=_bytes(used.key), credential_current_sign_count=used.count)
        except (WebAuthnException, ValueError, TypeError, KeyError):
            raise SignInRefused() from None
        return replace(used, count=done.new_sign_count)


def host_of(origin: str) -> str:
    return urlsplit(origin).hostname or ""


def _text(raw: bytes) -> str:
    from webauthn.helpers import bytes_to_base64url

    return bytes_to_base64url(raw)


def _bytes(text: str) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    return base64url_to_bytes(text)
