"""Keys of the API and answers to what may be sent twice: implements `ports.api`. A key's secret is random, so its plain SHA-256 gives nothing away."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import api_answer, api_key
from charthouse.record.access import Access
from charthouse.record.api import ApiKey, Kept

KEPT = timedelta(days=7)  # how long an answer is given again


class StoredKeys:
    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, access: Access, key: ApiKey, hash: str) -> None:
        self._work.tell(replace(access.event, subject=f"api-key:{key.prefix}"))
        self._work.connection.execute(api_key.insert().values(
            prefix=key.prefix, name=key.name, hash=hash, roles=" ".join(sorted(key.roles)), facilities="\n".join(sorted(key.facilities)), purpose=key.purpose,
            made_at=key.made_at, expires_at=key.expires_at))

    def revoke(self, access: Access, prefix: str, at: datetime) -> bool:
        self._work.tell(replace(access.event, subject=f"api-key:{prefix}"))
        return bool(self._work.connection.execute(api_key.update().where(api_key.c.prefix == prefix, api_key.c.revoked_at.is_(None)).values(revoked_at=at)).rowcount)


class StoredAnswers:
    def __init__(self, work: Work) -> None:
        self._work = work

    def kept(self, actor: str, key: str) -> Kept | None:
        row = self._work.connection.execute(sa.select(api_answer).where(api_answer.c.actor == actor, api_answer.c.key == key)).mappings().first()
        return Kept(request=row["request"], status=row["status"], body=row["body"], at=_utc(row["at"])) if row else None

    def keep(self, actor: str, key: str, answer: Kept) -> None:
        """And forget what is older than a week."""
        self._work.connection.execute(api_answer.delete().where(api_answer.c.at < answer.at - KEPT))
        self._work.connection.execute(api_answer.insert().values(actor=actor, key=key, request=answer.request, status=answer.status, body=answer.body, at=answer.at))


def keys(connection: sa.Connection, prefix: str = "") -> list[tuple[ApiKey, str]]:
    """(key, hash of its secret), the oldest first; those that were revoked too."""
    query = sa.select(api_key).order_by(api_key.c.made_at, api_key.c.prefix)
    return [(_key(row), row["hash"]) for row in connection.execute(query.where(api_key.c.prefix == prefix) if prefix else query).mappings()]


def _key(row: Any) -> ApiKey:
    return ApiKey(prefix=row["prefix"], name=row["name"], roles=frozenset(row["roles"].split()), facilities=frozenset(filter(None, row["facilities"].split("\n"))),
                  purpose=row["purpose"], made_at=_utc(row["made_at"]), expires_at=_or_none(row["expires_at"]), revoked_at=_or_none(row["revoked_at"]))


def _or_none(at: datetime | None) -> datetime | None:
    return None if at is None else _utc(at)


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
