"""`samples/messages` is no encounter: a run over the samples takes only charts."""
from __future__ import annotations

from pathlib import Path

from charthouse.doors.cli.folder import encounters

SAMPLES = Path(__file__).parents[2] / "samples"


def test_messages_are_not_taken_as_charts() -> None:
    assert (SAMPLES / "messages").is_dir()
    assert len(encounters(SAMPLES)) == 12
