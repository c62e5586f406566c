// The DRG of a stay: the answer, what holds it, its path, and what one code more or less would make of it.
import { h } from "./dom.js";
import { VERDICTS, shape } from "./labels.js";

const fixed = (value, digits) => (value === null || value === undefined ? "none" : Number(value).toFixed(digits));

export class Drg {
  constructor(element) {
    this.element = element;
    this.open = new Set();
  }

  /** `waiting`: acts are on their way, so the figures may be about to change. */
  show(state, waiting) {
    this.element.setAttribute("aria-busy", String(waiting));
    const key = JSON.stringify([state.grouping, state.grouping_note, state.encounter.setting]);
    if (key === this.key) return;
    const before = this.last;
    Object.assign(this, { key, last: state.grouping?.drg ?? "" });
    this.element.replaceChildren(...(state.grouping ? this.grouping(state.grouping, before) : this.none(state)));
    this.element.hidden = !this.element.childElementCount;
  }

  none(state) {
    if (state.encounter.setting !== "inpatient") return [];
    return [h("h2", {}, "No DRG yet"), h("p.empty", {}, state.grouping_note || "Grouping starts with a principal diagnosis that stands.")];
  }

  grouping(g, before) {
    const held = g.diagnoses.filter((d) => d.counted && d.why !== "principal diagnosis");
    return [
      h("h2.drg", {}, h("span.drg-n", {}, h("abbr", { title: "Diagnosis related group" }, "DRG"), ` ${g.drg}`), " ", h("span.title", {}, g.title),
        before && before !== g.drg ? h("span.was", {}, ` was ${before}`) : null),
      h("dl.figures", {}, this.figure("Weight", fixed(g.weight, 4)), this.figure("GMLOS", fixed(g.gmlos, 1), "Geometric mean length of stay, days"), this.figure("AMLOS", fixed(g.amlos, 1), "Arithmetic mean length of stay, days"),
        this.figure("MDC", g.mdc, g.mdc_title)),
      g.initial_drg && g.initial_drg !== g.drg ? h("p", {}, shape(VERDICTS.warning), ` DRG ${g.initial_drg} became ${g.drg}: a hospital-acquired condition does not count. The path says which.`) : null,
      g.return_code && g.return_code !== "OK" ? h("p", {}, shape(VERDICTS.error), ` The grouper answers ${g.return_code}. The path names the code to mend.`) : null,
      held.length ? h("p.small", {}, "held by ", ...held.flatMap((d, n) => [n ? ", " : "", h("code", {}, d.code), ` (${d.severity || "counts"})`])) : null,
      h("div.folds", {}, this.fold("path", `Path (${g.path.length})`, h("ol.rulings", {}, ...g.path.map((r) => h("li", {}, shape(VERDICTS[r.verdict]), ` ${r.message} `, h("cite", {}, r.citation))))),
        this.fold("what if", `What if (${g.what_if.length})`, this.table(g))),
      h("p.small", {}, [g.edition, g.weight_edition].filter(Boolean).join(", ")),
    ].filter(Boolean);
  }

  figure(name, value, title) {
    return h("div", {}, h("dt", {}, title ? h("abbr", { title }, name) : name), h("dd", {}, value));
  }

  fold(name, words, content) {
    return h("details", { open: this.open.has(name), ontoggle: (e) => this.open[e.target.open ? "add" : "delete"](name) }, h("summary", {}, words), content);
  }

  table(g) {
    if (!g.what_if.length) return h("p.empty", {}, "Nothing to try: no code but the principal diagnosis decides here.");
    const head = h("tr", {}, h("th", { scope: "col" }, "Change"), h("th", { scope: "col" }, "DRG"), h("th.num", { scope: "col" }, "Weight"), h("th.num", { scope: "col" }, "±"));
    const row = (w) => h("tr", {}, h("td", {}, w.change), h("td", {}, `${w.drg} ${w.title}`), h("td.num", {}, fixed(w.weight, 4)), h("td.num", {}, delta(w.weight, g.weight)));
    return h("table", {}, h("thead", {}, head), h("tbody", {}, ...g.what_if.map(row)));
  }
}

function delta(to, from) {
  if (to === null || from === null || to === undefined || from === undefined) return "";
  const by = to - from;
  return Math.abs(by) < 0.00005 ? "same" : `${by > 0 ? "+" : "−"}${Math.abs(by).toFixed(4)}`;
}
