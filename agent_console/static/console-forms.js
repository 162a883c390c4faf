// Forms sent without leaving the page. What is written is kept: through errors, cut lines, and a closed browser.

import { conversation, csrf, desk, fields, morph, parse, send, staff, toast, word } from "./console-dom.js";
import { addEntries, expectOwn, lastSeq } from "./console-thread.js";

const DRAFTS = "guichet:draft:";
let mode = "reply";
let waiting = null; // a reply that could not leave, sent again when the line is back
let go = (path) => location.assign(path);
const timers = {};

export function setUpForms(navigate) {
  go = navigate;
  document.addEventListener("submit", onSubmit);
  document.addEventListener("input", onInput);
  document.addEventListener("click", onClick);
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

// The parts of the page around the thread, as the server has just told them.
export function applyParts(html) {
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
    if (old && fresh) {
      keepViewers(old, fresh);
      keepClientIds(old, fresh);
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
    applyParts(await answer.text());
  }
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

// A text keeps its number until it has left: sent again under another, it would be another message.
function keepClientIds(old, fresh) {
  for (const form of old.querySelectorAll("form[data-draft]")) {
    const id = fresh.querySelector(`form[data-draft="${form.dataset.draft}"] [name=client_id]`);
    if (id) {
      id.setAttribute("value", form.elements.client_id.value);
    }
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
  }
}

function answered(form, draft, answer, html) {
  if (answer.ok) {
    finish(form, draft);
    expectOwn();
  } else {
    state(form, "");
  }
  const parts = applyParts(html);
  const told = parts?.querySelector("#part-done")?.textContent || parts?.querySelector(".refused-text")?.textContent;
  toast(told || (answer.ok ? "" : parts ? "" : word("failed")));
  if (!answer.ok) {
    document.querySelector("#composer [role=alert], #alerts [role=alert], .case-change [role=alert]")?.scrollIntoView({ block: "nearest" });
  } else if (draft) {
    document.getElementById(mode)?.focus();
  }
}

function finish(form, draft) {
  form.closest("details")?.removeAttribute("open");
  state(form, "");
  if (draft) {
    form.elements.text.value = "";
    form.elements.client_id.value = crypto.randomUUID();
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
  later("draft", 300, () => keep(form));
  if (field.dataset.measure) {
    later("measure", 180, () => measure(field));
  }
  if (form.dataset.draft === "reply") {
    typing(field.value !== "");
  }
}

function keep(form) {
  const text = form.elements.text.value;
  text ? localStorage.setItem(key(form), text) : localStorage.removeItem(key(form));
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
