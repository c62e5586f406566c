// Questions to the server: JSON there and back, with the token that shows they come from this page. What fails is told in words, and nothing typed is lost.

const meta = (name) => document.querySelector(`meta[name="${name}"]`);

/** What the server refused: `status`, `code` ("CH-0821"), the words as `message`, and the whole answer as `answer`. */
export class Refused extends Error {
  constructor(status, answer) {
    super(answer?.error?.message ?? "The server did not answer as expected. What was saved is safe; try again.");
    this.status = status; this.code = answer?.error?.code ?? ""; this.answer = answer;
  }
}

/** The JSON that `path` answers. `body` makes it a POST. Raises `Refused`. When the session ended, the person signs in again in place and the question is asked once more. */
export async function ask(path, { body, method = body === undefined ? "GET" : "POST", signal } = {}) {
  const headers = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET") headers["x-csrf"] = meta("csrf")?.content ?? "";
  let answer;
  try {
    answer = await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, { error: { code: "", message: "The server cannot be reached. What you typed is still here; try again in a moment." } });
  }
  const said = answer.headers.get("content-type")?.includes("json") ? await answer.json() : null;
  if (answer.status === 401 && (await signedInAgain())) return ask(path, { body, method, signal });
  if (!answer.ok) throw new Refused(answer.status, said);
  return said;
}

let waiting = null;

/** Waits until the same person is signed in again (in another tab), and takes the new session's token. False when they give up. */
function signedInAgain() {
  waiting ??= new Promise((settle) => {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-labelledby", "again");
    dialog.innerHTML = `<h2 id="again">Your session has ended</h2><p>Nothing is lost: what you did stays on this page. Sign in in another tab, then go on here.</p><p class="wrong error" role="alert"></p>
      <p class="row"><a class="button main" href="/sign-in" target="_blank" rel="noopener">Sign in</a><button type="button" value="go">Go on</button><button type="button" value="">Not now</button></p>`;
    const close = (went) => { dialog.close(); dialog.remove(); waiting = null; settle(went); };
    const check = async () => {
      const answer = await fetch("/session", { headers: { accept: "application/json" } }).catch(() => null);
      const said = answer?.ok ? await answer.json() : null;
      if (said && said.who === meta("who")?.content) { meta("csrf").content = said.csrf; close(true); return; }
      dialog.querySelector(".wrong").textContent = said ? "Somebody else is signed in in this browser now." : "You are not signed in yet.";
    };
    dialog.addEventListener("click", (event) => { const b = event.target.closest("button"); if (b) b.value ? check() : close(false); });
    dialog.addEventListener("cancel", () => close(false));
    document.body.append(dialog);
    dialog.showModal();
  });
  return waiting;
}

let clearing = 0;
/** Tells the person, in the corner and to a screen reader. `kind`: info, done, warning, error. Errors stay longer. */
export function say(text, kind = "info") {
  const at = document.getElementById("said");
  at.replaceChildren(Object.assign(document.createElement("span"), { className: kind, textContent: `${{ error: "■ ", warning: "▲ ", done: "✓ " }[kind] ?? ""}${text}` }));
  clearTimeout(clearing);
  clearing = setTimeout(() => at.replaceChildren(), kind === "error" ? 12000 : 4000);
}
