"""Power cuts, simulated from what a writer really flushed: a small run of `benchmarks/power_cuts.py`, with its control."""
from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "power_cuts.py"


@pytest.fixture(scope="module")
def power_cuts() -> ModuleType:
    if shutil.which("strace") is None or subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], check=False, capture_output=True).returncode:
        pytest.skip("strace is not installed, or may not trace here (Debian: apt install strace)")
    spec = importlib.util.spec_from_file_location("power_cuts", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["power_cuts"] = module
    spec.loader.exec_module(module)
    return module


def test_no_document_that_was_filed_is_lost(power_cuts: ModuleType) -> None:
    outcome = power_cuts.run("FULL", 50, 20)
    assert (outcome.cuts, outcome.lost, outcome.why) == (50, 0, "")


def test_without_a_flush_at_each_commit_some_would_be(power_cuts: ModuleType) -> None:
    assert power_cuts.run("NORMAL", 20, 20).lost > 0


def test_what_was_not_flushed_is_there_whole_in_part_or_not(power_cuts: ModuleType, tmp_path: Path) -> None:
    import random

    (tmp_path / "site").mkdir()
    disk = power_cuts.Disk(tmp_path / "site")
    file = tmp_path / "site" / "a"
    for done in (power_cuts.Done("make", file), power_cuts.Done("write", file, 0, b"x" * 1024), power_cuts.Done("flush", file), power_cuts.Done("write", file, 0, b"y" * 1024)):
        disk.do(done)
    seen = set()
    for n in range(200):
        disk.after_a_cut(random.Random(n), tmp_path / str(n))
        there = tmp_path / str(n) / "a"
        seen.add(there.read_bytes() if there.exists() else b"")
    assert {b"", b"x" * 1024, b"y" * 1024, b"x" * 512 + b"y" * 512, b"y" * 512 + b"x" * 512} == seen
