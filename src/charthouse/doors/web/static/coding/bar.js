// The foot of the screen: what was just done, what stands in the way of submitting, and what waits to be saved.
import { h } from "./dom.js";
import { VERDICTS, count, shape } from "./labels.js";

export class Bar {
  /** `jump(line)` shows the code that a problem is about. */
  constructor(screen, { jump }) {
    this.jump = jump;
    this.said = screen.querySelector("[data-said]");
    this.panel = screen.querySelector("[data-problems]");
    this.button = screen.querySelector(".stops");
    this.label = screen.querySelector("[data-stops]");
    this.notice = screen.querySelector("[data-notice]");
    this.problems = [];
    this.at = -1;
  }

  say(words, kind = "") {
    this.said.className = `now-said ${kind}`;
    this.said.textContent = kind === "error" ? `■ ${words}` : words;
  }

  show(problems) {
    const key = JSON.stringify(problems);
    if (key === this.key) return;
    Object.assign(this, { key, problems, at: -1 });
    const stops = problems.filter((p) => p.stop), warnings = problems.length - stops.length;
    this.button.hidden = !problems.length;
    this.button.classList.toggle("stop", stops.length > 0);
    this.label.textContent = stops.length ? `■ ${count(stops.length, "hard stop")}: ${stops[0].subject || stops[0].rule}` : `▲ ${count(warnings, "warning")}`;
    this.draw();
    if (!problems.length) this.panel.hidden = true;
  }

  draw() {
    this.panel.replaceChildren(h("h2.hidden", {}, "Hard stops and warnings"), h("ol", {}, ...this.problems.map((p, n) => h("li", { "aria-current": n === this.at ? "true" : null },
      h("button.problem", { type: "button", onclick: () => this.go(n) }, shape(p.stop ? ["■", "hard stop", "error"] : VERDICTS.warning), " ", p.subject ? h("code", {}, p.subject) : null, ` ${p.message} `,
        h("cite", {}, [p.rule, p.citation, p.edition].filter(Boolean).join(" · ")))))));
  }

  /** To the next problem: its rule in words, and the code that it names. */
  next() {
    if (!this.problems.length) return this.say("Nothing stands in the way of submitting.");
    this.go((this.at + 1) % this.problems.length);
  }

  go(n) {
    this.at = n;
    const p = this.problems[n];
    this.panel.hidden = false;
    this.draw();
    this.panel.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", behavior: "instant" });
    if (p.line) this.jump(p.line);
    this.say(`${p.stop ? "Hard stop" : "Warning"} ${n + 1} of ${this.problems.length}: ${p.message}`);
  }

  /** A notice that stays until it is answered: words, and [label, act] for each button. */
  tell(words, ...buttons) {
    this.notice.replaceChildren(h("p", {}, h("span.shape.warning", {}, "▲"), ` ${words}`), ...buttons.map(([label, act]) => h("button", { type: "button", onclick: act }, label)));
    this.notice.hidden = false;
  }

  quiet() {
    this.notice.hidden = true;
    this.notice.replaceChildren();
  }
}
