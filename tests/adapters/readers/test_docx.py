"""DOCX as a person reads it; packages that lie are refused."""
from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from charthouse.adapters.readers import docx
from charthouse.adapters.readers.docx import DocxReader
from charthouse.record.errors import UnreadableDocument

FILE = Path(__file__).parents[1] / "readers_files" / "docx-operative.docx"
HEAD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'


def package(document: str, **more: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("word/document.xml", document)
        for name, content in more.items():
            out.writestr(f"word/{name}.xml", content)
    return made.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        list(DocxReader().read(content, "x.docx"))
    return str(caught.value.fields["why"])


def test_a_whole_document() -> None:
    (arrival,) = DocxReader().read(FILE.read_bytes(), FILE.name)
    assert arrival.documents[0].text == (
        "North Hospital\nOPERATIVE REPORT\nGallbladder removed\ttoday\nEBL 20 mL\nTest\tValue\nSodium\t139\nIn a box\n\nPer Dr. Quill\nPage 1")
    assert arrival.documents[0].notes == ("a comment was left out (1)", "a picture was left out (1)", "deleted text was left out (1)")


def test_a_table_within_a_table_stays_one_row_of_its_cell() -> None:
    inner = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    (arrival,) = DocxReader().read(package(f"{HEAD}<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p>{inner}</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl></w:body></w:document>"), "x.docx")
    assert arrival.documents[0].text == "a b\n"


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx, "PART", 100_000)
    assert "unpacks to more" in refusal(package(HEAD + " " * 5_000_000))


def test_many_parts_are_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for n in range(docx.PARTS + 1):
            out.writestr(f"word/{n}", b"")
    assert "parts" in refusal(made.getvalue())


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + HEAD + "&a;</w:body></w:document>", "entities"), (HEAD, "damaged"), (HEAD + "</w:body></w:document>", "no text"),
        (HEAD + "<w:p>" * 1000 + "</w:p>" * 1000 + "</w:body></w:document>", "nested too deeply"),
    ],
)  # fmt: skip
def test_xml_that_is_hostile_is_refused(document: str, why: str) -> None:
    assert why in refusal(package(document))


@pytest.mark.parametrize("content", [b"PK\x03\x04word/", b"PK\x03\x04", FILE.read_bytes()[:500]])
def test_a_broken_package_is_refused(content: bytes) -> None:
    assert "not a whole Word document" in refusal(content)


def test_another_zip_is_not_a_document() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr("a.txt", "x")
    assert not DocxReader().knows(made.getvalue(), "x.zip")
