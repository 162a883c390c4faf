// The chat page: joins the composer, the messages on their way, the thread and the live feed.

import "./forms.js";
import { Composer } from "./composer.js";
import { Live } from "./live.js";
import { Messages } from "./messages.js";
import { newId, Outbox } from "./outbox.js";

const settings = JSON.parse(document.getElementById("settings").textContent);
const log = document.getElementById("log");
const form = document.getElementById("composer");
const bar = document.getElementById("bar");
const NEAR_END = 80;
const ABOVE = 12;
const TYPING_AFTER = 700;
const TYPING_FOR = 20_000;
const title = document.title;
let unseen = 0;

const messages = new Messages(log, {
  words: settings.words,
  icons: settings.icons,
  retry: (id) => outbox.retry(id),
  discard: (id) => outbox.discard(id),
  settled: (id) => outbox.discard(id),
});

const outbox = new Outbox({
  changed: (entry) => {
    messages.mark(entry);
    tellLine();
  },
  progress: (entry, share) => messages.progress(entry, share),
  accepted: (entry, sequence) => {
    messages.accept(entry, sequence);
    live.start();
    tabs?.postMessage("said");
    awaitAnswer();
    tellLine();
  },
});

const live = new Live({ after: () => messages.last, language: settings.language, update, refused: explainBlocked });

// What one tab begins the others follow: a page opened before anything was said listens to nothing yet.
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("guichet-chat") : null;
tabs?.addEventListener("message", () => live.start());

function send(message, files = []) {
  const entry = outbox.add({ ...message, client_id: message.client_id ?? newId() }, files);
  messages.show(entry);
  toEnd();
}

function update(data) {
  const wasAtEnd = pinned;
  const added = data.html ? messages.add(data.html, data.last) : 0;
  messages.seen(data.seen);
  tellStatus(data);
  showTyping(data.typing ? settings.words.typingAgent.replace("%", data.typing) : "", added > 0);
  if (added > 0) {
    arrived(wasAtEnd, added);
  }
}

// --- the thread and where one reads in it ---------------------------------------------------------

// Whoever stands at the end stays there while pictures load and the composer grows or shrinks.
let pinned = settings.conversation;
let room = size();
const follow = new ResizeObserver(() => pinned && toEnd());
follow.observe(log);
form && follow.observe(form.parentElement);
window.addEventListener("resize", () => pinned && toEnd());
window.addEventListener("scroll", () => {
  // A scroll that comes with another size is the page's doing, not the reader's.
  const moved = room === size();
  room = size();
  if (moved || !pinned) {
    pinned = window.scrollY >= end() - NEAR_END;
  } else {
    toEnd();
  }
  jump.hidden ||= pinned;
}, { passive: true });

function size() {
  return `${document.documentElement.scrollHeight} ${window.innerHeight}`;
}

// The foot of the page; but of a message of the town that is higher than the screen, its beginning.
function end() {
  const foot = document.documentElement.scrollHeight - window.innerHeight;
  const last = log.lastElementChild;
  if (!last?.classList.contains("message-town")) {
    return foot;
  }
  const below = bar.getBoundingClientRect().height + ABOVE;
  return Math.min(foot, last.getBoundingClientRect().top + window.scrollY - below);
}

function toEnd() {
  pinned = true;
  window.scrollTo({ top: end() });
  room = size();
  jump.hidden = true;
}

// Whoever reads further up is not moved: a button tells that something came.
function arrived(wasAtEnd, count) {
  if (wasAtEnd) {
    toEnd();
  } else {
    jump.hidden = false;
  }
  if (document.hidden) {
    unseen += count;
    document.title = `(${unseen}) ${title}`;
  }
  framed?.then((frame) => frame.tellArrived(count));
  noteSeen();
}

let noted = Number(log.dataset.last);

function noteSeen() {
  if (document.hidden || messages.last <= noted) {
    return;
  }
  noted = messages.last;
  fetch(`/chat/seen?sequence=${noted}`, { method: "POST", keepalive: true }).catch(() => {});
}

// --- who answers, who writes ------------------------------------------------------------------------

