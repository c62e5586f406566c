"""Worker processes killed under load: a small run of `benchmarks/kills_worker.py`, on both databases."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.adapters.storage.layout import Layout

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "kills_worker.py"


@pytest.mark.parametrize("seed", [1])
def test_nothing_is_lost_or_done_twice(layout: Layout, book: SqliteCodeBook, data_folder: Path, seed: int) -> None:
    environment = {**os.environ, "CHARTHOUSE_DATA": str(data_folder)}
    done = subprocess.run([sys.executable, SCRIPT, "--kills", "8", "--database", layout.database, "--seed", str(seed)], check=False, capture_output=True, text=True, env=environment)
    assert "nothing lost, nothing done twice" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0
