// Keyboard: single letters, off while somebody writes, and off altogether for those who want it so.

import { conversation, fields, isShown, send } from "./console-dom.js";
import { write } from "./console-composer.js";
import { focusOn } from "./console-focus.js";
import { keepKey, setUpWaiting } from "./console-waiting.js";

const REST = 1000;
const MODIFIERS = ["Shift", "CapsLock"];
const FIELDS = "input, textarea, select, [contenteditable]";
const isOff = () => document.querySelector('meta[name="shortcuts"]')?.content === "off";
const now = () => performance.now();
let leading = "";
let open = (path) => location.assign(path);
let restsUntil = 0;

export function setUpKeys(navigate) {
  open = navigate;
  setUpWaiting(playKey);
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  for (const button of document.querySelectorAll("[data-script]")) {
    button.hidden = false;
  }
  document.getElementById("keys-active")?.addEventListener("change", onSwitch);
}

// A field has gone from under somebody's fingers: what they go on typing is no command.
export function restKeys() {
  restsUntil = now() + REST;
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
  a: () => press("a"),
  c: () => press("c"),
  d: showDetails,
  r: () => write("reply"),
  n: () => write("note"),
  "?": () => help()?.showModal(),
};
const PLACES = {
  q: () => open("/console/conversations?view=queue"),
  m: () => open("/console/conversations?view=mine"),
  n: () => open(`/console/next?from=${conversation()}`),
};

function onKey(event) {
  const field = event.target.closest(FIELDS);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field?.form) {
    event.preventDefault();
    event.repeat || field.form.requestSubmit();
  } else if (event.key === "Escape") {
    leave(event);
  } else if (takesLetters(field) || event.ctrlKey || event.metaKey || event.altKey || help()?.open || isOff()) {
    leading = "";
  } else if (now() < restsUntil && isWriting(event.key)) {
    restKeys();
    event.preventDefault();
  } else if (letterOf(event)) {
    onLetter(event);
  } else if (!MODIFIERS.includes(event.key)) {
    leading = "";
  }
}

const takesLetters = (field) => field && !["checkbox", "radio", "submit"].includes(field.type);

const isWriting = (key) => key.length === 1 || ["Enter", "Backspace", "Delete"].includes(key);

// A forgotten Caps Lock changes the letter, not what is meant. Enter belongs to the control that has the focus.
function letterOf(event) {
  const letter = event.key.length === 1 || event.key === "Enter" ? event.key : "";
  return event.getModifierState("CapsLock") && letter.length === 1 ? letter.toLowerCase() : letter;
}

function onLetter(event) {
  const key = letterOf(event);
  if (keepKey(key, isCommand(key)) || command(key)) {
    event.preventDefault();
  }
}

const isCommand = (key) => leading === "g" || key === "g" || key in ACTIONS;

// Whether the key, after the one before it, was a command.
function command(key) {
  const act = leading === "g" ? PLACES[key] : key === "g" ? null : ACTIONS[key];
  leading = key === "g" && leading !== "g" ? "g" : "";
  act?.();
  return Boolean(act);
}

// A key that has waited. What follows a command that leads into a field is written there.
function playKey(key) {
  if (takesLetters(document.activeElement?.closest(FIELDS))) {
    document.execCommand("insertText", false, key === "Enter" ? "\n" : key);
  } else if (key === "Enter") {
    document.activeElement?.click();
  } else {
    command(key);
  }
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
  // From nowhere the reader's place is the control; when that goes away it passes on to what stands nearest.
  document.activeElement === document.body && control?.focus({ preventScroll: true });
  control?.click();
  const panel = control?.closest("details");
  if (panel?.open) {
    panel.querySelector("form :is(textarea, select, button, input:not([type=hidden]))")?.focus();
  }
}

function showDetails() {
  const link = document.querySelector(".details-link");
  link && isShown(link) ? link.click() : focusOn(document.getElementById("context"));
}

function leave(event) {
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.querySelector("summary").focus(); // first: a field that closes under its writer is another matter
    menu.open = false;
  } else if (document.querySelector(".desk-details")) {
    document.querySelector(".desk-details").classList.remove("desk-details");
    focusOn(document.querySelector(".details-link"));
  } else if (event.target.matches("textarea, input, select")) {
    event.target.blur();
    focusOn(document.getElementById("thread-scroll") ?? lines()[0]);
  }
}

// Kept with the person, not with the browser: they find it so wherever they sign in.
async function onSwitch(event) {
  const active = event.target.checked;
  const meta = document.querySelector('meta[name="shortcuts"]');
  meta.content = active ? "on" : "off";
  const answer = await send("/console/shortcuts", { body: fields({ active: active ? "yes" : "no" }) }).catch(() => null);
  if (!answer?.ok) {
    event.target.checked = !active;
    meta.content = active ? "off" : "on";
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
