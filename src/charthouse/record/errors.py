"""Every error that a person can meet: a stable code, an exit status, an HTTP status, and what to do next.

Messages never carry text of a chart. They are raised by rooms and adapters; doors turn them into
their own form (a line on the terminal, `{"error": {"code", "message"}}` in NDJSON).
"""
from __future__ import annotations

from functools import partial
from typing import ClassVar


class CharthouseError(Exception):
    """The root: `str(error)` is the message for the person, with the fields filled in."""

    code: ClassVar[str] = "CH-0000"
    exit_status: ClassVar[int] = 1
    http_status: ClassVar[int] = 500
    template: ClassVar[str] = "Something went wrong inside Charthouse. Please report it with the steps that led here."

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.template.format(**fields))

    def __reduce__(self) -> tuple[partial[CharthouseError], tuple[()]]:
        """So that an error of a worker can be told by the process that started it."""
        return partial(type(self), **self.fields), ()

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "message": str(self)}


class NoEdition(CharthouseError):
    code = "CH-0101"
    exit_status = 3
    http_status = 422
    template = (
        "No edition of {book} is loaded that covers {on}. Loaded: {there_are}. "
        "Check the date, or add the official file with `charthouse books add FILE`."
    )


class BookNotBuilt(CharthouseError):
    code = "CH-0102"
    exit_status = 3
    http_status = 503
    template = "The code book has not been compiled yet ({path}). Run `charthouse books build`; it takes some seconds."


class BadBookFile(CharthouseError):
    code = "CH-0103"
    exit_status = 2
    http_status = 422
    template = "{file}: {why}. Nothing was changed. The file must be the official one under its official name."


class UnknownBookFile(CharthouseError):
    code = "CH-0104"
    exit_status = 2
    http_status = 422
    template = "{file} is not a file that `books add` knows by its name. It takes: {known}."


class UnknownCode(CharthouseError):
    code = "CH-0105"
    exit_status = 2
    http_status = 404
    template = "{code} is not in the code book. Try `charthouse books find` with words."


class BadLexicon(CharthouseError):
    code = "CH-0106"
    exit_status = 2
    http_status = 500
    template = "The lexicon table {file}: {why}. Mend that line; the code book on disk was left as it was."


class EmptyNote(CharthouseError):
    code = "CH-0201"
    exit_status = 4
    http_status = 422
    template = "The note is empty: there is nothing to read."


class NoteTooLarge(CharthouseError):
    code = "CH-0202"
    exit_status = 4
    http_status = 413
    template = "The note has {size} bytes; at most {limit} are read. Split it into its documents."


class UnreadableDocument(CharthouseError):
    code = "CH-0203"
    exit_status = 4
    http_status = 422
    template = "{file} cannot be read: {why}. Text is UTF-8 or Windows-1252; docs/rooms/intake.md names the other formats."


class LockedScan(UnreadableDocument):
    code = "CH-0620"
    template = "{file} is locked with a password. Take the password off where it was made, and send it again."


class DamagedScan(UnreadableDocument):
    code = "CH-0621"
    template = "{file} cannot be read: {why}. Scan or export it again; PDF, PNG, JPEG, TIFF and WebP are read."


class TooLargeScan(UnreadableDocument):
    code = "CH-0622"
    http_status = 413
    template = "{file} is too large to read: {why}. Send it in parts, or scan it at 300 dots an inch."


class BadDate(CharthouseError):
    code = "CH-0204"
    exit_status = 4
    http_status = 422
    template = "{value!r} is not a date. Write it as YYYY-MM-DD, for example 2026-03-02."


class BadRequest(CharthouseError):
    code = "CH-0205"
    exit_status = 4
    http_status = 422
    template = "{why}."


class BadEncounter(CharthouseError):
    code = "CH-0206"
    exit_status = 4
    http_status = 422
    template = "{file}: {why}. See docs/howto/run-a-folder.md for the fields of encounter.toml."


class NothingToDo(CharthouseError):
    code = "CH-0207"
    exit_status = 2
    http_status = 404
    template = "{path}: no encounter was found there. A folder holds one folder an encounter, or single files: text, PDF or pictures."


class BadCorrection(CharthouseError):
    code = "CH-0301"
    exit_status = 2
    http_status = 422
    template = "Line {line}: {why}. Nothing was kept. See docs/howto/learn-from-corrections.md for the fields."


