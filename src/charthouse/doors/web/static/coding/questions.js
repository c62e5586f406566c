// What the record leaves open: each question with its quotations, and the way to a query. Asked for when nothing else is to do, so that no code waits for it.
import { ask } from "../ask.js";
import { h } from "./dom.js";
import { VERDICTS, shape } from "./labels.js";

const FIRST = 1500, LATER = 400; // milliseconds after the chart was opened, and after the last act: neither opening nor deciding waits for it

export class Questions {
  /** `show(line, n, quote)`: a quotation is to be seen. `came()`: there are other ones now. */
  constructor(root, { base, chart, show, came }) {
    Object.assign(this, { element: root.querySelector("[data-hints]"), base, chart, told: { show, came }, asked: [], turn: 0 });
  }

  /** The codes were changed: what they leave open may be other things. */
  later(version) {
    if (version === this.version) return;
    this.version = version;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => requestIdleCallback(() => this.fetch(), { timeout: 2000 }), this.turn ? LATER : FIRST);
  }

  async fetch() {
    const turn = ++this.turn;
    const got = await ask(`${this.base}/questions`).catch(() => null); // the chart is worked on without them
    if (!got || turn !== this.turn) return;
    const key = JSON.stringify(got);
    if (key === this.key) return;
    this.key = key;
    this.asked = got.questions;
    this.draw(got);
    this.told.came();
  }

  draw({ questions, may }) {
    this.element.hidden = !questions.length;
    this.element.replaceChildren(h("h2", {}, "Left open by the record ", h("span.count", {}, String(questions.length))), h("ul.rulings", {}, ...questions.map((q, n) => this.item(q, n, may))));
  }

  item(q, n, may) {
    const line = `?${n + 1}`;
    const quotes = q.spans.map((s, k) => h("button.quote", { type: "button", title: "Show in the text", onclick: () => this.told.show(line, k, s) }, h("q", {}, s.text)));
    const to = `/query/new?${new URLSearchParams({ chart: this.chart, question: q.key })}`;
    const end = q.asked ? h("a", { href: `/query/${q.asked}/letter` }, `Asked: ${q.asked}`) : may ? h("a.button", { href: to }, "Query") : "";
    return h("li", { data: { question: q.key } }, h("div", {}, shape(VERDICTS.warning), " ", h("strong", {}, q.because), " ", h("bdi", {}, q.message)), h("div.quotes", {}, ...quotes), h("div.row", {}, end, h("cite", {}, q.citation)));
  }

  /** For the marks in the text. */
  lines() {
    return this.asked.map((q, n) => ({ line: `?${n + 1}`, label: `?${n + 1}`, off: true, title: `Left open: ${q.message}`, evidence: q.spans }));
  }

  /** A mark of a question was chosen in the text. */
  choose(line, n) {
    const q = this.asked[Number(line.slice(1)) - 1];
    const item = this.element.querySelectorAll("li[data-question]")[Number(line.slice(1)) - 1];
    item?.scrollIntoView({ block: "nearest", behavior: "instant" });
    item?.querySelectorAll("button.quote")[n]?.focus({ preventScroll: true });
    if (q) this.told.show(line, n, q.spans[n]);
  }
}
