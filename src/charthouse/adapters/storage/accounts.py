"""Accounts and sessions in the database: implements `ports.people.People`."""
from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import account, passkey, session
from charthouse.adapters.storage.upsert import upsert
from charthouse.record.access import Access
from charthouse.record.account import Account, Passkey
from charthouse.record.errors import LoginTaken
from charthouse.record.session import Session


class StoredPeople:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def account(self, *, id: str = "", login: str = "") -> Account | None:
        where = account.c.id == id if id else account.c.login == login.strip().casefold()
        row = self._execute(sa.select(account).where(where)).mappings().first()
        return _account(row) if row else None

    def accounts(self) -> tuple[Account, ...]:
        return tuple(map(_account, self._execute(sa.select(account).order_by(account.c.login)).mappings()))

    def add(self, access: Access | None, new: Account) -> None:
        if self.account(login=new.login) is not None:
            raise LoginTaken(login=new.login)
        if access is not None:
            self._work.tell(access.event)
        self._execute(account.insert().values(id=new.id, made_at=new.made_at, **_values(new)))

    def change(self, access: Access | None, now: Account) -> None:
        if access is not None:
            self._work.tell(access.event)
        self._execute(account.update().where(account.c.id == now.id).values(**_values(now)))

    def begin(self, token: str, new: Session) -> None:
        self._execute(session.insert().values(token=token, id=new.id, account=new.actor.id, purpose=new.purpose, csrf=new.csrf, origin=new.actor.origin, begun_at=new.begun_at, seen_at=new.seen_at,
                                              proven_at=new.proven_at))

    def session(self, token: str) -> Session | None:
        return session_in(self._work.connection, token)

    def seen(self, token: str, now: Session) -> None:
        self._execute(session.update().where(session.c.token == token).values(purpose=now.purpose, seen_at=now.seen_at, proven_at=now.proven_at))

    def end(self, token: str = "", *, account: str = "") -> None:
        self._execute(session.delete().where(session.c.token == token if token else session.c.account == account))

    def sessions(self, who: str) -> tuple[Session, ...]:
        rows = self._execute(sa.select(session, account).join(account, account.c.id == session.c.account).where(session.c.account == who).order_by(session.c.begun_at).set_label_style(
            sa.LABEL_STYLE_TABLENAME_PLUS_COL)).mappings()
        return tuple(map(_session, rows))


    def tokens(self, who: str) -> tuple[tuple[str, str], ...]:
        return tuple((row.token, row.id) for row in self._execute(sa.select(session.c.token, session.c.id).where(session.c.account == who)))


class AccountKeys:
    def __init__(self, work: Work) -> None:
        self._connection = work.connection

    def of(self, who: str) -> tuple[Passkey, ...]:
        rows = self._connection.execute(sa.select(passkey).where(passkey.c.account == who).order_by(passkey.c.made_at)).mappings()
        return tuple(Passkey(id=r["id"], account=r["account"], name=r["name"], key=r["key"], count=r["count"], made_at=_utc(r["made_at"]), used_at=_utc(r["used_at"]) if r["used_at"] else None) for r in rows)

    def put(self, p: Passkey) -> None:
        self._connection.execute(upsert(self._connection, passkey, {"id": p.id}, {"count": p.count, "used_at": p.used_at}, new={"account": p.account, "name": p.name, "key": p.key, "made_at": p.made_at}))

    def remove(self, who: str, id: str = "") -> None:
        self._connection.execute(passkey.delete().where(passkey.c.account == who, *([passkey.c.id == id] if id else [])))


def session_in(connection: sa.Connection, token: str) -> Session | None:
    """The session of that hash of a token, if its account is not disabled. It may be over by now."""
    row = connection.execute(sa.select(session, account).join(account, account.c.id == session.c.account).where(session.c.token == token, sa.not_(account.c.disabled)).set_label_style(
        sa.LABEL_STYLE_TABLENAME_PLUS_COL)).mappings().first()
    return _session(row) if row else None


def _values(a: Account) -> dict[str, Any]:
    return {"login": a.login.casefold(), "said": a.login, "shown": a.shown, "roles": " ".join(sorted(a.roles)), "facilities": "\n".join(sorted(a.facilities)), "hash": a.hash, "factor": a.factor,
            "must_change": a.must_change, "disabled": a.disabled, "counter": a.counter, "failures": a.failures, "failed_at": a.failed_at}


def _account(r: Any, of: str = "") -> Account:
    failed = r[f"{of}failed_at"]
    return Account(id=r[f"{of}id"], login=r[f"{of}said"], shown=r[f"{of}shown"], roles=frozenset(r[f"{of}roles"].split()), facilities=frozenset(filter(None, r[f"{of}facilities"].split("\n"))),
                   hash=r[f"{of}hash"], must_change=r[f"{of}must_change"], factor=r[f"{of}factor"], counter=r[f"{of}counter"], disabled=r[f"{of}disabled"], failures=r[f"{of}failures"],
                   failed_at=_utc(failed) if failed else None, made_at=_utc(r[f"{of}made_at"]))


def _session(r: Any) -> Session:
    who = _account(r, "account_")
    return Session(id=r["session_id"], shown=who.shown, actor=who.actor(r["session_origin"]), purpose=r["session_purpose"], csrf=r["session_csrf"], must_change=who.must_change,
                   begun_at=_utc(r["session_begun_at"]), seen_at=_utc(r["session_seen_at"]), proven_at=_utc(r["session_proven_at"]))


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
