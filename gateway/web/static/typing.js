// Only adds: saves a draft while somebody types, and offers organisations as one types. Without it every page works all the same.
"use strict";

const PAUSE = 2000; // milliseconds after the last change
const clock = new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", hour12: true });

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]");
  let waiting = 0;
  let changed = false;

  const answers = () => {
    const sent = new URLSearchParams(new FormData(form));
    sent.set("then", "autosave");
    return sent;
  };
  const save = async () => {
    changed = false;
    try {
      const answer = await fetch(form.action, { method: "POST", body: answers(), redirect: "error" });
      if (answer.status === 422 && answer.headers.get("Content-Type").startsWith("text/plain")) {
        changed = true;
        status.textContent = `Not saved yet. ${await answer.text()}`;
        return;
      }
      if (answer.status !== 204) throw new Error(answer.statusText);
      status.textContent = `Saved at ${clock.format(new Date())}`;
    } catch {
      changed = true;
      status.textContent = "Not saved yet. Go on, and press Save and continue.";
    }
  };
  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    changed = false;
  });
  addEventListener("pagehide", () => {
    clearTimeout(waiting);
    if (changed) navigator.sendBeacon(form.action, answers());
  });
}

for (const field of document.querySelectorAll("input[data-find]")) {
  const list = document.getElementById(field.getAttribute("list"));
  let waiting = 0;
  let last = "";
  const find = async () => {
    const typed = field.value.trim();
    if (typed === last || typed.length < 3) return;
    last = typed;
    try {
      const answer = await fetch(`${field.dataset.find}?search=${encodeURIComponent(typed)}`);
      const names = await answer.json();
      list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
    } catch {
      list.replaceChildren(); // the page asks which was meant
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, 250);
  });
}
