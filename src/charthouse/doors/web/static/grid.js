// Tables that people work in: sort by a column, filter by typing, walk rows by keys, and say how many rows there are. For every table.grid[data-grid].
import { register } from "./keys.js";

const number = /^[-+]?[\d,.]+ ?%?$/;
const value = (cell) => { const t = cell?.dataset.sort ?? cell?.textContent.trim() ?? ""; return number.test(t) ? parseFloat(t.replace(/[,%]/g, "")) : t.toLowerCase(); };

function grid(table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const tools = document.createElement("div");
  tools.className = "grid-tools";
  const said = document.createElement("output");
  if (table.dataset.filter !== "off") {
    const field = document.createElement("input");
    field.type = "search"; field.placeholder = "Filter by typing"; field.setAttribute("aria-label", `Filter ${table.caption?.textContent ?? "the rows"}`);
    field.addEventListener("input", () => filter(field.value));
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); focus(shown()[0]); } });
    tools.append(field);
  }
  tools.append(said);
  (table.closest(".scroll") ?? table).before(tools);
  const shown = () => [...body.rows].filter((r) => !r.hidden);
  const count = () => { const n = shown().length; said.textContent = n === rows.length ? `${n} ${n === 1 ? "row" : "rows"}` : `${n} of ${rows.length} rows`; };

  function filter(words) {
    const all = words.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !all.every((w) => (row.dataset.text ??= row.textContent.toLowerCase()).includes(w));
    count();
  }

  function sort(column, up) {
    const sign = up ? 1 : -1;
    const keyed = [...body.rows].map((row) => [value(row.cells[column]), row]);
    keyed.sort(([a], [b]) => sign * (typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1));
    body.append(...keyed.map(([, row]) => row));
  }

  for (const [n, head] of [...(table.tHead?.rows[0]?.cells ?? [])].entries()) {
    if (head.dataset.sort === "off" || !head.textContent.trim()) continue;
    const button = document.createElement("button");
    button.type = "button"; button.append(...head.childNodes); head.append(button); head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      sort(n, up);
    });
  }
  const focus = (row) => {
    if (!row) return;
    for (const other of body.querySelectorAll("tr.now")) other.classList.remove("now");
    row.classList.add("now");
    (row.querySelector("a, button, input") ?? row).focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => { const all = shown(), at = all.findIndex((r) => r.classList.contains("now")); focus(all[Math.min(Math.max(at + by, 0), all.length - 1)]); };
  count();
  return step;
}

const steps = [...document.querySelectorAll("table.grid[data-grid]")].map(grid);
if (steps.length) {
  register({ name: "row.next", label: "Next row", key: "j", group: "Table", run: () => steps[0](1) });
  register({ name: "row.previous", label: "Previous row", key: "k", group: "Table", run: () => steps[0](-1) });
  register({ name: "grid.filter", label: "Filter the table", key: "/", group: "Table", run: () => document.querySelector(".grid-tools input")?.focus() });
}
