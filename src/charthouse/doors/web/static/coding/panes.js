// Three panes whose widths a person sets and finds again.

const KEY = "charthouse.coding.panes";
const LIMITS = { documents: [160, 420, 0.15], codes: [320, 820, 0.32] }; // least, most, first as a share of the window
const FIRST = { documents: [208, 264], codes: [420, 560] }; // what the first width stays within
const first = (name) => Math.min(Math.max(innerWidth * LIMITS[name][2], FIRST[name][0]), FIRST[name][1]);

export function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // storage that is shut off, or what stands there is not ours: the first widths do
  }
}

function remember(kept) {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch { /* the widths last as long as the page */ }
}

export const within = (name, width) => Math.round(Math.min(Math.max(width, LIMITS[name][0]), LIMITS[name][1]));

/** Splitters: drag, arrow keys, Home and End; Enter or a double click folds the pane away and brings it back. */
export function panes(screen) {
  const kept = remembered();
  for (const bar of screen.querySelectorAll("[role=separator]")) {
    const name = bar.dataset.pane, side = name === "documents" ? 1 : -1;
    const show = () => {
      const width = within(name, kept[name]?.width ?? first(name)), shut = Boolean(kept[name]?.shut);
      screen.style.setProperty(`--${name}`, `${width}px`);
      screen.classList.toggle(`no-${name}`, shut);
      for (const [key, value] of [["valuemin", LIMITS[name][0]], ["valuemax", LIMITS[name][1]], ["valuenow", width]]) bar.setAttribute(`aria-${key}`, value);
      bar.setAttribute("aria-valuetext", shut ? "folded away" : `${width} pixels`);
      screen.querySelector(`[data-fold="${name}"]`)?.setAttribute("aria-expanded", String(!shut));
    };
    const set = (change) => {
      kept[name] = { ...kept[name], ...change };
      if (change.width) kept[name].width = within(name, change.width);
      show();
      remember(kept);
    };
    const width = () => within(name, kept[name]?.width ?? first(name));
    const fold = () => set({ shut: !kept[name]?.shut });
    bar.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      bar.setPointerCapture(event.pointerId);
      const from = event.clientX, was = width();
      const move = (e) => set({ width: was + side * (e.clientX - from), shut: false });
      bar.addEventListener("pointermove", move);
      bar.addEventListener("lostpointercapture", () => bar.removeEventListener("pointermove", move), { once: true });
    });
    bar.addEventListener("dblclick", fold);
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -16 * side, ArrowRight: 16 * side }[event.key];
      if (step) set({ width: width() + step, shut: false });
      else if (event.key === "Home") set({ width: LIMITS[name][0], shut: false });
      else if (event.key === "End") set({ width: LIMITS[name][1], shut: false });
      else if (event.key === "Enter") fold();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    screen.querySelector(`[data-fold="${name}"]`)?.addEventListener("click", fold);
    show();
  }
}
