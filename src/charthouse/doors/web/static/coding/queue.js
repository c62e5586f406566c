// Acts go to the server one after the other; the screen shows at once what each will do. Nothing here touches the page.
import { predict, words } from "./predict.js";

const STEPS = new Set(["undo", "redo"]);

/**
 * `send(act, version)` gives {status, state?, message?}. What the queue tells:
 *   changed(shown)                     the state to show: what the server said, with all that still waits done to it
 *   failed(act, message)               the server cannot do it: it is as it was before
 *   conflict(acts, state)              the chart was changed elsewhere: what waited is handed back, to be done again or not
 *   halted(why, acts), resumed()       nothing can be sent for now ("signed-out", "offline"); all is kept
 *   renamed(from, to)                  a line that was added has its name from the server
 */
export class Queue {
  constructor(state, { send, changed, failed, conflict, halted, resumed, renamed }) {
    Object.assign(this, { sure: state, waiting: [], held: "", send, told: { changed, failed, conflict, halted, resumed, renamed } });
    this.made = 0;
    this.running = null;
  }

  get shown() {
    return this.waiting.reduce(predict, this.sure);
  }

  /** Shows what the act does and sends it. Gives the act in words. */
  push(act) {
    const said = words(this.shown, act);
    this.waiting.push(act.what === "add" ? { ...act, line: `new-${++this.made}` } : act);
    this.told.changed(this.shown);
    this.run();
    return said;
  }

  /** Resolves when nothing waits any more, or nothing can be sent. */
  run() {
    this.running ??= this.all().finally(() => { this.running = null; });
    return this.running;
  }

  resume() {
    this.held = "";
    return this.run();
  }

  async all() {
    while (this.waiting.length && !this.held) await this.one(this.waiting[0]);
  }

  async one(act) {
    const { status, state, message } = await this.send(act, this.sure.version);
    if (status === 200) return this.done(act, state);
    if (status === 409 && state) return this.behind(state);
    if (status >= 400 && status < 500 && ![401, 408, 429].includes(status)) return this.refused(act, message);
    this.held = status === 401 ? "signed-out" : "offline";
    this.told.halted(this.held, [...this.waiting], message);
  }

  done(act, state) {
    this.sure = state;
    this.waiting.shift();
    if (act.what === "add") this.rename(act, state);
    if (!this.waiting.length) this.told.resumed();
    this.told.changed(this.shown, STEPS.has(act.what) ? act.what : "");
  }

  /** A code that was added has a line of its own by now, or that of the same code that had been left off. */
  rename({ line: from, system, code }, { codes }) {
    const to = codes.find((c) => c.code === code && c.system === system)?.line;
    if (!to) return;
    this.waiting = this.waiting.map((a) => (a.line === from ? { ...a, line: to } : a));
    this.told.renamed(from, to);
  }

  behind(state) {
    const acts = this.waiting;
    this.sure = state;
    this.waiting = [];
    this.told.changed(this.shown);
    this.told.conflict(acts, state);
  }

  refused(act, message) {
    this.waiting = this.waiting.filter((a) => a !== act && !(act.what === "add" && a.line === act.line));
    this.told.changed(this.shown);
    this.told.failed(act, message);
  }
}
