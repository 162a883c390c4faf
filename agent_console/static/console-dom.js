// Small means that the console's modules share: words, announcements, requests, and changing a page in place.

const words = document.getElementById("words")?.dataset ?? {};
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

export const staff = meta("staff");
export const csrf = () => meta("csrf-token");

export function word(name) {
  return words[name] ?? "";
}

// "1 nouveau message", "5 nouveaux messages": the words `<name>One` and `<name>Other`.
export function counted(name, count) {
  return word(`${name}${count === 1 ? "One" : "Other"}`).replace("%", count);
}

const TOAST_LASTS = 5000;
const CHOICE_LASTS = 10_000;

// A sentence at the foot of the page, read out, gone after a while; with a way back it stays longer, and while it has
// the focus.
export function toast(text, wayBack = null) {
  const place = document.getElementById("toasts");
  if (!text || !place) {
    return;
  }
  const line = document.createElement("div");
  line.className = "toast";
  line.append(Object.assign(document.createElement("p"), { textContent: text }), ...(wayBack ? [wayBack] : []));
  place.replaceChildren(line);
  const lasts = wayBack ? CHOICE_LASTS : TOAST_LASTS;
  const end = () => (line.contains(document.activeElement) ? setTimeout(end, lasts) : line.remove());
  setTimeout(end, lasts);
}

// For those who do not see the page: said once, shown nowhere; quietly, unless it cannot wait.
export function announce(text, { now = false } = {}) {
  const place = document.getElementById(now ? "spoken-now" : "spoken");
  if (text && place) {
    place.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
  }
}

// A request as the server knows it from its own pages. Throws when the network does.
export function send(address, { body, after, signal } = {}) {
  const headers = { "X-Guichet": "parts", "X-CSRF-Token": csrf() };
  if (after !== undefined) {
    headers["X-Guichet-After"] = String(after);
  }
  return fetch(address, { method: body ? "POST" : "GET", body, headers, signal, redirect: "manual" });
}

// What becomes of a form's text, in one line under it.
export function tellState(form, text, failed = false) {
  const place = form.querySelector("[data-state]");
  if (place) {
    place.textContent = text;
    place.classList.toggle("composer-state-failed", failed);
  }
}

export const isShown = (element) => element.isConnected && element.getClientRects().length > 0;

export function fields(values) {
  return new URLSearchParams(values);
}

export function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

// Changes an element into its new self and leaves alone what belongs to the person at work:
// texts being written, menus they opened, the kind of message they chose, what they have sent and is not answered yet.
export function morph(element, fresh) {
  window.Idiomorph.morph(element, fresh, {
    morphStyle: "outerHTML",
    ignoreActiveValue: true,
    callbacks: {
      beforeNodeMorphed: (old) => !(old instanceof HTMLTextAreaElement && "keep" in old.dataset && old.value),
      beforeAttributeUpdated: (name, node) =>
        name !== "data-busy" &&
        !(name === "open" && "keepOpen" in node.dataset) &&
        !(name === "hidden" && "draft" in node.dataset),
    },
  });
}

export function desk() {
  return document.getElementById("desk");
}

export function conversation() {
  return desk()?.dataset.conversation ?? "";
}

// The list as it stands now. A hidden page waits until it is looked at.
export function refreshList() {
  const list = document.getElementById("list");
  if (list && window.htmx && !document.hidden) {
    window.htmx.trigger(list, "refresh");
  }
}
