// Selecting: a code lights its evidence in the text, a mark in the text selects its code. The page is whole without this file.
"use strict";
(() => {
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const by = (id) => document.getElementById(id);
  const lines = all(".code"), keys = by("keys"), help = by("help"), texts = document.querySelector(".texts");
  const articles = all(".texts article"), entries = all("[data-document]");
  const wide = matchMedia("(min-width: 900px)");
  const marks = new Map(); // "3.1" -> the segments of that evidence
  for (const mark of all("mark[data-e], .spot[data-e]"))
    for (const ref of mark.dataset.e.split(" ")) marks.set(ref, [...(marks.get(ref) ?? []), mark]);
  let chosen = null, at = 0; // the code's list item; which of its evidence, from 0

  const refs = (line) => all("[data-to]", line).map((a) => a.dataset.to);
  const lit = (line) => refs(line).flatMap((ref) => marks.get(ref) ?? []);
  // At once, never gliding: across a long chart a glide takes longer than reading the place that it leads to.
  const reach = (element, block) => element.scrollIntoView({ block, behavior: "instant" });

  function dim() {
    for (const m of all(".lit, .now")) m.classList.remove("lit", "now");
    chosen?.removeAttribute("aria-current");
    chosen = null;
  }

  function open(line) {
    for (let d = line.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
  }

  function choose(line, { which = 0, focus = false } = {}) {
    if (line !== chosen) {
      dim();
      chosen = line;
      line.setAttribute("aria-current", "true");
      for (const m of lit(line)) m.classList.add("lit");
      open(line);
      if (focus) line.focus({ preventScroll: true });
      if (wide.matches) reach(line, "nearest");
    }
    show(which);
  }

  function show(which) {
    const own = refs(chosen);
    at = own.length ? (which + own.length) % own.length : 0;
    for (const m of all(".now")) m.classList.remove("now");
    const found = marks.get(own[at]) ?? [];
    for (const m of found) m.classList.add("now");
    chosen.querySelector(`[data-to="${own[at]}"]`)?.classList.add("now");
    if (found.length) reach(found[0], "center");
    tell(own.length);
    place();
  }

  function tell(size) {
    const code = chosen.querySelector("code").textContent;
    const where = chosen.querySelector("a.now .where")?.textContent ?? "";
    by("status").textContent = size ? `${code}: evidence ${at + 1} of ${size}, ${where}` : `${code}: no words of the chart are quoted.`;
  }

  function step(by) {
    const shown = lines.filter((l) => l.checkVisibility() || l === chosen);
    const next = shown[chosen ? shown.indexOf(chosen) + by : by > 0 ? 0 : shown.length - 1];
    if (next) choose(next, { focus: true });
  }

  function turn(by) {
    const top = (a) => a.getBoundingClientRect().top - (wide.matches ? texts.getBoundingClientRect().top : 0);
    const here = articles.reduce((last, a, n) => (top(a) <= 60 ? n : last), 0);
    if (articles[here + by]) reach(articles[here + by], "start");
  }

  function sheet(on = keys.hidden) {
    keys.hidden = !on;
    help.setAttribute("aria-expanded", String(on));
  }

  function leave() {
    if (!keys.hidden) return sheet(false);
    dim();
    by("status").textContent = "Select a code to see its evidence.";
  }

  const acts = { j: () => step(1), k: () => step(-1), n: () => chosen && show(at + 1), N: () => chosen && show(at - 1), "]": () => turn(1), "[": () => turn(-1), "?": () => sheet() };

  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.target.isContentEditable || event.target.closest?.("textarea, select, input:not([type=checkbox])")) return;
    if (event.key === "Escape") return leave();
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (arrow && event.target.closest?.(".code")) { event.preventDefault(); return step(arrow); }
    if (!by("keys-on").checked || !Object.hasOwn(acts, event.key)) return;
    event.preventDefault();
    acts[event.key]();
  }

  function clicked(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const number = event.target.closest("a.n"), mark = event.target.closest("mark[data-e], .spot[data-e]"), line = event.target.closest(".code");
    if (number) { event.preventDefault(); return fromText(number.closest("sup"), number.textContent); }
    if (mark) return pick(mark.dataset.e.split(" "));
    if (!line || event.target.closest("summary, .rulings") || String(getSelection())) return;
    const quote = event.target.closest("[data-to]");
    if (event.target.closest("a")) event.preventDefault();
    choose(line, { which: quote ? refs(line).indexOf(quote.dataset.to) : 0 });
  }

  function fromText(sup, code) {
    let before = sup.previousElementSibling;
    while (before && before.tagName !== "MARK") before = before.previousElementSibling;
    pick((before?.dataset.e ?? "").split(" ").filter((ref) => ref.startsWith(`${code}.`)));
  }

  // Of several codes on one passage a second click takes the next.
  function pick(own) {
    if (!own.length || String(getSelection())) return;
    const current = chosen ? own.findIndex((ref) => ref.split(".")[0] === chosen.dataset.code) : -1;
    const ref = own[(current + 1) % own.length], line = by(`c-${ref.split(".")[0]}`);
    choose(line, { which: refs(line).indexOf(ref) });
    if (!wide.matches) by("status").textContent += `. ${line.querySelector(".title").textContent}`;
  }

  const seen = new Set(); // documents near the top of the pane

  // The list of documents shows where one reads: at the evidence while it is in view, else near the top.
  function place() {
    const mark = document.querySelector("mark.now, .spot.now"), at = mark?.getBoundingClientRect();
    const inView = at && at.top >= 0 && at.bottom <= innerHeight;
    const id = inView ? mark.closest("article").id : articles.find((x) => seen.has(x.id))?.id;
    for (const e of entries) e.dataset.document === id ? e.setAttribute("aria-current", "true") : e.removeAttribute("aria-current");
  }

  function follow() {
    const watch = new IntersectionObserver((changes) => {
      for (const c of changes) c.isIntersecting ? seen.add(c.target.id) : seen.delete(c.target.id);
      place();
    }, { rootMargin: "-15% 0px -85% 0px" });
    for (const x of articles) watch.observe(x);
  }

  let opened = [];
  addEventListener("beforeprint", () => { opened = all("details:not([open])"); for (const d of opened) d.open = true; });
  addEventListener("afterprint", () => { for (const d of opened) d.open = false; });
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", clicked);
  help.addEventListener("click", () => sheet());
  for (const e of all(".js")) e.hidden = false;
  document.body.classList.add("live");
  follow();
})();
