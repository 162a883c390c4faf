// While one writes: how long the text is on its channel, and what the resident will read of a case's new state.

import { fields, parse, send } from "./console-dom.js";

const PAUSE = 180;
const timers = new WeakMap();

// A panel that tells what would be said asks for it when it opens.
export function setUpPreviews() {
  document.addEventListener(
    "toggle",
    (event) => {
      const field = event.target.open && event.target.querySelector("[data-preview]");
      field && measure(field);
    },
    true,
  );
}

// Soon after the last letter, for the field that changed.
export function measureSoon(field) {
  clearTimeout(timers.get(field));
  timers.set(
    field,
    setTimeout(() => measure(field), PAUSE),
  );
}

export async function measure(field) {
  if (field.dataset.measure) {
    await count(field);
  } else if (field.dataset.preview) {
    await preview(field);
  }
}

async function count(field) {
  const place = field.form.querySelector("[data-count]");
  if (!place || !field.value) {
    place && show(place, "", "");
    return;
  }
  const answer = await send(field.dataset.measure, { body: fields({ text: field.value }) }).catch(() => null);
  const told = answer?.ok ? await answer.json() : null;
  if (told) {
    show(place, told.label, told.level);
  } else {
    // Cut off: the letters can be counted here, what they cost cannot.
    const characters = [...field.value].length;
    const over = characters > Number(place.dataset.limit);
    show(place, place.dataset.plain.replace("%", characters.toLocaleString(document.documentElement.lang)), over ? "over" : "");
  }
}

function show(place, text, level) {
  place.textContent = text;
  place.className = `count${level ? ` count-${level}` : ""}`;
}

// With the words as they stand. Answers overtake one another: only the one to what stands there now is shown.
async function preview(field) {
  const asked = field.value;
  const answer = await send(field.dataset.preview, { body: fields(new FormData(field.form)) }).catch(() => null);
  if (!answer?.ok || !field.isConnected || field.value !== asked) {
    return;
  }
  for (const fresh of parse(await answer.text()).querySelectorAll("[id]")) {
    document.getElementById(fresh.id)?.replaceWith(fresh);
  }
}
