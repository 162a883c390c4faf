// The pretend phone. The server holds everything; this page shows it and types.
import { api, clock, day, element, initials, readable, toBase64, words } from "./helpers.js";
import { showMails, addMail } from "./mail.js";
import { startModes, showModes, showCounters } from "./modes.js";

const $ = (id) => document.getElementById(id);
const thread = $("thread"), box = $("thread-box"), text = $("text"), photo = $("photo"), preview = $("preview"), lines = $("line");
const MAX_PHOTO = 30_000_000;
let current = null;
let events = null;
const unread = new Map();
const drafts = new Map();

// People ------------------------------------------------------------------------------------------

const people = () => [...document.querySelectorAll("#people button")];

function dress(button) {
  button.querySelector(".face").textContent = initials(button.dataset.name);
  button.querySelector(".number").textContent = readable(button.dataset.number);
  button.addEventListener("click", () => choose(button.dataset.number));
}

async function choose(number) {
  if (current) drafts.set(current, text.value);
  current = number;
  unread.delete(number);
  localStorage.setItem("resident", number);
  for (const button of people()) button.setAttribute("aria-pressed", String(button.dataset.number === number));
  text.value = drafts.get(number) ?? "";
  fit();
  showUnread();
  await showThread();
}

function addPerson(number, name) {
  const known = people().find((button) => button.dataset.number === number);
  if (known) return;
  const item = document.querySelector("#people li").cloneNode(true);
  const button = item.querySelector("button");
  button.dataset.number = number;
  button.dataset.name = name;
  button.querySelector("strong").textContent = name;
  $("people").append(item);
  dress(button);
}

function showUnread() {
  for (const button of people()) {
    const badge = button.querySelector(".badge");
    const count = unread.get(button.dataset.number) ?? 0;
    badge.hidden = !count;
    badge.textContent = count;
    badge.setAttribute("aria-label", `${count} ${words.unread}`);
  }
}

function normalised(typed) {
  const digits = typed.replace(/[\s().-]/g, "").replace(/^00/, "+");
  const number = /^0[1-9]\d{8}$/.test(digits) ? `+33${digits.slice(1)}` : digits;
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : null;
}

$("another").addEventListener("submit", (event) => {
  event.preventDefault();
  const number = normalised($("another-number").value);
  $("another-wrong").textContent = number ? "" : words.another_wrong;
  $("another-number").setAttribute("aria-invalid", String(!number));
  if (!number) return;
  addPerson(number, readable(number));
  localStorage.setItem("added", JSON.stringify([...new Set([...added(), number])]));
  $("another-number").value = "";
  $("another").closest("details").open = false;
  listen();
  choose(number);
});

const added = () => JSON.parse(localStorage.getItem("added") ?? "[]");

// Thread ------------------------------------------------------------------------------------------

async function showThread() {
  const wanted = current;
  const { messages } = await api(`/api/messages?resident=${encodeURIComponent(wanted)}&limit=300`);
  if (wanted !== current) return;
  thread.replaceChildren();
  for (const message of messages) showMessage(message);
  $("nothing").hidden = messages.length > 0;
  box.scrollTop = document.getElementById("nothing").hidden ? box.scrollHeight : 0;
}

function showMessage(message) {
  const shown = document.querySelector(`#thread [data-sid="${message.sid}"]`);
  if (shown) {
    shown.className = classOf(message);
    shown.querySelector(".meta").textContent = metaOf(message);
    return;
  }
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const date = day(message.created_at);
  if (thread.dataset.day !== date || !thread.children.length) {
    thread.append(element("div", { className: "day", textContent: date }));
    thread.dataset.day = date;
  }
  const item = element("div", { className: classOf(message) });
  item.dataset.sid = message.sid;
  const bubble = element("div", { className: "bubble" });
  const author = message.direction === "in" ? words.you : words.town;
  bubble.append(element("span", { className: "unseen", textContent: `${author}\u00a0: ` }));
  for (const media of message.media) bubble.append(showMedia(media, message));
  if (message.body) bubble.append(message.body);
  item.append(bubble, element("span", { className: "meta", textContent: metaOf(message) }));
  thread.append(item);
  $("nothing").hidden = true;
  if (atEnd || message.direction === "in") box.scrollTop = box.scrollHeight;
}

function classOf(message) {
  const lost = ["undelivered", "failed"].includes(message.status) || ["refused", "unreachable"].includes(message.answer);
  return `message ${message.direction === "in" ? "mine" : "theirs"}${lost ? " lost" : ""}`;
}

