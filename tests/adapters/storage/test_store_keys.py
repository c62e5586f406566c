"""Where keys come from, and what is refused."""
from __future__ import annotations

from pathlib import Path

import pytest

from charthouse.adapters.storage import database, keys
from charthouse.record.errors import BadKey, DatabaseUnreachable, KeyNotFound, KeyReadable, SqliteTooOld


def test_keys_are_written_for_their_owner_only_and_read_back(tmp_path: Path) -> None:
    made = keys.made()
    keys.write(tmp_path / "keys.json", made)
    assert keys.read(tmp_path / "keys.json") == made
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    assert made.master.hex() not in repr(made)


def test_each_use_has_a_key_of_its_own() -> None:
    made = keys.made()
    assert len({made.master, made.signing, made.database, made.wrapping}) == 4
    assert keys.renewed(made).signing == made.signing
    assert keys.renewed(made).database != made.database


def test_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = keys.made()
    monkeypatch.setenv(keys.VARIABLE, keys.printed(made))
    assert keys.read(tmp_path / "nothing") == made


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    with pytest.raises(KeyNotFound):
        keys.read(path)
    keys.write(path, keys.made())
    path.chmod(0o640)
    with pytest.raises(KeyReadable, match="640"):
        keys.read(path)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"id": 1, "master": "AA==", "signing": "AA=="}', '{"id": 1, "master": "?", "signing": 3}'])
def test_what_is_no_key_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(BadKey) as told:
        keys.parsed(text, "the file")
    assert "AA==" not in str(told.value)


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlcipher3

    monkeypatch.setattr(sqlcipher3, "sqlite_version_info", (3, 51, 2))
    with pytest.raises(SqliteTooOld, match=r"3\.51\.3"):
        database.sqlite(tmp_path / "x", bytes(32))


@pytest.mark.parametrize("url", ["mysql://x", "nonsense"])
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUnreachable):
        database.postgresql(url)
