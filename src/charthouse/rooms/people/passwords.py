"""Whether a password will do (NIST SP 800-63B-4, section 3.1.1): its length, and that it is none that is guessed first. No rules of composition, no expiry."""
from __future__ import annotations

SHORTEST, LONGEST = 15, 200
# What is tried first: parts of these, repeated or lengthened, do not make a password.
_COMMON = ("password", "passwort", "qwerty", "qwertz", "letmein", "welcome", "admin", "iloveyou", "monkey", "dragon", "football", "baseball", "hospital", "charthouse", "summer", "winter",
           "spring", "autumn", "changeme", "secret", "trustno1", "abc123", "1q2w3e", "asdfgh", "zxcvbn")
_RUNS = ("0123456789" * 3, "9876543210" * 3, "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba", "qwertyuiopasdfghjklzxcvbnm")


def weak(password: str, login: str, shown: str = "") -> str:
    """Why it will not do, in words; "" when it does."""
    if len(password) < SHORTEST:
        return f"A password has at least {SHORTEST} characters. Four or five words that have nothing to do with each other make a good one"
    if len(password) > LONGEST:
        return f"A password has at most {LONGEST} characters"
    left = password.casefold()
    for known in (*_COMMON, *_names(login), *_names(shown)):
        left = left.replace(known, "")
    left = _without_runs(left)
    if len(set(left)) < 5 or len(left) < 6:
        return "This password is among those that are guessed first: a known word, a name, one thing repeated, or keys in a row"
    return ""


def _names(of: str) -> list[str]:
    return [part for part in of.casefold().replace(".", " ").replace("@", " ").split() if len(part) > 3]


def _without_runs(text: str) -> str:
    """Without what goes on for four or more along the alphabet, the digits or the keyboard."""
    out, i = "", 0
    while i < len(text):
        size = next((n for n in range(len(text) - i, 3, -1) if any(text[i:i + n] in run for run in _RUNS)), 0)
        out, i = out if size else out + text[i], i + (size or 1)
    return out
