// A training case: words of the record looked up in the book, and the words behind a difference shown.
import { say } from "../ask.js";
import { ruler } from "../coding/points.js";
import { register } from "../keys.js";

const input = document.getElementById("find"), chooser = document.getElementById("document");

function look() {
  const words = String(getSelection()).trim().replace(/\s+/g, " ").slice(0, 80);
  if (!words) { say("Select words of the record first", "warning"); return; }
  input.value = words;
  input.focus();
  input.dispatchEvent(new Event("input"));
}

function show({ document: id, start, end }) {
  chooser.value = id;
  chooser.dispatchEvent(new Event("change"));
  const pre = document.querySelector(`pre[data-document="${CSS.escape(id)}"]`), text = pre.firstChild, { units } = ruler(pre.textContent);
  const range = document.createRange();
  range.setStart(text, units(Number(start)));
  range.setEnd(text, units(Number(end)));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  const at = range.getBoundingClientRect(), frame = pre.getBoundingClientRect();
  pre.scrollTop += at.top - frame.top - frame.height / 3;
  pre.focus({ preventScroll: true });
}

for (const button of document.querySelectorAll("button.show")) button.addEventListener("click", () => show(button.dataset));
if (input) register({ name: "look", label: "Look the selected words up", key: "+", group: "Training", run: look });
const next = document.querySelector("[data-key=next]"), back = document.querySelector("[data-key=back]");
if (next) register({ name: "next", label: "Next case", key: "s", group: "Training", run: () => next.click() });
register({ name: "back", label: "All cases", key: "Escape", group: "Training", run: () => { if (!document.querySelector("dialog[open]") && document.getElementById("found")?.hidden !== false) back.click(); } });
