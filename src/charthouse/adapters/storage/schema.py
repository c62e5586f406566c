"""The tables of the record, for SQLite and PostgreSQL alike. Changed only together with a migration (`migrations/versions/`).

`encounter.admitted` and `discharged` are kept as they were said, ISO 8601 with their zone: the day that picks a code book is the local one.
"""
from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

record = MetaData(naming_convention={
    "pk": "%(table_name)s_pk", "fk": "%(table_name)s_%(column_0_N_name)s_fk", "uq": "%(table_name)s_%(column_0_N_name)s_uq"})
_Id = Text  # made by us: time-ordered, no meaning

site = Table("site", record, Column("id", Integer, primary_key=True, autoincrement=False), Column("key_id", Text, nullable=False), Column("made_at", Text, nullable=False))

patient = Table(
    "patient", record,
    Column("id", _Id, primary_key=True), Column("facility", Text, nullable=False), Column("merged_into", _Id, ForeignKey("patient.id")),
    Column("made_at", DateTime(timezone=True), nullable=False), Column("version", Integer, nullable=False, default=1),
    Column("family", Text, nullable=False, default=""), Column("given", Text, nullable=False, default=""), Column("birth_date", Date),
    Column("sex", Text, nullable=False, default=""), Column("address", Text, nullable=False, default=""), Column("postcode", Text, nullable=False, default=""),
    Column("phone", Text, nullable=False, default=""), Column("restricted", Boolean, nullable=False, default=False),
    Column("said_at", Text, nullable=False, server_default=text("''")))
identifier = Table(
    "identifier", record,
    Column("patient", _Id, ForeignKey("patient.id"), nullable=False), Column("system", Text, primary_key=True), Column("value", Text, primary_key=True),
    Column("since", DateTime(timezone=True), nullable=False))
encounter = Table(
    "encounter", record,
    Column("id", _Id, primary_key=True), Column("patient", _Id, ForeignKey("patient.id"), nullable=False), Column("facility", Text, nullable=False),
    Column("number", Text), Column("setting", Text, nullable=False), Column("admitted", Text, nullable=False),
    Column("discharged", Text), Column("discharge_status", Text, nullable=False, default=""), Column("unit", Text, nullable=False, default=""),
    Column("attending", Text, nullable=False, default=""), Column("payer", Text, nullable=False, default=""), Column("version", Integer, nullable=False, default=1),
    Column("state", Text, nullable=False, default="open"), *(Column(name, Text, nullable=False, server_default=text("''")) for name in ("admission_type", "admission_source")), UniqueConstraint("facility", "number"))
blob = Table(
    "blob", record,
    Column("sha256", Text, primary_key=True), Column("size", BigInteger, nullable=False), Column("file", Text, nullable=False), Column("key_id", Text, nullable=False),
    Column("wrapped", LargeBinary), Column("destroyed_at", DateTime(timezone=True)))
small_blob = Table("small_blob", record, Column("file", Text, primary_key=True), Column("sealed", LargeBinary, nullable=False))
document = Table(
    "document", record,
    Column("id", _Id, primary_key=True), Column("patient", _Id, ForeignKey("patient.id")), Column("encounter", _Id, ForeignKey("encounter.id")),
    Column("facility", Text, nullable=False), Column("original", Text, ForeignKey("blob.sha256"), nullable=False), Column("text", Text, ForeignKey("blob.sha256")),
    Column("pages", Text, ForeignKey("blob.sha256")),
    Column("kind", Text, nullable=False, default=""), Column("kind_score", Float), Column("media", Text, nullable=False, default="text/plain"),
    Column("author", Text, nullable=False, default=""), Column("service_date", Date), Column("received_at", DateTime(timezone=True), nullable=False),
    Column("source", Text, nullable=False, default=""), Column("state", Text, nullable=False, default="filed"), Column("replaces", _Id, ForeignKey("document.id")),
    Column("title", Text, nullable=False, server_default=text("''")), Column("signed", Boolean), Column("number", Text, nullable=False, server_default=text("''")),
    Column("sent_at", Text, nullable=False, server_default=text("''")))
