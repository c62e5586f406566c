// The codes: one row each, drawn anew only when something in it changed. The chosen one is open in place.
import { h } from "./dom.js";
import { POA, ROLES, VERDICTS, count, shape, standing } from "./labels.js";

const FIRST = 5; // quotations shown at once

const percent = (c) => (c === null || c === undefined ? "" : Number(c).toFixed(2));
const ruled = (rulings) => h("ul.rulings", {}, ...rulings.map((r) => h("li", {}, shape(VERDICTS[r.verdict] ?? VERDICTS.applied), ` ${r.message} `, h("cite", {}, [r.citation, r.edition].filter(Boolean).join(", ")))));
const against = (r) => ["suppressed", "warning", "error"].includes(r.verdict);

export class Codes {
  /** `does`: choose(line), evidence(line, n), change(line, alternative), book(system, code) -> promise of what the book says. */
  constructor(element, numbers, does) {
    Object.assign(this, { element, numbers, does, rows: new Map(), chosen: "", n: 0, open: new Set(["evidence", "why"]), books: new Map() });
    this.groups = Object.fromEntries([...element.querySelectorAll("[data-group]")].map((g) => [g.dataset.group, g]));
    this.tally = element.querySelector("[data-tally]");
  }

  show(state) {
    this.state = state;
    const diagnoses = state.codes.filter((c) => c.system === "ICD-10-CM"), procedures = state.codes.filter((c) => c.system !== "ICD-10-CM");
    this.fill("diagnoses", diagnoses);
    this.fill("procedures", procedures);
    this.fill("left-off", state.left_off);
    this.groups.procedures.hidden = !procedures.length && state.encounter.setting !== "inpatient";
    this.groups["left-off"].hidden = !state.left_off.length;
    const live = new Set([...state.codes, ...state.left_off].map((c) => c.line));
    for (const [line, row] of this.rows) if (!live.has(line)) { row.item.remove(); this.rows.delete(line); }
    const done = state.codes.filter((c) => c.decision).length;
    this.tally.textContent = state.codes.length ? `${done} of ${state.codes.length} decided` : "";
  }

