// Small things that all parts of the page use.

export const words = JSON.parse(document.getElementById("words").textContent);
const language = document.documentElement.lang;
const hours = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const days = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });

export const clock = (iso) => hours.format(new Date(iso));
export const day = (iso) => days.format(new Date(iso));

export async function api(path, body, method = body ? "POST" : "GET") {
  const headers = body ? { "Content-Type": "application/json" } : {};
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${answer.status} ${path}`);
  return answer.json();
}

export function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}

export function initials(name) {
  return name.startsWith("+") || /^\d/.test(name) ? "#" : name.split(/\s+/).map((part) => part[0]).join("").slice(0, 2);
}

// French numbers as people read them; others in international form.
export function readable(number) {
  const local = /^\+33(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(number);
  if (!local) return number;
  const [, first, ...rest] = local;
  const pairs = rest.join("\u00a0");
  return language === "fr" ? `0${first}\u00a0${pairs}` : `+33\u00a0${first}\u00a0${pairs}`;
}

export function toBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",", 2)[1]);
    reader.onerror = reject;
    reader.readAsDataURL(file);
  });
}