message = Table(
    "message", record,
    Column("sender", Text, primary_key=True), Column("control_id", Text, primary_key=True), Column("received_at", DateTime(timezone=True), nullable=False),
    Column("answer", Text, nullable=False), Column("sha256", Text, ForeignKey("blob.sha256"), nullable=False), Column("encounter", _Id, ForeignKey("encounter.id")), Column("said", Text, nullable=False, server_default=text("''")))
happening = Table(  # what was said of a visit, each message a row; the visit is what they come to
    "happening", record,
    Column("id", _Id, primary_key=True), Column("encounter", _Id, ForeignKey("encounter.id"), nullable=False), Column("what", Text, nullable=False),
    Column("sent_at", Text, nullable=False), Column("said", Text, nullable=False), Column("received_at", DateTime(timezone=True), nullable=False))
charge = Table(
    "charge", record,
    Column("id", _Id, primary_key=True), Column("patient", _Id, ForeignKey("patient.id"), nullable=False), Column("encounter", _Id, ForeignKey("encounter.id")),
    Column("facility", Text, nullable=False), Column("sender", Text, nullable=False), Column("number", Text, nullable=False), Column("kind", Text, nullable=False),
    Column("system", Text, nullable=False), Column("code", Text, nullable=False), Column("quantity", Text, nullable=False), Column("amount", BigInteger), Column("service_date", Date),
    Column("modifiers", Text, nullable=False), Column("diagnoses", Text, nullable=False), Column("revenue", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False))
held = Table(  # what could not be filed: kept with its reason until a person settles it
    "held", record,
    Column("id", _Id, primary_key=True), Column("state", Text, nullable=False), Column("facility", Text, nullable=False), Column("name", Text, nullable=False),
    Column("sender", Text, nullable=False), Column("reason", Text, nullable=False), Column("why", Text, nullable=False), Column("patient", _Id, ForeignKey("patient.id")),
    Column("document", _Id, ForeignKey("document.id")), Column("original", Text, ForeignKey("blob.sha256"), nullable=False), Column("arrival", Text, ForeignKey("blob.sha256")),
    Column("received_at", DateTime(timezone=True), nullable=False), Column("settled_at", DateTime(timezone=True)), Column("settled_by", Text, nullable=False, server_default=text("''")))
step = Table(
    "step", record,
    Column("encounter", _Id, ForeignKey("encounter.id"), primary_key=True), Column("name", Text, primary_key=True), Column("key", Text, primary_key=True),
    Column("state", Text, nullable=False), Column("due_at", DateTime(timezone=True), nullable=False), Column("leased_until", DateTime(timezone=True)),
    Column("worker", Text, nullable=False, default=""), Column("tries", Integer, nullable=False, default=0), Column("why", Text, nullable=False, default=""),
    Column("result", Text, ForeignKey("blob.sha256")), Column("done_at", DateTime(timezone=True)), Column("seconds", Float))
noted = Table(
    "noted", record,
    Column("name", Text, primary_key=True), Column("made", Text, primary_key=True), Column("seq", BigInteger, nullable=False))
event = Table(
    "event", record,
    Column("seq", BigInteger, primary_key=True, autoincrement=False), Column("at", Text, nullable=False), Column("actor", Text, nullable=False),
    Column("purpose", Text, nullable=False), Column("action", Text, nullable=False), Column("outcome", Text, nullable=False), Column("patient", Text, nullable=False, default=""),
    Column("subject", Text, nullable=False, default=""), Column("version", Text, nullable=False, default=""), Column("reason", Text, nullable=False, default=""),
    Column("origin", Text, nullable=False, default=""), Column("previous", Text, nullable=False), Column("hash", Text, nullable=False))
ledger_head = Table("ledger_head", record, Column("id", Integer, primary_key=True, autoincrement=False), Column("seq", BigInteger, nullable=False), Column("hash", Text, nullable=False),
                    Column("signature", Text, nullable=False))
