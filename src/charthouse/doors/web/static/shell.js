// What every page of a signed-in person does: the palette, the sheet of keys, the places, the theme.
import { print, register, run } from "./keys.js";
import { palette } from "./palette.js";
import { sheet } from "./sheet.js";
import "./grid.js";

function theme() {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  localStorage.setItem("charthouse.theme", (document.documentElement.dataset.theme = dark ? "light" : "dark"));
}

register({ name: "palette", label: "Go to or do something by name", key: "mod+k", group: "Everywhere", run: palette });
register({ name: "sheet", label: "The sheet of keys", key: "?", group: "Everywhere", run: sheet });
register({ name: "theme", label: "Light or dark", key: "", group: "Everywhere", run: theme });
for (const a of document.querySelectorAll(".bar nav a[data-place]"))
  register({ name: `place.${a.dataset.place}`, label: `Go to ${a.textContent}`, key: `g ${a.dataset.place}`, group: "Places", run: () => a.click() });
document.addEventListener("click", (event) => { const b = event.target.closest("[data-do]"); if (b) run(b.dataset.do, event); });
print();
