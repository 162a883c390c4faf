// Forms sent without leaving the page. What is written is kept: through errors, cut lines, and a closed browser.

import { conversation, fields, refreshList, send, tellState, toast, word } from "./console-dom.js";
import { readMode, setUpModes, write, writingMode } from "./console-composer.js";
import { endDraft, keepDraft, renew, restoreDrafts, setUpDrafts, writeInto } from "./console-drafts.js";
import { findPlace } from "./console-focus.js";
import { showKept } from "./console-kept.js";
import { measure, measureSoon, setUpPreviews } from "./console-measure.js";
import { applyParts } from "./console-parts.js";
import { typing } from "./console-presence.js";
import { expectOwn, lastSeq } from "./console-thread.js";
import { dropKept, playKept } from "./console-waiting.js";

let waiting = null; // a reply that could not leave, sent again when the line is back
let go = (path) => location.assign(path);
let byKey = false;
const again = new WeakMap(); // forms sent once more before their answer had come, and their text then

export function setUpForms(navigate) {
  go = navigate;
  setUpModes();
  setUpPreviews();
  setUpDrafts(onFilled);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("input", onInput);
  document.addEventListener("click", onEdit);
  document.addEventListener("pointerdown", () => (byKey = false), { capture: true, passive: true });
  document.addEventListener("keydown", () => (byKey = true), { capture: true, passive: true });
}

// A conversation has been opened: its drafts come back.
export function openForms() {
  waiting = null;
  readMode();
  restoreDrafts();
  settleSent([...document.forms]);
  document.querySelectorAll("textarea[data-keep]").forEach((field) => field.value && measure(field));
  showKept();
}

// What stands in the thread has left, though its answer was lost on the way: its field lets go of it. Of what another tab
// has sent the draft tells; here a form is looked at that waits for the line, or every one of a page just opened.
export function settleSent(forms = [waiting]) {
  for (const field of document.querySelectorAll("textarea[data-keep]")) {
    const { form } = field;
    if (field.value && forms.includes(form) && standsInThread(form.elements.client_id?.value, field.value)) {
      waiting = waiting === form ? null : waiting;
      endDraft(field, field.value);
      tellState(form, word("left"));
      measure(field);
    }
  }
}

// Under the same number another text would be another message.
function standsInThread(number, text) {
  const entry = number && document.querySelector(`#entries [data-client="${CSS.escape(number)}"]`);
  const plain = (words) => words.replace(/\s+/g, " ").trim();
  return Boolean(entry) && plain(entry.querySelector(".note-text, .bubble > p").textContent) === plain(text);
}

export function sendWaiting() {
  const form = waiting;
  waiting = null;
  if (form?.isConnected) {
    submit(form);
  }
}

function onSubmit(event) {
  if ("enhance" in event.target.dataset) {
    event.preventDefault();
    submit(event.target, event.submitter);
  }
}

async function submit(form, submitter) {
  if (form.dataset.busy === form.action) {
    again.set(form, textOf(form));
    return;
  }
  again.delete(form);
  const here = conversation();
  const draft = "draft" in form.dataset;
  form.dataset.busy = form.action;
  delete form.dataset.stopped;
  tellState(form, draft ? word("sending") : "");
  const body = fields(new FormData(form, submitter));
  const answer = await send(form.action, { body, after: lastSeq() }).catch(() => null);
  const html = await answer?.text().catch(() => null);
  delete form.dataset.busy;
  if (typeof html !== "string" || answer.status >= 502) {
    lost(form, draft);
    return;
  }
  const path = answer.headers.get("x-guichet-go");
  if (path) {
    if (answer.ok) {
      finish(form, body);
    }
    answer.status === 401 ? location.assign(path) : go(path);
    return;
  }
  if (here === conversation()) {
    answered(form, body, answer, html);
    keepPlace(form);
    answer.ok && sendNext(form);
  }
  playKept();
}

const textOf = (form) => form.querySelector("textarea[data-keep]")?.value.trim() ?? "";

