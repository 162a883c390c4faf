// A form that is a page of its own - a case to file, to correct - and not yet sent: kept in this tab, and offered again
// to whoever left it, for an alarm or by a slip.

import { staff } from "./console-dom.js";

const ALL = "guichet:form:";
const MINE = `${ALL}${staff}:`;
const RESUMED = "guichet:resumed-form";
const DONE = ["case_filed", "case_corrected"];
const UNKEPT = new Set(["csrf", "version"]);

// Call before the word on what was done is taken out of the address.
export function setUpFormDrafts() {
  endSent();
  forgetOthers();
  const form = document.querySelector("form[data-form-draft]");
  if (form) {
    offer(form);
    form.addEventListener("input", () => keep(form));
    form.addEventListener("change", () => keep(form));
    form.addEventListener("submit", () => keep(form, true));
  }
  const place = document.getElementById("form-draft");
  const other = !form && place && read(place.dataset.key);
  if (other?.path) {
    show(place, () => goTo(other), () => forget(place.dataset.key));
  }
}

function offer(form) {
  const name = form.dataset.formDraft;
  const [draft, place] = [read(name), document.getElementById("form-draft")];
  if (!draft || !place || same(draft.values, valuesOf(form))) {
    return;
  }
  const isOther = draft.path && isAnother(draft, form);
  if (sessionStorage.getItem(RESUMED) && !isOther) {
    sessionStorage.removeItem(RESUMED);
    fill(form, draft.values);
    return;
  }
  show(place, () => (isOther ? goTo(draft) : fill(form, draft.values)), () => forget(name));
}

// To the page with the questions of what was begun, which then fills itself.
function goTo(draft) {
  sessionStorage.setItem(RESUMED, "yes");
  location.assign(draft.path);
}

// Begun for another service: its questions are on another page.
function isAnother(draft, form) {
  return (draft.values.service ?? "") !== (form.elements.service?.value ?? "");
}

function show(place, resume, drop) {
  place.hidden = false;
  const [again, away] = place.querySelectorAll("button");
  again.addEventListener("click", () => {
    place.hidden = true;
    resume();
  });
  away.addEventListener("click", () => {
    place.hidden = true;
    drop();
    document.querySelector("form[data-form-draft] .input, .sheet .input")?.focus();
  });
}

function keep(form, isSent = false) {
  const values = valuesOf(form);
  const place = document.getElementById("form-draft");
  if (place && !place.hidden) {
    place.hidden = true; // who types on has chosen
  }
  const { contact, service } = values;
  const isNew = form.dataset.formDraft === "new";
  const path = isNew ? `${location.pathname}?${new URLSearchParams({ contact, service })}` : "";
  sessionStorage.setItem(MINE + form.dataset.formDraft, JSON.stringify({ values, path, isSent }));
}

function valuesOf(form) {
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !UNKEPT.has(name)) {
      values[name] = value;
    }
  }
  return values;
}

// What the page asks itself - its token, the version it shows - stays the page's.
const same = (one, other) => JSON.stringify(typed(one)) === JSON.stringify(typed(other));
const typed = ({ client_id, ...rest }) => Object.entries(rest).filter(([, value]) => value).sort();

function fill(form, values) {
  for (const field of form.elements) {
    if (!field.name || UNKEPT.has(field.name) || field.type === "file") {
      continue;
    }
    if (field.type === "radio" || field.type === "checkbox") {
      field.checked = values[field.name] === field.value;
    } else if (field.name in values) {
      field.value = values[field.name];
    }
  }
  form.querySelector(".input")?.focus();
}

// Sent, and the page that follows says that it was done.
function endSent() {
  const query = new URLSearchParams(location.search);
  if (!query.get("filed") && !DONE.includes(query.get("done"))) {
    return;
  }
  for (const name of names()) {
    read(name.slice(MINE.length))?.isSent && sessionStorage.removeItem(name);
  }
}

// Whoever signs in next in this tab finds nothing.
function forgetOthers() {
  for (const name of names(ALL)) {
    name.startsWith(MINE) || sessionStorage.removeItem(name);
  }
}

const names = (start = MINE) => Object.keys(sessionStorage).filter((name) => name.startsWith(start));
const forget = (name) => sessionStorage.removeItem(MINE + name);

function read(name) {
  try {
    const draft = JSON.parse(sessionStorage.getItem(MINE + name));
    return draft && typeof draft.values === "object" ? draft : null;
  } catch {
    return null;
  }
}
