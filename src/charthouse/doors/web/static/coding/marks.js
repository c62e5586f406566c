// Marks on a text, cut into segments that do not overlap. All numbers here are UTF-16 units; nothing here touches the page.

const GUARD = ["absent", "possible", "history", "present"]; // of two marks of one length the more guarded one decides the pattern
const BLOCK = 3000; // units of text that are laid out together: the browser skips the blocks out of sight

/**
 * Segments of `text` in order, nothing lost and nothing twice.
 * marks: [{start, end, pattern?, note?, ref?}] where ref is "L3.1", the first evidence of line L3; copies: [{start, end, ...}] that do not overlap.
 * A segment: {start, end, pattern, note, refs, closes, copy}; `closes` are the refs whose evidence ends here, `copy` the passage it belongs to.
 */
export function segments(text, marks, copies) {
  const size = text.length;
  const kept = marks.filter((m) => m.start >= 0 && m.start < Math.min(m.end, size)).map((m) => ({ ...m, end: Math.min(m.end, size) }));
  const edges = [...new Set([0, size, ...cuts(text), ...kept.flatMap((m) => [m.start, m.end]), ...copies.flatMap((c) => [c.start, c.end])])].filter((e) => e <= size);
  edges.sort((a, b) => a - b);
  const begin = Map.groupBy ? Map.groupBy(kept, (m) => m.start) : grouped(kept);
  const out = [];
  let active = [], passage = 0;
  for (let n = 0; n + 1 < edges.length; n++) {
    const [start, end] = [edges[n], edges[n + 1]];
    active = [...active.filter((m) => m.end > start), ...(begin.get(start) ?? [])];
    while (passage < copies.length && copies[passage].end <= start) passage++;
    const copy = copies[passage]?.start <= start ? copies[passage] : null;
    out.push(segment(start, end, active, copy));
  }
  return out;
}

function grouped(marks) {
  const by = new Map();
  for (const m of marks) by.set(m.start, [...(by.get(m.start) ?? []), m]);
  return by;
}

function segment(start, end, active, copy) {
  if (!active.length) return { start, end, pattern: "", note: "", refs: [], closes: [], copy };
  const said = active.filter((m) => m.pattern).sort((a, b) => a.end - a.start - (b.end - b.start) || GUARD.indexOf(a.pattern) - GUARD.indexOf(b.pattern));
  const refs = (list) => [...new Set(list.filter((m) => m.ref).map((m) => m.ref))];
  return {
    start, end, copy, pattern: said[0]?.pattern ?? "present", note: said[0]?.note ?? "",
    refs: refs(active), closes: refs(active.filter((m) => m.end === end)),
  };
}

/** Where blocks end: after the first line end past every BLOCK units; a text without line ends is cut between words. */
export function cuts(text) {
  const out = [];
  let from = 0;
  while (text.length - from > BLOCK * 1.5) {
    const line = text.indexOf("\n", from + BLOCK);
    const at = line >= 0 && line < from + 2 * BLOCK ? line + 1 : text.lastIndexOf(" ", from + 2 * BLOCK) + 1;
    if (at <= from) break;
    out.push(at);
    from = at;
  }
  return out;
}

/** Segments in blocks: [[segment, ...], ...], cut where `cuts` says. */
export function blocks(text, all) {
  const ends = new Set(cuts(text));
  const out = [[]];
  for (const s of all) {
    out.at(-1).push(s);
    if (ends.has(s.end)) out.push([]);
  }
  return out.filter((b) => b.length);
}

/** Copied passages in order, those of one origin with only white space between them made one, none overlapping another. */
export function merged(text, copies) {
  const out = [];
  for (const c of [...copies].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = out.at(-1);
    const start = Math.max(c.start, last?.end ?? 0), end = Math.min(c.end, text.length);
    if (start >= end) continue;
    if (last && last.origin === c.origin && !text.slice(last.end, start).trim()) last.end = end;
    else out.push({ ...c, start, end });
  }
  return out;
}
