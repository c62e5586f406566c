"""Accounts and sessions of people."""
from charthouse.rooms.people.passwords import weak
from charthouse.rooms.people.sessions import over, proven, wait

__all__ = ["over", "proven", "wait", "weak"]
