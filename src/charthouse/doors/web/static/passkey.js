// Passkeys: what the server asks goes to the authenticator, and its answer back.
import { ask, say } from "./ask.js";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const listed = (list) => (list ?? []).map((c) => ({ ...c, id: bytes(c.id) }));

async function made(options) {
  const c = await navigator.credentials.create({ publicKey: { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: listed(options.excludeCredentials) } });
  return { id: c.id, rawId: text(c.rawId), type: c.type, response: { clientDataJSON: text(c.response.clientDataJSON), attestationObject: text(c.response.attestationObject), transports: c.response.getTransports?.() ?? [] }, clientExtensionResults: {} };
}

async function proven(options) {
  const c = await navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials) } });
  const { clientDataJSON, authenticatorData, signature, userHandle } = c.response;
  return { id: c.id, rawId: text(c.rawId), type: c.type, response: { clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature), userHandle: userHandle ? text(userHandle) : null }, clientExtensionResults: {} };
}

/** What went wrong, in words: a person who leaves the browser's own question is told so. */
const wrong = (error) => say(error.name === "NotAllowedError" ? "The passkey was not used. Try again, or use another way." : error.message, "error");

const part = document.querySelector("[data-passkey]"), way = part?.dataset.passkey;

async function use() {
  try {
    const options = way === "sign-in" ? JSON.parse(part.dataset.options) : await ask(`/prove/passkey/ask?next=${encodeURIComponent(part.dataset.next)}`, { body: {} });
    const { next } = await ask(way === "sign-in" ? "/sign-in/passkey" : "/prove/passkey", { body: { answer: await proven(options) } });
    location.assign(next);
  } catch (error) { wrong(error); }
}

part?.querySelector("[data-use]")?.addEventListener("click", use);
if (way === "sign-in") use();
if (way === "add") {
  part.querySelector("button").disabled = false;
  part.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const name = part.querySelector("input").value, answer = await made(await ask("/account/passkeys/ask", { body: {} }));
      const { next } = await ask("/account/passkeys", { body: { answer, name } });
      location.assign(next);
    } catch (error) { wrong(error); }
  });
}
