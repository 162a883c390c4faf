// Keys pressed while the page is on its way to something mean what will be there once it has come: they wait, in their
// order.

const kept = [];
let play = () => {};

// A conversation is being opened, or a form answered. A message on its way is no reason to wait: its writer goes on.
const isUnderWay = () => document.querySelector("#main[aria-busy], form[data-busy]:not([data-draft])") !== null;

// `act(key)` does what the key means on the page as it then stands.
export function setUpWaiting(act) {
  play = act;
}

// Whether the key was kept. Only a command begins to wait; what is typed after one waits with it.
export function keepKey(key, isCommand) {
  const waits = kept.length > 0 || (isCommand && isUnderWay());
  waits && kept.push(key);
  return waits;
}

// What was under way has come: the keys have their turn, until one of them sets something going again.
export function playKept() {
  while (kept.length > 0 && !isUnderWay()) {
    play(kept.shift());
  }
}

// It will not come: what was meant for it means nothing.
export function dropKept() {
  kept.length = 0;
}
