// The palette: every place and every act by name.
import { all, run, shown } from "./keys.js";

let dialog, input, list, found = [], at = 0;

/** Opens it. */
export function palette() {
  if (!dialog) build();
  input.value = "";
  dialog.showModal();
  draw();
}

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.setAttribute("aria-label", "Go to a place or do something by name");
  dialog.innerHTML = `<input type="text" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-label="Name of a place or an act" autocomplete="off" spellcheck="false"><div id="palette-list" role="listbox" aria-label="Places and acts"></div>`;
  document.body.append(dialog);
  input = dialog.querySelector("input");
  list = dialog.querySelector("[role=listbox]");
  input.addEventListener("input", () => { at = 0; draw(); });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { at = (at + step + found.length) % Math.max(found.length, 1); draw(); event.preventDefault(); }
    if (event.key === "Enter") { event.preventDefault(); choose(found[at]); }
  });
  list.addEventListener("click", (event) => { const o = event.target.closest("[role=option]"); if (o) choose(found[+o.dataset.n]); });
}

function entries() {
  const places = [...document.querySelectorAll(".bar nav a")].map((a) => ({ label: a.textContent, key: `g ${a.dataset.place}`, go: () => location.assign(a.href) }));
  const acts = all().filter((a) => a.group !== "Places" && a.name !== "palette" && a.when()).map((a) => ({ label: a.label, key: a.key, go: (event) => run(a.name, event) }));
  return [...places, ...acts];
}

function draw() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  found = entries().filter((e) => words.every((w) => e.label.toLowerCase().includes(w)));
  list.replaceChildren(...found.map((e, n) => {
    const option = document.createElement("div");
    option.id = `palette-${n}`; option.dataset.n = n; option.setAttribute("role", "option"); option.setAttribute("aria-selected", String(n === at));
    option.append(Object.assign(document.createElement("span"), { textContent: e.label }));
    if (e.key) option.append(Object.assign(document.createElement("kbd"), { textContent: shown(e.key) }));
    return option;
  }));
  input.setAttribute("aria-activedescendant", found.length ? `palette-${at}` : "");
  list.children[at]?.scrollIntoView({ block: "nearest" });
}

function choose(entry) {
  dialog.close();
  entry?.go(new KeyboardEvent("keydown"));
}
