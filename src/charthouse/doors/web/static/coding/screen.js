// The coding screen: what each key does. It holds which code is chosen; all else is in the parts.
import { Refused, ask } from "../ask.js";
import { Bar } from "./bar.js";
import { Codes } from "./codes.js";
import { h, reach, typing } from "./dom.js";
import { Drg } from "./drg.js";
import { Finder } from "./finder.js";
import { count, numbering } from "./labels.js";
import { Middle } from "./middle.js";
import { panes } from "./panes.js";
import { next, words } from "./predict.js";
import { Questions } from "./questions.js";
import { Queue } from "./queue.js";
import { Strip } from "./strip.js";
import { Told } from "./told.js";
import { Tree } from "./tree.js";

const SENT = ["what", "line", "code", "system", "value", "reason", "note", "span"];
const STACKED = matchMedia("(max-width: 899px)"); // as in coding.css
const AGAIN = 5000; // milliseconds until what could not be sent is tried again
const POA = [["y", "Yes", "Y", "present on admission"], ["n", "No", "N", "not present on admission"], ["u", "Unknown", "U", "documentation insufficient"], ["w", "Undetermined", "W", "clinically undetermined"]];

export class Screen {
  constructor(root) {
    const at = (name) => root.querySelector(`[data-${name}]`);
    Object.assign(this, { root, base: `/chart/${encodeURIComponent(root.dataset.chart)}`, chosen: "", n: 0, numbers: numbering(), typed: new Map(), notes: new Map(), sure: false });
    this.bar = new Bar(root, { jump: (line) => this.choose(line) });
    this.tree = new Tree(root.querySelector(".documents"), { open: (id) => this.open(id) });
    this.middle = new Middle(at("texts"), at("origin"), { base: this.base, fetch: (id) => ask(`${this.base}/documents/${encodeURIComponent(id)}`), shown: (id) => this.tree.at(id),
      pick: (line, n) => (line.startsWith("?") ? this.questions.choose(line, n) : this.choose(line, { n })), failed: () => {} });
    this.codes = new Codes(at("codes"), this.numbers, { choose: (line) => this.choose(line), evidence: (line, n) => this.choose(line, { n, seek: true }),
      change: (line, a) => this.changed(line, a), book: (system, code) => this.book(system, code) });
    this.drg = new Drg(at("drg"));
    this.told = new Told(root);
    this.questions = new Questions(root, { base: this.base, chart: root.dataset.chart, show: (line, n, quote) => this.middle.evidence(line, quote, `${line}.${n + 1}`), came: () => this.middle.mark(this.lines(this.state)) });
    this.adding = at("adding");
    panes(root);
    addEventListener("beforeunload", (event) => { if (this.queue?.waiting.length) event.preventDefault(); });
    addEventListener("online", () => this.resume());
  }

  /** Asks for the chart and shows it, at the first code that waits. */
  async start() {
    let state;
    try {
      state = await this.first();
    } catch (error) {
      this.root.querySelector("[data-texts]").replaceChildren(h("div.failed", { role: "alert" }, h("h2", {}, "This chart cannot be shown"), h("p", {}, error.message), h("p", {}, h("a", { href: "/" }, "My day"), " shows what waits for you.")));
      this.root.classList.add("without");
      return;
    }
    this.queue = new Queue(state, { send: (act, version) => this.send(act, version), changed: (shown, step) => this.show(shown, step), failed: (act, message) => this.failed(act, message),
      conflict: (acts) => this.conflict(acts), halted: (why, acts) => this.halted(why, acts), resumed: () => this.bar.quiet(), renamed: (from, to) => this.renamed(from, to) });
    this.middle.documents = state.documents;
    this.told.banner(state);
    this.show(state);
    const first = state.codes.find((c) => !c.decision) ?? state.codes[0];
    this.root.querySelector("[data-group=left-off]").open = !state.codes.length;
    if (first) await this.choose(first.line, { focus: document.activeElement === document.body });
    if (!this.middle.current && state.documents.length) await this.middle.show(state.documents[0].id);
    this.root.dataset.ready = "true";
    this.middle.ahead(new Set(state.codes.flatMap((c) => c.evidence.map((e) => e.document))));
  }

