"""The lexicon's tables: braces and brackets, flags, and what is refused."""
from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.adapters.books import lexicon
from charthouse.record.errors import BadLexicon


def rows(folder: Path, *tables: str) -> list[tuple[str, str, str]]:
    paths = []
    for number, text in enumerate(tables):
        path = folder / f"table{number}.tsv"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return list(lexicon.phrases(tuple(paths)))


@pytest.mark.parametrize(
    ("term", "phrases"),
    [
        ("gout", ("gout",)),
        ("{kidney|renal} {stone|calculus}", ("kidney stone", "kidney calculus", "renal stone", "renal calculus")),
        ("[acute] cystitis", ("cystitis", "acute cystitis")),
        ("pain [in|of] chest", ("pain chest", "pain in chest", "pain of chest")),
        ("{a|a} b", ("a b",)),
    ],
)
def test_terms_are_written_out(term: str, phrases: tuple[str, ...]) -> None:
    assert lexicon.expand(term) == phrases


@pytest.mark.parametrize("term", ["{a|b", "a]", "{a|b}" * 7, "[a]", "{[a]|b}"])
def test_terms_that_do_not_close_or_grow_too_many_are_refused(term: str) -> None:
    with pytest.raises(BadLexicon):
        lexicon.expand(term)


@given(st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=8, unique=True))
def test_an_alternative_stands_for_each_of_its_words(words: list[str]) -> None:
    assert lexicon.expand("{" + "|".join(words) + "}") == tuple(words)


def test_flags_follow_the_source(tmp_path: Path) -> None:
    table = "# a comment\n\nMS\tG35\tweak,case\nheart failure\tI50=I50.9\ndiabetic CKD 3\tE11.22 + N18.30\n"
    assert rows(tmp_path, table) == [
        ("MS", "G35", "lexicon:case,weak"), ("heart failure", "I50=I50.9", "lexicon"), ("diabetic CKD 3", "E11.22 + N18.30", "lexicon"),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["gout", "gout\tm10", "gout\tM10.9\tx\ty", "gout\tM10.9 +", "\tM10.9"])
def test_a_malformed_line_stops_the_build_and_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadLexicon, match=r"table0.tsv: line 2"):
        rows(tmp_path, "ague\tB54\n" + line + "\n")


def test_one_phrase_with_two_targets_names_both_lines(tmp_path: Path) -> None:
    with pytest.raises(BadLexicon, match=r"table1.tsv: line 1: 'gout' leads to M10.00, but to M10.9 in table0.tsv line 1"):
        rows(tmp_path, "gout\tM10.9\n", "gout\tM10.00\n")


def test_one_phrase_twice_with_one_target_is_kept_once(tmp_path: Path) -> None:
    assert len(rows(tmp_path, "gout\tM10.9\nGout\tM10.9\n")) == 1
