// The console's page: opens conversations in place, keeps list and thread live, wires keyboard and forms.

import { hasAlarm, hearAlarm, markTitle, setUpAlarm } from "./console-alarm.js";
import { conversation, desk, parse, refreshList, send, toast, word } from "./console-dom.js";
import { setUpFilters } from "./console-filters.js";
import { setUpFormDrafts } from "./console-form-drafts.js";
import { focusOn, setUpFocus } from "./console-focus.js";
import { openForms, sendWaiting, setUpForms, settleSent } from "./console-forms.js";
import { showKept } from "./console-kept.js";
import { hearGiven } from "./console-given.js";
import { restKeys, setUpKeys } from "./console-keys.js";
import { Live } from "./console-live.js";
import { refreshParts } from "./console-parts.js";
import { leave, present } from "./console-presence.js";
import { setUpSignOut } from "./console-sign-out.js";
import { addEntries, lastSeq, openThread, updateEntries } from "./console-thread.js";
import { dropKept, playKept } from "./console-waiting.js";

const PRESENT_EVERY = 20_000;
const main = document.getElementById("main");
let visits = 0;
let asking = false;

const live = new Live({
  after: lastSeq,
  back: sendWaiting,
  alarmed: hasAlarm,
  hear: {
    alarm: (html) => hearAlarm(html) && refreshFirst(),
    entries: (html) => {
      addEntries(html);
      settleSent();
    },
    given: hearGiven,
    messages: updateEntries,
    parts: refreshParts,
    viewers: (html) => document.getElementById("viewers")?.replaceChildren(...parse(html).body.childNodes),
    list: refreshList,
    gone: onGone,
  },
});

// Another conversation or view in this page, without loading it anew.
async function open(address, { push = true } = {}) {
  const visit = (visits += 1);
  const url = new URL(address, location.href);
  main.setAttribute("aria-busy", "true");
  const answer = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
  const html = await answer?.text().catch(() => null);
  if (visit !== visits) {
    return;
  }
  main.removeAttribute("aria-busy");
  if (typeof html !== "string") {
    toast(word("failed"));
    dropKept();
    return;
  }
  const page = parse(html);
  const fresh = page.getElementById("desk");
  if (!fresh || !desk()) {
    location.assign(answer.url);
    return;
  }
  show(page, fresh);
  if (push) {
    history.pushState({}, "", answer.url);
  }
  start();
  playKept();
}

function show(page, fresh) {
  const before = desk().dataset.view;
  if (fresh.dataset.conversation !== conversation()) {
    leave();
    document.getElementById("toasts").replaceChildren(); // what was told of the other one
  }
  desk().replaceWith(fresh);
  main.className = page.getElementById("main").className;
  document.title = page.title;
  markTitle();
  document.querySelector("h1").textContent = page.querySelector("h1").textContent;
  if (fresh.dataset.view === before) {
    markLine();
  } else {
    showList(page.getElementById("list"));
  }
}

function showList(fresh) {
  const old = document.getElementById("list");
  const chosen = old.contains(document.activeElement) && document.activeElement.dataset.viewLink;
  old.replaceWith(fresh);
  window.htmx.process(fresh);
  chosen && fresh.querySelector(`[data-view-link="${chosen}"]`)?.focus();
}

function start() {
  const told = document.querySelector("#alerts [role=status] p");
  if (told) {
    const banner = told.closest(".banner");
    toast(told.textContent, banner.querySelector("[data-undo]"));
    banner.remove();
    forgetWord();
  }
  openThread();
  openForms();
  live.open();
  present();
}

// The word on what was done belongs to one showing, not to the address.
function forgetWord() {
  const url = new URL(location.href);
  url.searchParams.delete("done");
  url.searchParams.delete("undo");
  history.replaceState(history.state, "", url);
}

function markLine() {
  for (const link of document.querySelectorAll("#lines .line-link")) {
    const here = link.dataset.line === conversation();
    here ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
  }
}