  /** The chart as `early.js` asked for it; asked for again only when that did not come, or nobody is signed in. */
  async first() {
    const early = await globalThis.firstState;
    if (!early || early.status === 401) return ask(`${this.base}/state`);
    const said = await early.json().catch(() => null);
    if (!early.ok) throw new Refused(early.status, said);
    return said;
  }

  /** The state as it is shown now. */
  get state() {
    return this.last;
  }

  code(line = this.chosen) {
    return this.codes.find(line);
  }

  // what is shown ------------------------------------------------------------------------------------------------------------------------------------------------

  show(state, step = "") {
    const undone = step && this.last ? flipped(this.last.acts, state.acts) : null;
    this.sure &&= JSON.stringify(state.problems) === JSON.stringify(this.last?.problems);
    this.last = state;
    this.numbers.see(state);
    this.codes.show(state);
    if (this.panel && !this.panel.element.isConnected) this.close(); // its code is gone
    this.drg.show(state, Boolean(this.queue?.waiting.length));
    this.bar.show(state.problems);
    this.tree.show(state.documents, resting(state));
    this.middle.mark(this.lines(state));
    this.told.show(state, this.barred(state));
    this.questions.later(`${state.version} ${state.acts.length}`);
    if (this.chosen && !this.code()) this.chosen = "";
    if (undone) this.undone(undone, step);
  }

  lines(state) {
    const line = (c, off) => ({ line: c.line, label: this.numbers.of(c.line), off, title: `${c.code} ${c.title}`, evidence: c.evidence });
    return [...state.codes.map((c) => line(c, false)), ...state.left_off.map((c) => line(c, true)), ...this.questions.lines()];
  }

  say(words, kind) {
    this.bar.say(words, kind);
  }

  // going about --------------------------------------------------------------------------------------------------------------------------------------------------

  /** Chooses the code and brings its evidence `n` into sight; `calm`: the text only moves when that is out of sight. Where the panes stand one above the other, a code stays in sight until `seek`, its evidence was asked for. */
  async choose(line, { n = 0, calm = false, focus = true, seek = false } = {}) {
    const code = this.codes.find(line);
    if (!code) return;
    if (line !== this.chosen) this.close({ refocus: false });
    Object.assign(this, { chosen: line, n });
    this.codes.choose(line, n);
    const row = this.codes.rows.get(line);
    if (focus && !typing(document.activeElement)) row.pick.focus({ preventScroll: true });
    row.item.scrollIntoView({ block: "nearest", behavior: "instant" });
    await this.middle.evidence(line, code.evidence[n], `${line}.${n + 1}`, { calm, still: STACKED.matches && !seek });
  }

  step(by) {
    const order = this.codes.order();
    const at = order.indexOf(this.chosen);
    const to = order[at < 0 ? (by > 0 ? 0 : order.length - 1) : at + by];
    if (to) this.choose(to);
    else this.say(by > 0 ? "That was the last code." : "That was the first code.");
  }

  walk(by) {
    const code = this.code();
    const size = code?.evidence.length ?? 0;
    if (!size) return this.say(code ? `${code.code}: no words of the chart are quoted.` : "Choose a code first.");
    const n = (this.n + by + size) % size;
    this.choose(this.chosen, { n, seek: true });
    const e = code.evidence[n];
    this.say(`${code.code}: evidence ${n + 1} of ${size}, ${this.state.documents.find((d) => d.id === e.document)?.label ?? ""}`);
  }

  async open(id) {
    await this.middle.show(id);
    this.middle.views.get(id)?.light(...this.middle.lit);
  }

  turn(by) {
    const to = this.tree.beside(by);
    if (to) this.open(to);
    else this.say(by > 0 ? "That was the last document." : "That was the first document.");
  }

