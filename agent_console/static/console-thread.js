// The thread: entries come at its foot without moving what is being read, older ones on top.

import { announce, conversation, counted, desk, morph, parse, send } from "./console-dom.js";

const NEAR = 48;
const SPOKEN = 160;
const READING = 2000;
const readings = new Map();
let unread = 0;
let atEnd = true;
let ownExpected = false;
const watcher = new ResizeObserver(() => atEnd && toEnd());

const scroller = () => document.getElementById("thread-scroll");
const entries = () => document.getElementById("entries");
const pill = () => document.getElementById("pill");

export function openThread() {
  unread = 0;
  atEnd = true;
  stopReading();
  watcher.disconnect();
  const place = scroller();
  if (!place) {
    return;
  }
  toEnd();
  watcher.observe(place);
  watcher.observe(entries());
  place.addEventListener("scroll", onScroll, { passive: true });
  pill()?.addEventListener("click", toEnd);
  place.addEventListener("click", onEarlier);
}

// The number of the last entry shown; what came after it is asked for.
export function lastSeq() {
  const shown = entries()?.querySelectorAll("[data-seq]");
  const last = shown?.length ? Number(shown[shown.length - 1].dataset.seq) : 0;
  return Math.max(last, Number(desk()?.dataset.last ?? 0));
}

export function expectOwn() {
  ownExpected = true;
}

// Adds entries, each once: one that is there already is brought up to date, and never goes back: answers of the server
// overtake one another.
export function addEntries(html) {
  const place = entries();
  if (!place) {
    return;
  }
  let added = 0;
  const heard = [];
  for (const fresh of [...parse(html).body.children]) {
    const known = document.getElementById(fresh.id);
    if (known) {
      bringUp(known, fresh);
    } else {
      fresh.classList.add("entry-new");
      place.append(fresh);
      added += fresh.classList.contains("message") || fresh.classList.contains("note") ? 1 : 0;
      heard.push(...("inbound" in fresh.dataset ? [fresh] : []));
    }
  }
  settle(added);
  speak(heard);
}

// Brings messages that are shown up to date: their delivery moved.
export function updateEntries(html) {
  for (const fresh of [...parse(html).body.children]) {
    const known = document.getElementById(fresh.id);
    known && bringUp(known, fresh);
  }
}

function bringUp(known, fresh) {
  const version = (element) => Number(element.dataset.version ?? 0);
  if (!known.classList.contains("day") && version(fresh) >= version(known)) {
    morph(known, fresh);
  }
}

// Only what a resident says is read out: one message as it is, several by their number.
function speak(heard) {
  if (heard.length) {
    const said = heard.length === 1 ? heard[0].querySelector(".bubble").innerText.trim() : "";
    announce(counted("new", heard.length) + (said && `. ${said.slice(0, SPOKEN)}`));
  }
}

function settle(added) {
  if (ownExpected || (atEnd && !document.hidden)) {
    ownExpected = false;
    toEnd();
  } else if (added) {
    unread += added;
    const button = pill();
    button.hidden = false;
    button.querySelector("span").textContent = counted("new", unread);
  }
}

function toEnd() {
  const place = scroller();
  if (place) {
    place.scrollTop = place.scrollHeight;
    seen();
  }
}

function seen() {
  atEnd = true;
  unread = 0;
  if (pill()) {
    pill().hidden = true;
  }
  beginReading();
}

// What has stood on the screen long enough has been read: a reply over it needs no question.
function beginReading() {
  const upTo = lastSeq();
  if (document.hidden || readings.has(upTo)) {
    return;
  }
  const note = () => {
    const field = document.querySelector("[data-seen]");
    if (field) {
      field.value = Math.max(Number(field.value), upTo);
    }
  };
  readings.set(upTo, setTimeout(note, READING));
}

function stopReading() {
  readings.forEach((timer) => clearTimeout(timer));
  readings.clear();
}

function onScroll() {
  const place = scroller();
  if (!place) {
    return; // scrolled on while the conversation left the screen
  }
  atEnd = place.scrollHeight - place.scrollTop - place.clientHeight < NEAR;
  if (!atEnd) {
    stopReading();
  } else if (!document.hidden) {
    seen();
  }
}

async function onEarlier(event) {
  const link = event.target.closest("[data-earlier]");
  if (!link) {
    return;
  }
  event.preventDefault();
  const here = conversation();
  link.setAttribute("aria-busy", "true");
  const answer = await send(link.dataset.earlier).catch(() => null);
  link.removeAttribute("aria-busy");
  if (answer?.ok && here === conversation()) {
    addEarlier(await answer.text(), link);
  }
}

function addEarlier(html, link) {
  const place = scroller();
  const before = place.scrollHeight - place.scrollTop;
  const fresh = [...parse(html).body.children];
  for (const element of fresh) {
    document.getElementById(element.id)?.remove(); // the day that went on above
  }
  entries().prepend(...fresh);
  place.scrollTop = place.scrollHeight - before;
  const first = Number(entries().querySelector("[data-seq]")?.dataset.seq ?? 1);
  if (first <= 1 || !fresh.length) {
    link.remove();
  } else {
    link.dataset.earlier = link.dataset.earlier.replace(/before=\d+/, `before=${first}`);
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    stopReading();
  } else if (atEnd) {
    toEnd();
  }
});
