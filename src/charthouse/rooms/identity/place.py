"""Which patient a registration belongs to: numbers first, then who agrees in everything, then probabilities; what speaks against it stops a link."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from charthouse.record.filing import Registration
from charthouse.record.identity import Candidate, Placement
from charthouse.record.ruling import Ruling
from charthouse.rooms.identity.against import CITATION, against, overlay
from charthouse.rooms.identity.compare import levels
from charthouse.rooms.identity.person import NATIONAL, of_registration
from charthouse.rooms.identity.score import Weights, score

LINK, POSSIBLE = 0.999, 0.5
_MORE = ("number", "street", "phone")  # what must agree beside names, birth date and sex before nobody need look


@dataclass(frozen=True, slots=True)
class _Weighed:
    candidate: Candidate
    probability: float
    rulings: tuple[Ruling, ...]  # the score first, then what speaks against it
    fits: bool  # as probable as a link must be, and nothing speaks against it
    links: bool  # and more than names, birth date and sex agrees

    @property
    def person(self) -> str:
        return self.candidate.survivor or self.candidate.patient


def place(registration: Registration, candidates: Sequence[Candidate], weights: Weights | None = None) -> Placement:
    """"link" only when one person, and no other, comes up for it. A link by number is to the record that has the number, also where that was
    merged into another; by demographics it is to the survivor. Without weights only numbers decide."""
    weighed = sorted((_weighed(registration, c, weights or {}) for c in candidates), key=lambda w: (-w.probability, w.person, w.candidate.patient))
    return _by_number(registration, weighed) or (_by_demographics(weighed) if weights else Placement(verdict="new"))


def compared(one: Registration, other: Registration, weights: Weights) -> tuple[Ruling, ...]:
    """What each comparison of two records weighs, and what speaks against their being one person."""
    return _weighed(one, Candidate(patient="", registration=other), weights).rulings


def _by_number(registration: Registration, weighed: Sequence[_Weighed]) -> Placement | None:
    numbers = {n for n in registration.identifiers if n[0] not in NATIONAL}  # the state's is compared: people share and mistype it
    own = [w for w in weighed if numbers & set(w.candidate.registration.identifiers)]
    if not own:
        return None
    first, *others = own
    held = overlay(first.candidate.registration, registration)
    if held is not None:
        held = replace(held, subject=first.candidate.patient)
        known = next((w for w in weighed if w not in own and w.fits), None)  # whom an earlier message under this number brought
        if known is not None:
            return Placement(verdict="link", patient=known.person, rulings=(held, *known.rulings))
        suspected = tuple((w.candidate.survivor or w.candidate.patient, w.probability) for w in _each_once(own))
        return Placement(verdict="possible", possible=suspected, rulings=(held, first.rulings[0]))
    rulings = [_ruling("identity/number", "The same number of the same system.", first.candidate.patient)]
    apart = tuple((w.person, w.probability) for w in _each_once(others) if w.person != first.person)
    if apart:
        rulings.append(_ruling("identity/numbers-of-two", "Its numbers are those of two records: they may be one person.", first.candidate.patient, warning=True))
    return Placement(verdict="link", patient=first.candidate.patient, possible=apart, rulings=tuple(rulings))


def _by_demographics(weighed: Sequence[_Weighed]) -> Placement:
    people = _each_once([w for w in weighed if w.probability >= POSSIBLE])
    linking = [w for w in people if w.links]
    if len(linking) == 1:
        others = tuple((w.person, w.probability) for w in people if w is not linking[0])
        return Placement(verdict="link", patient=linking[0].person, possible=others, rulings=linking[0].rulings)
    if not people:
        return Placement(verdict="new")
    more = (_ruling("identity/ambiguous", f"{len(linking)} records fit equally well.", warning=True),) if linking else ()
    return Placement(verdict="possible", possible=tuple((w.person, w.probability) for w in people), rulings=(*more, *people[0].rulings))


def _weighed(registration: Registration, candidate: Candidate, weights: Weights) -> _Weighed:
    a, b = of_registration(registration), of_registration(candidate.registration)
    probability, words = score(a, b, weights)
    at, forbids = levels(a, b), tuple(replace(r, subject=candidate.patient) for r in against(registration, candidate.registration))
    more = any(at[name] == "exact" for name in _MORE)
    told = [_ruling("identity/score", f"{words}: probability {probability:.4f}.", candidate.patient)]
    if more and not forbids and at["given"] == at["family"] == at["birth"] == at["sex"] == "exact":
        told.append(_ruling("identity/demographics", "Names, birth date and sex agree, and the address, telephone or a number of the state too.", candidate.patient))
    elif probability >= LINK and not more:
        told.append(_ruling("identity/thin", "Names, birth date and sex alone are no proof: nothing else agrees.", candidate.patient, warning=True))
    fits = probability >= LINK and not forbids
    return _Weighed(candidate, probability, (*told, *forbids), fits, fits and more)


def _each_once(weighed: Sequence[_Weighed]) -> list[_Weighed]:
    """The best record of each person."""
    best: dict[str, _Weighed] = {}
    for w in weighed:
        if w.person not in best or (w.links and not best[w.person].links):
            best[w.person] = w
    return list(best.values())


def _ruling(rule: str, message: str, subject: str = "", *, warning: bool = False) -> Ruling:
    return Ruling(rule=rule, verdict="warning" if warning else "applied", message=message, citation=CITATION, subject=subject)
