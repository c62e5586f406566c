// Asks for the chart while the modules of the screen still load. A script of its own, no module, so that it waits for nothing.
globalThis.firstState = fetch(`/chart/${encodeURIComponent(document.currentScript.dataset.chart)}/state`, { headers: { accept: "application/json" }, priority: "high" }).catch(() => null);
