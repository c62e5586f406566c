// THE table of the screen's keys: name, words, key, what it calls. Each can be given another key; two acts of one key are refused when the page starts.
import { register } from "../keys.js";

export const KEYS = [
  ["next", "Next code", "j", (s) => s.step(1)],
  ["previous", "Previous code", "k", (s) => s.step(-1)],
  ["evidence", "Next evidence", "n", (s) => s.walk(1)],
  ["evidence.back", "Previous evidence", "N", (s) => s.walk(-1)],
  ["accept", "Accept the code and move on", "a", (s) => s.accept(), true],
  ["reject", "Reject the code: then one key for the reason", "x", (s) => s.reject(), true],
  ["change", "Change to another code of the book", "e", (s) => s.change(), true],
  ["add", "Add a code from the selected words", "+", (s) => s.add(), true],
  ["principal", "Make it principal or first-listed", "p", (s) => s.principal(), true],
  ["poa", "Present on admission: then y n u w", "y", (s) => s.poa(), true],
  ["query", "Query about this code", "q", (s) => s.query(), true],
  ["flag", "Flag for a second opinion, or take the flag off", "f", (s) => s.flag(), true],
  ["undo", "Undo", "u", (s) => s.back("undo"), true],
  ["redo", "Redo", "U", (s) => s.back("redo"), true],
  ["document.back", "Previous document", "[", (s) => s.turn(-1)],
  ["document.next", "Next document", "]", (s) => s.turn(1)],
  ["origin", "Origin of the copied passage, side by side", "o", (s) => s.origin(), true],
  ["stop", "Next hard stop or warning", "F8", (s) => s.stop()],
  ["submit", "Submit, and load the next chart", "mod+Enter", (s) => s.submit(), true],
  ["out", "Back out one step", "Escape", (s) => s.out()],
];

/** `once`: a key that is held down acts once, so that a stuck key decides nothing. */
export function bind(screen) {
  for (const [name, label, key, run, once] of KEYS) register({ name: `coding.${name}`, label, key, group: "Chart", once, run: () => run(screen) });
}