// The first thing to do stays while it can still be done: it must not change under somebody's hand - unless somebody is
// in distress, which gives way to nothing. The server knows.
async function refreshFirst() {
  const panel = document.querySelector("#desk [data-first]");
  if (!panel || asking) {
    return;
  }
  asking = true;
  const query = new URLSearchParams({ known: panel.dataset.first, view: desk().dataset.view });
  const answer = await send(`/console/first?${query}`).catch(() => null);
  asking = false;
  if (answer?.status === 200 && panel.isConnected) {
    const focused = panel.contains(document.activeElement);
    panel.replaceWith(...parse(await answer.text()).body.childNodes);
    focused && document.querySelector("#desk [data-first-action]")?.focus();
  }
}

// Who has just signed in begins with what comes first: Enter, or "t", takes it.
function beginWithFirst() {
  const asked = location.hash || new URLSearchParams(location.search).has("done");
  if (!asked && document.activeElement === document.body && !matchMedia("(pointer: coarse)").matches) {
    // A conversation come to by a whole page - taken from the first panel or the alarm, after signing in - begins there.
    focusOn(document.querySelector("#desk [data-first-action]") ?? document.getElementById("thread-scroll"));
  }
}

async function onGone(why) {
  live.close();
  if (why === "out-of-scope") {
    const id = conversation();
    toast(word("gone"));
    await open(`/console/conversations?view=${desk().dataset.view}`);
    showKept({ id, why: word("gone"), focus: true });
  } else if (why === "signed-out") {
    const back = new URLSearchParams({ next: location.pathname + location.search, ended: "1" });
    location.assign(`/console/sign-in?${back}`);
  } else {
    location.reload();
  }
}

function onClick(event) {
  const link = event.target.closest("a[data-line], a[data-view-link]");
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!link || !plain || !desk()) {
    return;
  }
  event.preventDefault();
  open(link.href).then(() => moveFocus(link));
}

// Where the list gives way to the thread, the reader's place goes along.
function moveFocus(link) {
  if (link.offsetParent === null) {
    const heading = document.querySelector(conversation() ? "#thread-head h2" : "#lines .line-link");
    focusOn(heading);
  }
}

// What was done has led elsewhere; where the reader's place then is, `console-focus.js` finds.
async function goOn(address) {
  await open(address);
  refreshList();
}

// The supervisors' page asks for its figures by itself, but never under somebody's hand: a choice begun there stays.
function refreshFigures() {
  const chosen = (select) => select === document.activeElement || select.value !== "";
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id === "now" && (document.hidden || [...event.target.querySelectorAll("select")].some(chosen))) {
      event.preventDefault();
    }
  });
  document.addEventListener("visibilitychange", () => {
    const figures = document.getElementById("now");
    figures && !document.hidden && window.htmx.trigger(figures, "refresh");
  });
}

// What was done on the supervisors' page shows there, without a leap to its top.
async function stay(path) {
  const [url, here] = [new URL(path, location.href), document.getElementById("now")];
  const answer = here && url.pathname === location.pathname && (await fetch(url).catch(() => null));
  const page = answer?.ok && parse(await answer.text());
  const fresh = page && page.getElementById("now");
  if (!fresh) {
    location.assign(path);
    return;
  }
  here.querySelectorAll("form").forEach((form) => form.reset());
  here.replaceWith(fresh);
  window.htmx.process(fresh);
  toast(page.querySelector(".sheet > [role=status] p")?.textContent);
  document.activeElement === document.body && document.getElementById("main").focus({ preventScroll: true });
}

setUpFormDrafts();
setUpAlarm({ voice: () => live.speaks });
setUpFocus(restKeys);
setUpSignOut();
if (desk()) {
  setUpForms(goOn);
  setUpKeys(open);
  setUpFilters(open);
  document.addEventListener("click", onClick);
  window.addEventListener("popstate", () => open(location.href, { push: false }));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      refreshList();
      present();
    }
  });
  document.body.addEventListener("htmx:afterSettle", refreshFirst);
  document.body.addEventListener("htmx:configRequest", (event) => {
    event.detail.parameters.lines = document.querySelectorAll("#lines .line").length;
    event.detail.parameters.open = conversation();
  });
  window.addEventListener("pagehide", leave);
  setInterval(present, PRESENT_EVERY);
  start();
  beginWithFirst();
} else {
  live.open();
  refreshFigures();
  setUpForms(stay);
  setUpKeys((path) => location.assign(path));
}