  async origin() {
    if (this.middle.comparing) return this.middle.alone();
    const copy = this.middle.copied();
    if (!copy) return this.say("No copied passage is in sight.");
    try {
      await this.middle.compare(copy);
      this.say(`First written in ${copy.origin_label}.`);
    } catch (error) {
      this.say(error.message, "error");
    }
  }

  out() {
    if (this.panel) return this.close();
    if (!this.bar.panel.hidden) { this.bar.panel.hidden = true; return; }
    if (this.middle.comparing) return this.middle.alone();
    if (String(getSelection())) return getSelection().removeAllRanges();
    this.codes.rows.get(this.chosen)?.pick.focus({ preventScroll: true });
  }

  stop() {
    this.bar.next();
  }

  query() {
    const code = this.code();
    location.assign(`/query/new?chart=${encodeURIComponent(this.root.dataset.chart)}${code ? `&line=${encodeURIComponent(code.line)}` : ""}`);
  }

  // deciding -----------------------------------------------------------------------------------------------------------------------------------------------------

  /** Whether something can be decided now about the chosen code; says why not. */
  may(needed = true) {
    if (!this.queue) return false;
    if (this.state.final) return this.no("This chart is submitted: nothing in it changes any more.");
    if (!this.state.can.decide) return this.no(this.barred(this.state));
    if (needed && !this.code()) return this.no("Choose a code first: j.");
    return true;
  }

  barred(state) {
    return state.can.why || "You may read this chart, and not decide its codes.";
  }

  no(words) {
    this.say(words);
    return false;
  }

  /** The act of a strip: what was typed with it is done with. */
  took(act, how) {
    const { panel } = this;
    this.act(act, how);
    this.typed.delete(panel.kept);
  }

  /** Shows and sends the act; `move`: then on to the next code that waits. */
  act(act, { move = false } = {}) {
    const before = this.state;
    this.close();
    const said = this.queue.push(act);
    const to = move ? next(before, this.state, act.line) : "";
    if (to) this.choose(to, { calm: true });
    const left = this.state.codes.filter((c) => !c.decision).length;
    this.say(to || !move ? `${said}.` : `${said}. ${left ? `${count(left, "code")} left.` : "Every code is decided."}`);
  }

  accept() {
    if (this.may()) this.act({ what: "accept", line: this.chosen }, { move: true });
  }

  reject() {
    if (!this.may()) return;
    const code = this.code();
    if (!this.state.codes.includes(code)) return this.say(`${code.code} is left off already.`);
    this.strip({ label: `Why is ${code.code} rejected?`, note: "Note (may be left empty)", kept: `note ${code.line}`, choices: this.state.reasons.map((r) => ({ key: r.key, label: r.label, value: r.id })),
      take: (reason, note) => this.took({ what: "reject", line: code.line, reason, ...(note ? { note } : {}) }, { move: true }) });
  }

  poa() {
    if (!this.may()) return;
    const code = this.code();
    if (code.system !== "ICD-10-CM") return this.say("POA is of diagnoses.");
    if (code.poa_exempt) return this.say(`${code.code} is exempt from POA reporting.`);
    this.strip({ label: `${code.code}: present on admission?`, choices: POA.map(([key, label, value, title]) => ({ key, label, value, title })), take: (value) => this.act({ what: "poa", line: code.line, value }) });
  }

  principal() {
    if (!this.may()) return;
    const code = this.code();
    if (code.system !== "ICD-10-CM" || !this.state.codes.includes(code)) return this.say("Only a diagnosis that stands can come first.");
    this.act({ what: "principal", line: code.line });
    this.choose(code.line, { n: this.n, calm: true });
  }

  flag() {
    if (this.may()) this.act({ what: this.code().flagged ? "unflag" : "flag", line: this.chosen });
  }

