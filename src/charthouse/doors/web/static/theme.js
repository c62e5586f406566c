// Before anything is painted: the theme that was chosen here. None: as the system says.
(() => {
  const chosen = localStorage.getItem("charthouse.theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
})();
