// A worklist of any length: only the lines in sight are in the page; blocks of lines are fetched as they come near.
import { ask, say } from "../ask.js";
import { register } from "../keys.js";

const ROW = 29, SPARE = 12;
const scroll = document.getElementById("scroll"), body = document.getElementById("rows"), none = document.getElementById("none"), counted = document.getElementById("count"), filter = document.getElementById("filter");
const { list, block } = scroll.dataset, size = Number(block), choosing = "assign" in scroll.dataset;
const chosen = new Set();
let blocks = new Map(), total = 0, words = "", now = 0, asked = 0;

const made = (tag, given = {}, ...children) => { const e = Object.assign(document.createElement(tag), given); e.append(...children); return e; };
const line = (n) => blocks.get(Math.floor(n / size))?.[n % size];
const STATES = { waiting: "◌ waiting", held: "▲ held", alone: "✓ alone", sampled: "● sample", "in work": "● in work", finished: "✓ finished" };

async function fetchBlock(n) {
  if (blocks.has(n)) return;
  blocks.set(n, []);
  const mine = asked;
  try {
    const got = await ask(`/work/${list}/rows?${new URLSearchParams({ first: n * size, q: words })}`);
    if (mine !== asked) return;
    blocks.set(n, got.rows);
    total = got.count ?? Math.max(total, n * size + got.rows.length + (got.rows.length === size ? size : 0));
    if (got.count === null && got.rows.length < size) total = n * size + got.rows.length;
    draw();
  } catch (error) { if (mine === asked) { blocks.delete(n); say(error.message, "error"); } }
}

function row(r, n) {
  const tr = made("tr", {});
  tr.dataset.n = n;
  if (n === now) tr.className = "now";
  if (!r) { tr.append(made("td", { colSpan: choosing ? 16 : 15, className: "quiet", textContent: "…" })); return tr; }
  if (choosing) {
    const box = made("input", { type: "checkbox", checked: chosen.has(r.encounter) });
    box.setAttribute("aria-label", `Choose the visit of ${r.name}`);
    box.addEventListener("change", () => choose(r.encounter, box.checked));
    tr.append(made("td", {}, box));
  }
  const whose = r.leased_by && new Date(r.leased_until) > new Date() ? `${r.leased_by} has it` : r.assigned_to || "";
  const cells = [made("a", { href: `/chart/${r.encounter}`, textContent: r.name || "Name unknown" }), r.number, made("abbr", { title: r.setting, textContent: r.setting === "inpatient" ? "IP" : "OP" }), r.unit, r.payer, r.discharged ?? r.admitted, r.days, STATES[r.state] ?? r.state, r.drg,
    r.weight?.toFixed(4) ?? "", r.confidence?.toFixed(2) ?? "", r.undecided || "", r.questions || "", r.reasons.map((x) => x.replace("gate/", "").replaceAll("-", " ")).join(", "), whose];
  for (const [k, cell] of cells.entries()) {
    const td = made("td", { className: [6, 9, 10, 11, 12].includes(k) ? "num" : "" }, cell instanceof Node ? cell : String(cell ?? ""));
    if (typeof cell === "string" && cell.length > 12) td.title = cell;
    tr.append(td);
  }
  return tr;
}

const gap = (height) => { const tr = made("tr", { className: "gap" }, made("td", { colSpan: choosing ? 16 : 15 })); tr.style.setProperty("--gap", `${height}px`); tr.setAttribute("aria-hidden", "true"); return tr; };

function draw() {
  const first = Math.max(Math.floor(scroll.scrollTop / ROW) - SPARE, 0), last = Math.min(first + Math.ceil(scroll.clientHeight / ROW) + 2 * SPARE, total);
  for (let b = Math.floor(first / size); b <= Math.floor(Math.max(last - 1, 0) / size); b++) fetchBlock(b);
  const shown = [];
  for (let n = first; n < last; n++) shown.push(row(line(n), n));
  const held = document.activeElement?.closest?.("#rows tr")?.dataset.n;
  body.replaceChildren(...(first ? [gap(first * ROW)] : []), ...shown, ...(last < total ? [gap((total - last) * ROW)] : []));
  if (held) body.querySelector(`tr[data-n="${held}"] a`)?.focus({ preventScroll: true });
  none.hidden = total > 0 || !blocks.get(0);
  counted.textContent = words ? (total ? `${total} match` : "none match") : `${total} ${total === 1 ? "chart" : "charts"}`;
}

function go(by) {
  now = Math.min(Math.max(now + by, 0), total - 1);
  const top = now * ROW;
  if (top < scroll.scrollTop + ROW) scroll.scrollTop = Math.max(top - ROW, 0);
  if (top > scroll.scrollTop + scroll.clientHeight - 3 * ROW) scroll.scrollTop = top - scroll.clientHeight + 3 * ROW;
  draw();
  body.querySelector(`tr[data-n="${now}"] a`)?.focus({ preventScroll: true });
}

function choose(visit, on) {
  if (on) chosen.add(visit); else chosen.delete(visit);
  const form = document.getElementById("assign");
  form.hidden = !chosen.size;
  document.getElementById("chosen").textContent = `${chosen.size} ${chosen.size === 1 ? "chart" : "charts"} chosen:`;
}

function anew() { asked++; blocks = new Map(); total = 0; now = 0; chosen.clear(); if (choosing) document.getElementById("assign").hidden = true; fetchBlock(0); }

let typing = 0, frame = 0;
filter.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(() => { words = filter.value.trim(); scroll.scrollTop = 0; anew(); }, 120); });
filter.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); now = 0; go(0); } });
scroll.addEventListener("scroll", () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(draw); }, { passive: true });
addEventListener("resize", draw);
document.getElementById("assign")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const priority = document.getElementById("priority").value;
  try {
    const done = await ask("/team/assign", { body: { visits: [...chosen], to: document.getElementById("to").value, priority: priority === "" ? null : Number(priority) } });
    say(`${done.assigned} given to ${done.to || "nobody"}`, "done");
    anew();
  } catch (error) { say(error.message, "error"); }
});
register({ name: "row.next", label: "Next row", key: "j", group: "Worklist", run: () => go(1) });
register({ name: "row.previous", label: "Previous row", key: "k", group: "Worklist", run: () => go(-1) });
register({ name: "grid.filter", label: "Filter the list", key: "/", group: "Worklist", run: () => filter.focus() });
register({ name: "row.open", label: "Open the row", key: "Enter", group: "Worklist", run: () => body.querySelector(`tr[data-n="${now}"] a`)?.click() });
if (choosing) register({ name: "row.choose", label: "Choose the row", key: "x", group: "Worklist", run: () => body.querySelector(`tr[data-n="${now}"] input`)?.click() });
const start = document.querySelector("[data-key=start]");
if (start) register({ name: "start", label: "Start with the first chart", key: "s", group: "Worklist", run: () => start.click() });
fetchBlock(0);
