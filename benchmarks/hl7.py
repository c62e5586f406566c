"""How many HL7 v2 messages a second are taken apart into arrivals, on one core. Reads messages as an interface engine sends them: admissions, updates, a
laboratory panel of 20 results, a transcription of 60 lines, charges. Then long messages, and C-CDA documents.

    python benchmarks/hl7.py [seconds]

Time is that of the processor (`process_time`); the time on the wall is longer where the machine does other work, too.
"""
from __future__ import annotations

import base64
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from charthouse.adapters.readers.ccda import CcdaReader
from charthouse.adapters.readers.hl7v2 import read_message

HEAD = "MSH|^~\\&|ADT|LAKESIDE|CH|CH|20261126120000-0600||{kind}|{n}|P|2.5.1\rEVN||20261126120000\r"
PATIENT = ("PID|1||{n}^^^LAKESIDE^MR~987-65-4320^^^USSSA^SS||Testcase^Ida^Maria^^^^L||19480302|F||2106-3|12 Shore Road^^Lakeside^MN^55001||(555)010-0199^PRN^PH|||M||"
           "A{n}\rPD1||||4321^Holm^Arne\r")
VISIT = ("PV1|1|I|4W^412^1^LAKESIDE|E|||4321^Holm^Arne^^^Dr|||MED||||7|||4321^Holm^Arne|IP|V{n}^^^LAKESIDE^VN|||||||||||||||||||||||||20261120081500-0600\r"
         "PV2||REG|^Shortness of breath\r")
REST = "DG1|1||I50.23^Acute on chronic systolic heart failure^I10||20261120|A\rAL1|1|DA|70618^Penicillin^RXNORM|MO|Hives\rIN1|1|MCR|1|Medicare\r"
PANEL = "OBR|1|P{n}|F{n}|24323-8^Comprehensive metabolic panel^LN|||20261126060000-0600|||||||||4321^Holm^Arne|||||||||F\r" + "".join(
    f"OBX|{i}|NM|{2000 + i}-{i % 10}^Analyte {i}^LN||{i}.{i}|mmol/L|1-{i + 5}|N|||F|||20261126063000\r" for i in range(1, 21))
NOTE = "TXA|1|DS|TX|20261126||20261126|||4321^Holm^Arne|||D{n}|||||AU\r" + "".join(
    f"OBX|{i}|TX|18842-5^Discharge summary^LN||Line {i} of the hospital course \\T\\ what was done about it, as it was dictated.||||||F\r" for i in range(1, 61))
CHARGES = "".join(f"FT1|{i}|T{{n}}-{i}||20261126|20261126|CG|9921{i}^^C4|||1|125.50|||||||I50.23^^I10\r" for i in range(1, 5))
MIX = (("ADT^A01^ADT_A01", PATIENT + VISIT + REST), ("ADT^A08^ADT_A01", PATIENT + VISIT + REST), ("ADT^A08^ADT_A01", PATIENT + VISIT), ("ADT^A03^ADT_A03", PATIENT + VISIT + REST),
       ("ADT^A04^ADT_A01", PATIENT + VISIT), ("ADT^A02^ADT_A02", PATIENT + VISIT), ("ORU^R01^ORU_R01", PATIENT + VISIT + PANEL), ("ORU^R01^ORU_R01", PATIENT + PANEL),
       ("MDM^T02^MDM_T02", PATIENT + VISIT + NOTE), ("DFT^P03^DFT_P03", PATIENT + VISIT + CHARGES))


def messages() -> list[bytes]:
    return [(HEAD.format(kind=kind, n=1000 + n) + body.replace("{n}", str(1000 + n))).encode() for n, (kind, body) in enumerate(MIX * 20)]


def rates(batch: list[bytes], seconds: float) -> tuple[float, float]:
    """(best, median) messages a second of the processor over passes through the batch."""
    found, begun = [], time.process_time()
    while time.process_time() - begun < seconds:
        start = time.process_time()
        for message in batch:
            read_message(message)
        found.append(len(batch) / (time.process_time() - start))
    return max(found), statistics.median(found)


def long() -> Iterator[tuple[str, bytes]]:
    """Messages that are long in one way or another."""
    head = (HEAD.format(kind="ORU^R01", n=1) + "PID|1||5\rOBR|1||F|1^Report\r").encode()
    line = b"OBX|1|TX|1^Report||A line of the report \\T\\ some more of it.||||||F\r"
    yield "51 kB of text in one OBX", head + b"OBX|1|FT|1^Report||" + b"Some words \\.br\\ and \\T\\ more. " * 1500
    yield "5 MB of text in one OBX", head + b"OBX|1|FT|1^Report||" + b"Some words \\.br\\ and \\T\\ more. " * 150_000
    yield "100,000 OBX of text", head + line * 100_000
    yield "100,000 OBX of results", head + b"OBX|1|NM|2951-2^Sodium^LN||137|mmol/L|136-145|N|||F|||20260302\r" * 100_000
    yield "30 MB of PDF in base64", head + b"OBX|1|ED|1^Report||^AP^PDF^Base64^" + base64.b64encode(b"%PDF-1.7" + bytes(30_000_000))


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    batch = messages()
    best, middle = rates(batch, seconds)
    print(f"HL7 v2: {middle:,.0f} messages a second on one core (median; best {best:,.0f}); {sum(map(len, batch)) / len(batch):,.0f} bytes a message on average")
    shared = Path(os.environ.get("CHARTHOUSE_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "dev" / "formats"
    files = [p.read_bytes() for p in sorted(shared.rglob("*.hl7"))]
    if files:
        best, middle = rates(files, seconds)
        print(f"Public samples: {middle:,.0f} a second (median; best {best:,.0f}), {len(files)} files of {sum(map(len, files)) / len(files):,.0f} bytes on average")
    for what, message in long():
        start = time.process_time()
        read_message(message)
        print(f"{what} ({len(message) / 1e6:.2f} MB): {time.process_time() - start:.2f} s")
    document = (Path(__file__).parents[1] / "samples" / "messages" / "ccda-discharge-summary.xml").read_bytes()
    start = time.process_time()
    for _ in range(500):
        list(CcdaReader().read(document, ""))
    print(f"C-CDA: {500 / (time.process_time() - start):,.0f} documents of {len(document):,} bytes a second")


if __name__ == "__main__":
    main()
