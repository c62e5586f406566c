"""When a session is over, when who acts has to show again that it is they, and how long to wait after wrong tries (NIST SP 800-63B-4, sections 2.2.3 and 3.2.2)."""
from __future__ import annotations

from datetime import datetime, timedelta

from charthouse.record.session import Session

IDLE, WHOLE, PROOF = timedelta(minutes=30), timedelta(hours=12), timedelta(minutes=5)
FREE, LONGEST = 5, timedelta(minutes=15)


def over(session: Session, now: datetime) -> bool:
    """Unused for half an hour, or twelve hours old (45 CFR 164.312(a)(2)(iii), automatic logoff)."""
    return now - session.seen_at >= IDLE or now - session.begun_at >= WHOLE


def proven(session: Session, now: datetime) -> bool:
    """Whether the person showed within five minutes who they are: for what cannot be taken back."""
    return now - session.proven_at < PROOF


def wait(failures: int, failed_at: datetime | None, now: datetime) -> timedelta:
    """How long the next try has to wait: nothing for five, then half a minute, doubled each time up to a quarter of an hour."""
    if failures < FREE or failed_at is None:
        return timedelta(0)
    due = failed_at + min(timedelta(seconds=30 * (1 << min(failures - FREE, 10))), LONGEST)
    return max(due - now, timedelta(0))
