// The findings of the review, narrowed by typing.
const filter = document.getElementById("filter"), count = document.getElementById("count"), all = [...document.querySelectorAll("[data-finding]")];

filter.addEventListener("input", () => {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of all) {
    const text = item.dataset.words.toLowerCase();
    item.hidden = !words.every((w) => text.includes(w));
    shown += item.hidden ? 0 : 1;
  }
  count.textContent = `${shown} ${shown === 1 ? "finding" : "findings"}`;
});
