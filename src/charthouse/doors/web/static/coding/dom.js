// Elements made in one call. Text is only ever set as text, so nothing that a chart says becomes markup.

/** h("button.key", { type: "button", onclick }, "Accept"): attributes by name, `on...` as listeners, `data` as dataset; null and false are left out. */
export function h(name, given = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(made.dataset, value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false && c !== ""));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for a drawing. */
export function svg(tag, given = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Brings `element` into sight within its pane without a glide; one that is in sight already stays where it is when `calm`. */
export function reach(element, pane, { calm = false, block = "center" } = {}) {
  if (calm && inSight(element, pane)) return;
  element.scrollIntoView({ block, inline: "nearest", behavior: "instant" });
}

export function inSight(element, pane) {
  const own = element.getBoundingClientRect(), frame = pane.getBoundingClientRect();
  const top = Math.max(frame.top, 0) + 40, bottom = Math.min(frame.bottom, innerHeight) - 8; // 40: the head of a document sticks to the top
  return own.height > 0 && own.top >= top && own.bottom <= bottom;
}

/** Whether keys belong to what is typed in. */
export const typing = (target) => Boolean(target?.isContentEditable || target?.closest?.("textarea, select, input:not([type=checkbox]):not([type=radio])"));
