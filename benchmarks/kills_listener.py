"""`kill -9` of a real `charthouse intake listen` at random moments under load: what was acknowledged is in the record, once; what was not is sent again.

After each kill the listener is started anew and the senders go on. At the end every message was acknowledged, and the record holds each of them once, with
just the patients, visits and documents that they tell of; the ledger verifies. State: acknowledged messages lost, and things doubled.

    python benchmarks/kills_listener.py [KILLS]
"""
from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from listener import Feed, made, wrongs

A_KILL = 60  # messages that are there to be sent at each kill


def main(kills: int = 100, seed: int = 1) -> int:
    chance, begun, done = random.Random(seed), time.perf_counter(), 0
    with tempfile.TemporaryDirectory(prefix="kills") as name:
        listener, sent = made(Path(name)), 0
        feed, partial = Feed([]), 0
        while done < kills:
            feed.todo = sorted([*feed.todo, *range(sent, sent + A_KILL)], reverse=True)
            sent += A_KILL
            listener.begin()
            before = len(feed.answered)
            asyncio.run(_under_load(feed, listener.port, listener.kill, chance.randint(1, A_KILL // 2)))
            done += 1
            partial += before < len(feed.answered) and bool(feed.todo)
        listener.begin()
        asyncio.run(feed.send(listener.port, 20))
        listener.end()
        wrong = list(wrongs(Path(name), feed, sent))
        if len(feed.answered) != sent:
            wrong.append(f"{sent - len(feed.answered)} never acknowledged")
        print(f"kills of the listener: {done} ({partial} amid a load, {(time.perf_counter() - begun) / max(done, 1):.1f} s each), {sent} messages; wrong: {wrong or 'nothing'}")
        return int(bool(wrong) or not partial)


async def _under_load(feed: Feed, port: int, kill: object, answers: int) -> None:
    """Twenty senders; the kill comes once so many answers are in, however quick the machine is: the load is always under way."""
    sending, enough = asyncio.create_task(feed.send(port, 20)), len(feed.answered) + answers
    while len(feed.answered) < enough and not sending.done():
        await asyncio.sleep(0.001)
    kill()  # type: ignore[operator]
    await sending


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
