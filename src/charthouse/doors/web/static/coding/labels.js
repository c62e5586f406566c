// How things are called on the screen, and the number by which a code and its evidence know each other.
import { h } from "./dom.js";

export const ROLES = { principal: ["PDX", "Principal diagnosis"], "first-listed": ["1st", "First-listed diagnosis"], secondary: ["SDX", "Secondary diagnosis"],
  "external cause": ["Ext", "External cause"], procedure: ["Proc", "Procedure"], mention: ["Ment", "Mentioned in the text"] };
export const POA = { Y: "present on admission", N: "not present on admission", U: "documentation insufficient", W: "clinically undetermined", exempt: "exempt from reporting" };
export const VERDICTS = { passed: ["✓", "passed", "done"], applied: ["●", "applied", "info"], suppressed: ["○", "left off", "quiet"], warning: ["▲", "warning", "warning"],
  error: ["■", "error", "error"], "not loaded": ["◌", "not loaded", "quiet"] };
const STATES = { accepted: ["✓", "accepted", "done"], changed: ["✎", "changed", "done"], added: ["+", "added", "done"], rejected: ["✕", "rejected", "quiet"] };
const PROPOSED = { auto: ["○", "auto", "quiet"], review: ["?", "review", "warning"], suppressed: ["○", "left off", "quiet"] };
const UPPER = new Set(["ed", "er", "icu", "ct", "mri", "ecg", "ekg", "eeg", "ot", "pt"]);

/** A shape with its words: what it means is never said by colour alone. */
export const shape = ([sign, words, colour]) => h(`span.shape.${colour}`, {}, h("span", { "aria-hidden": "true" }, sign), ` ${words}`);

/** The state of a code as shape, words and colour: what a person decided, else what the engine proposes. */
export const standing = (code) => STATES[code.decision] ?? PROPOSED[code.status] ?? PROPOSED.review;

/** "history_and_physical" as "History and physical". */
export function kind(name) {
  const words = name.split("_").filter(Boolean).map((w) => (UPPER.has(w) ? w.toUpperCase() : w)).join(" ");
  return words ? words[0].toUpperCase() + words.slice(1) : "Document";
}

export const count = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

/** 1 as "a", 26 as "z", 27 as "aa". */
export const letter = (n) => (n ? letter(Math.floor((n - 1) / 26)) + String.fromCharCode(97 + ((n - 1) % 26)) : "");

/** Gives each line its number, or its letter when it was left off, once: what a person has learnt to see stays where it is while codes come and go. */
export function numbering() {
  const given = new Map();
  let numbers = 0, letters = 0;
  return {
    see(state) {
      for (const c of state.codes) if (!given.has(c.line)) given.set(c.line, String(++numbers));
      for (const c of state.left_off) if (!given.has(c.line)) given.set(c.line, letter(++letters));
    },
    of: (line) => given.get(line) ?? "",
    rename(from, to) {
      if (!given.has(from)) return;
      if (!given.has(to)) given.set(to, given.get(from));
      given.delete(from);
    },
  };
}