  fill(group, codes) {
    const list = this.groups[group].querySelector("ol");
    this.groups[group].querySelector(".count").textContent = codes.length ? String(codes.length) : "";
    this.groups[group].querySelector(".empty").hidden = codes.length > 0;
    let at = list.firstElementChild;
    const focused = document.activeElement;
    for (const code of codes) {
      const { item } = this.row(code, group);
      if (item === at) at = at.nextElementSibling;
      else list.insertBefore(item, at);
    }
    if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true }); // a row that moved keeps the focus
  }

  row(code, group) {
    const chosen = code.line === this.chosen;
    const acts = this.state.acts.filter((a) => a.line === code.line);
    const key = JSON.stringify([code, group, chosen, chosen ? [acts, [...this.open], this.state.can, this.n] : 0]);
    const was = this.rows.get(code.line);
    if (was?.key === key) return was;
    const row = was ?? this.empty(code.line);
    row.key = key;
    row.item.className = `code ${group === "left-off" ? "off" : ""} ${code.decision ? `decided ${code.decision}` : ""}`;
    if (chosen) row.item.setAttribute("aria-current", "true");
    else row.item.removeAttribute("aria-current");
    this.head(row, code, chosen);
    row.body.replaceChildren(...(chosen ? this.body(code, group, acts) : group === "left-off" && code.why ? [h("p.because", {}, code.why)] : []));
    this.rows.set(code.line, row);
    return row;
  }

  empty(line) {
    const pick = h("button.pick", { type: "button", onclick: () => this.does.choose(line), data: { line } });
    const slot = h("div.slot"), body = h("div.body", { id: `body-${line}` });
    return { item: h("li", { data: { line } }, pick, slot, body), pick, slot, body, key: "" };
  }

  head({ pick }, code, chosen) {
    pick.setAttribute("aria-expanded", String(chosen));
    pick.setAttribute("aria-controls", `body-${code.line}`);
    pick.tabIndex = chosen || (!this.chosen && code === this.state.codes[0]) ? 0 : -1;
    const [short, long] = ROLES[code.role] ?? ["", code.role];
    pick.replaceChildren(
      h("span.n", {}, h("span.hidden", {}, "mark "), this.numbers.of(code.line)), h("abbr.role", { title: long }, short), h("code", {}, code.code),
      h("span.title", {}, code.title || "title not loaded"),
      h("span.chips", {}, shape(standing(code)), code.flagged ? shape(["⚑", "flagged", "warning"]) : null,
        code.poa ? h("abbr.chip", { title: POA[code.poa] ?? "" }, `POA ${code.poa}`) : null, code.severity ? h("span.chip.heavy", {}, code.severity) : null,
        ...(code.hcc ?? []).map((x) => h("span.chip", { title: `${x.label} (CMS-HCC V28)` }, `HCC ${x.category}`)), code.units > 1 ? h("span.chip", {}, count(code.units, "unit")) : null,
        code.system !== "ICD-10-CM" ? h("span.chip", {}, code.system) : null,
        code.confidence === null || code.confidence === undefined ? null : h("span.confidence", {}, h("span.hidden", {}, "confidence "), percent(code.confidence))));
  }

  body(code, group, acts) {
    const reasons = code.reasons ?? [], spoke = reasons.filter(against), why = reasons.filter((r) => !against(r));
    return [
      code.why && !spoke.length ? h("p.because", {}, code.why) : null,
      code.proposed ? h("p.small", {}, "proposed was ", h("code", {}, code.proposed.code), ` ${code.proposed.title}`) : null,
      code.evidence.length ? this.quotes(code) : h("p.empty", {}, "No words of the chart are quoted for this code. Read the reasons before you keep it."),
      this.words(code),
      spoke.length ? this.fold("against", `Spoke against it (${spoke.length})`, () => ruled(spoke), true) : null,
      this.fold("why", `Why (${why.length})`, () => (why.length ? ruled(why) : h("p.empty", {}, code.decision === "added" ? "A person added it." : "No reason was kept."))),
      (code.alternatives ?? []).length ? this.fold("alternatives", `Alternatives (${code.alternatives.length})`, () => this.alternatives(code)) : null,
      this.fold("book", "The book", () => this.book(code)),
      acts.length ? this.fold("history", `History (${acts.length})`, () => h("ol.acts", {}, ...acts.map(act))) : null,
    ].filter(Boolean);
  }

  words(code) {
    const matched = code.matched ?? [], beyond = code.beyond ?? [];
    if (!beyond.length) return null;
    return h("p.small", {}, matched.length ? `The text says ${matched.join(", ")}. ` : "", h("span", {}, `The title also says: ${beyond.join(", ")}.`));
  }

  quotes(code) {
    const names = new Map(this.state.documents.map((d) => [d.id, d]));
    const where = (e) => [names.get(e.document)?.label ?? "", names.get(e.document)?.date ?? ""].filter(Boolean).join(" ");
    const quote = (e, n) => h("li", {}, h("button", { type: "button", "aria-current": String(n === this.n), data: { ref: `${code.line}.${n + 1}` }, onclick: () => this.does.evidence(code.line, n) }, h("q", {}, e.text), h("span.where", {}, where(e))));
    const made = code.evidence.map(quote), more = made.splice(FIRST);
    return h("div", {}, h("ol.quotes", {}, ...made), more.length ? h("details", { open: this.n >= FIRST }, h("summary", {}, `${count(more.length, "more place")}`), h("ol.quotes", {}, ...more)) : null);
  }

  alternatives(code) {
    return h("ul.plain", {}, ...code.alternatives.map((a) => h("li", {}, h("button.take", { type: "button", disabled: !this.state.can.decide, onclick: () => this.does.change(code.line, a) }, h("code", {}, a.code), ` ${a.title}`))));
  }

  /** What the book says of the code: asked for when the fold is opened. */
  book(code) {
    const into = h("div.book", { "aria-live": "off" });
    const key = `${code.system}/${code.code}`;
    if (!this.books.has(key)) this.books.set(key, this.does.book(code.system, code.code));
    const held = this.books.get(key);
    held.then((said) => into.replaceChildren(...notes(said)), (error) => { this.books.delete(key); into.replaceChildren(h("p.empty", {}, error.message)); });
    return into;
  }

  fold(name, words, content, always = false) {
    const open = always || this.open.has(name);
    const made = h("details", { open }, h("summary", {}, words), open ? content() : null);
    made.addEventListener("toggle", () => {
      if (!always) this.open[made.open ? "add" : "delete"](name);
      if (made.open && made.childElementCount === 1) made.append(content());
    });
    return made;
  }

  /** Opens this line with its evidence `n`, closes the one before. */
  choose(line, n) {
    const before = this.chosen;
    Object.assign(this, { chosen: line, n });
    for (const l of new Set([before, line])) {
      const found = this.find(l);
      if (found) this.row(found, this.state.left_off.includes(found) ? "left-off" : "codes");
    }
    const fold = this.rows.get(line)?.item.closest("details");
    if (fold) fold.open = true;
  }

  find(line) {
    return [...this.state.codes, ...this.state.left_off].find((c) => c.line === line);
  }

  /** Lines in the order of the screen, those folded away left out. */
  order() {
    return [...this.element.querySelectorAll("li[data-line]")].filter((i) => i.dataset.line === this.chosen || !i.closest("details:not([open])")).map((i) => i.dataset.line);
  }

  rename(from, to) {
    const row = this.rows.get(from);
    if (!row) return;
    row.item.remove(); // its buttons know the old name
    this.rows.delete(from);
    if (this.chosen === from) this.chosen = to;
  }
}

/** An act of the history: what, by whom, when; struck when it was undone. */
export const act = (a) => h(`li${a.undone ? ".undone" : ""}`, {}, h("span.what", {}, a.words, a.undone ? h("span.hidden", {}, " (undone)") : null), h("span.by", {}, [a.by, (a.at ?? "").slice(0, 16).replace("T", " ")].filter(Boolean).join(" · ")));

const KINDS = { includes: "Includes", inclusion: "Includes", excludes1: "Excludes 1", excludes2: "Excludes 2", code_first: "Code first", "code first": "Code first", use_additional: "Use additional code", "use additional": "Use additional code",
  code_also: "Code also", "code also": "Code also" };

/** What the book says of a code, as elements. */
export function notes(said) {
  const path = (said.path ?? []).map((p) => h("li", {}, h("code", {}, p.code), ` ${p.title}`));
  const list = (said.notes ?? []).map((n) => h("li", {}, h("strong", {}, KINDS[n.kind] ?? n.kind), n.at && n.at !== said.code ? h("span.where", {}, ` at ${n.at}`) : null, ": ", n.text));
  return [path.length ? h("ol.path", {}, ...path) : null, list.length ? h("ul.notes", {}, ...list) : h("p.empty", {}, "The book has no notes at this code or above it.")].filter(Boolean);
}