class NothingLearned(CharthouseError):
    code = "CH-0302"
    exit_status = 2
    http_status = 404
    template = "There are no corrected charts yet. Add some with `charthouse learn add FILE`."


class PromiseBroken(CharthouseError):
    code = "CH-0303"
    exit_status = 5
    http_status = 409
    template = (
        "Change {number} was not applied: {worse} codes would get worse, errors over all charts go from {before} to {after}. "
        "`charthouse learn show {number}` lists them."
    )


class NotInitialised(CharthouseError):
    code = "CH-0401"
    exit_status = 6
    http_status = 503
    template = "There is no record in {folder}. Make one with `charthouse init`, or name another folder with CHARTHOUSE_DATA."


class AlreadyInitialised(CharthouseError):
    code = "CH-0402"
    exit_status = 6
    http_status = 409
    template = "{where} holds a record already. Nothing was changed."


class KeyNotFound(CharthouseError):
    code = "CH-0403"
    exit_status = 6
    http_status = 503
    template = "The key file {path} is not there, and CHARTHOUSE_KEY is not set. Put the key back; without it the record cannot be read."


class KeyReadable(CharthouseError):
    code = "CH-0404"
    exit_status = 6
    http_status = 503
    template = "The key file {path} can be read by others (mode {mode}). Run `chmod 600` on it, and think of the key as known: `charthouse key rotate`."


class BadKey(CharthouseError):
    code = "CH-0405"
    exit_status = 6
    http_status = 503
    template = "{source} does not hold the keys of a site as `charthouse init` writes them."


class WrongKey(CharthouseError):
    code = "CH-0406"
    exit_status = 6
    http_status = 503
    template = "The key does not open {where}. It belongs to another record, or is older than the last `charthouse key rotate`."


class KeyFromEnvironment(CharthouseError):
    code = "CH-0407"
    exit_status = 6
    http_status = 409
    template = "The key comes from CHARTHOUSE_KEY, which cannot be rewritten from here. Put it into {path} (mode 600), unset the variable, and rotate then."


class SqliteTooOld(CharthouseError):
    code = "CH-0408"
    exit_status = 6
    http_status = 503
    template = "SQLite {there} may lose what was committed. Version {least} or later is needed: install a newer `sqlcipher3`."


class DatabaseUnreachable(CharthouseError):
    code = "CH-0409"
    exit_status = 6
    http_status = 503
    template = "The database does not answer as it should ({why}). Check CHARTHOUSE_DATABASE and that the server runs; `charthouse doctor` says more."


class NotMigrated(CharthouseError):
    code = "CH-0410"
    exit_status = 6
    http_status = 503
    template = "The tables are at version {there}, the program needs {needs}. Make a backup, then run `charthouse migrate`."


class SiteBusy(CharthouseError):
    code = "CH-0411"
    exit_status = 6
    http_status = 409
    template = "Another process has the record open. Stop it, then try again: this must run alone."


class BlobDamaged(CharthouseError):
    code = "CH-0412"
    exit_status = 6
    http_status = 500
    template = "The stored content {blob} is damaged or missing. Restore it from a backup; `charthouse doctor` lists all."


class LedgerBroken(CharthouseError):
    code = "CH-0413"
    exit_status = 7
    http_status = 500
    template = "The ledger does not hold: {why}. Keep the database and the checkpoints as they are, and compare with a backup."


class AccessDenied(CharthouseError):
    code = "CH-0414"
    exit_status = 8
    http_status = 403
    template = "{why} (rule {rule}). The attempt was written down."


class NoRecord(CharthouseError):
    code = "CH-0415"
    exit_status = 2
    http_status = 404
    template = "There is no {kind} with the id {id}."


class BadBackup(CharthouseError):
    code = "CH-0416"
    exit_status = 6
    http_status = 422
    template = "{file} cannot be restored: {why}. Nothing was changed."


class NotEmpty(CharthouseError):
    code = "CH-0417"
    exit_status = 6
    http_status = 409
    template = "{where} is there already, and nothing is written over. Name another place."


class BadRecipient(CharthouseError):
    code = "CH-0418"
    exit_status = 2
    http_status = 422
    template = "{value} is not a recipient key. It begins with age1, as `age-keygen` prints it."


