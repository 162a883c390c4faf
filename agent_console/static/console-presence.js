// Colleagues see who is here and who is writing; the server forgets both after a while.

import { conversation, csrf, fields, send } from "./console-dom.js";

const TYPING_LASTS = 8000;
let typed = false;
let timer;

export function typing(yes) {
  clearTimeout(timer);
  if (yes) {
    timer = setTimeout(() => typing(false), TYPING_LASTS);
  }
  if (yes !== typed) {
    typed = yes;
    present();
  }
}

export async function present() {
  const here = conversation();
  if (here && !document.hidden && navigator.onLine) {
    const body = fields({ typing: typed ? "yes" : "no" });
    await send(`/console/conversations/${here}/presence`, { body }).catch(() => null);
  }
}

// Leaving for another conversation, or closing the page: said by a beacon, which outlives the page.
export function leave() {
  const here = conversation();
  if (here) {
    navigator.sendBeacon(`/console/conversations/${here}/presence`, fields({ typing: "gone", csrf: csrf() }));
  }
}
