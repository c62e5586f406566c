// The list of cases: one key begins.
import { register } from "../keys.js";

const start = document.querySelector("[data-key=start]");
if (start) register({ name: "start", label: "Begin with the next case", key: "s", group: "Training", run: () => start.click() });