function metaOf(message) {
  const state = message.direction === "in" ? words.answers[message.answer] : words.states[message.status];
  const size = message.segments > 1 ? ` · ${message.segments} ${words.sms_count}` : "";
  const line = lines.options.length > 1 ? ` · ${readable(message.direction === "in" ? message.to : message.from)}` : "";
  return `${clock(message.created_at)} · ${state}${size}${line}`;
}

function showMedia(media, message) {
  const address = message.direction === "in" ? `/api/media/${media.url.split("/").at(-1)}` : media.url;
  if (media.content_type.startsWith("image/")) {
    return element("img", { src: address, alt: words.photo_alt, onload: () => (box.scrollTop = box.scrollHeight) });
  }
  return element("a", { href: address, textContent: words.attachment, target: "_blank", rel: "noopener" });
}

// Composer ----------------------------------------------------------------------------------------

function fit() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight + 2, 140)}px`;
}

text.addEventListener("input", fit);
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("composer").requestSubmit();
});

for (const button of document.querySelectorAll("#examples button")) {
  button.addEventListener("click", () => {
    text.value = button.textContent;
    fit();
    text.focus();
  });
}

photo.addEventListener("change", () => {
  const file = photo.files[0];
  $("composer-wrong").textContent = file && file.size > MAX_PHOTO ? words.photo_too_large : "";
  if (file && file.size > MAX_PHOTO) photo.value = "";
  showPreview();
});
preview.querySelector("button").addEventListener("click", () => {
  photo.value = "";
  showPreview();
  text.focus();
});

async function showPreview() {
  const file = photo.files[0];
  preview.hidden = !file;
  preview.querySelector("span").textContent = file?.name ?? "";
  const image = preview.querySelector("img");
  if (file?.type.startsWith("image/")) image.src = `data:${file.type};base64,${await toBase64(file)}`;
  else image.removeAttribute("src");
}

$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = text.value.trim();
  const file = photo.files[0];
  if (!body && !file) return text.focus();
  const media = file ? [{ content_type: file.type || "application/octet-stream", content_base64: await toBase64(file) }] : [];
  text.value = "";
  photo.value = "";
  showPreview();
  fit();
  try {
    await api("/api/resident/send", { from: current, to: lines.value, text: body, media, wait: false });
    $("composer-wrong").textContent = "";
  } catch {
    $("composer-wrong").textContent = words.send_error;
    text.value = body;
    fit();
  }
  text.focus();
});

// Live --------------------------------------------------------------------------------------------

function listen() {
  events?.close();
  const numbers = people().map((button) => button.dataset.number).join(",");
  events = new EventSource(`/api/events?residents=${encodeURIComponent(numbers)}`);
  events.onopen = () => {
    if (!$("offline").hidden) refresh();
    $("offline").hidden = true;
  };
  events.onerror = () => ($("offline").hidden = false);
  events.addEventListener("message", ({ data }) => arrived(JSON.parse(data)));
  events.addEventListener("mail", ({ data }) => addMail(JSON.parse(data)));
  events.addEventListener("modes", ({ data }) => showModes(JSON.parse(data)));
  events.addEventListener("resync", refresh);
}

const counted = new Set();

function arrived(message) {
  const resident = message.direction === "in" ? message.from : message.to;
  if (resident === current) return showMessage(message);
  if (message.direction === "in" || counted.has(message.sid)) return;
  counted.add(message.sid);
  unread.set(resident, (unread.get(resident) ?? 0) + 1);
  showUnread();
}

async function refresh() {
  await Promise.all([showThread(), showMails(), startModes.refresh()]);
}

// Tabs --------------------------------------------------------------------------------------------

const tabs = [...document.querySelectorAll('[role="tab"]')];
const wide = matchMedia("(min-width: 1261px)");

function open(tab) {
  for (const each of tabs) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    $(each.getAttribute("aria-controls")).classList.toggle("shown", chosen);
  }
}

for (const [index, tab] of tabs.entries()) {
  tab.addEventListener("click", () => open(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(index + step + tabs.length) % tabs.length];
    open(next);
    next.focus();
  });
}

// Start -------------------------------------------------------------------------------------------

for (const button of people()) dress(button);
for (const number of added()) addPerson(number, readable(number));
for (const shown of document.querySelectorAll(".head .number, #line option")) {
  shown.textContent = readable(shown.textContent);
}
open(tabs[0]);
wide.addEventListener("change", () => open(tabs[0]));
listen();
startModes();
showMails();
const last = localStorage.getItem("resident");
choose(people().some((button) => button.dataset.number === last) ? last : people()[0].dataset.number);
setInterval(() => document.hidden || showCounters().catch(() => {}), 5000);