class AlreadyThere(CharthouseError):
    code = "CH-0419"
    exit_status = 2
    http_status = 409
    template = "A number in it (a patient's identifier, a visit's number) belongs to another record already. Nothing was filed."


class LeaseLost(CharthouseError):
    code = "CH-0690"
    exit_status = 1
    http_status = 409
    template = "Another worker has taken this step over. What it makes stands; nothing was kept of this run."


class StepCrashed(CharthouseError):
    code = "CH-0691"
    exit_status = 1
    http_status = 500
    template = "The step ended in an error that nobody foresaw ({kind}). Report it with the version of Charthouse. When it is mended, run `charthouse worker retry {encounter}`."


class StepDied(CharthouseError):
    code = "CH-0692"
    exit_status = 1
    http_status = 500
    template = "The process that did the step died, or was stopped because it took too long. Look at its memory and at the size of the chart, then run `charthouse worker retry {encounter}`."


class NothingQuarantined(CharthouseError):
    code = "CH-0693"
    exit_status = 2
    http_status = 404
    template = "Nothing of {encounter} is quarantined. `charthouse worker quarantined` lists what is."


class NotFiled(CharthouseError):
    code = "CH-0601"
    exit_status = 4
    http_status = 409
    template = "{id} could not be filed there ({why}). Nothing was changed. Say whose it is with --visit, or --patient and --date."


class Quarantined(CharthouseError):
    code = "CH-0602"
    exit_status = 4
    http_status = 422
    template = "It could not be filed ({reason}). It is kept as it came, and waits for a person: `charthouse intake list`."


class FolderInUse(CharthouseError):
    code = "CH-0603"
    exit_status = 2
    http_status = 409
    template = "{folder} cannot be watched: {why}. Name a folder that this account may read and write and that no other `intake watch` has."


class MissingPart(CharthouseError):
    code = "CH-0501"
    exit_status = 2
    http_status = 501
    template = "{what} needs an optional part that is not installed. Install it: pip install 'charthouse[{part}]'."


class SecondReaderOff(CharthouseError):
    code = "CH-0511"
    exit_status = 2
    http_status = 501
    template = "The second reader is not set up. Set CHARTHOUSE_LLM_URL and CHARTHOUSE_LLM_MODEL; see docs/howto/use-a-second-reader.md."


class SecondReaderRefused(CharthouseError):
    code = "CH-0512"
    exit_status = 2
    http_status = 422
    template = "{why}. Nothing was sent. See docs/howto/use-a-second-reader.md."


class SecondReaderUnreachable(CharthouseError):
    code = "CH-0513"
    exit_status = 1
    http_status = 502
    template = "The endpoint of the second reader cannot be used: {why}. Check CHARTHOUSE_LLM_URL, CHARTHOUSE_LLM_KEY and the server itself."


class BadSetting(CharthouseError):
    code = "CH-0502"
    exit_status = 2
    http_status = 422
    template = "{name} {why}. Correct the environment variable."


class OtherBatch(CharthouseError):
    code = "CH-0521"
    exit_status = 2
    http_status = 409
    template = "{folder} holds another batch: {what} differ from what was begun there. Take another folder for --out, or finish it as it was begun."


class CannotWrite(CharthouseError):
    code = "CH-0522"
    exit_status = 1
    http_status = 507
    template = "{path} cannot be written: {why}. Parts that are done are kept; mend it and start the same command again."


class NotAMessage(UnreadableDocument):
    code = "CH-0630"
    template = "{file} is no HL7 v2 message: {why}. Send each message whole, beginning with its MSH segment."


class NotAClinicalDocument(UnreadableDocument):
    code = "CH-0631"
    template = "{file} is no clinical document: {why}. Send the whole ClinicalDocument as its system wrote it."


class CannotListen(CharthouseError):
    code = "CH-0632"
    exit_status = 1
    http_status = 503
    template = "The listener cannot listen at {where}: {why}. Name another address or port, or check the certificate files."
class ChartDestroyed(CharthouseError):
    code = "CH-0670"
    exit_status = 2
    http_status = 410
    template = "The record of encounter {id} was destroyed when its time was over, and cannot be brought back. `charthouse retention certificate` says when, by whom and why."