completion = Table(
    "completion", record,
    Column("encounter", _Id, ForeignKey("encounter.id"), primary_key=True), Column("version", Integer, nullable=False), Column("state", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False), Column("lacks", Text, nullable=False, server_default=text("'[]'")))
hold = Table(
    "hold", record,
    Column("id", _Id, primary_key=True), Column("patient", _Id, ForeignKey("patient.id"), nullable=False), Column("encounter", _Id, ForeignKey("encounter.id")),
    Column("reason", Text, nullable=False), Column("placed_by", Text, nullable=False), Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("lifted_by", Text, nullable=False, default=""), Column("lifted_at", DateTime(timezone=True)), Column("why_lifted", Text, nullable=False, default=""))
destruction = Table(
    "destruction", record,
    Column("id", _Id, primary_key=True), Column("facility", Text, nullable=False), Column("proposed_by", Text, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False), Column("signed_by", Text, nullable=False, default=""), Column("signed_at", DateTime(timezone=True)),
    Column("certificate", Text))
destruction_item = Table(
    "destruction_item", record,
    Column("destruction", _Id, ForeignKey("destruction.id"), primary_key=True), Column("encounter", _Id, ForeignKey("encounter.id"), primary_key=True),
    Column("keep_until", Date, nullable=False), Column("rule", Text, nullable=False), Column("citation", Text, nullable=False))
