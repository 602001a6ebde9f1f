// Passkeys by the browser's own interface, and passwords that can be looked at. Works on data- attributes alone.
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), one => one.charCodeAt(0));
const coded = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const ids = list => (list || []).map(one => ({ ...one, id: bytes(one.id) }));

function forCreation({ publicKey: given }) {
  const selection = { ...given.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
  return { publicKey: { ...given, challenge: bytes(given.challenge), user: { ...given.user, id: bytes(given.user.id) }, excludeCredentials: ids(given.excludeCredentials), authenticatorSelection: selection } };
}

function forProof({ publicKey: given }) {
  return { publicKey: { ...given, challenge: bytes(given.challenge), allowCredentials: ids(given.allowCredentials) } };
}

function told(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = coded(credential.response[name]);
  return JSON.stringify({
    type: credential.type, id: credential.id, rawId: coded(credential.rawId), response,
    authenticatorAttachment: credential.authenticatorAttachment, clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status === 429 ? "Too many tries. Wait a minute." : "The server did not answer. Try again.");
  return (await answer.json()).request_options;
}

const WORDS = {
  NotAllowedError: "Your device did not confirm it. Try again, or use another way.",
  InvalidStateError: "This device has a passkey for your account already.",
  SecurityError: "Passkeys need the address your administrator gave you, with https.",
};

async function prove(event) {
  const form = event.currentTarget, error = form.querySelector("[data-passkey-error]");
  if (form.elements.credential.value) return;
  event.preventDefault();
  error.hidden = true;
  const button = form.querySelector("button[type=submit]");
  button.setAttribute("aria-busy", "true");
  try {
    const options = await optionsOf(form);
    const credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create(forCreation(options))
      : await navigator.credentials.get(forProof(options));
    form.elements.credential.value = told(credential);
    form.submit();
  } catch (problem) {
    error.textContent = WORDS[problem.name] || problem.message;
    error.hidden = false;
  }
  button.removeAttribute("aria-busy");
}

if (window.PublicKeyCredential)
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    for (const line of document.querySelectorAll("[data-passkey-or]")) line.hidden = false;
    form.addEventListener("submit", prove);
  }

for (const button of document.querySelectorAll("[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-pressed", String(shown));
    input.focus();
  });
  input.form.addEventListener("submit", () => { input.type = "password"; });
}

document.querySelector("[data-focus]")?.focus();