class BadChartRules(CharthouseError):
    code = "CH-0671"
    exit_status = 2
    http_status = 422
    template = "{file}: {why}. See docs/howto/complete-charts.md for the fields of chart.toml."


class OnHold(CharthouseError):
    code = "CH-0672"
    exit_status = 2
    http_status = 409
    template = "Encounter {encounter} is under legal hold {hold}. Nothing was destroyed. Propose anew without it, or lift the hold when it is over."


class StillKept(CharthouseError):
    code = "CH-0673"
    exit_status = 2
    http_status = 409
    template = "Encounter {encounter} must still be kept: {why}. Nothing was changed."


class DoneBefore(CharthouseError):
    code = "CH-0674"
    exit_status = 2
    http_status = 409
    template = "The {what} {id} is {state} already. Nothing was changed."
class BadPersonFile(CharthouseError):
    code = "CH-0660"
    exit_status = 2
    http_status = 422
    template = "{file} is no file of people that can be linked: {why}. Correct it and start again."


class SamePatient(CharthouseError):
    code = "CH-0661"
    exit_status = 2
    http_status = 409
    template = "The two records are one patient already. Nothing was changed."


class AlreadyUndone(CharthouseError):
    code = "CH-0662"
    exit_status = 2
    http_status = 409
    template = "The merge {id} was taken apart already. Nothing was changed."


class AlreadyDecided(CharthouseError):
    code = "CH-0663"
    exit_status = 2
    http_status = 409
    template = "The pair {id} was decided already: {decision}. To change it, merge the two records, or take their merge apart."


class SecondPersonNeeded(CharthouseError):
    code = "CH-0664"
    exit_status = 2
    http_status = 409
    template = "You proposed yourself that the pair {id} is one person. Somebody else looks at it and agrees or disagrees. Nothing was changed."


class BadX12(CharthouseError):
    code = "CH-0860"
    exit_status = 2
    http_status = 422
    template = "It is no X12 file that can be taken: at {where}, {why}. Nothing of it was taken; ask the sender for the whole file."


class UnknownX12(CharthouseError):
    code = "CH-0861"
    exit_status = 2
    http_status = 422
    template = "A {kind} of version {version} is not read. Charthouse reads 837P (005010X222), 837I (005010X223), 835 (005010X221), 999 (005010X231) and 277CA (005010X214)."


class BillHeld(CharthouseError):
    code = "CH-0862"
    exit_status = 2
    http_status = 409
    template = "The visit is not billed yet: {why}. Nothing was sent."


class ClaimGone(CharthouseError):
    code = "CH-0863"
    exit_status = 2
    http_status = 409
    template = "{id} is {state}: {why}. Nothing was changed."


class CannotSend(CharthouseError):
    code = "CH-0864"
    exit_status = 6
    http_status = 503
    template = "Claims cannot be put in {where}: {why}. They are kept with their numbers; mend it and send again."


class BadBilling(CharthouseError):
    code = "CH-0865"
    exit_status = 2
    http_status = 422
    template = "{file} does not say how the site bills: {where}: {why}. docs/howto/bill.md shows one."


class NotRedacted(CharthouseError):
    code = "CH-0900"
    exit_status = 4
    http_status = 422
    template = "It is not redacted: something that must not be read can still be read at {where}. Nothing was written; draw boxes there by hand (--boxes), or scan the page anew."


class NotSignedIn(CharthouseError):
    code = "CH-0640"
    exit_status = 8
    http_status = 401
    template = "Nobody is signed in: {why}. Send `Authorization: Bearer` with a key of `charthouse api-key add`, or a token of the site's identity provider."


class NoPurpose(CharthouseError):
    code = "CH-0641"
    exit_status = 8
    http_status = 400
    template = "No purpose is said. Send the header X-Charthouse-Purpose, one of: {known}."


class BadSearch(CharthouseError):
    code = "CH-0642"
    exit_status = 2
    http_status = 400
    template = "{why}. /fhir/metadata lists what can be asked."


class TooLarge(CharthouseError):
    code = "CH-0643"
    exit_status = 2
    http_status = 413
    template = "The request has more than {most} bytes. Send each document on its own."


class TooSlow(CharthouseError):
    code = "CH-0644"
    exit_status = 1
    http_status = 503
    template = "This took longer than {seconds} seconds and was given up. Ask for less at a time, or try again later."


