const service = document.getElementById("service");
service?.addEventListener("change", () => {
  const chosen = service.selectedOptions[0].dataset;
  document.getElementById("facility").value = chosen.facility;
  document.getElementById("unit").value = chosen.unit;
});
