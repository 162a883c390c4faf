// The page of a case stays up to date while somebody looks at it: it asks for itself, and changes what has changed.
// The form is never touched. Without scripts the page is as it was loaded.

const EVERY = 5000;
const SLOWEST = 60_000;
const mark = () => document.querySelector("[data-mark]").dataset.mark;
let pause = EVERY;

async function look() {
  if (!document.hidden) {
    const address = `${location.pathname}?mark=${encodeURIComponent(mark())}`;
    // Same address, same rule: where the case is no longer open to this browser the answer leads away, and we stop.
    const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") {
      return;
    }
    if (answer?.status === 200) {
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
    pause = answer?.ok ? EVERY : Math.min(pause * 2, SLOWEST);
  }
  setTimeout(look, pause);
}

function show(fresh) {
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const old = document.querySelector(`[data-live="${part.dataset.live}"]`);
    if (old && old.innerHTML !== part.innerHTML) {
      replace(old, part);
    }
  }
  document.querySelector("[data-mark]").dataset.mark = fresh.querySelector("[data-mark]").dataset.mark;
}

function replace(old, part) {
  const hadFocus = old.contains(document.activeElement);
  // What was unfolded stays so.
  const open = old.querySelector("details[open]") !== null;
  old.className = part.className;
  old.replaceChildren(...part.childNodes);
  old.querySelector("details")?.toggleAttribute("open", open);
  hadFocus && old.querySelector("summary")?.focus({ preventScroll: true });
}

// The thanks for an answer are said once: reloading the page does not repeat them.
if (new URLSearchParams(location.search).has("sent")) {
  history.replaceState(null, "", location.pathname + location.hash);
}

setTimeout(look, pause);
