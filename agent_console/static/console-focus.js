// The reader's place: when the control that has it goes away, it passes to what stands nearest, never to nowhere.

import { conversation, isShown } from "./console-dom.js";

const NEXT = ["#kept", "#thread-scroll", "#desk h2", "#lines .line-link", "#main h1", "#main"];
const WRITTEN = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=submit])"; // a list is chosen from
let last = null;
let writtenIn = null;
let lineNumber = -1;

// `onFieldGone()` is called when a field vanishes under somebody's fingers.
export function setUpFocus(onFieldGone) {
  document.addEventListener("focusin", (event) => {
    last = event.target;
    if (!writtenIn || isShown(writtenIn)) {
      writtenIn = last.matches(WRITTEN) ? last : null; // left by whoever wrote there
    }
    lineNumber = lines().indexOf(last);
  });
  const watcher = new MutationObserver(() => {
    if (writtenIn && !isShown(writtenIn)) {
      const isGone = writtenIn.isConnected || !document.getElementById(writtenIn.id);
      writtenIn = null;
      isGone && onFieldGone(); // its new self, on a page brought up to date, is the same field
    }
    if (last && !isShown(last) && [document.body, last].includes(document.activeElement)) {
      last = null;
      findPlace();
    }
  });
  watcher.observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["hidden", "open", "class"],
  });
}

export function focusOn(element) {
  if (element && element.tabIndex < 0 && !element.hasAttribute("tabindex")) {
    element.setAttribute("tabindex", "-1");
  }
  element?.focus({ preventScroll: true });
}

const lines = () => [...document.querySelectorAll("#lines .line-link")];

// Where the reader goes on: the line that has taken the place of theirs, else the thread, else what leads the page.
export function findPlace() {
  const all = lines();
  const neighbour = !conversation() && lineNumber >= 0 && all[Math.min(lineNumber, all.length - 1)];
  const places = NEXT.map((selector) => document.querySelector(selector));
  focusOn([neighbour, ...places].find((place) => place && isShown(place)));
}
