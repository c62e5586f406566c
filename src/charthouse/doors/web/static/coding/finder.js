// Type letters, code or words; arrows; Tab or Enter takes. Nothing here submits a chart.
import { h } from "./dom.js";
import { notes } from "./codes.js";

const PAUSE = 40; // milliseconds of rest before the book is asked

export class Finder {
  /** `asks`: find(query, system, signal) and book(system, code), promises. `take(found)` and `leave()` end it. `systems`: those to choose from. */
  constructor({ label, query = "", systems, asks, take, leave, note = "" }) {
    Object.assign(this, { asks, take, leave, found: [], active: -1, timer: 0, number: 0 });
    this.id = `find-${Math.random().toString(36).slice(2, 8)}`;
    this.input = h("input", { type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": this.id, "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", autocapitalize: "off", "aria-label": label,
      placeholder: "code or words", oninput: () => this.later(), onkeydown: (e) => this.key(e) });
    this.input.value = query;
    this.system = h("select", { "aria-label": "Book", onchange: () => this.look() }, ...systems.map((s) => h("option", { value: s }, s)));
    this.list = h("ul.found", { role: "listbox", id: this.id, "aria-label": "Found in the book" });
    this.said = h("p.small", { role: "status" });
    this.notes = h("div.book");
    this.element = h("div.finder", { role: "group", "aria-label": label, onkeydown: (e) => { if (e.key === "Escape") { e.preventDefault(); e.stopPropagation(); this.leave(); } } },
      h("p.finder-label", {}, label), note ? h("p.small", {}, note) : null, h("div.line", {}, this.input, systems.length > 1 ? this.system : null), this.list, this.said, this.notes);
  }

  begin() {
    this.input.focus();
    this.input.select();
    this.look();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), PAUSE);
  }

  async look() {
    const query = this.input.value.trim();
    this.asking?.abort();
    if (query.length < 2) return this.show([], query ? "Two letters or more." : "");
    this.asking = new AbortController();
    const turn = ++this.number;
    try {
      const { found } = await this.asks.find(query, this.system.value, this.asking.signal);
      if (turn === this.number) this.show(found, found.length ? "" : "Nothing in the book has these words. Try fewer, or the first letters of the code.");
    } catch (error) {
      if (error.name !== "AbortError" && turn === this.number) this.show([], `${error.message} What you typed is kept.`);
    }
  }

  show(found, said) {
    Object.assign(this, { found, active: found.length ? 0 : -1 });
    this.said.textContent = said;
    this.list.replaceChildren(...found.map((f, n) => h("li", { role: "option", id: `${this.id}-${n}`, onpointerdown: (e) => { e.preventDefault(); this.taken(n); } },
      h("code", {}, f.code), h("span.title", {}, f.title), f.billable ? null : h("span.more", {}, f.more || "not billable"))));
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.point(this.active);
  }

  point(n) {
    this.active = n;
    [...this.list.children].forEach((li, at) => li.setAttribute("aria-selected", String(at === n)));
    if (n < 0) this.input.removeAttribute("aria-activedescendant");
    else {
      this.input.setAttribute("aria-activedescendant", `${this.id}-${n}`);
      this.list.children[n].scrollIntoView({ block: "nearest", behavior: "instant" });
    }
    clearTimeout(this.reading);
    this.reading = setTimeout(() => this.read(), 120);
  }

  async read() {
    const at = this.found[this.active];
    if (!at) return this.notes.replaceChildren();
    const said = await this.asks.book(at.system, at.code).catch(() => null);
    if (at === this.found[this.active]) this.notes.replaceChildren(...(said ? notes(said) : []));
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.found.length) this.point((this.active + step + this.found.length) % this.found.length);
    else if (event.key === "Tab" && !event.shiftKey && this.found[this.active]) this.taken(this.active);
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) { if (this.found[this.active]) this.taken(this.active); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A code is taken; a category that is no whole code opens into those under it. */
  async taken(n) {
    const at = this.found[n];
    if (at.billable) return this.take(at);
    const said = await this.asks.book(at.system, at.code).catch(() => null);
    const under = (said?.children ?? []).map((c) => ({ system: at.system, billable: true, more: "", ...c }));
    if (!under.length) { this.said.textContent = `${at.code} ${at.more || "is not billable"}: type it on.`; return; }
    this.show(under, `Under ${at.code}`);
  }
}