api_key = Table(
    "api_key", record,
    Column("prefix", Text, primary_key=True), Column("name", Text, nullable=False), Column("hash", Text, nullable=False), Column("roles", Text, nullable=False),
    Column("facilities", Text, nullable=False), Column("purpose", Text, nullable=False), Column("made_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True)), Column("revoked_at", DateTime(timezone=True)))
api_answer = Table(
    "api_answer", record,
    Column("actor", Text, primary_key=True), Column("key", Text, primary_key=True), Column("request", Text, nullable=False), Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False), Column("at", DateTime(timezone=True), nullable=False))

Index("hold_patient", hold.c.patient)
Index("destruction_item_encounter", destruction_item.c.encounter)
Index("encounter_discharged", encounter.c.facility, encounter.c.discharged)
identity_key = Table(
    "identity_key", record, Column("key", Text, primary_key=True), Column("patient", _Id, ForeignKey("patient.id"), primary_key=True))
former = Table(  # how a patient was registered before it changed
    "former", record,
    Column("patient", _Id, ForeignKey("patient.id"), primary_key=True), Column("version", Integer, primary_key=True, autoincrement=False), Column("until", DateTime(timezone=True), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("family", "given")), Column("birth_date", Date), *(Column(name, Text, nullable=False) for name in ("sex", "address", "postcode", "phone")))
merge = Table(
    "merge", record,
    Column("id", _Id, primary_key=True), Column("survivor", _Id, ForeignKey("patient.id"), nullable=False), Column("folded", _Id, ForeignKey("patient.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False), Column("actor", Text, nullable=False), Column("undone_at", DateTime(timezone=True)), Column("undone_by", Text, nullable=False, default=""))
suspected = Table(
    "suspected", record,
    Column("id", _Id, primary_key=True), Column("a", _Id, ForeignKey("patient.id"), nullable=False), Column("b", _Id, ForeignKey("patient.id"), nullable=False),
    Column("probability", Float, nullable=False), Column("why", Text, nullable=False), Column("state", Text, nullable=False), Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("decided_at", DateTime(timezone=True)), Column("decided_by", Text, nullable=False, default=""),
    Column("survivor", Text, nullable=False, server_default=text("''")), Column("proposed_at", DateTime(timezone=True)), Column("proposed_by", Text, nullable=False, server_default=text("''")), UniqueConstraint("a", "b"))
account = Table(
    "account", record,
    Column("id", _Id, primary_key=True), Column("login", Text, nullable=False, unique=True), *(Column(name, Text, nullable=False) for name in ("said", "shown", "roles", "facilities", "hash", "factor")),
    Column("must_change", Boolean, nullable=False), Column("disabled", Boolean, nullable=False), Column("counter", BigInteger, nullable=False), Column("failures", Integer, nullable=False),
    Column("failed_at", DateTime(timezone=True)), Column("made_at", DateTime(timezone=True), nullable=False))
passkey = Table(  # `id` and `key` in base64url
    "passkey", record, Column("id", Text, primary_key=True), Column("account", _Id, ForeignKey("account.id"), nullable=False), *(Column(name, Text, nullable=False) for name in ("name", "key")),
    Column("count", BigInteger, nullable=False), Column("made_at", DateTime(timezone=True), nullable=False), Column("used_at", DateTime(timezone=True)))
session = Table(  # of people at the workbench; `token` is the hash of what a browser holds
    "session", record,
    Column("token", Text, primary_key=True), Column("id", Text, nullable=False), Column("account", _Id, ForeignKey("account.id"), nullable=False), Column("purpose", Text, nullable=False),
    Column("csrf", Text, nullable=False), Column("origin", Text, nullable=False), *(Column(name, DateTime(timezone=True), nullable=False) for name in ("begun_at", "seen_at", "proven_at")))
act = Table(  # what persons decided on a visit's codes; only ever added to
    "act", record,
    Column("encounter", _Id, ForeignKey("encounter.id"), primary_key=True), Column("n", Integer, primary_key=True, autoincrement=False), Column("at", DateTime(timezone=True), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("actor", "shown", "what", "line", "system", "code", "put", "value", "reason", "note", "document")),
    Column("begin", Integer, nullable=False), Column("until", Integer, nullable=False))
query = Table(  # to providers about what the record says; `draft` and `answer` are JSON
    "query", record,
    Column("number", Text, primary_key=True), Column("encounter", _Id, ForeignKey("encounter.id"), nullable=False), Column("draft", Text, nullable=False), Column("answer", Text, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("state", "kind", "addressee", "actor", "shown", "why")), Column("made_at", DateTime(timezone=True), nullable=False),
    *(Column(name, DateTime(timezone=True)) for name in ("sent_at", "seen_at", "due", "answered_at", "closed_at")), Column("escalated", Integer, nullable=False), Column("concurrent", Boolean, nullable=False),
    Column("handed_to", Text, nullable=False, server_default=text("''")))
query_told = Table(  # what a channel to the providers' own system was told of a query last: `mark` its state then
    "query_told", record,
    Column("query", Text, ForeignKey("query.number"), primary_key=True), Column("channel", Text, primary_key=True), Column("mark", Text, nullable=False), Column("tries", Integer, nullable=False),
    Column("next_at", DateTime(timezone=True)), Column("told_at", DateTime(timezone=True)), Column("why", Text, nullable=False))
audit = Table("audit", record, Column("id", _Id, primary_key=True), Column("name", Text, nullable=False), Column("made_at", DateTime(timezone=True), nullable=False), Column("actor", Text, nullable=False),
              Column("seed", BigInteger, nullable=False), Column("population", Integer, nullable=False), Column("how", Text, nullable=False, server_default=text("'random'")),
              Column("aim", Text, nullable=False, server_default=text("''")))
audited = Table(  # a chart of a sample; `theirs` and `mine` are JSON
    "audited", record,
    Column("audit", _Id, ForeignKey("audit.id"), primary_key=True), Column("encounter", _Id, ForeignKey("encounter.id"), primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("coder", "coder_shown", "setting", "theirs", "their_drg", "mine", "my_drg", "actor", "shown")), Column("at", DateTime(timezone=True)),
    Column("engine", Text, nullable=False, server_default=text("'[]'")), Column("agreed", Text, nullable=False, server_default=text("'[]'")), Column("agreed_drg", Text, nullable=False, server_default=text("''")),
    Column("settled_at", DateTime(timezone=True)))
audit_finding = Table(  # what a review ("" as audit) or an audit holds against a finished chart; `ruling` is JSON
    "audit_finding", record,
    Column("audit", Text, primary_key=True), Column("encounter", _Id, ForeignKey("encounter.id"), primary_key=True), Column("rule", Text, primary_key=True), Column("subject", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("direction", "ruling", "recoded", "drg", "coder", "coder_shown", "state", "why", "actor", "shown", "reply")),
    *(Column(name, DateTime(timezone=True)) for name in ("made_at", "at", "replied_at", "studied_at")))
training_attempt = Table(
    "training_attempt", record, *(Column(name, Text, nullable=False) for name in ("person", "shown", "case", "codes")), Column("id", _Id, primary_key=True),
    *(Column(name, Integer, nullable=False) for name in ("right", "over", "under")), Column("at", DateTime(timezone=True), nullable=False))
work_item = Table(  # a visit as it stands in worklists; a visit without one waits for the engine
    "work_item", record,
    Column("encounter", _Id, ForeignKey("encounter.id"), primary_key=True), Column("state", Text, nullable=False), Column("confidence", Float), Column("reasons", Text, nullable=False),
    Column("drg", Text, nullable=False), Column("weight", Float), Column("undecided", Integer, nullable=False), Column("questions", Integer, nullable=False, server_default=text("0")),
    Column("finished_at", DateTime(timezone=True)),
    *(Column(name, Text, nullable=False) for name in ("finished_by", "assignee", "assigned_to", "lease", "leased_by")), Column("leased_until", DateTime(timezone=True)), Column("priority", Integer, nullable=False))
worklist = Table(
    "worklist", record,
    Column("id", _Id, primary_key=True), Column("name", Text, nullable=False), Column("rules", Text, nullable=False), Column("sort", Text, nullable=False), Column("place", Integer, nullable=False))
gate_pause = Table(
    "gate_pause", record,
    Column("facility", Text, primary_key=True), Column("unit", Text, primary_key=True), Column("actor", Text, nullable=False), Column("at", DateTime(timezone=True), nullable=False), Column("why", Text, nullable=False))
setting = Table("setting", record, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

cover = Table(  # what a patient is insured by; `said` is JSON
    "cover", record, Column("patient", _Id, ForeignKey("patient.id"), primary_key=True), Column("sequence", Text, primary_key=True), Column("said", Text, nullable=False), Column("said_at", Text, nullable=False))
claim = Table(  # `content` is JSON: all of it; the other columns are what is searched and added up
    "claim", record,
    Column("id", _Id, primary_key=True), Column("encounter", _Id, ForeignKey("encounter.id"), nullable=False), *(Column(name, Text, nullable=False) for name in ("facility", "payer", "form", "sequence", "state", "content", "control", "replaces")),
    Column("charge", BigInteger, nullable=False), *(Column(name, BigInteger, nullable=False) for name in ("paid", "contractual", "patient_part", "denied")), Column("file", Integer, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False), Column("sent_at", DateTime(timezone=True)), Column("answered_at", DateTime(timezone=True)))
claim_file = Table(
    "claim_file", record, Column("number", Integer, primary_key=True, autoincrement=False), *(Column(name, Text, nullable=False) for name in ("form", "receiver", "state", "text", "claims", "answer")),
    Column("made_at", DateTime(timezone=True), nullable=False), Column("written_at", DateTime(timezone=True)))
remit = Table(
    "remit", record, Column("id", _Id, primary_key=True), Column("hash", Text, nullable=False, unique=True), Column("state", Text, nullable=False), Column("content", Text, nullable=False), Column("rulings", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False), Column("actor", Text, nullable=False))
posting = Table(
    "posting", record, Column("remit", _Id, ForeignKey("remit.id"), primary_key=True), Column("n", Integer, primary_key=True, autoincrement=False), Column("claim", _Id, ForeignKey("claim.id")),
    *(Column(name, Text, nullable=False) for name in ("content", "trace", "why")), Column("on", Date, nullable=False))
denial = Table(
    "denial", record, Column("id", _Id, primary_key=True), Column("claim", _Id, ForeignKey("claim.id"), nullable=False), Column("encounter", _Id, ForeignKey("encounter.id"), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("payer", "code", "grp", "reason", "remarks", "cause", "state", "actor", "why", "letter")), Column("line", Integer, nullable=False), Column("amount", BigInteger, nullable=False), Column("due", Date),
    Column("made_at", DateTime(timezone=True), nullable=False), Column("at", DateTime(timezone=True)))

Index("claim_encounter", claim.c.encounter)
Index("claim_state", claim.c.state, claim.c.made_at)
Index("posting_claim", posting.c.claim)
Index("denial_claim", denial.c.claim)
Index("denial_state", denial.c.state, denial.c.due)
Index("query_encounter", query.c.encounter)
Index("query_state", query.c.state, query.c.due)
Index("audit_finding_encounter", audit_finding.c.encounter)
Index("audit_finding_coder", audit_finding.c.coder)
Index("passkey_account", passkey.c.account)
Index("training_attempt_person", training_attempt.c.person)
Index("work_item_state", work_item.c.state)
Index("work_item_assignee", work_item.c.assignee)
Index("session_account", session.c.account)
Index("act_at", act.c.at)
Index("identity_key_patient", identity_key.c.patient)
Index("merge_survivor", merge.c.survivor)
Index("merge_folded", merge.c.folded)
Index("suspected_open", suspected.c.state, suspected.c.probability)
Index("patient_merged", patient.c.merged_into)
Index("identifier_patient", identifier.c.patient)
Index("patient_name", patient.c.family, patient.c.given)
Index("patient_birth", patient.c.birth_date)
Index("encounter_patient", encounter.c.patient)
Index("document_patient", document.c.patient)
Index("document_encounter", document.c.encounter)
Index("document_received", document.c.received_at)
Index("document_number", document.c.source, document.c.number)
Index("happening_encounter", happening.c.encounter)
Index("message_encounter", message.c.encounter)
Index("charge_encounter", charge.c.encounter)
Index("held_state", held.c.state, held.c.received_at)
Index("blob_stored", blob.c.size, sqlite_where=blob.c.wrapped.is_not(None), postgresql_where=blob.c.wrapped.is_not(None))  # so that `status` need not read all rows
Index("step_due", step.c.state, step.c.due_at)
Index("event_patient", event.c.patient, event.c.seq)
Index("event_actor", event.c.actor, event.c.seq)


# -- the index of what is found: derived from the record, left out of backups, made anew by `charthouse reindex`. The words themselves stand in `search_text`, which
# is a full-text table of SQLite or a column of PostgreSQL (`words.py`). Triggers keep entries in step with visits, patients and documents.
derived = MetaData(naming_convention=record.naming_convention)
_C = Text().with_variant(Text(collation="C"), "postgresql")

search_entry = Table(
    "search_entry", derived,
    Column("n", BigInteger().with_variant(Integer, "sqlite"), primary_key=True), Column("document", _Id, nullable=False, unique=True), Column("patient", _Id, nullable=False),
    Column("encounter", _Id, nullable=False), Column("facility", Text, nullable=False), Column("setting", Text, nullable=False), Column("unit", Text, nullable=False),
    Column("kind", Text, nullable=False), Column("author", Text, nullable=False), Column("day", Date), Column("state", Text, nullable=False),
    Column("restricted", Boolean, nullable=False))
search_code = Table(
    "search_code", derived,
    Column("encounter", _Id, primary_key=True), Column("system", Text, primary_key=True), Column("code", Text, primary_key=True), Column("bare", _C, nullable=False),
    Column("place", Integer, nullable=False), Column("role", Text, nullable=False), Column("status", Text, nullable=False), Column("poa", Text, nullable=False))

Index("search_entry_patient", search_entry.c.patient)
Index("search_entry_encounter", search_entry.c.encounter)
Index("search_entry_day", search_entry.c.day)
Index("search_code_bare", search_code.c.bare, search_code.c.encounter)
