// One document in the middle pane: its text in blocks, with marks; a scanned page as its picture with the same marks on the words.
import { h, svg } from "./dom.js";
import { kind } from "./labels.js";
import { blocks, merged, segments } from "./marks.js";
import { ruler, trimmed, whole } from "./points.js";

const LINE = 20.3, WIDE = 76; // pixels of a line, characters that fit on one: only a guess for blocks that are not laid out yet
const LONG = 120; // characters of a copied passage from which it says over itself where it comes from
const COLUMNS = /\S(?: {3,}|\t)\S/;

export class DocumentView {
  /** `about` is the entry of the chart's list of documents, `given` what the server said of the document. `base` is the chart's address. */
  constructor(about, given, base) {
    Object.assign(this, { about, given, base, top: 0, drawn: [], byRef: new Map(), spots: new Map(), quiet: [], bright: [] });
    const rule = (this.rule = ruler(given.text));
    const units = (x) => ({ ...x, start: rule.units(x.start), end: rule.units(x.end) });
    this.facts = given.facts.map(units);
    this.copies = merged(given.text, given.copied.map(units)).map((c) => ({ ...c, points: rule.points(c.end) - rule.points(c.start) }));
    this.text = h(`div.text${COLUMNS.test(given.text) ? ".columns" : ""}`);
    this.pages = given.pages.map((p) => this.page(p));
    this.element = h("article.document", { "aria-labelledby": `head-${about.id}`, data: { document: about.id } }, this.head(), this.notes(), ...this.pages, this.text);
    if (!given.text.trim() && !given.pages.length)
      this.text.append(h("p.empty", {}, "This document holds no text. Look at the original, and have it sent again as text if it is a picture."));
    if (given.pages.length) this.choose("pages");
  }

  head() {
    const { about } = this;
    this.switch = this.given.pages.length ? h("span.switch", { role: "group", "aria-label": "Show" },
      ...["pages", "text"].map((what) => h("button", { type: "button", data: { what }, onclick: () => this.choose(what) }, what === "pages" ? "Page" : "Words"))) : null;
    const said = [about.author, about.date || "no date", about.copied >= 0.005 ? `${Math.round(about.copied * 100)}% copied forward` : ""].filter(Boolean).join(" · ");
    return h("header", {}, h("h2", { id: `head-${about.id}` }, about.label || kind(about.kind)), h("p", {}, said), this.switch);
  }

  notes() {
    const notes = this.given.notes ?? [];
    return notes.length ? h("ul.reading", {}, ...notes.map((n) => h("li", {}, h("span.shape.info", {}, "● note"), ` ${n.message ?? n}`))) : null;
  }

  /** Pictures of the pages, or the words that were read on them. */
  choose(what) {
    this.element.classList.toggle("as-pages", what === "pages");
    for (const b of this.switch.querySelectorAll("button")) b.setAttribute("aria-pressed", String(b.dataset.what === what));
  }

  page(p) {
    const overlay = svg("svg", { viewBox: `0 0 ${p.width} ${p.height}`, "aria-hidden": "true" });
    this.spots.set(p.number, overlay);
    const picture = h("img", { src: `${this.base}/documents/${this.about.id}/pages/${p.number}`, width: Math.round(p.width), height: Math.round(p.height), loading: "lazy", decoding: "async",
      alt: `Page ${p.number} as received; its words stand under Words` });
    return h("figure.scan", {}, h("div.sheet", {}, picture, overlay), h("figcaption", {}, `Page ${p.number} of ${this.given.pages.length}`));
  }

  /**
   * Draws the marks of these lines: [{line, label, off, title, evidence: [...]}]. Only blocks whose marks changed are drawn anew, so that a decision costs nothing in a
   * long text and moves nothing in it.
   */
  mark(lines) {
    const quoted = lines.flatMap((l) => l.evidence.flatMap((e, n) => (e.document === this.about.id ? [{ l, e, ref: `${l.line}.${n + 1}` }] : [])));
    const whole = JSON.stringify([this.facts.length, quoted.map(({ l, e, ref }) => [ref, l.label, l.off, e.start, e.end])]);
    if (whole === this.marked) return;
    this.marked = whole;
    const own = quoted.map(({ e, ref }) => ({ start: this.rule.units(e.start), end: this.rule.units(e.end), ref, places: e.places ?? [] }));
    const labels = (this.labels = new Map(lines.map((l) => [l.line, l])));
    const signs = (refs) => [...new Set(refs.map(lineOf))].map((l) => labels.get(l));
    const all = blocks(this.given.text, segments(this.given.text, [...this.facts, ...own], this.copies));
    all.forEach((parts, n) => {
      const key = JSON.stringify(parts.map((s) => [s.start, s.pattern, signs(s.refs).map((l) => [l.line, l.label, l.off]), s.refs, s.closes]));
      const was = this.drawn[n];
      if (was?.key === key) return;
      const block = this.block(parts, signs);
      if (was) was.block.replaceWith(block);
      else this.text.append(block);
      this.drawn[n] = { key, block };
    });
    this.spot(own);
    this.index();
  }

