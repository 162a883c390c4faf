// Forms sent without leaving the page. What is written is kept: through errors, cut lines, and a closed browser.

import { conversation, csrf, desk, fields, morph, parse, refreshList, send, staff, toast, word } from "./console-dom.js";
import { addEntries, expectOwn, lastSeq } from "./console-thread.js";

const DRAFTS = "guichet:draft:";
let mode = "reply";
let waiting = null; // a reply that could not leave, sent again when the line is back
let go = (path) => location.assign(path);
let byKey = false;
const timers = {};

export function setUpForms(navigate) {
  go = navigate;
  document.addEventListener("submit", onSubmit);
  document.addEventListener("input", onInput);
  document.addEventListener("click", onClick);
  document.addEventListener("pointerdown", () => (byKey = false), { capture: true, passive: true });
  document.addEventListener("keydown", () => (byKey = true), { capture: true, passive: true });
}

// A conversation has been opened: its drafts come back.
export function openForms() {
  waiting = null;
  mode = document.querySelector('.composer-mode[aria-current][data-compose="note"]') ? "note" : "reply";
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const field = form.elements.text;
    const kept = localStorage.getItem(key(form));
    if (kept && !field.value) {
      field.value = kept;
      state(form, word("draft"));
    }
    if (field.value) {
      measure(field);
    }
  }
}

export function chooseMode(chosen) {
  const composer = document.getElementById("composer");
  if (!composer) {
    return;
  }
  mode = composer.dataset.canReply === "yes" ? chosen : "note";
  composer.classList.toggle("composer-note", mode === "note");
  for (const form of composer.querySelectorAll("form[data-draft]")) {
    form.hidden = form.dataset.draft !== mode;
  }
  for (const link of composer.querySelectorAll("[data-compose]")) {
    link.toggleAttribute("aria-current", false);
    if (link.dataset.compose === mode) {
      link.setAttribute("aria-current", "true");
    }
  }
}

export function write(chosen) {
  chooseMode(chosen);
  document.getElementById(mode)?.focus();
}

// The parts of the page around the thread, as the server has just told them: in answer to a form, or on its own
// account. What was refused a moment ago stays to be read until the next attempt.
export function applyParts(html, { unasked = false } = {}) {
  const parts = parse(html).getElementById("parts");
  if (!parts || (parts.dataset.conversation && parts.dataset.conversation !== conversation())) {
    return parts;
  }
  desk().dataset.mark = parts.dataset.mark ?? "";
  const couldReply = document.getElementById("composer")?.dataset.canReply;
  const entries = parts.querySelector("#part-entries");
  if (entries) {
    addEntries(entries.innerHTML);
  }
  for (const id of ["thread-head", "alerts", "composer", "context"]) {
    const [old, fresh] = [document.getElementById(id), parts.querySelector(`#${id}`)];
    if (old && fresh && !(unasked && stillToRead(old, fresh))) {
      keepViewers(old, fresh);
      keepDrafts(old, fresh, unasked);
      morph(old, fresh);
    }
  }
  chooseMode(couldReply === "no" && document.getElementById("composer")?.dataset.canReply === "yes" ? "reply" : mode);
  return parts;
}

export async function refreshParts() {
  const here = conversation();
  const answer = here && (await send(`/console/conversations/${here}/parts?view=${desk().dataset.view}`).catch(() => null));
  if (answer?.ok) {
    applyParts(await answer.text(), { unasked: true });
  }
}

function stillToRead(old, fresh) {
  return old.querySelector("[role=alert]") !== null && old.dataset.canReply === fresh.dataset.canReply;
}

export function sendWaiting() {
  const form = waiting;
  waiting = null;
  if (form?.isConnected) {
    submit(form);
  }
}

function keepViewers(old, fresh) {
  const [shown, place] = [old.querySelector("#viewers"), fresh.querySelector("#viewers")];
  if (shown && place) {
    place.replaceChildren(...[...shown.childNodes].map((node) => node.cloneNode(true)));
  }
}

// A text keeps its number until it has left: sent again under another, it would be another message. It also keeps what
// stands below it, and what its writer has seen: a message that arrives is seen when it is on the screen.
function keepDrafts(old, fresh, unasked) {
  for (const form of old.querySelectorAll("form[data-draft]")) {
    const place = fresh.querySelector(`form[data-draft="${form.dataset.draft}"]`);
    if (place) {
      keepValue(form, place, "client_id");
      unasked && keepValue(form, place, "seen");
      form.elements.text.value && keepFoot(form, place);
    }
  }
}

function keepValue(form, place, name) {
  if (form.elements[name] && place.elements[name]) {
    place.elements[name].setAttribute("value", form.elements[name].value);
  }
}

function keepFoot(form, place) {
  for (const part of ["[data-count]", "[data-state]"]) {
    const shown = form.querySelector(part);
    shown && place.querySelector(part)?.replaceWith(shown.cloneNode(true));
  }
}

function onSubmit(event) {
  const form = event.target;
  if ("signOut" in form.dataset) {
    forgetDrafts();
  } else if ("enhance" in form.dataset) {
    event.preventDefault();
    submit(form, event.submitter);
  }
}

