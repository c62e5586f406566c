"""Linkage of files by Splink on DuckDB: `u` from random pairs, `m` by expectation maximisation, frequent values weighing less.

Files too small to learn from use the weights that ship. Implements `ports.linkage.PairModel`.
"""
from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from charthouse.adapters.linkage.levels import BLOCKS, COMPARISONS, FREQUENT, missing
from charthouse.record.errors import MissingPart
from charthouse.record.person import Pair, Person, Weight

OFFERED = 0.001  # probability below which a pair is not told
ENOUGH = 400  # records from which the files are learned from
LEAST = 50  # pairs, for each thing that is learned
SEED, PAIRS = 1, 1_000_000
_FIELDS = tuple(f.name for f in fields(Person) if f.name != "id")
_TRAINED_BY = (("birth",), ("postcode", "house"), ("given", "family"), ("number",))
_SURE = (("number", "birth"), ("number", "family"), ("given", "family", "birth"))


class SplinkModel:
    """`weights` are those that ship: where to begin, and all there is for small files. Raises `MissingPart` where Splink is not installed."""

    def __init__(self, weights: Sequence[Weight]) -> None:
        try:
            import duckdb
            import splink
        except ImportError:
            raise MissingPart(what="Linking files", part="linkage") from None
        logging.getLogger("splink").setLevel(logging.ERROR)  # what it could not learn keeps the weight that ships
        self._duckdb, self._splink = duckdb, splink
        self._weights = {(w.comparison, w.level): w for w in weights}

    def pairs(self, left: Sequence[Person], right: Sequence[Person] | None) -> list[Pair]:
        files = [left] if right is None else [left, right]
        if not all(files) or sum(map(len, files)) < 2:
            return []
        with self._duckdb.connect(":memory:", config={"threads": 1}) as connection:
            connection.execute("SET enable_progress_bar = false")  # it would go between the lines of JSON
            return self._pairs(connection, files)

    def _pairs(self, connection: Any, files: Sequence[Sequence[Person]]) -> list[Pair]:
        names = ["a", "b"][: len(files)]
        for name, people in zip(names, files, strict=True):
            _fill(connection, name, people)
        said = [f for f in _FIELDS if all(any(getattr(p, f) for p in people) for people in files)]
        blocks = [b for b in BLOCKS if set(b) <= {*said, "birth_year"}]
        if not blocks:
            return []
        linker = self._linker(connection, names, said, blocks)
        if sum(map(len, files)) >= ENOUGH:
            self._train(linker, connection, names, said)
        found = linker.inference.predict(threshold_match_probability=OFFERED).as_dict()
        return [Pair(a=files[0][a].id, b=files[-1][b].id, probability=float(p))
                for a, b, p in sorted(zip(found["row_l"], found["row_r"], found["match_probability"], strict=True))]

    def _linker(self, connection: Any, names: Sequence[str], said: Sequence[str], blocks: Sequence[Sequence[str]]) -> Any:
        splink = self._splink
        api = splink.DuckDBAPI(connection=connection)
        settings = splink.SettingsCreator(
            link_type="dedupe_only" if len(names) == 1 else "link_only", unique_id_column_name="row", probability_two_random_records_match=0.0002,
            blocking_rules_to_generate_predictions=[splink.block_on(*b) for b in blocks], comparisons=[self._comparison(c) for c in COMPARISONS if c in said],
            retain_matching_columns=False, max_iterations=20)
        tables = [api.register(name, dataset_display_name=name) for name in names]
        return splink.Linker(tables, settings, log_level=None)

    def _comparison(self, name: str) -> Mapping[str, Any]:
        levels: list[dict[str, Any]] = [{"sql_condition": missing(name), "label_for_charts": "not said", "is_null_level": True}]
        for level, condition in COMPARISONS[name]:
            weight = self._weights[name, level]
            frequent = {"tf_adjustment_column": name, "tf_minimum_u_value": 0.0001} if level == "exact" and name in FREQUENT else {}
            levels.append({"sql_condition": condition, "label_for_charts": level, "m_probability": weight.m, "u_probability": weight.u, **frequent})
        return {"output_column_name": name, "comparison_levels": levels}

    def _train(self, linker: Any, connection: Any, names: Sequence[str], said: Sequence[str]) -> None:
        """What cannot be learned of these files keeps the weight that ships."""
        block_on, training = self._splink.block_on, linker.training
        sure = [rule for rule in _SURE if set(rule) <= set(said)]
        if sum(_met(connection, names, rule) for rule in sure) < LEAST:  # nearly nobody is in it twice: there is nothing to learn from
            return
        training.estimate_probability_two_random_records_match([block_on(*rule) for rule in sure], recall=0.9)
        training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=SEED)
        for rule in _TRAINED_BY:
            if set(rule) <= set(said) and _met(connection, names, rule) >= LEAST:
                training.estimate_parameters_using_expectation_maximisation(block_on(*rule))


def _met(connection: Any, names: Sequence[str], rule: Sequence[str]) -> int:
    """How many pairs of records agree in all of these."""
    same = " AND ".join(f"l.{field} = r.{field}" for field in rule)
    (found,), = connection.execute(f"SELECT count(*) FROM {names[0]} l JOIN {names[-1]} r ON {same}{' AND l.row < r.row' if len(names) == 1 else ''}").fetchall()
    return int(found)


def _fill(connection: Any, name: str, people: Sequence[Person]) -> None:
    """Through memory only: no file beside the ones that were given."""
    rows = json.dumps([{"row": n, "birth_year": p.birth[:4] or None, **{f: v or None for f, v in asdict(p).items() if f != "id"}} for n, p in enumerate(people)])
    shape = json.dumps([{"row": "BIGINT", "birth_year": "VARCHAR", **dict.fromkeys(_FIELDS, "VARCHAR")}])
    connection.execute(f"CREATE TABLE {name} AS SELECT unnest(from_json(?::JSON, '{shape}'), recursive := true)", [rows])