  block(parts, signs) {
    const { text } = this.given;
    const start = parts[0].start, end = parts.at(-1).end;
    const block = h("div.block", { data: { start } });
    const shown = text.slice(start, end);
    const height = shown.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / WIDE)), 0) - (shown.endsWith("\n") ? 1 : 0);
    block.style.setProperty("--tall", `${Math.round(height * LINE)}px`);
    let passage = null, into = block;
    for (const s of parts) {
      if (s.copy !== passage) {
        passage = s.copy;
        into = block;
        if (passage) block.append((into = this.passage(passage, s.start)));
      }
      const words = text.slice(s.start, s.end);
      if (!s.pattern) into.append(words);
      else into.append(this.segment(s, words, signs));
    }
    return block;
  }

  passage(copy, at) {
    const long = copy.end - copy.start > LONG, from = `copied from ${copy.origin_label}`;
    return h(`span.copied${long ? ".long" : ""}`, { title: from, data: { copy: this.copies.indexOf(copy), ...(long && at === copy.start ? { from } : {}) } });
  }

  segment(s, words, signs) {
    const tinted = signs(s.refs).some((l) => !l.off);
    const mark = h(`mark.${s.pattern}${tinted ? ".tinted" : ""}`, { title: s.note || null, data: s.refs.length ? { refs: s.refs.join(" ") } : {} }, words);
    if (!s.closes.length) return mark;
    const made = document.createDocumentFragment();
    made.append(mark, ...signs(s.closes).map((l) => h(`sup.sign${l.off ? ".off" : ""}`, { data: { n: l.label, line: l.line } }))); // the number is drawn, not written: a selection never holds it
    return made;
  }

  spot(own) {
    const key = JSON.stringify(own.map((m) => [m.ref, m.places, this.labels.get(lineOf(m.ref)).off]));
    if (key === this.spotted) return;
    this.spotted = key;
    for (const [number, overlay] of this.spots) {
      const drawn = own.flatMap((m) => m.places.filter((p) => p.page === number).flatMap(({ box }, n, all) => this.box(m.ref, box, n === all.length - 1)));
      overlay.replaceChildren(...drawn);
    }
  }

  box(ref, [left, top, right, bottom], last) {
    const { label, off, title } = this.labels.get(lineOf(ref));
    const rect = svg("rect", { class: `spot${off ? " off" : ""}`, x: left, y: top, width: right - left, height: bottom - top, "data-refs": ref });
    rect.append(svg("title", {}, `${label}: ${title}`));
    const size = Math.max(10, (bottom - top) * 0.7);
    return last ? [rect, svg("text", { class: "sign", x: right + size * 0.15, y: top + size * 0.6, "font-size": size }, label)] : [rect];
  }

  index() {
    this.byRef = new Map();
    this.quiet = [...this.text.querySelectorAll("sup.off")];
    for (const el of this.element.querySelectorAll("[data-refs]")) for (const ref of el.dataset.refs.split(" ")) this.byRef.set(ref, [...(this.byRef.get(ref) ?? []), el]);
  }

  /** Lights what `line` rests on, and most of all the evidence `ref`. Gives the element to bring into sight, or null. */
  light(line, ref) {
    for (const el of this.bright) el.classList.remove("lit", "now");
    this.bright = this.quiet.filter((sign) => sign.dataset.line === line);
    for (const [at, els] of this.byRef) if (lineOf(at) === line) this.bright.push(...els);
    for (const el of this.bright) el.classList.add("lit");
    for (const el of this.byRef.get(ref) ?? []) el.classList.add("now");
    const found = this.byRef.get(ref) ?? [], pages = this.element.classList.contains("as-pages");
    return found.find((el) => (el.localName === "rect") === pages) ?? null;
  }

  /** The passage that [start, end) was copied from, marked in this document, which wrote it. */
  origin(start, end) {
    this.facts = [...this.facts, { start: this.rule.units(start), end: this.rule.units(end), pattern: "present", note: "", ref: "origin.1" }];
    this.mark([{ line: "origin", label: "", off: false, title: "", evidence: [] }]);
    return this.light("origin", "origin.1");
  }

  /** What is selected in this text as {document, start, end, text} in code points, whole characters without white space at the ends; null when nothing is. */
  selected(selection = getSelection()) {
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!this.text.contains(range.commonAncestorContainer) && range.commonAncestorContainer !== this.text) return null;
    const { text } = this.given;
    const [start, end] = trimmed(text, ...whole(text, this.unit(range.startContainer, range.startOffset), this.unit(range.endContainer, range.endOffset)));
    if (start >= end) return null;
    return { document: this.about.id, start: this.rule.points(start), end: this.rule.points(end), text: text.slice(start, end) };
  }

  /** Where a place in the page stands in the text, in units. */
  unit(container, offset) {
    const block = (container.nodeType === 1 ? container : container.parentElement).closest(".block");
    const before = document.createRange();
    if (!block) { // the place lies between blocks
      before.setStart(this.text, 0);
      before.setEnd(container, offset);
      return before.toString().length;
    }
    before.setStart(block, 0);
    before.setEnd(container, offset);
    return Number(block.dataset.start) + before.toString().length;
  }
}

export const lineOf = (ref) => ref.slice(0, ref.lastIndexOf("."));
