"""Why a thing is held, in a person's words, and what to do."""
from __future__ import annotations

REASONS = {
    "no-patient": "nothing in it says whose it is; say it with --visit, or --patient and --date",
    "no-visit": "the patient is known, the visit is not; say it with --visit",
    "kind": "what kind of document it is, is not sure; say it with --kind",
    "two-patients": "the scan holds pages of several patients; each part waits for itself where they could be told apart: say whose with --visit",
    "merge-without-numbers": "it merges two patients and does not say both numbers",
    "document-unknown": "it speaks of a document that is not here",
    "nothing-read": "nothing of it was understood",
    "control-reused": "its number was used before, for another message",
    "query-form": "it answers a query and holds all the answers that were offered: read which one was chosen, and let the provider answer on the page of the query",
    "visit-of-another": "its visit number belongs to another patient",
}


def said(reason: str, why: str = "") -> str:
    """The reason in words; of an error of ours, its message."""
    return REASONS.get(reason) or " ".join(filter(None, (reason, why)))