function tellStatus(data) {
  const status = document.getElementById("status");
  if (status.dataset.shown !== data.status) {
    status.dataset.shown = data.status;
    status.innerHTML = data.status;
  }
  document.getElementById("ask-person").hidden = data.held_by !== "bot";
  document.getElementById("ask-assistant").hidden = data.held_by !== "queue";
  log.dataset.heldBy = data.held_by;
  if (data.held_by !== "bot") {
    typingTimers.forEach(clearTimeout);
    typingTimers = [];
  }
}

const typing = document.getElementById("typing");
let typingTimers = [];

function awaitAnswer() {
  if (log.dataset.heldBy !== "bot") {
    return;
  }
  typingTimers.forEach(clearTimeout);
  typingTimers = [
    setTimeout(() => showTyping(settings.words.typingBot), TYPING_AFTER),
    setTimeout(() => showTyping(""), TYPING_FOR),
  ];
}

function showTyping(words, answered = false) {
  if (answered) {
    typingTimers.forEach(clearTimeout);
    typingTimers = [];
  } else if (!words && typingTimers.length > 0 && typing.textContent) {
    // The assistant is still at work.
    return;
  }
  if (typing.textContent === words) {
    return;
  }
  const wasAtEnd = pinned;
  typing.replaceChildren();
  if (words) {
    const dots = document.createElement("span");
    dots.className = "typing-dots";
    dots.append(...[1, 2, 3].map(() => document.createElement("i")));
    typing.append(dots, words);
  }
  if (wasAtEnd) {
    toEnd();
  }
}

// --- buttons ------------------------------------------------------------------------------------------

const jump = document.getElementById("jump") ?? document.createElement("button");
jump.addEventListener("click", toEnd);

// Choices, "talk to a person" and "start again" are plain forms; here they go the way of every message.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-send]") || event.target === form) {
    return;
  }
  event.preventDefault();
  sendChoice(event.submitter);
  document.querySelector("details.menu[open]")?.removeAttribute("open");
});

function sendChoice(button) {
  send({ choice: button.value, label: button.dataset.label ?? button.textContent.trim(), language: settings.language });
}

// A shared device perhaps: nothing may stay, and the page waits for that. On the document, so that forms.js asks first.
document.addEventListener("submit", async (event) => {
  if (!event.target.getAttribute("action").startsWith("/chat/leave") || event.defaultPrevented) {
    return;
  }
  event.preventDefault();
  composer?.clearDraft();
  await Promise.race([outbox.clear(), new Promise((done) => setTimeout(done, 1000))]);
  event.target.submit();
});

const times = document.querySelector("[data-times]");
times.hidden = false;
times.addEventListener("click", () => {
  const shown = log.classList.toggle("show-times");
  times.querySelector("span").textContent = shown ? settings.words.hideTimes : settings.words.showTimes;
  times.closest("details").open = false;
  times.closest("details").querySelector("summary").focus();
});
times.removeAttribute("aria-pressed");

// --- the line -------------------------------------------------------------------------------------------

function tellLine() {
  if (form) {
    document.getElementById("offline").hidden = navigator.onLine;
    document.getElementById("unreachable").hidden = !navigator.onLine || !outbox.isWaiting;
  }
}
window.addEventListener("online", tellLine);
window.addEventListener("offline", tellLine);

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    unseen = 0;
    document.title = title;
    noteSeen();
  }
});

const framed = window.parent !== window ? import("./frame.js") : null;

async function explainBlocked() {
  live.close();
  (await framed)?.explainBlocked();
}

// --- begin ----------------------------------------------------------------------------------------------------

let composer = null;
if (form) {
  composer = new Composer(form, { settings, icon: (name) => messages.icon(name), send });
  const fit = () => {
    const height = form.parentElement.getBoundingClientRect().height;
    document.documentElement.style.setProperty("--composer-height", `${Math.ceil(height)}px`);
  };
  new ResizeObserver(fit).observe(form.parentElement);
  outbox.entries.forEach((entry) => messages.show(entry));
  tellLine();
  outbox.flush();
  if (settings.conversation) {
    live.start();
    toEnd();
  }
  framed && live.ask();
  if (settings.embed || new URLSearchParams(location.search).has("start")) {
    const text = form.querySelector("textarea");
    text.focus({ preventScroll: true });
    text.setSelectionRange(text.value.length, text.value.length);
  }
}
for (const early of window.takeEarly()) {
  early.form === form ? composer.sendEarly(early.text) : sendChoice(early.button);
}
