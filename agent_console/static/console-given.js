// A colleague has given a conversation to whoever sits here: told once in this browser, with the way there.

import { announce, conversation, parse, staff, toast } from "./console-dom.js";

const TOLD = `guichet:given:${staff}`;
const MOST = 50;

export function hearGiven(html) {
  const told = toldBefore();
  const fresh = [...parse(html).querySelectorAll("[data-given]")].filter((each) => !told.includes(each.dataset.given));
  if (!fresh.length) {
    return;
  }
  localStorage.setItem(TOLD, JSON.stringify([...fresh.map((each) => each.dataset.given), ...told].slice(0, MOST)));
  const [latest] = fresh.filter((each) => each.querySelector("a").dataset.line !== conversation());
  if (latest) {
    const link = latest.querySelector("a");
    link.remove();
    link.className = "button button-small";
    announce(latest.textContent, { now: true });
    toast(latest.textContent, link);
  }
}

function toldBefore() {
  try {
    const told = JSON.parse(localStorage.getItem(TOLD));
    return Array.isArray(told) ? told : [];
  } catch {
    return [];
  }
}
