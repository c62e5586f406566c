"""Which codes are exempt from POA reporting (ICD-10-CM Official Guidelines, Appendix I)."""
from __future__ import annotations

from datetime import date

from charthouse.rulebook.codebook import CodeBook

# As far as certain where the official list is not loaded: status and history, old infarction, sequelae, places and activities.
_EXEMPT = ("Z", "B90", "B91", "B92", "B93", "B94", "I25.2", "I69", "Y92", "Y93", "E64", "E68")
_NOT_EXEMPT = ("Z16", "Z20.6")


def exempt(code: str, on: date, book: CodeBook) -> bool:
    """By the official list where it is loaded; else what is certain of it, with encounters for healing and sequelae of injuries."""
    listed = book.poa_exempt(code, on)
    if listed is not None:
        return listed
    later = code[0] in "STVWXY" and len(code) == 8 and code[-1] in "DGKPS"
    return later or (code.startswith(_EXEMPT) and not code.startswith(_NOT_EXEMPT))
