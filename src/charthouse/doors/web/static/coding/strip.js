// A row of choices, each by one key: the reason of a rejection, POA. While it stands, its keys are its own.
import { h, typing } from "./dom.js";

export class Strip {
  /** choices: [{key, label, value, title?}]. `note`: the words of a field for more, or ""; `kept`: under what name its words are kept. `take(value, note)`, `leave()`. */
  constructor({ label, choices, note = "", kept = "", take, leave }) {
    Object.assign(this, { choices, kept, take, leave });
    this.input = note ? h("input", { type: "text", "aria-label": note, placeholder: note, autocomplete: "off" }) : null;
    this.element = h("div.strip", { role: "group", "aria-label": label, tabindex: "-1" }, h("p.finder-label", {}, label),
      h("div.choices", {}, ...choices.map((c) => h("button", { type: "button", title: c.title ?? null, onclick: () => this.chosen(c) }, h("kbd", {}, c.key), ` ${c.label}`))), this.input);
    this.pressed = (event) => this.press(event);
  }

  begin() {
    addEventListener("keydown", this.pressed, true);
    this.element.focus({ preventScroll: true });
  }

  end() {
    removeEventListener("keydown", this.pressed, true);
  }

  chosen(choice) {
    this.take(choice.value, this.input?.value.trim() ?? "");
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const found = !typing(event.target) && this.choices.find((c) => c.key.toLowerCase() === event.key.toLowerCase());
    if (event.key === "Escape") this.leave();
    else if (found) this.chosen(found);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
