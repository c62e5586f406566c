"""The tables of the compiled code book. Raise `SCHEMA` when any of them changes: old books are then compiled anew."""
from __future__ import annotations

SCHEMA = 7

TABLES = """
CREATE TABLE manifest (
  book TEXT NOT NULL, edition TEXT NOT NULL, authority TEXT NOT NULL, effective_from TEXT NOT NULL,
  verified_through TEXT NOT NULL, date_basis TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL,
  licence TEXT NOT NULL, rows INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY (book, edition, effective_from));
CREATE TABLE missing (book TEXT PRIMARY KEY, why TEXT NOT NULL);
CREATE TABLE stamp (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- chapters and blocks of the tabular list; sections and tables of ICD-10-PCS
CREATE TABLE place (at TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, parent TEXT NOT NULL) WITHOUT ROWID;
-- categories and codes in book order; above = the place or code above; listed = 0 for codes no edition of today knows
CREATE TABLE entry (
  id INTEGER PRIMARY KEY, system TEXT NOT NULL, code TEXT NOT NULL UNIQUE, title TEXT NOT NULL, above TEXT NOT NULL,
  base TEXT NOT NULL, leaf INTEGER NOT NULL, title_loaded INTEGER NOT NULL, listed INTEGER NOT NULL);
CREATE TABLE note (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, at TEXT NOT NULL, text TEXT NOT NULL, codes TEXT NOT NULL);
CREATE TABLE validity (system TEXT, code TEXT, first INTEGER, last INTEGER, PRIMARY KEY (system, code, first)) WITHOUT ROWID;
CREATE TABLE severity (code TEXT, first INTEGER, last INTEGER, severity TEXT, mdc INTEGER, PRIMARY KEY (code, first)) WITHOUT ROWID;
CREATE TABLE hcc (code TEXT, category INTEGER, label TEXT, PRIMARY KEY (code, category)) WITHOUT ROWID;
CREATE TABLE poa_exempt (code TEXT, edition TEXT, PRIMARY KEY (code, edition)) WITHOUT ROWID;
CREATE TABLE drg_title (drg TEXT, first INTEGER, last INTEGER, title TEXT, PRIMARY KEY (drg, first)) WITHOUT ROWID;
CREATE TABLE drg_row (
  edition TEXT, drg TEXT, title TEXT, mdc TEXT, kind TEXT, weight REAL, gmlos REAL, amlos REAL,
  post_acute INTEGER, special_pay INTEGER, PRIMARY KEY (edition, drg)) WITHOUT ROWID;
CREATE TABLE cc_list (edition TEXT, code TEXT, severity TEXT, alive_only INTEGER, collection TEXT, PRIMARY KEY (edition, code)) WITHOUT ROWID;
CREATE TABLE cc_exclusion (edition TEXT, collection TEXT, principal TEXT, PRIMARY KEY (edition, collection, principal)) WITHOUT ROWID;
CREATE TABLE ncci (setting TEXT, first TEXT, second TEXT, since INTEGER, until INTEGER, modifier INTEGER, PRIMARY KEY (setting, first, second, since)) WITHOUT ROWID;
CREATE TABLE mue (setting TEXT, edition TEXT, code TEXT, units INTEGER, by INTEGER, PRIMARY KEY (setting, edition, code)) WITHOUT ROWID;
-- what a site has entered: the code of each level of a visit
CREATE TABLE level_code (category TEXT, level TEXT, code TEXT NOT NULL, PRIMARY KEY (category, level)) WITHOUT ROWID;
CREATE TABLE gem (direction TEXT, source TEXT, target TEXT, flags TEXT, PRIMARY KEY (direction, source, target, flags)) WITHOUT ROWID;
CREATE TABLE index_entry (id INTEGER PRIMARY KEY, system TEXT, level INTEGER, path TEXT, title TEXT, nemod TEXT, code TEXT, see TEXT, see_also TEXT);
CREATE TABLE pcs_value (axis TEXT, position INTEGER, value TEXT, label TEXT, PRIMARY KEY (axis, position, value)) WITHOUT ROWID;
CREATE TABLE pcs_definition (axis TEXT, term TEXT, definition TEXT, explanation TEXT, includes TEXT);

CREATE TABLE phrase (id INTEGER PRIMARY KEY, phrase TEXT NOT NULL, target TEXT NOT NULL, source TEXT NOT NULL, words INTEGER NOT NULL);
-- what reading looks up: the phrases by their order-free keys (lexicon.phrases.entries)
CREATE TABLE term (key TEXT NOT NULL, target TEXT NOT NULL, source TEXT NOT NULL, flags TEXT NOT NULL, phrase TEXT NOT NULL);
-- how procedures are said (lexicon/procedures): names and actions with their pattern of ICD-10-PCS, body parts
CREATE TABLE procedure_term (key TEXT NOT NULL, target TEXT NOT NULL, source TEXT NOT NULL, flags TEXT NOT NULL, phrase TEXT NOT NULL);
-- the long words of the dictionary, each by the forms that lose one letter: how typing errors are mended
CREATE TABLE slip (form TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (form, word)) WITHOUT ROWID;
-- shortest text first; ICD-10-CM apart from the rest: the long procedure titles would slow its searches down
CREATE VIRTUAL TABLE search_cm USING fts5(text, code UNINDEXED, source UNINDEXED, system UNINDEXED, tokenize = 'porter unicode61');
CREATE VIRTUAL TABLE search_other USING fts5(text, code UNINDEXED, source UNINDEXED, system UNINDEXED, tokenize = 'porter unicode61');
CREATE TABLE vocabulary (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, uses INTEGER NOT NULL);
CREATE TABLE misspelling (form TEXT, word INTEGER, PRIMARY KEY (form, word)) WITHOUT ROWID;
"""

INDEXES = (
    "CREATE INDEX entry_above ON entry (above, id)",
    "CREATE INDEX note_at ON note (at, id)",
    "CREATE INDEX phrase_text ON phrase (phrase COLLATE NOCASE)",
    "CREATE INDEX index_code ON index_entry (code)",
)