// Sent again while the first text was on its way: what had been written meanwhile is the next message, if it is whole.
function sendNext(form) {
  if (form.isConnected && textOf(form) && again.get(form) === textOf(form)) {
    submit(form);
  }
}

function answered(form, body, answer, html) {
  const draft = "draft" in form.dataset;
  if (answer.ok) {
    finish(form, body);
    expectOwn();
    refreshList(); // what one has done oneself is seen at once, whether or not the stream is up
  } else {
    tellState(form, "");
  }
  const parts = applyParts(html);
  const told = parts?.querySelector("#part-done")?.textContent || parts?.querySelector(".refused-text")?.textContent;
  tell(form, answer.ok && draft, told || (answer.ok || parts ? "" : word("failed")));
  if (!answer.ok) {
    document.querySelector("#composer [role=alert], #alerts [role=alert], .field-error[role=alert]")?.scrollIntoView({ block: "nearest" });
  } else if (draft && (document.activeElement === document.body || form.contains(document.activeElement))) {
    document.getElementById(writingMode())?.focus(); // unless its writer has gone on to something else meanwhile
  }
}

// A message that has left stands in the thread: a word under its form is enough, and goes with the next letter.
function tell(form, asState, text) {
  const place = document.getElementById(form.id) ?? form;
  asState && place.querySelector("[data-state]") ? tellState(place, text) : toast(text);
}

// The control that was pressed may be gone: who took the conversation over by pointer goes on to write.
function keepPlace(form) {
  if (document.activeElement === document.body) {
    findPlace();
  }
  const nowhere = document.activeElement?.id === "thread-scroll";
  const writes = form.action.endsWith("/take-over") && !byKey && !matchMedia("(pointer: coarse)").matches;
  if (nowhere && writes) {
    document.getElementById("reply")?.focus({ preventScroll: true });
  }
}

function finish(form, body) {
  const menu = form.closest("details");
  if (menu) {
    menu.contains(document.activeElement) && menu.querySelector("summary").focus();
    menu.removeAttribute("open");
  }
  tellState(form, "");
  for (const field of form.querySelectorAll("textarea[data-keep]")) {
    endDraft(field, body.get(field.name) ?? "");
    measure(field);
  }
  if ("draft" in form.dataset) {
    typing(false);
  }
}

function lost(form, draft) {
  if (!draft) {
    toast(word("failed"));
    dropKept();
    return;
  }
  waiting = form;
  tellState(form, word("waiting"), true);
  settleSent();
}

function onInput(event) {
  const field = event.target;
  if (field.name === "state" || field.name === "resume") {
    const text = field.form.querySelector("textarea[data-keep]");
    keepDraft(text);
    measureSoon(text);
  }
  if (!field.matches?.("textarea[data-keep]")) {
    return;
  }
  const form = field.form;
  if (waiting === form || form.dataset.busy) {
    stopWaiting(form); // another text is another message
    renew(form);
  }
  tellState(form, form.dataset.stopped ? word("stopped") : "", Boolean(form.dataset.stopped));
  keepDraft(field);
  measureSoon(field);
  if (form.dataset.draft === "reply") {
    typing(field.value !== "");
  }
}

// A text that waited for the line and is changed meanwhile leaves no more by itself: its form says so until it is sent.
function stopWaiting(form) {
  if (waiting === form) {
    waiting = null;
    form.dataset.stopped = "yes";
  }
}

// A message that failed, to be written anew: the reply that is sent takes its place.
function onEdit(event) {
  const link = event.target.closest("[data-edit]");
  const field = document.getElementById("reply");
  if (!link || !field) {
    return;
  }
  event.preventDefault();
  const text = field.value.trim() ? `${field.value}\n${link.dataset.text}` : link.dataset.text;
  writeInto(field, text, { replaces: link.dataset.edit });
  write("reply");
  tellState(field.form, word("replacing"));
  measure(field);
}

// The text has changed in another tab: it is no longer the one that waited for the line.
function onFilled(field) {
  stopWaiting(field.form);
  measure(field);
}