class OtherRequest(CharthouseError):
    code = "CH-0645"
    exit_status = 2
    http_status = 422
    template = "This Idempotency-Key was used for another request, or is no key (1 to 200 printable characters). Take a new one for each request."


class ServerRefused(CharthouseError):
    code = "CH-0646"
    exit_status = 1
    http_status = 502
    template = "The FHIR server {why}. What was received before is kept."


class NotInpatient(CharthouseError):
    code = "CH-0647"
    exit_status = 2
    http_status = 422
    template = "A DRG is made of an inpatient stay, and this encounter is none."


class NoSuchPlace(CharthouseError):
    code = "CH-0648"
    exit_status = 2
    http_status = 404
    template = "There is nothing at this address for this method. /fhir/metadata and /openapi.json list what there is."


class NotFound(CharthouseError):
    code = "CH-0649"
    exit_status = 2
    http_status = 404
    template = "There is no such record, or it is not one that you may see."


class NotAcceptable(CharthouseError):
    code = "CH-0650"
    exit_status = 2
    http_status = 406
    template = "The answer can be given as JSON only. Ask for application/fhir+json."


class NoFacility(CharthouseError):
    code = "CH-0700"
    exit_status = 2
    http_status = 422
    template = "No facility is named, and only records of named facilities are shown. Give --facility, or set CHARTHOUSE_FACILITY."


class SignInNeeded(CharthouseError):
    code = "CH-0800"
    exit_status = 8
    http_status = 401
    template = "Nobody is signed in here, or the session has ended. What was saved is safe. Sign in again."


class ChartChanged(CharthouseError):
    code = "CH-0820"
    exit_status = 1
    http_status = 409
    template = "Somebody else, or you in another window, changed this chart meanwhile. Nothing of theirs is lost: look at it as it is now, and do it again if it is still right."


class CannotBe(CharthouseError):
    code = "CH-0821"
    exit_status = 2
    http_status = 422
    template = "{why}. Nothing was changed."


class NotFinished(CharthouseError):
    code = "CH-0822"
    exit_status = 2
    http_status = 422
    template = "The chart cannot be finished yet: {why}. Nothing is lost."


class SignInRefused(CharthouseError):
    code = "CH-0801"
    exit_status = 8
    http_status = 403
    template = "Login, password or code is not right. Try again; whoever manages accounts can give you a new password."


class TooManyTries(CharthouseError):
    code = "CH-0802"
    exit_status = 8
    http_status = 429
    template = "There were too many wrong tries. Wait {seconds} seconds, then try again."


class LoginTaken(CharthouseError):
    code = "CH-0803"
    exit_status = 2
    http_status = 409
    template = "There is an account with the login {login} already. Choose another login."


class ProofNeeded(CharthouseError):
    code = "CH-0804"
    exit_status = 8
    http_status = 403
    template = "This cannot be taken back, so show once more that it is you: type your password on this page and do it again."


class ChangePassword(CharthouseError):
    code = "CH-0805"
    exit_status = 8
    http_status = 403
    template = "Your password was given to you by somebody else. Choose your own first, at My account."


class DirectoryRefused(CharthouseError):
    code = "CH-0806"
    exit_status = 8
    http_status = 403
    template = "You could not be signed in with the directory: {why}. Try again; if it happens again, tell who runs Charthouse."


class PasskeyAsked(CharthouseError):
    code = "CH-0808"
    exit_status = 8
    http_status = 401
    template = "Now use the passkey of {account}."


class NoRole(CharthouseError):
    code = "CH-0807"
    exit_status = 8
    http_status = 403
    template = "The directory knows you, and gives you no role in Charthouse. Ask who manages its groups for one."


class NotCompliant(CharthouseError):
    code = "CH-0840"
    exit_status = 2
    http_status = 422
    template = "The query is not sent: {why}. Nothing of it is lost."


class QueryClosed(CharthouseError):
    code = "CH-0841"
    exit_status = 2
    http_status = 409
    template = "This query is {state} already, so it takes no answer. Nothing was changed."


class OwnCoding(CharthouseError):
    code = "CH-0850"
    exit_status = 4
    http_status = 403
    template = "You coded this chart yourself, and nobody audits their own coding. Give it to another auditor."