  back(what) {
    if (!this.queue) return;
    if (!this.queue.waiting.length && !this.state.can[what]) return this.say(what === "undo" ? "Nothing to undo." : "Nothing to do again.");
    this.close();
    this.queue.push({ what });
  }

  undone(act, step) {
    if (act.line && this.codes.find(act.line)) this.choose(act.line, { calm: true });
    this.say(`${step === "undo" ? "Undone" : "Done again"}: ${act.words}.`);
  }

  change() {
    if (!this.may()) return;
    const code = this.code();
    this.find({ label: `Change ${code.code} to`, slot: this.codes.rows.get(code.line).slot, kept: code.line, query: code.code.slice(0, 3), systems: [code.system], take: (found) => this.changed(code.line, found) });
  }

  changed(line, found) {
    this.act({ what: "change", line, code: found.code, title: found.title });
  }

  add() {
    if (!this.may(false)) return;
    const span = this.middle.selected();
    const systems = this.state.encounter.setting === "inpatient" ? ["ICD-10-CM", "ICD-10-PCS"] : ["ICD-10-CM", "HCPCS", "CPT"];
    this.find({ label: span ? `Add a code for “${short(span.text)}”` : "Add a code", note: span ? "" : "No words are selected: the code will stand without evidence. Select the words first, if the record has them.", slot: this.adding, kept: "",
      query: span ? short(span.text) : "", systems,
      take: (found) => {
        this.act({ what: "add", system: found.system, code: found.code, title: found.title, ...(span ? { span: { document: span.document, start: span.start, end: span.end }, text: span.text } : {}) });
        const made = this.state.codes.at(-1);
        this.choose(made.line, { calm: true });
      } });
  }

  strip({ take, ...about }) {
    this.close();
    const row = this.codes.rows.get(this.chosen);
    this.panel = new Strip({ ...about, take, leave: () => this.close() });
    if (this.panel.input) this.panel.input.value = this.typed.get(about.kept) ?? "";
    row.slot.replaceChildren(this.panel.element);
    this.panel.begin();
    reach(row.item, this.root, { block: "nearest" });
  }

