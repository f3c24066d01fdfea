// Asks the browser for a passkey and sends its answer with the form it stands in. Without this script the form stays hidden.
"use strict";

const decoded = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const encoded = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (list) => (list ?? []).map((one) => ({ ...one, id: decoded(one.id) }));

function question(written) {
  const asked = JSON.parse(written);
  asked.challenge = decoded(asked.challenge);
  if (asked.user) asked.user.id = decoded(asked.user.id);
  if (asked.excludeCredentials) asked.excludeCredentials = named(asked.excludeCredentials);
  if (asked.allowCredentials) asked.allowCredentials = named(asked.allowCredentials);
  return asked;
}

function answer(credential) {
  const response = { clientDataJSON: encoded(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = encoded(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: encoded(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const field = form.elements.passkey;
  const status = form.querySelector("[data-passkey-status]");
  form.hidden = false;
  form.querySelector("button").addEventListener("click", async () => {
    status.textContent = "Waiting for your passkey…";
    try {
      const asked = { publicKey: question(field.dataset.question) };
      field.value = answer(await navigator.credentials[form.dataset.passkey](asked));
      form.submit();
    } catch {
      status.textContent = "Nothing was received. Try again, or use a code.";
    }
  });
}
