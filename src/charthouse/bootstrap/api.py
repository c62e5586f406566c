"""The doors of programs, wired: who calls, what is coded for them, how a file comes in, and how a FHIR server is asked."""
from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from charthouse import settings
from charthouse.bootstrap import record
from charthouse.flow.desk import SITE
from charthouse.record.access import PURPOSES
from charthouse.record.errors import BadRequest, NoPurpose, NoRecord, NotSignedIn

if TYPE_CHECKING:
    from charthouse.adapters.storage.site import Site
    from charthouse.adapters.wire.cursor import Cursors
    from charthouse.adapters.wire.oidc import Tokens
    from charthouse.flow.desk import Desk
    from charthouse.flow.steps import Kit, Work
    from charthouse.record.api import ApiKey
    from charthouse.record.chart import Chart
    from charthouse.record.received import Arrival

START = "chk_"  # of every key, so that one that lies about can be recognised


@dataclass(slots=True)
class Callers:
    """Signs in who calls, by key or token. Default deny: no credential, no purpose or no role, no desk."""

    site: Site
    tokens: Tokens | None

    def desk(self, authorization: str, purpose: str, origin: str) -> Desk:
        """Raises `NotSignedIn`, `NoPurpose`."""
        scheme, _, credential = authorization.strip().partition(" ")
        if scheme.lower() != "bearer" or not credential.strip():
            raise NotSignedIn(why="there is no bearer credential")
        own = ""
        if credential.strip().startswith(START):
            key = self._key(credential.strip())
            actor, own = key.actor(origin), key.purpose
        elif self.tokens is not None:
            actor = self.tokens.actor(credential.strip(), origin)
        else:
            raise NotSignedIn(why="the key is not known")
        chosen = next((p for p in PURPOSES if p == (purpose or own)), None)
        if chosen is None:
            raise NoPurpose(known=", ".join(PURPOSES))
        return record.sign_in(self.site, actor, chosen)

    def _key(self, credential: str) -> ApiKey:
        from charthouse.adapters.storage.api import keys

        prefix, _, secret = credential.removeprefix(START).partition("_")
        with self.site.snapshot() as connection:
            found = keys(connection, prefix) if prefix.isalnum() else []
        if not found or not hmac.compare_digest(found[0][1], _hash(secret)) or not found[0][0].stands(datetime.now(UTC)):
            raise NotSignedIn(why="the key is not known, or not good any more")
        return found[0][0]


def callers(site: Site) -> Callers:
    from charthouse.adapters.wire.oidc import Tokens, fetched

    provider = settings.identity_provider()
    return Callers(site, Tokens(provider, fetched) if provider else None)


def add_key(name: str, roles: tuple[str, ...], facilities: tuple[str, ...], *, days: int = 0, purpose: str = "") -> str:
    """The key, which cannot be shown again. Raises `BadRequest`."""
    from charthouse.record.api import ApiKey

    known = {rule.role for rule in record.access_rules()}
    if not roles or not set(roles) <= known:
        raise BadRequest(why=f"A key has roles, each one of {', '.join(sorted(known))}")
    if purpose and purpose not in PURPOSES:
        raise BadRequest(why=f"A purpose is one of {', '.join(PURPOSES)}")
    if not name.strip() or not name.isprintable() or len(name) > 60:
        raise BadRequest(why="A key has a name of 1 to 60 printable characters")
    prefix, secret, now = secrets.token_hex(4), secrets.token_urlsafe(32), datetime.now(UTC)
    key = ApiKey(prefix=prefix, name=name.strip(), roles=frozenset(roles), facilities=frozenset(facilities), purpose=purpose, made_at=now,
                 expires_at=now + timedelta(days=days) if days else None)
    with record.opened() as site:
        desk = record.sign_in(site, record.operator(), "administration")
        desk.use("user.write", replace(SITE, id=f"api-key:{prefix}"), lambda open, access: open.api_keys.add(access, key, _hash(secret)))
    return f"{START}{prefix}_{secret}"


