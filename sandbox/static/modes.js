// The bad days: each choice is sent at once, and what another page changed is shown.
import { api, words } from "./helpers.js";

const form = document.getElementById("modes");
const AMOUNTS = {
  none: { fail_next: 0, fail_probability: 0 },
  next1: { fail_next: 1, fail_probability: 0 },
  next5: { fail_next: 5, fail_probability: 0 },
  half: { fail_next: 0, fail_probability: 0.5 },
  all: { fail_next: 0, fail_probability: 1 },
};
const FLAGS = ["undeliverable", "duplicate_webhooks", "duplicate_callbacks", "disorder_callbacks", "drop_callbacks"];
const CALM = { slow_ms: 0, ...AMOUNTS.none, ...Object.fromEntries(FLAGS.map((name) => [name, false])) };

export function startModes() {
  form.addEventListener("change", ({ target }) => change(target));
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of document.querySelectorAll("[data-reset]")) button.addEventListener("click", () => post(CALM));
  return startModes.refresh();
}

startModes.refresh = async () => {
  showModes(await api("/api/modes"));
  await showCounters();
};

function change(field) {
  if (field.type === "checkbox") return post({ [field.name]: field.checked });
  if (field.name === "amount") return post(AMOUNTS[field.value]);
  return post({ [field.name]: field.name === "slow_ms" ? Number(field.value) : field.value });
}

async function post(changes) {
  try {
    showModes(await api("/api/modes", changes));
    document.getElementById("modes-wrong").textContent = "";
  } catch {
    document.getElementById("modes-wrong").textContent = words.mode_error;
  }
}

export function showModes(modes) {
  for (const name of FLAGS) form.elements[name].checked = modes[name];
  form.elements.slow_ms.value = nearest(modes.slow_ms);
  form.elements.failure.value = modes.failure;
  form.elements.amount.value = amountOf(modes);
  const calm = Object.entries(CALM).every(([name, value]) => modes[name] === value);
  document.getElementById("modes-on").hidden = calm;
}

function amountOf({ fail_next, fail_probability }) {
  if (fail_next) return fail_next > 1 ? "next5" : "next1";
  if (!fail_probability) return "none";
  return fail_probability < 1 ? "half" : "all";
}

function nearest(milliseconds) {
  const offered = [...form.elements.slow_ms.options].map((option) => Number(option.value));
  return String(offered.reduce((a, b) => (Math.abs(b - milliseconds) < Math.abs(a - milliseconds) ? b : a)));
}

export async function showCounters() {
  const stats = await api("/api/stats");
  const failed = Object.entries(stats.provider).filter(([name]) => /^(failed|refused|lost)/.test(name));
  const counts = {
    accepted: stats.accepted,
    inbound: stats.webhooks.inbound_accepted ?? 0,
    failed: failed.reduce((sum, [, count]) => sum + count, 0),
    mails: stats.mails,
  };
  for (const [name, count] of Object.entries(counts)) {
    document.querySelector(`[data-count="${name}"]`).textContent = count.toLocaleString(document.documentElement.lang);
  }
}
