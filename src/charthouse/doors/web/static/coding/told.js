// What is said beside the codes: whose chart it is, the acts so far, what is not known, whether it is submitted.
import { act as acted } from "./codes.js";
import { h } from "./dom.js";
import { shape } from "./labels.js";

const SHOWN = 100; // acts

export class Told {
  constructor(root) {
    this.root = root;
  }

  show(state, barred) {
    this.history(state);
    const key = JSON.stringify([state.unknown, state.final, state.can]);
    if (key === this.key) return;
    this.key = key;
    const fill = (name, shown, ...children) => { const el = this.root.querySelector(`[data-${name}]`); el.hidden = !shown; el.replaceChildren(...children); };
    fill("unknown", state.unknown.length, h("h2", {}, "Not known"), h("ul", {}, ...state.unknown.map((u) => h("li", {}, h("span.shape.quiet", {}, "◌"), ` ${u}`))));
    if (!state.final && !state.can.decide) return fill("final", true, h("p", {}, shape(["●", "to read only", "info"]), ` ${barred}`));
    fill("final", Boolean(state.final), h("p", {}, shape(["✓", "submitted", "done"]), state.final ? ` by ${state.final.by}, ${String(state.final.at).slice(0, 16).replace("T", " ")}` : ""));
  }

  history(state) {
    const box = this.root.querySelector("[data-history]");
    const key = JSON.stringify(state.acts);
    if (box.dataset.n === key.length + key.slice(-80)) return;
    box.dataset.n = key.length + key.slice(-80);
    box.querySelector(".count").textContent = state.acts.length || "";
    const last = state.acts.findLast((a) => !a.undone);
    box.querySelector(".last").textContent = last ? `· ${last.words}` : "";
    box.querySelector("ol").replaceChildren(...[...state.acts].reverse().slice(0, SHOWN).map(acted));
  }

  banner({ patient: p, encounter: e }) {
    const at = document.querySelector("[data-patient]");
    at?.replaceChildren(h("strong", {}, h("bdi", {}, p.name)), ` ${[p.age, p.sex].filter((x) => x !== null && x !== "").join(" ")} `, p.mrn ? h("span", {}, `MRN ${p.mrn} `) : "", ...(p.alerts ?? []).map((a) => h("span.pill.warning", {}, a)));
    const visit = [e.setting, ...(e.setting === "inpatient" ? [e.admitted && `adm ${e.admitted}`, e.date && `dis ${e.date}`] : [e.date]), e.payer, e.unit, e.attending].filter(Boolean).join(" · ");
    this.root.querySelector("[data-at]").textContent = visit;
    this.root.querySelector("[data-printed]").textContent = `${p.name} · ${[p.age, p.sex].filter(Boolean).join(" ")} · MRN ${p.mrn} · ${visit}`;
  }
}
