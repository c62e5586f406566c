// The composer of a query: indicators are quoted from the text, and what the linter finds is told while one types.
import { ask, say } from "../ask.js";
import { ruler, trimmed, whole } from "../coding/points.js";
import { register } from "../keys.js";

const at = (id) => document.getElementById(id), page = document.querySelector(".compose");
const { chart, line } = page.dataset, to = `?chart=${encodeURIComponent(chart)}`;
const { template } = page.dataset;
const CLOSING = ["Other (please state)", "Unable to determine"];

const quotes = () => [...at("indicators").children].map((li) => ({ document: li.dataset.document, start: Number(li.dataset.start), end: Number(li.dataset.end), text: li.querySelector("q").textContent, label: li.dataset.label }));
const said = () => ({ to: at("to").value, kind: at("kind").value, form: at("form").value, title: at("title").value, question: at("question").value, options: at("form").value === "open" ? [] : at("options").value.split("\n"),
  indicators: quotes(), line, template });

let turn = 0, waiting = 0;
async function judge() {
  const mine = ++turn;
  try { const { findings } = await ask(`/query/new/try${to}`, { body: said() }); if (mine === turn) shown(findings); } catch (error) { if (mine === turn) say(error.message, "error"); }
}

function shown(findings) {
  at("send").disabled = findings.length > 0;
  const made = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
  const all = findings.map((f) => { const p = document.createElement("div"); p.className = "ruling"; p.dataset.rule = f.rule; p.append(made("span", "shape error", "■ error "), made("bdi", "", f.message), made("cite", "", f.citation)); return p; });
  at("findings").replaceChildren(...(all.length ? all : [made("p", "done", "✓ Compliant: it can be sent")]));
}

const later = () => { clearTimeout(waiting); waiting = setTimeout(judge, 200); };
at("compose").addEventListener("input", later);
at("form").addEventListener("change", () => {
  at("offered").hidden = at("form").value === "open";
  if (at("form").value !== "open" && !at("options").value.trim()) at("options").value = [...(at("form").value === "yes/no" ? ["Yes", "No"] : []), ...CLOSING].join("\n");
  later();
});
at("compose").addEventListener("submit", async (event) => {
  event.preventDefault();
  at("send").disabled = true;
  try { const { number, chart: back } = await ask(`/query/new${to}`, { body: said() }); sessionStorage.setItem("charthouse.said", `Query ${number} is sent`); location.assign(back); }
  catch (error) { say(error.message, "error"); if (error.answer?.findings) shown(error.answer.findings); else at("send").disabled = false; }
});
at("indicators").addEventListener("click", (event) => { if (event.target.closest("button")) { event.target.closest("li").remove(); later(); } });
at("document").addEventListener("change", () => { for (const pre of page.querySelectorAll("pre[data-document]")) pre.hidden = pre.dataset.document !== at("document").value; });
at("document").dispatchEvent(new Event("change"));

function quote() {
  const selection = getSelection(), pre = selection.anchorNode?.parentElement?.closest("pre[data-document]");
  if (!pre || selection.isCollapsed || !pre.contains(selection.focusNode)) { say("Select words of the record first", "warning"); return; }
  const range = selection.getRangeAt(0), text = pre.textContent;
  let [start, end] = trimmed(text, ...whole(text, range.startOffset, range.endOffset));
  if (end <= start || end - start > 500) { say("Select some words, at most a few lines", "warning"); return; }
  const points = ruler(text).points, li = document.createElement("li");
  Object.assign(li.dataset, { document: pre.dataset.document, start: points(start), end: points(end), label: pre.dataset.label });
  const q = Object.assign(document.createElement("q"), { textContent: text.slice(start, end) }), where = Object.assign(document.createElement("span"), { className: "small quiet", textContent: ` ${pre.dataset.label} ` }), away = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  away.setAttribute("aria-label", `Take “${q.textContent}” away`);
  li.append(q, where, away);
  at("indicators").append(li);
  later();
}
at("quote").addEventListener("click", quote);
at("quote").addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
register({ name: "quote", label: "Quote the selected words", key: "+", group: "Query", run: quote });
register({ name: "send", label: "Send the query", key: "mod+Enter", group: "Query", run: () => at("send").click() });
register({ name: "back", label: "Back to the chart", key: "Escape", group: "Query", run: () => { if (!document.querySelector("dialog[open]")) page.querySelector("[data-key=back]").click(); } });
judge();
