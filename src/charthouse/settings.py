"""Settings, all of them environment variables: where data lies, and the second reader, which is off unless it is set. The key of the record may
come from `CHARTHOUSE_KEY` (`adapters/storage/keys.py`)."""
from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charthouse.record.errors import BadSetting

if TYPE_CHECKING:
    from charthouse.adapters.engines.endpoint import Endpoint
    from charthouse.adapters.wire.oidc import Provider
    from charthouse.adapters.wire.oidc_code import Directory
    from charthouse.adapters.wire.smart import Credentials


def data_folder() -> Path:
    """`CHARTHOUSE_DATA`, else `~/.local/share/charthouse`."""
    return Path(os.environ.get("CHARTHOUSE_DATA") or Path.home() / ".local" / "share" / "charthouse")


def database() -> str:
    """`CHARTHOUSE_DATABASE`: `postgresql://...`; "" for SQLite in the data folder."""
    return os.environ.get("CHARTHOUSE_DATABASE", "")


def facilities() -> tuple[str, ...]:
    """`CHARTHOUSE_FACILITY`: at which facility the commands of this machine act; several with commas between. None where it is not set."""
    return tuple(part.strip() for part in os.environ.get("CHARTHOUSE_FACILITY", "").split(",") if part.strip())


def facility() -> str:
    """The one facility; "" where none is set. Raises `BadSetting` where several are."""
    several = facilities()
    if len(several) > 1:
        raise BadSetting(name="CHARTHOUSE_FACILITY", why="names several facilities, and this command acts at one: give it --facility")
    return several[0] if several else ""


def address() -> str:
    """`CHARTHOUSE_ADDRESS`: where people reach the workbench, `https://him.hospital.example`; "" where it is not set."""
    return os.environ.get("CHARTHOUSE_ADDRESS", "").rstrip("/")


def query_channels() -> tuple[tuple[str, str], ...]:
    """(name, address) of the providers' own system, which is told of queries: `CHARTHOUSE_QUERIES_FHIR` the base of a FHIR server, `CHARTHOUSE_QUERIES_MLLP` `mllp://host:port` or `mllps://host:port`."""
    told = (("fhir", os.environ.get("CHARTHOUSE_QUERIES_FHIR", "")), ("hl7", os.environ.get("CHARTHOUSE_QUERIES_MLLP", "")))
    return tuple((name, where) for name, where in told if where)


def sftp() -> tuple[Path | None, Path]:
    """`CHARTHOUSE_SFTP_KEY`, the private key that an outbox by SFTP is opened with (None: the agent's, or those of `~/.ssh`), and `CHARTHOUSE_SFTP_KNOWN_HOSTS`, else `~/.ssh/known_hosts`."""
    key = os.environ.get("CHARTHOUSE_SFTP_KEY")
    return Path(key) if key else None, Path(os.environ.get("CHARTHOUSE_SFTP_KNOWN_HOSTS") or Path.home() / ".ssh" / "known_hosts")


def second_reader() -> Endpoint | None:
    """The endpoint of the second reader; None where `CHARTHOUSE_LLM_URL` is not set. Raises `BadSetting`."""
    from charthouse.adapters.engines.endpoint import Endpoint

    url = os.environ.get("CHARTHOUSE_LLM_URL")
    if not url:
        return None
    model = os.environ.get("CHARTHOUSE_LLM_MODEL")
    if not model:
        raise BadSetting(name="CHARTHOUSE_LLM_MODEL", why="is not set, but CHARTHOUSE_LLM_URL is")
    hosts = (os.environ.get("CHARTHOUSE_LLM_HOSTS") or "").replace(",", " ").split()
    numbers = {"timeout": _number("CHARTHOUSE_LLM_TIMEOUT"), "max_questions": _number("CHARTHOUSE_LLM_MAX_QUESTIONS"),
               "max_tokens": _number("CHARTHOUSE_LLM_MAX_TOKENS"), "price_in": _number("CHARTHOUSE_LLM_PRICE_IN"), "price_out": _number("CHARTHOUSE_LLM_PRICE_OUT")}
    given: dict[str, Any] = {field: value for field, value in numbers.items() if value is not None}
    return Endpoint(url=url, model=model, key=os.environ.get("CHARTHOUSE_LLM_KEY") or "", hosts=tuple(hosts), **given)


