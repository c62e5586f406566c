// The editor of a list: while rules change, how many charts it would hold.
import { ask, say } from "../ask.js";

const form = document.getElementById("edit"), holds = document.getElementById("holds");
const at = (id) => document.getElementById(id);

function said() {
  const rules = {};
  for (const group of form.querySelectorAll("fieldset[data-rule]")) rules[group.dataset.rule] = [...group.querySelectorAll("input:checked")].map((i) => i.value);
  for (const field of form.querySelectorAll("input[data-rule], select[data-rule]")) rules[field.dataset.rule] = field.value === "" && field.dataset.rule !== "assigned" ? (field.dataset.rule === "days_at_least" || field.dataset.rule === "questions_at_least" ? 0 : null) : field.type === "number" ? Number(field.value) : field.value;
  return { name: at("name").value || "New list", rules, order: at("order").value, place: Number(at("place").value || 99) };
}

let turn = 0, waiting = 0;
async function attempt() {
  const mine = ++turn;
  try {
    const { count } = await ask(`/team/lists/${form.dataset.list}/try`, { body: said() });
    if (mine === turn) { holds.className = ""; holds.textContent = `It would hold ${count} ${count === 1 ? "chart" : "charts"} now.`; }
  } catch (error) { if (mine === turn) { holds.className = "error"; holds.textContent = error.message; } }
}
form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(attempt, 150); });
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try { const { id } = await ask(`/team/lists/${form.dataset.list}`, { body: said() }); location.assign(`/work/${id}`); } catch (error) { say(error.message, "error"); }
});
attempt();
