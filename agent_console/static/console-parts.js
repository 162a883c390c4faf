// The parts of the page around the thread, brought up to date without taking anything from whoever works there.

import { conversation, desk, morph, parse, send, toast } from "./console-dom.js";
import { chooseMode, writingMode } from "./console-composer.js";
import { moveDraft, restoreDrafts } from "./console-drafts.js";
import { showKept } from "./console-kept.js";
import { measure } from "./console-measure.js";
import { addEntries } from "./console-thread.js";

const PARTS = ["thread-head", "alerts", "composer", "context"];
let asked = 0; // the page's own questions are numbered
let shown = 0; // the last question whose answer may no longer be shown: something newer stands there

// As the server has just told them: in answer to a form, or on its own account (`unasked`). What was refused a moment
// ago stays to be read until the next attempt.
export function applyParts(html, { unasked = false } = {}) {
  const parts = parse(html).getElementById("parts");
  if (!parts || (parts.dataset.conversation && parts.dataset.conversation !== conversation())) {
    return parts;
  }
  shown = unasked ? shown : asked; // answers still on their way may be older than this one
  desk().dataset.mark = parts.dataset.mark ?? "";
  const couldReply = document.getElementById("composer")?.dataset.canReply;
  const wasWriting = document.activeElement?.id === "reply";
  const entries = parts.querySelector("#part-entries");
  if (entries) {
    addEntries(entries.innerHTML);
  }
  for (const id of PARTS) {
    const [old, fresh] = [document.getElementById(id), parts.querySelector(`#${id}`)];
    if (old && fresh && !(unasked && stillToRead(old, fresh))) {
      bringUp(old, fresh, unasked);
    }
  }
  const canReply = document.getElementById("composer")?.dataset.canReply;
  chooseMode(couldReply === "no" && canReply === "yes" ? "reply" : writingMode());
  restoreDrafts().forEach(measure);
  showKept({ focus: wasWriting });
  if (wasWriting && canReply === "no" && !document.getElementById("kept")) {
    toast(lastEvent());
  }
  return parts;
}

export async function refreshParts() {
  const here = conversation();
  const number = (asked += 1);
  const answer = here && (await send(`/console/conversations/${here}/parts?view=${desk().dataset.view}`).catch(() => null));
  const html = answer?.ok && (await answer.text().catch(() => null));
  if (number <= shown) {
    number === asked && (await refreshParts()); // overtaken by the answer to a form, and nobody has asked since
  } else if (html) {
    shown = number;
    applyParts(html, { unasked: true });
  }
}

function bringUp(old, fresh, unasked) {
  keepViewers(old, fresh);
  keepForms(old, fresh, unasked);
  morph(old, fresh);
}

function lastEvent() {
  return [...document.querySelectorAll("#entries .event .event-what")].pop()?.textContent.trim() ?? "";
}

function stillToRead(old, fresh) {
  return old.querySelector("[role=alert]") !== null && old.dataset.canReply === fresh.dataset.canReply;
}

function keepViewers(old, fresh) {
  const [shown, place] = [old.querySelector("#viewers"), fresh.querySelector("#viewers")];
  if (shown && place) {
    place.replaceChildren(...[...shown.childNodes].map((node) => node.cloneNode(true)));
  }
}

// A text keeps its number until it has left: sent again under another, it would be another message. It also keeps what
// stands below it, and what its writer has seen: a message that arrives is seen when it has been on the screen, and a
// case that moves under a reason is asked about, not moved again.
function keepForms(old, fresh, unasked) {
  for (const field of old.querySelectorAll("textarea[data-keep]")) {
    const place = field.id && fresh.querySelector(`textarea#${CSS.escape(field.id)}`);
    if (!place) {
      continue;
    }
    keepValue(field.form, place.form, "client_id");
    if (unasked) {
      keepValue(field.form, place.form, "seen");
      keepPart(field.form, place.form, "[data-state]");
    }
    if (field.value || field.form.closest("details[open]")) {
      keepTold(field.form, fresh);
    }
    if (field.value) {
      keepValue(field.form, place.form, "replaces");
      keepPart(field.form, place.form, "[data-state]");
      keepPart(field.form, place.form, "[data-count]");
      unasked ? keepValue(field.form, place.form, "version") : moveDraft(field, place.dataset.keep);
    }
  }
}

function keepValue(form, place, name) {
  if (form.elements[name] && place.elements[name]) {
    place.elements[name].setAttribute("value", form.elements[name].value);
  }
}

function keepTold(form, fresh) {
  for (const told of form.querySelectorAll(".told[id]")) {
    fresh.querySelector(`#${CSS.escape(told.id)}`)?.replaceWith(told.cloneNode(true));
  }
}

function keepPart(form, place, part) {
  const shown = form.querySelector(part);
  shown && place.querySelector(part)?.replaceWith(shown.cloneNode(true));
}