def api_keys() -> list[ApiKey]:
    """All that were ever made."""
    from charthouse.adapters.storage.api import keys

    with record.opened() as site:
        record.sign_in(site, record.operator(), "administration").act("user.write", "api-key list")
        with site.snapshot() as connection:
            return [key for key, _ in keys(connection)]


def revoke_key(prefix: str) -> None:
    """Raises `NoRecord`."""
    with record.opened() as site:
        desk = record.sign_in(site, record.operator(), "administration")
        if not desk.use("user.write", replace(SITE, id=f"api-key:{prefix}"), lambda open, access: open.api_keys.revoke(access, prefix, datetime.now(UTC))):
            raise NoRecord(kind="key in force", id=prefix)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def cursors(site: Site) -> Cursors:
    from charthouse.adapters.wire.cursor import Cursors

    return Cursors(site.keys.wrapping)


@dataclass(slots=True)
class Coder:
    """Codes for callers, one chart at a time, in a thread of its own: the books and models are loaded once."""

    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="coding"))

    @property
    def kit(self) -> Kit:
        from charthouse import bootstrap

        return bootstrap.kit()

    def chart(self, chart: Chart) -> dict[str, Any]:
        """The result of a chart of the record. Raises `EmptyNote`, `NoEdition`."""
        from charthouse.flow.charted import SINCE, work_of

        return self.work(work_of(chart), since=SINCE)

    def work(self, work: Work, *, since: str = "intake") -> dict[str, Any]:
        """The result of what was sent."""
        return self._thread.submit(_coded, work, since).result()


def _coded(work: Work, since: str) -> dict[str, Any]:
    from charthouse import bootstrap
    from charthouse.flow.result import as_dict
    from charthouse.flow.run import key, run

    kit = bootstrap.kit()
    done = run(work, kit, since=since)
    return as_dict(done) | {"key": key(done, kit)}


def deliver(desk: Desk, arrival: Arrival, original: bytes) -> dict[str, object]:
    """One arrival into the record: what became of it."""
    from dataclasses import asdict

    from charthouse.flow.intake import take_in

    return asdict(take_in(desk, arrival, original))


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What the server's routes work with: the open record, who may call, and what is done for them. `write` and `codes` are the writers of FHIR
    (`adapters/wire/`), `arrivals` reads a file, `deliver` takes one arrival into the record, `state` counts what there is."""

    site: Site
    callers: Callers
    cursors: Cursors
    coder: Coder
    arrivals: Callable[[bytes], Iterator[Arrival]]
    deliver: Callable[[Desk, Arrival, bytes], dict[str, object]]
    state: Callable[[Site], dict[str, Any]]
    write: Any
    codes: Any
    started: str


def serving(site: Site) -> Serving:
    from charthouse.adapters.readers.child import warm
    from charthouse.adapters.storage.examine import state
    from charthouse.adapters.wire import fhir_codes, fhir_write

    return Serving(site=site, callers=callers(site), cursors=cursors(site), coder=Coder(), arrivals=lambda content: iter(warm().read(content, "The file")), deliver=deliver, state=state, write=fhir_write, codes=fhir_codes,
                   started=datetime.now(UTC).isoformat(timespec="seconds"))


def pulled(url: str, note: Callable[[str], None], *, patient: str = "", since: str = "", kinds: tuple[str, ...] = (), bulk: bool = False) -> Iterator[bytes]:
    """What a FHIR server has, a bundle a patient. Raises `ServerRefused`, `BadRequest`, `BadSetting`."""
    from charthouse.adapters.wire.fhir_client import FhirClient
    from charthouse.adapters.wire.fhir_pull import bundles

    client = FhirClient(url, settings.pull_credentials())
    try:
        yield from bundles(client, note, patient=patient, since=since, kinds=kinds, bulk=bulk)
    finally:
        client.close()

