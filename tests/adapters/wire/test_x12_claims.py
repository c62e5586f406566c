"""837 over every loop that is written: judged by two independent validators, read back byte for byte; broken files answered one by one."""
from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

import claim_kit
from charthouse.adapters.wire import x12, x12_837, x12_read
from charthouse.bootstrap import claims as wired
from charthouse.record.claim import Form
from charthouse.record.errors import BadX12, CharthouseError

FORMS: tuple[Form, ...] = ("professional", "institutional")
BIN = Path(sys.executable).parent
DATA = Path(os.environ.get("CHARTHOUSE_FORMATS") or Path(__file__).parents[4] / "shared" / "data" / "dev" / "formats")


@pytest.mark.parametrize("form", FORMS)
def test_both_validators_find_nothing_wrong(form: Form, tmp_path: Path) -> None:
    file = tmp_path / "claims.837"
    file.write_text(wired.x12_of(claim_kit.sent(0, form, 40)), encoding="ascii")
    one = subprocess.run([BIN / "x12valid", file], capture_output=True, text=True, cwd=tmp_path)
    assert f"{file}: OK" in one.stdout + one.stderr, one.stderr[-1500:]
    two = subprocess.run([BIN / "x12sdk", "-m", file], capture_output=True, text=True, cwd=tmp_path)
    assert two.returncode == 0, two.stderr[-1500:]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(5))
def test_what_is_written_is_read_back(form: Form, seed: int) -> None:
    sent = claim_kit.sent(seed, form, 30)
    text = x12_837.written(sent)
    taken = x12_837.read(x12.transactions(text)[0])
    assert taken.unread == ()
    assert x12_837.written(taken.sent) == text
    assert [c.id for c in taken.sent.claims] == [c.id for c in sent.claims]
    first, again = sent.claims[0], taken.sent.claims[0]
    assert (again.principal, again.charge, len(again.lines), again.coverages) == (first.principal, first.charge, len(first.lines), tuple(replace(c, payer=p.payer, subscriber=p.subscriber, signature=p.signature) for c, p in zip(first.coverages, again.coverages, strict=True)))


def test_names_are_written_as_payers_read_them_and_no_sign_divides_the_file() -> None:
    sent = claim_kit.sent(0, "professional", 1)
    claim = sent.claims[0]
    text = x12_837.written(replace(sent, claims=(replace(claim, patient=None, relationship="18", subscriber=replace(claim.subscriber, name="Müller~Nuñez*", given="Zoë"), note="a:b^c"),)))
    assert "NM1*IL*1*MULLER NUNEZ*ZOE*" in text
    assert "NTE*ADD*A B C" in text


def edited(pattern: str, by: str, count: int = 1) -> Callable[[str], str]:
    def change(text: str) -> str:
        after = re.sub(pattern, by, text, count=count)
        assert after != text, pattern
        return after
    return change


