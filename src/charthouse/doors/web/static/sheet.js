// The sheet of keys: each with what it does, to be given another key, or all single keys switched off.
import { all, isOff, remap, reset, shown, spelled, switchOff } from "./keys.js";

/** Opens it. */
export function sheet() {
  const dialog = document.createElement("dialog");
  dialog.className = "sheet";
  dialog.setAttribute("aria-labelledby", "sheet-title");
  draw(dialog);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

const made = (tag, given = {}, ...children) => { const e = Object.assign(document.createElement(tag), given); e.append(...children); return e; };

function draw(dialog, wrong = "") {
  const groups = new Map();
  for (const act of all()) groups.set(act.group, [...(groups.get(act.group) ?? []), act]);
  const lists = [...groups].flatMap(([name, acts]) => [made("h3", { textContent: name }), made("dl", {}, ...acts.flatMap((act) => [made("dt", { textContent: act.label }), made("dd", {}, field(dialog, act))]))]);
  const off = made("input", { type: "checkbox", checked: isOff(), id: "keys-off" });
  off.addEventListener("change", () => switchOff(off.checked));
  const again = made("button", { type: "button", textContent: "All as they were" });
  again.addEventListener("click", () => { reset(); draw(dialog); });
  const close = made("button", { type: "button", className: "main", textContent: "Close" });
  close.addEventListener("click", () => dialog.close());
  dialog.replaceChildren(made("h2", { id: "sheet-title", textContent: "Keys" }), made("p", { className: "small quiet", textContent: "Press a new key in a field to change it; Backspace takes it away. Single keys act outside text fields only." }),
    made("p", { className: "error", textContent: wrong, role: "alert" }), ...lists, made("p", { className: "row" }, off, made("label", { htmlFor: "keys-off", className: "plain", textContent: "Switch single keys off" })), made("p", { className: "row" }, again, close));
}

function field(dialog, act) {
  const input = made("input", { type: "text", value: shown(act.key), readOnly: true });
  input.setAttribute("aria-label", `Key of: ${act.label}`);
  input.addEventListener("keydown", (event) => {
    if (["Tab", "Escape", "Shift", "Control", "Meta", "Alt"].includes(event.key)) return;
    event.preventDefault();
    const first = act.key.includes(" ") ? `${act.key.split(" ")[0]} ` : ""; // a sequence keeps its first key
    draw(dialog, remap(act.name, event.key === "Backspace" ? "" : first + spelled(event)));
  });
  return input;
}
