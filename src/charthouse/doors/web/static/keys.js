// The keys of a page. Single keys act outside text fields only; those with "mod" act everywhere. A key that is taken is refused when it is registered.

const KEPT = "charthouse.keys"; // {name: key} as the person has them, and {"*": "off"} when single keys are switched off
const acts = new Map(); // name -> {name, label, key, group, run, when}
let begun = ""; // the first key of a sequence

const mine = () => { try { return JSON.parse(localStorage.getItem(KEPT)) ?? {}; } catch { return {}; } };
export const keyOf = (name) => mine()[name] ?? acts.get(name)?.key ?? "";
export const all = () => [...acts.values()].map((a) => ({ ...a, key: keyOf(a.name) }));
export const isOff = () => mine()["*"] === "off";

/** The name of the act that `key` would collide with: the same key, or one that is the beginning of the other ("g" and "g d"). "" for none. */
export function collides(key, name = "") {
  const clash = (a, b) => a === b || a.startsWith(b + " ") || b.startsWith(a + " ");
  return all().find((a) => a.name !== name && a.key && clash(a.key, key))?.name ?? "";
}

/** {name, label, key, group?, run(event), when?()}. `key`: "a", "N", "g d", "mod+k", "mod+Enter", "F8", "Escape". Throws when the key is taken. */
export function register(act) {
  const wanted = mine()[act.name] ?? act.key;
  const other = wanted && collides(wanted, act.name);
  if (other) throw new Error(`The key "${wanted}" of "${act.name}" is that of "${other}" already`);
  acts.set(act.name, { group: "Here", when: () => true, ...act });
  print();
}

export const unregister = (name) => acts.delete(name);

/** Give an act another key, kept in this browser. Returns "" or why not. */
export function remap(name, key) {
  const other = key && collides(key, name);
  if (other) return `${shown(key)} is the key of “${acts.get(other).label}”`;
  localStorage.setItem(KEPT, JSON.stringify({ ...mine(), [name]: key }));
  print();
  return "";
}

export function reset() { localStorage.removeItem(KEPT); print(); }
export function switchOff(off) { localStorage.setItem(KEPT, JSON.stringify({ ...mine(), "*": off ? "off" : "on" })); print(); }

export const run = (name, event) => acts.get(name)?.run(event);

const MAC = /Mac|iP/.test(navigator.platform);
/** As printed on a button. */
export const shown = (key) => key.replace("mod+", MAC ? "⌘" : "Ctrl ").replace("Enter", "⏎").replace("Escape", "Esc");

/** Prints the key on every button with data-key="name". */
export function print(root = document) {
  for (const at of root.querySelectorAll("[data-key]")) {
    const key = keyOf(at.dataset.key);
    let kbd = at.querySelector(":scope > kbd");
    if (!key || (isOff() && !key.startsWith("mod+"))) { kbd?.remove(); continue; }
    if (!kbd) { kbd = document.createElement("kbd"); at.append(kbd); }
    if (kbd.textContent !== shown(key)) kbd.textContent = shown(key);
    at.setAttribute("aria-keyshortcuts", key.replace("mod+", MAC ? "Meta+" : "Control+"));
  }
}

const typing = (at) => at instanceof HTMLElement && (at.isContentEditable || at.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])"));

/** The spelling of a press. */
export function spelled(event) {
  const mod = (MAC ? event.metaKey : event.ctrlKey) ? "mod+" : "";
  const key = event.key === " " ? "Space" : mod && event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return mod + key;
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing || event.altKey || (MAC ? event.ctrlKey : event.metaKey)) return;
  if (["Shift", "Control", "Meta", "Alt"].includes(event.key)) return;
  const key = spelled(event);
  const plain = !key.startsWith("mod+") && !/^F\d+$/.test(key) && key !== "Escape";
  if (plain && (typing(event.target) || isOff() || (document.querySelector("dialog[open]:modal") && !event.target.closest("[data-keys]")))) { begun = ""; return; }
  if (plain && ["Enter", "Space"].includes(key) && event.target.closest("a, button, summary, input, [role=option], [role=button]")) return;
  const sequence = begun ? `${begun} ${key}` : key;
  const act = all().find((a) => a.key === sequence && a.when());
  begun = !act && all().some((a) => a.key.startsWith(sequence + " ") && a.when()) ? sequence : "";
  if (begun) { event.preventDefault(); return; }
  if (!act || (event.repeat && act.once)) return;
  event.preventDefault();
  act.run(event);
}

document.addEventListener("keydown", pressed);