BROKEN: dict[str, tuple[Callable[[str], str], str]] = {  # what is done to a good file, and what is said of it
    "nothing in it": (lambda t: "", "begin with ISA"), "another file": (lambda t: "MSH|^~\\&|A|B", "begin with ISA"), "cut in the header": (lambda t: t[:60], "ends within the header"),
    "cut in a segment": (lambda t: t[:len(t) // 2], "cut off"), "cut before SE": (lambda t: t[:t.index("~SE*") + 1], "SE is missing"), "cut before GE": (lambda t: t[:t.index("GE*")], "GE is missing"),
    "cut before IEA": (lambda t: t[:t.index("IEA*")], "IEA is missing"), "header of other lengths": (edited(r"ISA\*00\*  ", "ISA*00*"), "lengths"), "a letter divides": (lambda t: t.replace("*", "A"), "ISA"),
    "wrong number of segments": (edited(r"SE\*\d+", "SE*3"), "it says 3 segments"), "wrong number of sets": (edited(r"GE\*1", "GE*2"), "it says 2 transaction sets"), "wrong number of groups": (edited(r"IEA\*1", "IEA*4"), "it says 4 groups"),
    "another control number of the set": (edited(r"(SE\*\d+\*)\d+", r"\g<1>0009"), "control number '0009'"), "another control number of the group": (edited(r"(GE\*1\*)\d+", r"\g<1>77"), "control number '77'"),
    "another control number of the interchange": (edited(r"(IEA\*1\*)\d+", r"\g<1>000000077"), "control number '000000077'"), "a segment without a name": (edited(r"~CLM\*", "~*"), "name of a segment"), "a segment in small letters": (edited(r"~CLM\*", "~clm*"), "name of a segment"),
    "a second ST": (edited(r"~BHT", "~ST*837*0002*005010X222A1~BHT"), "begins outside a group, or within"), "a second ISA": (lambda t: t[:t.index("GS*")] + t, "before the one before it"), "a group in a group": (edited(r"~ST\*", "~GS*HC*A*B*20260101*0101*9*X*005010X222A1~ST*"), "begins outside an interchange, or within"),
    "an end without beginning": (edited(r"~ST\*837\*0001\*005010X222A1", ""), "outside a transaction set"), "no transaction set": (edited(r"(?s)ST\*.*?(?=GE\*)", ""), "it says 1 transaction sets"), "a segment outside": (edited(r"~GE\*", "~CLM*X~GE*"), "outside a transaction set"),
    "a day that there is not": (edited(r"(DTP\*472\*D8\*)\d+", r"\g<1>20260231"), "holds no date"), "a day with letters": (edited(r"(DTP\*472\*D8\*)\d+", r"\g<1>2026MAR1"), "holds no date"), "a day of six digits": (edited(r"(DMG\*D8\*)\d+", r"\g<1>500101"), "holds no date"),
    "an amount with letters": (edited(r"(CLM\*\w+\*)[\d.]+", r"\g<1>12O.00"), "holds no amount"), "an amount of tenths of cents": (edited(r"(CLM\*\w+\*)[\d.]+", r"\g<1>1.005"), "holds no amount"), "no amount": (edited(r"(CLM\*\w+\*)[\d.]+", r"\g<1>"), "charge"),
    "no number of the claim": (edited(r"CLM\*\w+", "CLM*"), "id"), "units of letters": (edited(r"\*UN\*\d+", "*UN*ten"), "holds no number"), "ICD-9": (edited(r"ABK:", "BK:"), "ICD-9-CM"), "ICD-9 among others": (edited(r"ABF:", "BF:"), "ICD-9-CM"),
    "a claim before its subscriber": (edited(r"(?s)(~HL\*2\*1\*22\*.*?)(~CLM\*.*?)(?=~HL\*|~SE)", r"\2\1"), "loops are out of order"), "a line before its claim": (edited(r"~CLM\*", "~SV1*HC:99213*5*UN*1***1~CLM*"), "loops are out of order"),
    "a subscriber before its provider": (edited(r"(?s)(~HL\*1\*\*20.*?)(~HL\*2\*1\*22\*.*?)(?=~HL\*|~SE)", r"\2\1"), "loops are out of order"), "two billing providers in one": (edited(r"(?s)(~NM1\*85\*.*?)(?=~HL)", r"\1\1"), "comes twice"),
    "no subscriber": (edited(r"~NM1\*IL\*[^~]*", ""), "one before it is missing"), "no payer": (edited(r"~NM1\*PR\*[^~]*(?=~CLM)", ""), "payer"), "of 1999": (edited(r"005010X222A1", "004010X098A1", 0), "CH-0861"), "a level that there is not": (edited(r"HL\*2\*1\*22", "HL*2*1*99"), "loops are out of order"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_each_broken_file_has_an_answer_of_its_own(how: str) -> None:
    broken, said = BROKEN[how]
    sent = claim_kit.sent(4, "professional", 2)
    text = x12_837.written(replace(sent, claims=tuple(replace(c, patient=None, relationship="18", coverages=(), others=(*c.others, replace(c.principal, code="R53.1")) if c.principal else ()) for c in sent.claims)))
    assert x12_read.parsed(text.encode())
    with pytest.raises(CharthouseError) as raised:
        x12_read.parsed(recounted(broken(text), how).encode())
    assert said in f"{raised.value.code} {raised.value}", str(raised.value)
    assert not any(c.subscriber.name.upper() in str(raised.value) for c in sent.claims)


def recounted(text: str, how: str) -> str:
    """What is broken is the one thing: the count of segments is made right, unless it is that."""
    if how.startswith(("wrong", "cut", "a second", "a group", "an end", "no transaction")) or "SE*" not in text or "~ST*" not in text:
        return text
    inside = text[text.index("~ST*") + 1:text.index("~SE*")].count("~") + 2
    return re.sub(r"SE\*\d+", f"SE*{inside}", text, count=1)


def test_there_are_forty_of_them() -> None:
    assert len(BROKEN) >= 40


def test_line_ends_other_delimiters_and_a_mark_before_it_are_read() -> None:
    text = x12_837.written(claim_kit.sent(1, "institutional", 3))
    same = x12_837.read(x12.transactions(text)[0]).sent
    for other in (text.replace("~", "~\r\n"), "\ufeff" + text, text.replace("~", "\n"), text.replace("*", "|").replace(":", ">")):
        assert x12_837.read(x12.transactions(other)[0]).sent == same


def test_what_no_field_takes_is_told() -> None:
    text = x12_837.written(claim_kit.sent(1, "professional", 1))
    more = text.replace("~HI*ABK", "~CR1*LB*140*I*A*DH*12~HI*ABK", 1).replace("~LX*1", "~NM1*DK*1*DOE*JO~N3*1 ELM~REF*0B*7~LX*1", 1)
    count = int(re.search(r"SE\*(\d+)", text)[1])  # type: ignore[index]
    taken = x12_837.read(x12.transactions(more.replace(f"SE*{count}", f"SE*{count + 4}"))[0])
    assert [s.name for s in taken.unread] == ["CR1", "NM1", "N3", "REF"]
    assert x12_837.written(taken.sent) == text


@pytest.mark.skipif(not DATA.is_dir(), reason="the public X12 samples are not here")
def test_every_public_sample_is_read_or_refused_with_a_reason() -> None:
    files = [f for folder in ("x12-lfh", "pyx12-tests") for f in sorted((DATA / folder).rglob("*")) if f.is_file() and f.read_bytes()[:3] == b"ISA"]
    read, refused = 0, []
    for file in files:
        try:
            read += bool(x12_read.parsed(file.read_bytes()))
        except CharthouseError as error:
            refused.append(error.code)
    assert read >= 10
    assert set(refused) <= {"CH-0860", "CH-0861"}
    assert read + len(refused) == len(files) >= 60


def test_the_control_numbers_and_the_day_come_back() -> None:
    sent = replace(claim_kit.sent(0, "professional", 1), interchange=123456789, group=42, transaction=17, at=datetime(2026, 12, 31, 23, 59), reference="B-77")
    again = x12_837.read(x12.transactions(x12_837.written(sent))[0]).sent
    assert (again.interchange, again.group, again.transaction, again.at, again.reference) == (123456789, 42, 17, datetime(2026, 12, 31, 23, 59), "B-77")


def test_a_file_that_does_not_come_back_is_not_given() -> None:
    sent = claim_kit.sent(0, "professional", 1)
    with pytest.raises(BadX12):
        wired.x12_of(replace(sent, claims=(replace(sent.claims[0], lines=(replace(sent.claims[0].lines[0], modifiers=("25", "59", "LT", "GT", "RT")),)),)))


def test_a_file_from_outside_is_read_in_a_child_and_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = x12_837.written(claim_kit.sent(3, "institutional", 8))
    assert x12_read.read(text.encode()) == x12_read.parsed(text.encode())
    for broken, code in ((text[:-30], "CH-0860"), (text.replace("005010X223A2", "004010X096A1"), "CH-0861")):
        with pytest.raises(CharthouseError) as raised:
            x12_read.read(broken.encode())
        assert raised.value.code == code
    monkeypatch.setattr(x12_read, "SECONDS", 0.01)
    with pytest.raises(BadX12, match="seconds"):
        x12_read.read(text.encode())
