// Finding by typing: rows that hold all the words stay. The table is whole without this file.
"use strict";
(() => {
  const find = document.getElementById("find"), status = document.getElementById("status");
  if (!find) return;
  const rows = [...document.querySelectorAll("tbody tr")].map((row) => [row, row.textContent.toLowerCase()]);

  function narrow() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every((w) => text.includes(w));
      shown += row.hidden ? 0 : 1;
    }
    const all = `${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
    status.textContent = words.length ? (shown ? `${shown} of ${all}` : `None of ${all} holds these words. Take one away.`) : all;
  }

  find.addEventListener("input", narrow);
  find.closest(".js").hidden = false;
  addEventListener("keydown", (event) => {
    if (event.key === "/" && event.target !== find) { event.preventDefault(); find.focus(); }
  });
})();