def identity_provider() -> Provider | None:
    """The OpenID provider whose tokens the API takes; None where `CHARTHOUSE_OIDC_ISSUER` is not set. Raises `BadSetting`."""
    from charthouse.adapters.wire.oidc import Provider

    issuer = os.environ.get("CHARTHOUSE_OIDC_ISSUER")
    if not issuer:
        return None
    audience = os.environ.get("CHARTHOUSE_OIDC_AUDIENCE")
    if not audience and os.environ.get("CHARTHOUSE_OIDC_CLIENT"):
        return None  # it signs people in, and no programs
    if not audience:
        raise BadSetting(name="CHARTHOUSE_OIDC_AUDIENCE", why="is not set, but CHARTHOUSE_OIDC_ISSUER is")
    return Provider(issuer=issuer, audience=audience, jwks=os.environ.get("CHARTHOUSE_OIDC_JWKS") or "", **_claims())


def directory() -> Directory | None:
    """The OpenID provider by which people sign in at the workbench; None where `CHARTHOUSE_OIDC_CLIENT` is not set. Raises `BadSetting`."""
    from charthouse.adapters.wire.oidc_code import Directory

    issuer, client, file = (os.environ.get(name) or "" for name in ("CHARTHOUSE_OIDC_ISSUER", "CHARTHOUSE_OIDC_CLIENT", "CHARTHOUSE_OIDC_SECRET_FILE"))
    if not client:
        return None
    if not issuer:
        raise BadSetting(name="CHARTHOUSE_OIDC_ISSUER", why="is not set, but CHARTHOUSE_OIDC_CLIENT is")
    try:
        secret = Path(file).read_text(encoding="utf-8").strip() if file else ""
    except (OSError, UnicodeDecodeError):
        raise BadSetting(name="CHARTHOUSE_OIDC_SECRET_FILE", why="names no file that can be read") from None
    return Directory(issuer=issuer, client=client, secret=secret, name=os.environ.get("CHARTHOUSE_OIDC_NAME") or "the hospital's directory", **_claims())


def _claims() -> dict[str, Any]:
    """What the provider's roles are here, and where they stand."""
    roles = [pair.partition("=") for pair in (os.environ.get("CHARTHOUSE_OIDC_ROLES") or "").replace(",", " ").split()]
    if not roles or not all(claimed and own for claimed, _, own in roles):
        raise BadSetting(name="CHARTHOUSE_OIDC_ROLES", why="is not a list of pairs such as HIM-Coders=coder")
    return {"roles": tuple((claimed, own) for claimed, _, own in roles), "role_claim": os.environ.get("CHARTHOUSE_OIDC_ROLE_CLAIM") or "roles", "facility_claim": os.environ.get("CHARTHOUSE_OIDC_FACILITY_CLAIM") or "facilities"}


def pull_credentials() -> Credentials:
    """How `intake pull` signs in at the FHIR server: by token, or by SMART Backend Services. Raises `BadSetting`."""
    from charthouse.adapters.wire.smart import Credentials

    client, file = os.environ.get("CHARTHOUSE_PULL_CLIENT") or "", os.environ.get("CHARTHOUSE_PULL_KEY") or ""
    if bool(client) != bool(file):
        raise BadSetting(name="CHARTHOUSE_PULL_CLIENT and CHARTHOUSE_PULL_KEY", why="are set both or neither")
    try:
        key = Path(file).read_text(encoding="ascii") if file else ""
    except (OSError, UnicodeDecodeError):
        raise BadSetting(name="CHARTHOUSE_PULL_KEY", why="names no file with a key that can be read") from None
    return Credentials(token=os.environ.get("CHARTHOUSE_PULL_TOKEN") or "", client=client, key=key, token_url=os.environ.get("CHARTHOUSE_PULL_TOKEN_URL") or "",
                       scope=os.environ.get("CHARTHOUSE_PULL_SCOPE") or "system/*.read")


def _number(name: str) -> float | None:
    given = os.environ.get(name)
    if not given:
        return None
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise BadSetting(name=name, why="is not a number from 0 on")
    return value
