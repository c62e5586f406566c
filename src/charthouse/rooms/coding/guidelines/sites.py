"""Pain, swelling or stiffness of a part of the body beside a diagnosis of the same part and side (I.B.5)."""
from __future__ import annotations

import re

from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, left_off, ruling, standing
from charthouse.rooms.coding.guidelines.specific import side_of, title_of
from charthouse.rooms.coding.guidelines.symptoms import as_firm, assessed
from charthouse.rulebook.prefixes import starts

_SIGNS = ("M25.3", "M25.4", "M25.5", "M25.6", "M79.6")

# A part of the body and the words of titles that lie in it.
_PARTS = {
    "shoulder": r"shoulder|clavic|scapula|rotator cuff|acromio|upper end of (?:\w+ )?humerus|surgical neck|greater tuberosity",
    "upper arm": r"upper arm|humerus|biceps",
    "elbow": r"elbow|olecranon|epicondyl|head of (?:\w+ )?radius|upper end of (?:\w+ )?(?:radius|ulna)",
    "forearm": r"forearm|radius|\bulna\b",
    "wrist": r"wrist|carpal|navicular \[scaphoid\]|lower end of (?:the )?(?:\w+ )?(?:radius|ulna)|radial styloid|ulna styloid|colles|smith's",
    "hand": r"\bhand|finger|thumb|metacarp|carpometacarpal",
    "hip": r"\bhip|head of (?:\w+ )?femur|neck of (?:\w+ )?femur|trochanter|acetabul|femoral (?:head|neck)|femoroacetabular",
    "thigh": r"thigh|femur",
    "knee": r"knee|patell|menisc|cruciate|popliteal",
    "lower leg": r"lower leg|tibia|fibula|calf|achilles",
    "ankle": r"ankle|malleol|achilles|talus",
    "foot": r"foot|\btoe|hallux|plantar|calcan|metatars|tarsal",
}
_ARM, _LEG = ("shoulder", "upper arm", "elbow", "forearm", "wrist", "hand"), ("hip", "thigh", "knee", "lower leg", "ankle", "foot")
_LIMBS = {r"upper (?:limb|extremity)|\barm": _ARM, r"lower (?:limb|extremity)|\bleg\b": _LEG}
_TUNNELS = {"G56.0": ("wrist", "hand"), "G57.5": ("ankle", "foot")}
_STIFF = ("M05-M19", "M75.0")  # stiffness after an injury or a repair is a finding of its own
_JOINTS = ("M05", "M06", "M08", "M10", "M13.0", "M15", "M1A")  # without a site in the title: any joint


def pain_of_site(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.B.5: pain of a joint or limb is part of the injury or joint disease of that site; of another site it stays."""
    causes = [c for c in standing(candidates) if c.code[0] in "SM" or c.code.startswith(("G56.0", "G57.5", "L03", "I80", "I82"))]
    causes = [c for c in causes if not starts(c.code, _SIGNS) and assessed(c)]
    out = []
    for c in candidates:
        cause = next((d for d in causes if as_firm(d, c) and _explains(d.code, c.code, bench)), None) if not c.off and starts(c.code, _SIGNS) else None
        if cause is not None:
            c = left_off(c, ruling("ocg/I.B.5/site", "suppressed", f"Belongs to {cause.code} of the same site.", f"{OCG} I.B.5", bench=bench,
                                   subject=c.code, facts=(cause.fact,)))
        out.append(c)
    return tuple(out)


def _explains(diagnosis: str, sign: str, bench: Bench) -> bool:
    if sign.startswith("M25.6") and not starts(diagnosis, _STIFF):
        return False
    title, of_sign = title_of(diagnosis, bench), title_of(sign, bench)
    one, two = side_of(title), side_of(of_sign)
    if one != two and one in ("right", "left") and two in ("right", "left", "bilateral"):
        return False
    where = _TUNNELS.get(diagnosis[:5]) or sites_of(title)
    if not where:
        return starts(diagnosis, _JOINTS)
    if diagnosis[0] in "LI":  # an infection or clot of the limb hurts there, not in one joint
        return sign.startswith("M79.6") and bool(set(where) & set(sites_of(of_sign)))
    return bool(set(where) & set(sites_of(of_sign)))


def sites_of(title: str) -> tuple[str, ...]:
    """The parts of the body that a title lies in, or those of the limb that it names."""
    parts = tuple(part for part, pattern in _PARTS.items() if re.search(pattern, title))
    return parts or next((limb for pattern, limb in _LIMBS.items() if re.search(pattern, title)), ())
