"""Asking a FHIR server: pages, bulk export, and the contents that documents point at. Only ever at the server that was named.

It waits where the server says so (429 and 503 with Retry-After), tries again where the line breaks, and gives up with `ServerRefused`. What it
tells of an answer is its status, never its text.
"""
from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from charthouse.adapters.wire.smart import Credentials, Session
from charthouse.record.errors import BadRequest, ServerRefused

TRIES = 6
LONGEST = 120.0  # seconds that one wait lasts at most
PATIENCE = 6 * 3600.0  # seconds for a bulk export to be made
MOST = 512 * 2**20  # bytes of one answer
MOST_PAGES = 100_000
Resource = dict[str, Any]


@dataclass(slots=True)
class FhirClient:
    """Of one server. Raises `BadRequest` for an address that is not https, or http on this machine."""

    base: str
    credentials: Credentials
    sleep: Callable[[float], None] = time.sleep
    _http: Any = field(default=None, repr=False)
    _session: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        import httpx2

        self.base = self.base.rstrip("/")
        parts = urlsplit(self.base)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")):
            raise BadRequest(why="The address of a FHIR server begins with https:// (http:// on this machine only)")
        self._http = httpx2.Client(timeout=httpx2.Timeout(60.0), follow_redirects=False)
        self._session = Session(self.base, self.credentials, self._ask)

    def close(self) -> None:
        self._http.close()

    def kinds(self) -> set[str]:
        """The kinds of resources that the server says it has; empty where it does not say."""
        statement = self._json("GET", f"{self.base}/metadata")[0]
        return {str(r.get("type")) for rest in statement.get("rest", ()) if isinstance(rest, dict) for r in rest.get("resource", ()) if isinstance(r, dict)}

    def read(self, reference: str) -> Resource:
        """By `Type/id`, or an address of the same server."""
        return self._json("GET", self._own(reference))[0]

    def search(self, kind: str, parameters: dict[str, str]) -> Iterator[Resource]:
        """Every resource of every page."""
        address = f"{self.base}/{kind}?{urlencode(parameters)}"
        seen: set[str] = set()
        while address and len(seen) < MOST_PAGES:
            seen.add(address)
            page = self._json("GET", address)[0]
            yield from (e["resource"] for e in page.get("entry") or () if isinstance(e, dict) and isinstance(e.get("resource"), dict) and (e.get("search") or {}).get("mode") != "outcome")
            links = [link for link in page.get("link") or () if isinstance(link, dict)]
            address = next((self._own(str(link["url"])) for link in links if link.get("relation") == "next" and link.get("url")), "")
            if address in seen:
                raise ServerRefused(why="sends one page again and again")

    def export(self, *, kinds: tuple[str, ...] = (), since: str = "") -> Iterator[Resource]:
        """A bulk export (FHIR Bulk Data Access 2.0): asked for, waited for, fetched line by line, and cleared away."""
        asked = {k: v for k, v in {"_type": ",".join(kinds), "_since": since, "_outputFormat": "application/fhir+ndjson"}.items() if v}
        _, headers, status = self._answer("GET", f"{self.base}/$export?{urlencode(asked)}", {"Prefer": "respond-async"})
        if status != 202 or not headers.get("content-location"):
            raise ServerRefused(why=f"does not begin a bulk export (status {status})")
        where = self._own(headers["content-location"])
        done = self._waited(where)
        for file in done.get("output") or ():
            if isinstance(file, dict) and file.get("url"):
                content, _, _ = self._answer("GET", self._own(str(file["url"])), {"Accept": "application/fhir+ndjson"})
                yield from _lines(content)
        self._answer("DELETE", where, {}, good=(200, 202, 204, 404, 405))

    def _waited(self, where: str) -> Resource:
        begun = waited = 0.0
        while waited - begun < PATIENCE:
            content, headers, status = self._answer("GET", where, {})
            if status == 200:
                return _object(content)
            pause = min(max(_seconds(headers.get("retry-after", ""), 10.0), 0.1), LONGEST)
            self.sleep(pause)
            waited += pause
        raise ServerRefused(why="does not finish the bulk export")

    def _own(self, address: str) -> str:
        """The address, if it is of the server that was named: the token goes nowhere else, and neither do we."""
        whole = urljoin(f"{self.base}/", address)
        here, there = urlsplit(self.base), urlsplit(whole)
        if (here.scheme, here.hostname, here.port) != (there.scheme, there.hostname, there.port) or there.username:
            raise ServerRefused(why="leads to another server, where we do not go")
        return whole

    def _json(self, method: str, address: str) -> tuple[Resource, dict[str, str]]:
        content, headers, _ = self._answer(method, address, {"Accept": "application/fhir+json"})
        return _object(content), headers

    def put(self, resource: Resource) -> None:
        """Made or changed under its own id."""
        body = json.dumps(resource).encode()
        self._answer("PUT", f"{self.base}/{resource['resourceType']}/{resource['id']}", {"Accept": "application/fhir+json", "Content-Type": "application/fhir+json"}, good=(200, 201, 204), body=body)

    def _ask(self, method: str, address: str, form: dict[str, str]) -> Resource:
        """For the session: without its token."""
        answer = self._http.request(method, address, data=form or None, headers={"Accept": "application/json"})
        if answer.status_code != 200:
            raise ServerRefused(why=f"does not let us sign in (status {answer.status_code})")
        return _object(answer.content)

    def _answer(self, method: str, address: str, headers: dict[str, str], good: tuple[int, ...] = (200, 202), body: bytes | None = None) -> tuple[bytes, dict[str, str], int]:
        import httpx2

        pause, status = 1.0, 0
        for _ in range(TRIES):
            try:
                with self._http.stream(method, address, content=body, headers=headers | self._session.headers()) as answer:
                    status = answer.status_code
                    if status in good:
                        return _content(answer), {k.lower(): v for k, v in answer.headers.items()}, status
                    if status not in (429, 502, 503, 504):
                        raise ServerRefused(why=f"answers with status {status}")
                    wait = _seconds(answer.headers.get("retry-after", ""), pause)
            except httpx2.TransportError:
                status, wait = 0, pause
            self.sleep(min(wait, LONGEST))
            pause = min(pause * 2, LONGEST)
        raise ServerRefused(why=f"does not answer after {TRIES} tries" + (f" (status {status})" if status else ""))


def _content(answer: Any) -> bytes:
    content = bytearray()
    for part in answer.iter_bytes():
        content += part
        if len(content) > MOST:
            raise ServerRefused(why=f"sends more than {MOST} bytes at once")
    return bytes(content)


def _object(content: bytes) -> Resource:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ServerRefused(why="sends what is no FHIR in JSON")
    return found


def _lines(content: bytes) -> Iterator[Resource]:
    for line in content.split(b"\n"):
        if line.strip():
            yield _object(line)


def _seconds(said: str, otherwise: float) -> float:
    """Retry-After: seconds, or a date of HTTP."""
    if said.isdigit():
        return float(said)
    try:
        at = parsedate_to_datetime(said)
        return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return otherwise
