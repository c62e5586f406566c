import { register } from "../keys.js";
const start = document.querySelector("[data-key=start]");
if (start) register({ name: "start", label: "Start with the first chart", key: "s", group: "Worklist", run: () => start.click() });
