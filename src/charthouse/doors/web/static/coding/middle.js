// The middle pane: which document is shown and where in it, the evidence that is lit, and the origin of a copied passage beside it.
import { h, inSight, reach } from "./dom.js";
import { DocumentView, lineOf } from "./text.js";

const SLOW = 300; // milliseconds after which the shape of what comes is shown

export class Middle {
  /** `fetch(id)` gives a document. `shown(id)`: it is in the pane now. `pick(line, n)`: a mark was clicked. */
  constructor(pane, beside, { base, fetch, shown, pick, failed }) {
    Object.assign(this, { pane, beside, base, told: { fetch, shown, pick, failed }, views: new Map(), given: new Map(), lines: [], current: "", turn: 0, lit: ["", ""] });
    this.waiting = pane.querySelector("[data-waiting]");
    pane.addEventListener("click", (event) => this.clicked(event));
    pane.addEventListener("scroll", () => { const view = this.views.get(this.current); if (view) view.top = pane.scrollTop; }, { passive: true }); // asked for later it would cost a layout
  }

  set documents(list) {
    this.about = new Map(list.map((d) => [d.id, d]));
  }

  /** The document's contents, asked for once. */
  load(id) {
    if (!this.given.has(id)) {
      const asked = this.told.fetch(id);
      asked.catch(() => this.given.delete(id));
      this.given.set(id, asked);
    }
    return this.given.get(id);
  }

  async view(id) {
    const given = await this.load(id);
    if (!this.views.has(id)) {
      const made = new DocumentView(this.about.get(id), given, this.base);
      this.views.set(id, made);
    }
    return this.views.get(id);
  }

  /** Fetches and draws ahead of need, while nothing else is to do. */
  async ahead(ids) {
    for (const id of ids) {
      if (this.views.has(id) || !this.about.has(id)) continue;
      await new Promise((go) => requestIdleCallback(go, { timeout: 2000 }));
      const view = await this.view(id).catch(() => null);
      view?.mark(this.lines);
    }
  }

  /** Draws the marks of these lines; where one reads stays where it is. */
  mark(lines) {
    this.lines = lines;
    const view = this.views.get(this.current);
    if (!view) return;
    view.mark(lines);
    view.light(...this.lit);
  }

  /** Shows the document; at its top, or where it was left. Resolves to its view, or null when another was asked for meanwhile. */
  async show(id, { stay = true } = {}) {
    const turn = ++this.turn;
    if (id === this.current) return this.views.get(id);
    const slow = setTimeout(() => { this.waiting.hidden = false; this.pane.replaceChildren(this.waiting); this.current = ""; }, SLOW);
    let view;
    try {
      view = await this.view(id);
    } catch (error) {
      if (turn === this.turn) this.wrong(id, error);
      return null;
    } finally {
      clearTimeout(slow);
    }
    if (turn !== this.turn) return null;
    this.alone();
    view.mark(this.lines);
    const { top } = view;
    this.current = "";
    this.pane.replaceChildren(view.element);
    this.pane.scrollTop = stay ? top : 0;
    this.current = id;
    this.told.shown(id);
    return view;
  }

  wrong(id, error) {
    this.current = "";
    const again = h("button", { type: "button", onclick: () => this.show(id) }, "Try again");
    this.pane.replaceChildren(h("div.failed", { role: "alert" }, h("p", {}, h("span.shape.error", {}, "■ not loaded"), ` ${error.message} What you decided is safe.`), again));
    this.told.failed(error);
  }

  /** Shows evidence: its document, lit, in sight. `calm`: the pane only moves when it is out of sight; `still`: it does not move. */
  async evidence(line, e, ref, { calm = false, still = false } = {}) {
    this.lit = [line, ref];
    if (!e) { this.views.get(this.current)?.light(line, ref); return; }
    const view = await this.show(e.document);
    if (!view || this.lit[1] !== ref) return;
    const found = view.light(line, ref);
    if (found && !still) reach(found, this.pane, { calm });
  }

  clicked(event) {
    const mark = event.target.closest?.("[data-refs]");
    if (!mark || String(getSelection())) return;
    const refs = mark.dataset.refs.split(" ");
    const at = refs.findIndex((ref) => lineOf(ref) === this.lit[0]);
    const ref = refs[(at + 1) % refs.length]; // of several codes on one passage a second click takes the next
    this.told.pick(lineOf(ref), Number(ref.slice(ref.lastIndexOf(".") + 1)) - 1);
  }

  selected() {
    return this.views.get(this.current)?.selected() ?? null;
  }

  /** The copied passage that is meant: around the evidence, else around the selection, else the first in sight. */
  copied() {
    const view = this.views.get(this.current);
    if (!view) return null;
    const place = getSelection().anchorNode;
    const selected = (place?.nodeType === 1 ? place : place?.parentElement)?.closest(".copied");
    const around = view.element.querySelector(".now")?.closest(".copied");
    const found = around ?? (view.element.contains(selected) ? selected : null) ?? [...view.element.querySelectorAll(".copied")].find((el) => inSight(el, this.pane) || touches(el, this.pane));
    return found ? view.copies[Number(found.dataset.copy)] : null;
  }

  /** Opens the origin of the passage beside it. */
  async compare(copy) {
    const given = await this.load(copy.origin);
    const view = new DocumentView(this.about.get(copy.origin), given, this.base);
    view.mark([]);
    const close = h("button", { type: "button", onclick: () => this.alone() }, "Close", h("kbd", {}, "Esc"));
    this.beside.replaceChildren(h("div.origin-head", {}, h("p", {}, h("strong", {}, "First written here")), close), h("div.texts", { tabindex: "0", role: "region", "aria-label": "Text of the origin" }, view.element));
    this.beside.hidden = false;
    const found = view.origin(copy.origin_start, copy.origin_start + copy.points);
    if (found) reach(found, this.beside);
  }

  get comparing() {
    return !this.beside.hidden;
  }

  alone() {
    this.beside.hidden = true;
    this.beside.replaceChildren();
  }
}

function touches(element, pane) {
  const own = element.getBoundingClientRect(), frame = pane.getBoundingClientRect();
  return own.height > 0 && own.bottom > frame.top + 40 && own.top < frame.bottom;
}