  /** Opens the finder; what was typed there before, and not taken, is there again. */
  find({ slot, kept, query, systems, ...about }) {
    this.close();
    const asks = { find: (q, system, signal) => ask(`/books/find?${new URLSearchParams({ q, system, on: this.state.encounter.date ?? "" })}`, { signal }), book: (system, code) => this.book(system, code) };
    const finder = (this.panel = new Finder({ ...about, systems, asks, query: this.typed.get(kept) || query, leave: () => this.close() }));
    finder.take = (found) => { this.typed.delete(kept); finder.input.value = ""; about.take(found); };
    finder.kept = kept;
    slot.replaceChildren(finder.element);
    finder.begin();
    finder.element.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  book(system, code) {
    const path = `/books/code/${encodeURIComponent(system)}/${encodeURIComponent(code)}?${new URLSearchParams({ on: this.state.encounter.date ?? "" })}`;
    if (!this.notes.has(path)) {
      const asked = ask(path);
      asked.catch(() => this.notes.delete(path));
      this.notes.set(path, asked);
    }
    return this.notes.get(path);
  }

  close({ refocus = true } = {}) {
    const panel = this.panel;
    if (!panel) return;
    this.panel = null;
    if (panel.input?.value) this.typed.set(panel.kept, panel.input.value);
    panel.end?.();
    const inside = panel.element.contains(document.activeElement);
    panel.element.remove();
    if (refocus && inside) this.codes.rows.get(this.chosen)?.pick.focus({ preventScroll: true });
  }

  // the server ---------------------------------------------------------------------------------------------------------------------------------------------------

  async send(act, version) {
    const path = ["undo", "redo"].includes(act.what) ? `${this.base}/${act.what}` : `${this.base}/acts`;
    const body = { version };
    if (path.endsWith("acts")) for (const name of SENT) if (act[name] !== undefined && !(act.what === "add" && name === "line")) body[name] = act[name];
    try {
      return { status: 200, state: await ask(path, { body }) };
    } catch (error) {
      return { status: error.status ?? 0, state: error.answer?.state, message: error.message };
    }
  }

  failed(act, message) {
    if (act.line && this.codes.find(act.line)) this.choose(act.line, { calm: true });
    this.say(`${words(this.state, act)}: not done. ${message} All is as it was before.`, "error");
  }

  conflict(acts) {
    const said = acts.map((a) => words(this.state, a)).join("; ");
    const again = () => { this.bar.quiet(); for (const a of acts) this.queue.push(a); };
    this.bar.tell(`This chart was changed elsewhere while you worked. You see it as it is now. Not saved: ${said}.`, ["Do it again", again], ["Leave it", () => this.bar.quiet()]);
  }

  halted(why, acts) {
    const waits = `${count(acts.length, "act")} ${acts.length === 1 ? "waits" : "wait"} on this page and ${acts.length === 1 ? "is" : "are"} not lost.`;
    const words = why === "signed-out" ? `You are signed out. ${waits} Sign in, in another tab, then try again here.` : `The server does not answer. ${waits} It is tried again by itself.`;
    this.bar.tell(words, ["Try again", () => this.resume()]);
    clearTimeout(this.timer);
    if (why === "offline") this.timer = setTimeout(() => this.resume(), AGAIN);
  }

  resume() {
    if (this.queue?.held) this.queue.resume();
  }

  renamed(from, to) {
    this.numbers.rename(from, to);
    this.codes.rename(from, to);
    if (this.middle.lit[0] === from) this.middle.lit = [to, this.middle.lit[1].replace(from, to)];
    if (this.chosen !== from) return;
    this.chosen = to;
    queueMicrotask(() => { if (!typing(document.activeElement)) this.codes.rows.get(to)?.pick.focus({ preventScroll: true }); });
  }

  /** Submits when nothing stands in the way: a hard stop is shown, warnings need a second press. */
  async submit() {
    if (!this.may(false) || this.submitting) return;
    if (this.panel) return this.say("Take what you typed, or leave it with Esc, before you submit.");
    this.submitting = true;
    try {
      await this.queue.run();
      if (this.queue.waiting.length) return this.say("What you did is not saved yet; nothing was submitted.", "error");
      const { problems, version } = this.queue.sure;
      if (problems.some((p) => p.stop)) { this.bar.at = -1; this.bar.next(); return; }
      if (problems.length && !this.sure) {
        this.sure = true;
        this.bar.go(0);
        return this.say(`${count(problems.length, "warning")}. Submit once more to submit with ${problems.length === 1 ? "it" : "them"}.`);
      }
      const { next: to } = await ask(`${this.base}/submit`, { body: { version, sure: this.sure } });
      this.say("Submitted.");
      location.assign(to || "/");
    } catch (error) {
      this.unsubmitted(error);
    } finally {
      this.submitting = false;
    }
  }

  unsubmitted(error) {
    const state = error.answer?.state;
    if (state) { this.queue.sure = state; this.show(this.queue.shown); }
    else if (error.answer?.problems) this.bar.show(error.answer.problems);
    if (error.answer?.problems?.length) this.bar.next();
    this.say(`Not submitted. ${error.message}`, "error");
  }
}

const short = (text) => (text.length > 60 ? `${text.slice(0, 60).trim()}…` : text).replace(/\s+/g, " ");

/** How many codes rest on each document. */
function resting(state) {
  const by = new Map();
  for (const c of state.codes) for (const id of new Set(c.evidence.map((e) => e.document))) by.set(id, (by.get(id) ?? 0) + 1);
  return by;
}

/** The newest act that is undone in one list and not in the other. */
function flipped(before, after) {
  const was = new Map(before.map((a) => [a.n, Boolean(a.undone)]));
  return [...after].reverse().find((a) => was.has(a.n) && was.get(a.n) !== Boolean(a.undone)) ?? null;
}
