// Somebody is in distress: a red bar, the page's title and icon, and - for who asked for them - a sound and a notification.

import { announce, conversation, parse } from "./console-dom.js";

const SOUND = "guichet:alarm-sound";
const NOTICES = "guichet:alarm-notices";
const MARK = /^\(\d+!?\) /;
const EVERY = 60_000; // an alarm that nobody takes is heard again and again
const TONES = [880, 660, 880];
const place = () => document.getElementById("alarm-place");
const bar = () => document.getElementById("alarm");
const known = new Set(ids());
let isVoice = () => true;
let audio = null;
let shown = ""; // as the server told it: the page adds marks of its own

function ids() {
  return bar()?.dataset.ids.split(" ") ?? [];
}

export const hasAlarm = () => bar() !== null;

// `voice()` says whether this tab speaks for all tabs of the browser.
export function setUpAlarm({ voice }) {
  isVoice = voice;
  markTitle();
  setInterval(() => Number(bar()?.dataset.untaken) && tell(), EVERY);
  setUpChoice("alarm-sound", SOUND, chooseSound);
  setUpChoice("alarm-notices", NOTICES, chooseNotices);
  // A browser lets a page sound only once somebody has touched it.
  for (const name of ["pointerdown", "keydown"]) {
    document.addEventListener(name, () => wants(SOUND) && wakeAudio(), { once: true, capture: true, passive: true });
  }
}

// The bar as the server has just told it. True when somebody new is in distress.
export function hearAlarm(html) {
  const fresh = parse(html).getElementById("alarm");
  if (!place() || (fresh ? fresh.outerHTML === shown : !bar())) {
    return false;
  }
  const focused = place().contains(document.activeElement);
  shown = fresh?.outerHTML ?? "";
  place().replaceChildren(...(fresh ? [fresh] : []));
  focused && (bar()?.querySelector("a, button") ?? document.getElementById("main")).focus();
  markTitle();
  const added = ids().filter((id) => !known.has(id));
  known.clear();
  ids().forEach((id) => known.add(id));
  added.length && tell();
  return added.length > 0;
}

let calm = null; // the page's icon while nobody is in distress

// "(2!) File d'attente": whatever the page is called at the moment.
export function markTitle() {
  const count = ids().length;
  document.title = (count ? `(${count}!) ` : "") + document.title.replace(MARK, "");
  bar()?.classList.toggle("alarm-here", ids()[0] === conversation());
  showIcon(count > 0);
}

// The town's own icon, of whatever kind, or the alarm's.
function showIcon(isAlarm) {
  const icon = document.querySelector('link[rel="icon"]');
  const alarm = document.querySelector('meta[name="alarm-icon"]')?.content;
  if (icon && alarm) {
    calm ??= { href: icon.href, type: icon.type };
    Object.assign(icon, isAlarm ? { href: alarm, type: "image/svg+xml" } : calm);
  }
}

function tell() {
  announce(bar().dataset.said, { now: true });
  if (isVoice()) {
    wants(SOUND) && ring();
    wants(NOTICES) && notify();
  }
}

function wants(name) {
  return localStorage.getItem(name) === "yes";
}

function setUpChoice(id, name, chosen) {
  const box = document.getElementById(id);
  if (box) {
    box.checked = wants(name);
    box.addEventListener("change", async () => {
      box.checked = box.checked && (await chosen());
      box.checked ? localStorage.setItem(name, "yes") : localStorage.removeItem(name);
    });
  }
}

// Heard at once, so that whoever asks for it knows it and whether the machine is mute.
function chooseSound() {
  ring();
  return true;
}

async function chooseNotices() {
  const allowed = "Notification" in window && (await Notification.requestPermission()) === "granted";
  const told = document.getElementById("alarm-refused");
  told.hidden = allowed;
  return allowed;
}

function wakeAudio() {
  audio ??= new AudioContext();
  audio.state === "suspended" && audio.resume();
  return audio;
}

function ring() {
  const context = wakeAudio();
  document.documentElement.dataset.rang = Number(document.documentElement.dataset.rang ?? 0) + 1;
  TONES.forEach((height, number) => {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime + number * 0.22;
    tone.frequency.value = height;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.25, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.2);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.21);
  });
}

// No word of a resident: notifications stand on locked screens.
function notify() {
  if (!("Notification" in window) || Notification.permission !== "granted") {
    return;
  }
  const { said, body, path, ids: all } = bar().dataset;
  const notice = new Notification(said, { body, tag: all, lang: document.documentElement.lang, requireInteraction: true });
  notice.addEventListener("click", () => {
    window.focus();
    location.assign(path);
    notice.close();
  });
}
