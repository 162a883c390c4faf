// What agents have written and not sent: kept in this browser under their name, and alike in all their tabs.

import { conversation, staff, tellState, word } from "./console-dom.js";

const ALL = "guichet:draft:";
const MINE = `${ALL}${staff}:`;
const WITH_TEXT = ["client_id", "seen", "replaces", "state"];

const keptFields = () => [...document.querySelectorAll("textarea[data-keep]")];
const keyOf = (field) => `${MINE}${conversation()}:${field.dataset.keep}`;
const replyKey = (id) => `${MINE}${id}:reply`;

// `onFilled(field)` is called when a text has come into its field other than by typing.
export function setUpDrafts(onFilled) {
  forgetOthers();
  window.addEventListener("storage", (event) => {
    const field = event.key && keptFields().find((each) => keyOf(each) === event.key);
    if (field) {
      follow(field, read(event.newValue), read(event.oldValue));
      onFilled(field);
    }
  });
}

// The fields that are empty get back what was written there; gives those that did.
export function restoreDrafts() {
  forgetStaleReasons();
  const restored = keptFields().filter((field) => !field.value && draftOf(field));
  for (const field of restored) {
    fill(field, draftOf(field));
    tellState(field.form, word("draft"));
  }
  return restored;
}

// At each letter: whatever happens to the page, the text is there. It keeps its number, what its writer has seen, the
// message it replaces and the state chosen beside it.
export function keepDraft(field) {
  if (!field.value) {
    localStorage.removeItem(keyOf(field));
    return;
  }
  const draft = { text: field.value };
  for (const name of WITH_TEXT) {
    const value = field.form.elements[name]?.value;
    if (value) {
      draft[name] = value;
    }
  }
  localStorage.setItem(keyOf(field), JSON.stringify(draft));
}

// A text that has left: the field is empty, unless its writer has gone on meanwhile, which is another text.
export function endDraft(field, sent) {
  beginAnew(field, field.value.trim() === sent.trim() ? "" : field.value);
}

// Sent again under the same number a text is the same message; another text needs another.
export function renew(form) {
  if (form.elements.client_id) {
    form.elements.client_id.value = crypto.randomUUID();
  }
}

function beginAnew(field, text) {
  field.value = text;
  renew(field.form);
  if (field.form.elements.replaces) {
    field.form.elements.replaces.value = "";
  }
  keepDraft(field);
}

export function writeInto(field, text, values = {}) {
  field.value = text;
  for (const [name, value] of Object.entries(values)) {
    if (field.form.elements[name]) {
      field.form.elements[name].value = value;
    }
  }
  keepDraft(field);
}

// A case's reason is bound to the version it was written for: the field may have been given the next one.
export function moveDraft(field, name) {
  if (field.dataset.keep !== name) {
    localStorage.removeItem(keyOf(field));
    field.dataset.keep = name;
    keepDraft(field);
  }
}

export const keptReply = (id) => read(localStorage.getItem(replyKey(id)))?.text ?? "";
export const forgetReply = (id) => localStorage.removeItem(replyKey(id));

// All that is not sent: the conversation, the kind (reply, note, briefing, reason) and the text.
export function unsent() {
  return names(MINE).map((name) => {
    const [id, kind] = name.slice(MINE.length).split(":");
    return { conversation: id, kind, text: read(localStorage.getItem(name)).text };
  });
}

function follow(field, draft, before) {
  const own = field.value !== (before?.text ?? "") && field.value !== draft?.text;
  if (draft) {
    fill(field, draft);
  } else if (!field.form.dataset.busy) {
    beginAnew(field, own ? field.value : "");
    tellState(field.form, own ? "" : word("elsewhere"));
  }
}

function fill(field, draft) {
  const [start, end] = [field.selectionStart, field.selectionEnd];
  if (field.value !== draft.text) {
    field.value = draft.text;
    field === document.activeElement && field.setSelectionRange(start, end);
  }
  for (const name of WITH_TEXT) {
    const place = field.form.elements[name];
    if (place && draft[name]) {
      place.value = name === "seen" ? Math.min(Number(place.value), Number(draft.seen)) : draft[name];
    }
  }
}

const draftOf = (field) => read(localStorage.getItem(keyOf(field)));

function read(kept) {
  if (kept === null) {
    return null;
  }
  try {
    const draft = JSON.parse(kept);
    return typeof draft?.text === "string" ? draft : { text: kept };
  } catch {
    return { text: kept }; // kept by an earlier release, as plain text
  }
}

// Drafts belong to who wrote them: whoever signs in next at this browser finds none.
function forgetOthers() {
  for (const name of names(ALL)) {
    if (!name.startsWith(MINE)) {
      localStorage.removeItem(name);
    }
  }
}

// A case that has moved on leaves no reason behind: what was written for the state before is not for this one.
function forgetStaleReasons() {
  for (const field of keptFields()) {
    const [kind, id] = field.dataset.keep.split(":");
    if (kind === "reason") {
      const stale = names(`${MINE}${conversation()}:reason:${id}:`).filter((name) => name !== keyOf(field));
      stale.forEach((name) => localStorage.removeItem(name));
    }
  }
}

function names(start) {
  return Object.keys(localStorage).filter((name) => name.startsWith(start));
}
