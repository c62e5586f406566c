// Code points against UTF-16 units. The record counts code points; a JavaScript string counts units, and an emoji is two of them.

const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;

/** How many of the sorted numbers are smaller than `value`. */
function below(sorted, value) {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A ruler along `text`: `units(points)` and `points(units)` go between the two counts, `size` is the length in code points.
 * A unit in the middle of a character counts as its start. Numbers past the end are cut to it.
 */
export function ruler(text) {
  const pairs = Array.from(text.matchAll(PAIR), (m) => m.index); // where each character of two units begins, in units
  const inPoints = pairs.map((at, n) => at - n); // the same places, in points
  const cut = (value, most) => Math.min(Math.max(value, 0), most);
  const size = text.length - pairs.length;
  return {
    size,
    units: (points) => cut(points, size) + below(inPoints, cut(points, size)),
    points: (units) => cut(units, text.length) - below(pairs, cut(units, text.length)),
  };
}

/** `[start, end)` in units grown to whole graphemes, so that no half of an emoji family or a letter without its accent is taken. */
export function whole(text, start, end, near = 64) {
  const from = Math.max(0, text.lastIndexOf("\n", start - 1) + 1, start - near);
  const to = Math.min(text.length, end + near);
  for (const { index, segment } of new Intl.Segmenter().segment(text.slice(from, to))) {
    const first = from + index, last = first + segment.length;
    if (first < start && start < last) start = first;
    if (first < end && end < last) end = last;
  }
  return [start, end];
}

/** `[start, end)` in units without white space at its ends. */
export function trimmed(text, start, end) {
  while (start < end && /\s/.test(text[start])) start++;
  while (end > start && /\s/.test(text[end - 1])) end--;
  return [start, end];
}
