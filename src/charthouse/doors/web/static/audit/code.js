// Blind coding by keyboard: type a code or words, take with Enter or Tab, and compare when done.
import { ask, say } from "../ask.js";
import { register } from "../keys.js";

const at = (id) => document.getElementById(id), form = at("code");
at("document")?.addEventListener("change", () => { for (const pre of document.querySelectorAll("pre[data-document]")) pre.hidden = pre.dataset.document !== at("document").value; });

if (form) {
  const list = at("found"), input = at("find"), codes = at("codes");
  let found = [], now = 0, turn = 0, waiting = 0;
  const made = (tag, given = {}, ...children) => { const e = Object.assign(document.createElement(tag), given); e.append(...children); return e; };

  const draw = () => {
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    list.replaceChildren(...found.map((f, n) => { const o = made("div", { id: `found-${n}` }, made("code", { textContent: f.code }), ` ${f.title}${f.more ? `, ${f.more}` : ""}`); o.setAttribute("role", "option"); o.setAttribute("aria-selected", String(n === now)); o.dataset.n = n; return o; }));
    if (found.length) input.setAttribute("aria-activedescendant", `found-${now}`); else input.removeAttribute("aria-activedescendant");
    list.children[now]?.scrollIntoView({ block: "nearest" });
  };

  async function look() {
    const mine = ++turn, q = input.value.trim();
    if (!q) { found = []; draw(); return; }
    try { const got = await ask(`/books/find?${new URLSearchParams({ q, system: at("system").value, on: form.dataset.day })}`); if (mine === turn) { found = got.found; now = Math.max(found.findIndex((f) => f.billable), 0); draw(); } }
    catch (error) { say(error.message, "error"); }
  }

  function poa(code) {
    const said = made("select", { className: "poa" }, ...["", "Y", "N", "U", "W", "exempt"].map((v) => made("option", { value: v, textContent: v ? `POA ${v}` : "POA" })));
    said.setAttribute("aria-label", `Present on admission, ${code}`);
    return said;
  }

  function take(f) {
    if (!f) return;
    if (!f.billable) { say(`${f.code} is not complete: ${f.more}`, "warning"); input.value = f.code; look(); return; }
    if ([...codes.children].some((li) => li.dataset.code === f.code)) { say(`${f.code} is there already`, "warning"); return; }
    const away = made("button", { type: "button", textContent: "×" });
    away.setAttribute("aria-label", `Take ${f.code} away`);
    away.addEventListener("click", () => li.remove());
    const li = made("li", {}, made("code", { textContent: f.code }), made("span", { textContent: f.title }), ...("poa" in form.dataset && at("system").value === "ICD-10-CM" ? [poa(f.code)] : []), away);
    li.dataset.code = f.code;
    codes.append(li);
    input.value = ""; found = []; draw();
  }

  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 60); });
  input.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) { now = (now + step + found.length) % found.length; draw(); event.preventDefault(); }
    if (event.key === "Enter" || (event.key === "Tab" && found.length && !event.shiftKey)) { event.preventDefault(); take(found[now]); } // Enter never sends
    if (event.key === "Escape") { found = []; draw(); }
  });
  list.addEventListener("click", (event) => { const o = event.target.closest("[role=option]"); if (o) { take(found[+o.dataset.n]); input.focus(); } });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try { const { next } = await ask(form.dataset.to, { body: { codes: [...codes.children].map((li) => ({ code: li.dataset.code, poa: li.querySelector("select")?.value ?? "" })) } }); location.assign(next); }
    catch (error) { say(error.message, "error"); }
  });
  if (input.value) look(); // typed before this was loaded
  register({ name: "done", label: "Done: compare", key: "mod+Enter", group: "Audit", run: () => at("done").click() });
}
