// The documents: by type, or by date; how much of each was copied, which were read, on which a code rests.
import { h } from "./dom.js";
import { kind } from "./labels.js";

const ORDER = ["discharge_summary", "history_and_physical", "emergency_note", "operative_note", "procedure_note", "consultation", "progress_note", "clinic_note", "nursing_note", "radiology_report", "pathology_report",
  "laboratory_report", "medication_list", "orders", "face_sheet"]; // as a coder reads a stay; others follow by name

/** [[kind, documents by date], ...], or all by date in one group named "". */
export function grouped(documents, how) {
  const dated = [...documents].sort((a, b) => (a.date ?? "").localeCompare(b.date ?? ""));
  if (how === "date") return [["", dated]];
  const by = new Map();
  for (const d of dated) by.set(d.kind, [...(by.get(d.kind) ?? []), d]);
  const rank = (k) => (ORDER.includes(k) ? ORDER.indexOf(k) : ORDER.length);
  return [...by].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
}

export class Tree {
  constructor(element, { open }) {
    Object.assign(this, { element, open, how: "type", read: new Set(), current: "", documents: [], resting: new Map() });
    this.list = element.querySelector("[data-list]");
    this.tally = element.querySelector("[data-tally]");
    for (const b of element.querySelectorAll("[data-how]")) b.addEventListener("click", () => { this.how = b.dataset.how; this.draw(); });
  }

  /** `resting`: how many codes rest on each document, by id. */
  show(documents, resting) {
    const key = JSON.stringify([documents.map((d) => d.id), [...resting]]);
    if (key === this.key) return;
    Object.assign(this, { key, documents, resting });
    this.draw();
  }

  draw() {
    for (const b of this.element.querySelectorAll("[data-how]")) b.setAttribute("aria-pressed", String(b.dataset.how === this.how));
    this.order = [];
    this.entries = new Map();
    this.list.replaceChildren(...grouped(this.documents, this.how).map(([name, own]) => this.group(name, own)));
    if (!this.documents.length) this.list.append(h("p.empty", {}, "No document has come in for this visit yet. Codes wait until one does."));
    this.at(this.current);
  }

  group(name, documents) {
    const items = h("ul", {}, ...documents.map((d) => h("li", {}, this.entry(d, !name || documents.length === 1))));
    if (!name || documents.length === 1) return items;
    return h("details", { open: true }, h("summary", {}, kind(name), h("span.count", {}, ` ${documents.length}`)), items);
  }

  entry(d, named) {
    this.order.push(d.id);
    const label = d.label || kind(d.kind);
    const rests = this.resting.get(d.id) ?? 0;
    const button = h("button.entry", { type: "button", onclick: () => this.open(d.id) },
      h("span.name", {}, named ? label : d.date || "no date"),
      rests ? h("span.rests", { title: `${rests} of the codes rest on it` }, String(rests), h("span.hidden", {}, " codes rest on it")) : null,
      h("span.by", {}, [named ? d.date : label !== kind(d.kind) ? label : "", d.author, d.pages > 1 ? `${d.pages} pages` : ""].filter(Boolean).join(" · ")),
      d.copied >= 0.005 ? h("span.share", {}, `${Math.round(d.copied * 100)}% copied`, this.bar(d.copied)) : null);
    this.entries.set(d.id, button);
    return button;
  }

  bar(share) {
    const bar = h("span.bar", { "aria-hidden": "true" });
    bar.style.setProperty("--share", String(share));
    return bar;
  }

  /** The document that is shown now; it counts as read. */
  at(id) {
    this.current = id;
    if (id) this.read.add(id);
    for (const [own, button] of this.entries ?? []) {
      if (own === id) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      button.classList.toggle("read", this.read.has(own));
    }
    this.entries?.get(id)?.scrollIntoView({ block: "nearest", behavior: "instant" });
    this.tally.textContent = this.documents.length ? `${this.documents.filter((d) => this.read.has(d.id)).length} of ${this.documents.length} read` : "";
  }

  /** The id of the document `by` places after the one shown, in the order of the list; "" at an end. */
  beside(by) {
    return this.order[this.order.indexOf(this.current) + by] ?? "";
  }
}
