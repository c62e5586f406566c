// What a state will look like after an act, before the server has answered. Pure: the same state and act give the same new state.

const edit = (state, line, change) => ({
  ...state,
  codes: state.codes.map((c) => (c.line === line ? { ...c, ...change } : c)),
  left_off: state.left_off.map((c) => (c.line === line ? { ...c, ...change } : c)),
});

const find = (state, line) => [...state.codes, ...state.left_off].find((c) => c.line === line);

function accept(state, { line }) {
  const off = state.left_off.find((c) => c.line === line);
  if (!off) return edit(state, line, { decision: decided(find(state, line)) });
  return { ...state, left_off: state.left_off.filter((c) => c !== off), codes: [...state.codes, { ...off, decision: "accepted", status: "review" }] };
}

const decided = (code) => (code && ["changed", "added"].includes(code.decision) ? code.decision : "accepted");

function reject(state, { line, reason }) {
  const code = state.codes.find((c) => c.line === line);
  if (!code) return edit(state, line, { decision: "rejected", reason });
  const why = state.reasons.find((r) => r.id === reason)?.label ?? "";
  return { ...state, codes: state.codes.filter((c) => c !== code), left_off: [{ ...code, decision: "rejected", reason, why }, ...state.left_off] };
}

function change(state, { line, code, title }) {
  const was = find(state, line);
  return edit(state, line, { code, title: title ?? "", decision: "changed", proposed: was?.proposed ?? { code: was?.code, title: was?.title } });
}

function add(state, { line, code, system, title, span, text }) {
  const off = state.left_off.find((c) => c.code === code && c.system === system);
  if (off) return { ...state, left_off: state.left_off.filter((c) => c !== off), codes: [...state.codes, { ...off, line, decision: "accepted" }] };
  const role = system === "ICD-10-CM" ? "secondary" : "procedure";
  const evidence = span ? [{ ...span, text: text ?? "" }] : [];
  const made = { line, system, code, title: title ?? "", role, poa: "", severity: "", hcc: [], status: "review", decision: "added", confidence: null, evidence, reasons: [],
    matched: [], beyond: [], alternatives: [], flagged: false };
  return { ...state, codes: [...state.codes, made] };
}

function principal(state, { line }) {
  const first = state.codes.find((c) => ["principal", "first-listed"].includes(c.role));
  const name = first?.role ?? (state.encounter.setting === "inpatient" ? "principal" : "first-listed");
  const codes = state.codes.map((c) => (c.line === line ? { ...c, role: name, decision: decided(c) } : c === first ? { ...c, role: "secondary" } : c));
  return { ...state, codes: [...codes.filter((c) => c.line === line), ...codes.filter((c) => c.line !== line)] };
}

const ACTS = {
  accept, reject, change, add, principal,
  poa: (state, { line, value }) => edit(state, line, { poa: value }),
  flag: (state, { line }) => edit(state, line, { flagged: true }),
  unflag: (state, { line }) => edit(state, line, { flagged: false }),
};

/** The state after the act. An act that is not known (undo, redo) changes nothing here: the server's answer shows it. */
export const predict = (state, act) => ACTS[act.what]?.(state, act) ?? state;

/** In words, for the line that tells what was done: "Accepted I50.23". `before` is the state before the act. */
export function words(before, act) {
  const code = find(before, act.line)?.code ?? "";
  const said = {
    accept: `Accepted ${code}`, reject: `Rejected ${code}`, change: `${code} changed to ${act.code}`, add: `Added ${act.code}`, principal: `${code} made ${before.encounter?.setting === "inpatient" ? "principal" : "first-listed"}`,
    poa: `${code}: POA ${act.value}`, flag: `${code} flagged for a second opinion`, unflag: `${code}: flag taken off`, undo: "Undone", redo: "Done again",
  };
  return said[act.what] ?? act.what;
}

/** The line to go to after deciding `line`: the next one without a decision, round the end; "" when every code is decided. */
export function next(before, after, line) {
  const open = new Set(after.codes.filter((c) => !c.decision && c.line !== line).map((c) => c.line));
  const order = before.codes.map((c) => c.line);
  const at = order.indexOf(line);
  return [...order.slice(at + 1), ...order.slice(0, Math.max(at, 0))].find((l) => open.has(l)) ?? "";
}