async function submit(form, submitter) {
  if (form.dataset.busy) {
    return;
  }
  const here = conversation();
  const draft = "draft" in form.dataset;
  form.dataset.busy = "yes";
  state(form, draft ? word("sending") : "");
  const body = fields(new FormData(form, submitter));
  const answer = await send(form.action, { body, after: lastSeq() }).catch(() => null);
  delete form.dataset.busy;
  if (!answer || answer.status >= 502) {
    lost(form, draft);
    return;
  }
  const path = answer.headers.get("x-guichet-go");
  if (path) {
    if (answer.ok) {
      finish(form, draft);
    }
    answer.status === 401 ? location.assign(path) : go(path);
    return;
  }
  if (here === conversation()) {
    answered(form, draft, answer, await answer.text());
    keepPlace(form);
  }
}

function answered(form, draft, answer, html) {
  if (answer.ok) {
    finish(form, draft);
    expectOwn();
    refreshList(); // what one has done oneself is seen at once, whether or not the stream is up
  } else {
    state(form, "");
  }
  const parts = applyParts(html);
  const told = parts?.querySelector("#part-done")?.textContent || parts?.querySelector(".refused-text")?.textContent;
  toast(told || (answer.ok ? "" : parts ? "" : word("failed")));
  if (!answer.ok) {
    document.querySelector("#composer [role=alert], #alerts [role=alert], .case-change [role=alert]")?.scrollIntoView({ block: "nearest" });
  } else if (draft && (document.activeElement === document.body || form.contains(document.activeElement))) {
    document.getElementById(mode)?.focus(); // unless its writer has gone on to something else meanwhile
  }
}

// The control that was pressed may be gone: the reader's place is then the thread, or the reply they took over to write.
function keepPlace(form) {
  if (document.activeElement === document.body) {
    const writes = form.action.endsWith("/take-over") && !byKey && !matchMedia("(pointer: coarse)").matches;
    ((writes && document.getElementById("reply")) || document.getElementById("thread-scroll"))?.focus({ preventScroll: true });
  }
}

function finish(form, draft) {
  const menu = form.closest("details");
  if (menu) {
    menu.contains(document.activeElement) && menu.querySelector("summary").focus();
    menu.removeAttribute("open");
  }
  state(form, "");
  if (draft) {
    form.elements.text.value = "";
    form.elements.client_id.value = crypto.randomUUID();
    clearTimeout(timers.draft);
    localStorage.removeItem(key(form));
    typing(false);
    const count = form.querySelector("[data-count]");
    if (count) {
      show(count, count.dataset.limit, "");
    }
  }
}

function lost(form, draft) {
  if (!draft) {
    toast(word("failed"));
    return;
  }
  waiting = form;
  state(form, word("waiting"), true);
}

function onInput(event) {
  const field = event.target;
  const form = field.closest?.("form[data-draft]");
  if (!form || field.name !== "text") {
    return;
  }
  if (waiting === form) {
    waiting = null; // another text is another message
    form.elements.client_id.value = crypto.randomUUID();
  }
  state(form, "");
  const name = key(form); // now: in a moment another conversation may be open
  later("draft", 300, () => keep(form, name));
  if (field.dataset.measure) {
    later("measure", 180, () => measure(field));
  }
  if (form.dataset.draft === "reply") {
    typing(field.value !== "");
  }
}

function keep(form, name) {
  const text = form.elements.text.value;
  text ? localStorage.setItem(name, text) : localStorage.removeItem(name);
}

async function measure(field) {
  const count = field.form.querySelector("[data-count]");
  if (!count || !field.dataset.measure) {
    return;
  }
  if (!field.value) {
    show(count, count.dataset.limit, "");
    return;
  }
  const answer = await send(field.dataset.measure, { body: fields({ text: field.value }) }).catch(() => null);
  if (answer?.ok) {
    const told = await answer.json();
    show(count, told.label, told.level);
  }
}

function show(count, text, level) {
  count.textContent = text;
  count.className = `count${level ? ` count-${level}` : ""}`;
}

function onClick(event) {
  const link = event.target.closest("[data-compose]");
  if (link) {
    event.preventDefault();
    write(link.dataset.compose);
  }
}

// Colleagues see who is here and who is writing; the server forgets both after a while.
let typed = false;
export function typing(yes) {
  clearTimeout(timers.typed);
  if (yes) {
    timers.typed = setTimeout(() => typing(false), 8000);
  }
  if (yes !== typed) {
    typed = yes;
    present();
  }
}

export async function present() {
  const here = conversation();
  if (here && !document.hidden && navigator.onLine) {
    const body = fields({ typing: typed ? "yes" : "no" });
    await send(`/console/conversations/${here}/presence`, { body }).catch(() => null);
  }
}

// Leaving for another conversation, or closing the page: said by a beacon, which outlives the page.
export function leave() {
  const here = conversation();
  if (here) {
    navigator.sendBeacon(`/console/conversations/${here}/presence`, fields({ typing: "gone", csrf: csrf() }));
  }
}

export function forgetDrafts() {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(DRAFTS)) {
      localStorage.removeItem(name);
    }
  }
}

function state(form, text, failed = false) {
  const place = form.querySelector("[data-state]");
  if (place) {
    place.textContent = text;
    place.classList.toggle("composer-state-failed", failed);
  }
}

function later(name, pause, act) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(act, pause);
}

function key(form) {
  return `${DRAFTS}${staff}:${conversation()}:${form.dataset.draft}`;
}
