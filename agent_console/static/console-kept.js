// A reply being written when the conversation was taken away: its text stays in sight until its writer decides.

import { conversation, toast, word } from "./console-dom.js";
import { write } from "./console-composer.js";
import { forgetReply, keptReply, writeInto } from "./console-drafts.js";

const TAKEN = ["reassigned", "taken_over", "handed_back", "conversation_resolved", "opted_out"];

// Shown where nothing can be replied and a reply is kept. `why` is a sentence; without one, the thread tells it.
export function showKept({ id = conversation(), why = whyTaken(), focus = false } = {}) {
  const place = document.getElementById("kept-place");
  const text = id && !document.getElementById("reply") ? keptReply(id) : "";
  if (!place || (text && place.querySelector("#kept")?.dataset.text === text)) {
    return;
  }
  place.replaceChildren();
  if (text) {
    place.append(panel(id, text, why));
    focus && document.getElementById("kept").focus();
  }
}

function panel(id, text, why) {
  const fresh = document.getElementById("kept-text").content.cloneNode(true);
  const box = fresh.firstElementChild;
  const note = document.getElementById("note");
  box.dataset.text = text;
  box.querySelector("[data-kept-why]").textContent = why;
  box.querySelector("[data-kept-words]").textContent = text;
  box.querySelector("[data-kept-copy]").addEventListener("click", () => copy(text, box));
  box.querySelector("[data-kept-drop]").addEventListener("click", () => drop(id));
  const turn = box.querySelector("[data-kept-note]");
  turn.hidden = !note || id !== conversation();
  turn.addEventListener("click", () => makeNote(id, text));
  return fresh;
}

// Who took it and to whom it went: the thread's last word on that.
function whyTaken() {
  const events = [...document.querySelectorAll("#entries .event[data-event]")];
  const last = events.filter((event) => TAKEN.includes(event.dataset.event)).pop();
  return last ? `${last.querySelector(".event-what").textContent.trim()}.` : word("taken");
}

async function copy(text, box) {
  const done = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  if (!done) {
    getSelection().selectAllChildren(box.querySelector("[data-kept-words]"));
    document.execCommand("copy"); // where the page may not write the clipboard by itself
  }
  toast(word("copied"));
}

function makeNote(id, text) {
  const note = document.getElementById("note");
  writeInto(note, note.value ? `${note.value}\n${text}` : text);
  drop(id);
  write("note");
}

function drop(id) {
  forgetReply(id);
  document.getElementById("kept-place").replaceChildren();
}
