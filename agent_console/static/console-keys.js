// Keyboard: single letters, off while somebody writes, and off altogether for those who want it so.

import { write } from "./console-forms.js";

const OFF = "guichet:keys-off";
let leading = "";

export function setUpKeys(open) {
  document.addEventListener("keydown", (event) => onKey(event, open));
  document.addEventListener("click", onClick);
  for (const button of document.querySelectorAll("[data-script]")) {
    button.hidden = false;
  }
  const active = document.getElementById("keys-active");
  if (active) {
    active.checked = !localStorage.getItem(OFF);
    active.addEventListener("change", () =>
      active.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "yes"),
    );
  }
}

const help = () => document.getElementById("help");
const lines = () => [...document.querySelectorAll("#lines .line-link")];

const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  t: () => press("t"),
  b: () => press("b"),
  s: () => press("s"),
  e: () => press("e"),
  r: () => write("reply"),
  n: () => write("note"),
  "?": () => help()?.showModal(),
};

function onKey(event, open) {
  const field = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field?.form) {
    event.preventDefault();
    field.form.requestSubmit();
    return;
  }
  if (event.key === "Escape") {
    leave(event);
    return;
  }
  const typing = field && !["checkbox", "radio", "submit"].includes(field.type);
  if (typing || event.ctrlKey || event.metaKey || event.altKey || help()?.open || localStorage.getItem(OFF)) {
    leading = "";
    return;
  }
  if (leading === "g" && (event.key === "q" || event.key === "m")) {
    event.preventDefault();
    open(`/console/conversations?view=${event.key === "q" ? "queue" : "mine"}`);
  } else if (event.key !== "g" && ACTIONS[event.key]) {
    event.preventDefault();
    ACTIONS[event.key]();
  }
  leading = event.key === "g" ? "g" : "";
}

// To the next line of the list; Enter, being a link's own key, opens it.
function step(by) {
  const all = lines();
  const here = all.findIndex((line) => line === document.activeElement);
  const shown = all.findIndex((line) => line.hasAttribute("aria-current"));
  const from = here >= 0 ? here : shown;
  const next = all[from < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(from + by, 0), all.length - 1)];
  next?.focus();
}

function press(key) {
  const control = document.querySelector(`[data-key="${key}"]`);
  control?.click();
  const menu = control?.closest("details");
  if (menu?.open) {
    menu.querySelector(".menu-panel :is(textarea, select, button)")?.focus();
  }
}

function leave(event) {
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (document.querySelector(".desk-details")) {
    document.querySelector(".desk-details").classList.remove("desk-details");
  } else if (event.target.matches("textarea, input, select")) {
    event.target.blur();
    (document.querySelector(".line-link[aria-current]") ?? lines()[0])?.focus();
  }
}

// One menu at a time; a click elsewhere closes it. The surroundings slide in on narrow screens.
function onClick(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) {
      menu.open = false;
    }
  }
  if (event.target.closest("[data-opens]")) {
    help()?.showModal();
  }
  const details = event.target.closest("[data-details]");
  if (details) {
    event.preventDefault();
    const opened = document.getElementById("desk").classList.toggle("desk-details");
    document.querySelector(opened ? "#context a" : ".details-link")?.focus();
  }
}
