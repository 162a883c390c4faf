// Messages on their way: kept in the browser until the town has them, sent one after the other, each under a
// number of its own, so that sending one twice is sending it once. Every tab may send what is text; files live in
// their own tab only, and do not outlive a reload.

const URL = "/channels/webchat/inbound";
const KEY = "guichet.outbox";
const FILES_KEY = "guichet.outbox.files";
const TRIES = 6;
const LONGEST_PAUSE = 30_000;

export class Outbox {
  // `changed(entry)` follows each step of a message; `accepted(entry, sequence)` ends its way.
  constructor({ changed, accepted, progress }) {
    this.changed = changed;
    this.accepted = accepted;
    this.progress = progress;
    this.files = new Map();
    this.busy = false;
    this.timer = 0;
    this.entries = this.#load();
    for (const entry of this.entries.filter((one) => one.state !== "failed")) {
      const lost = entry.fileNames.length > 0;
      Object.assign(entry, lost ? { state: "failed", reason: "files_lost" } : { state: "queued", tries: 0 });
    }
    this.#save();
    window.addEventListener("online", () => this.flush());
    window.addEventListener("offline", () => this.entries.forEach((entry) => this.changed(entry)));
    // Another tab of this chat may have sent what this one also holds.
    window.addEventListener("storage", (event) => event.key === KEY && this.#takeOver());
  }

  add(message, files = []) {
    const entry = {
      client_id: message.client_id ?? newId(),
      at: new Date().toISOString(),
      fileNames: files.map((file) => file.name),
      tries: 0,
      state: "queued",
      ...message,
    };
    entry.client_id = message.client_id ?? entry.client_id;
    this.files.set(entry.client_id, files);
    this.entries.push(entry);
    this.#save();
    this.flush();
    return entry;
  }

  retry(id) {
    const entry = this.#find(id);
    if (entry) {
      Object.assign(entry, { state: "queued", reason: undefined, tries: 0 });
      this.#save();
      this.changed(entry);
      this.flush();
    }
  }

  discard(id) {
    this.entries = this.entries.filter((entry) => entry.client_id !== id);
    this.files.delete(id);
    this.#save();
  }

  clear() {
    this.entries = [];
    this.#save();
  }

  async flush() {
    if (this.busy || !navigator.onLine) {
      return;
    }
    this.busy = true;
    clearTimeout(this.timer);
    try {
      await alone(() => this.#sendAll());
    } finally {
      this.busy = false;
    }
  }

  async #sendAll() {
    for (let entry = this.#next(); entry; entry = this.#next()) {
      entry.state = "sending";
      entry.tries += 1;
      this.changed(entry);
      const outcome = await this.#send(entry);
      if (!this.entries.includes(entry)) {
        continue; // the live feed has brought it meanwhile, or it was given up
      }
      if (outcome.sequence !== undefined) {
        this.discard(entry.client_id);
        this.accepted(entry, outcome.sequence);
      } else if (outcome.again && entry.tries < TRIES) {
        this.#wait(entry, outcome);
        return;
      } else {
        Object.assign(entry, { state: "failed", reason: outcome.reason });
        this.#save();
        this.changed(entry);
      }
    }
  }

  #wait(entry, outcome) {
    // A line that is down is not the message's fault: such tries are not counted.
    entry.tries -= navigator.onLine ? 0 : 1;
    Object.assign(entry, { state: "queued", reason: outcome.reason });
    this.#save();
    this.changed(entry);
    const pause = Math.min(LONGEST_PAUSE, 1000 * 2 ** entry.tries) * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => this.flush(), Math.max(pause, outcome.after ?? 0));
  }

  async #send(entry) {
    const files = this.files.get(entry.client_id) ?? [];
    if (entry.fileNames.length > files.length) {
      return { again: false, reason: "files_lost" };
    }
    let answer;
    try {
      answer = await post(body(entry, files), (share) => this.progress(entry, share));
    } catch {
      return { again: true, reason: "unreachable" };
    }
    return judge(answer, entry);
  }

  #next() {
    return this.entries.find((entry) => entry.state === "queued");
  }

  #find(id) {
    return this.entries.find((entry) => entry.client_id === id);
  }

  #load() {
    const both = [...stored("localStorage", KEY), ...stored("sessionStorage", FILES_KEY)];
    return both.sort((one, other) => one.at.localeCompare(other.at));
  }

  #takeOver() {
    const known = new Map(this.entries.map((entry) => [entry.client_id, entry]));
    const shared = stored("localStorage", KEY).map((entry) => known.get(entry.client_id) ?? entry);
    this.entries = [...shared, ...this.entries.filter((entry) => entry.fileNames.length > 0)];
  }

  #save() {
    const withFiles = (entry) => entry.fileNames.length > 0;
    store("localStorage", KEY, this.entries.filter((entry) => !withFiles(entry)));
    store("sessionStorage", FILES_KEY, this.entries.filter(withFiles));
  }
}

export function newId() {
  // Only pages fetched over a secure line may call randomUUID; a town's test server may not have one.
  if (crypto.randomUUID) {
    return crypto.randomUUID();
  }
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function stored(storage, key) {
  try {
    return JSON.parse(window[storage].getItem(key) ?? "[]");
  } catch {
    return []; // storage refused: this page's life must do
  }
}

function store(storage, key, entries) {
  try {
    window[storage].setItem(key, JSON.stringify(entries));
  } catch {
    // Storage is full or refused; the messages still leave from this page.
  }
}

function judge(answer, entry) {
  if (answer.status === 200) {
    const found = (answer.json.accepted ?? []).find((one) => one.client_id === entry.client_id);
    return found ? { sequence: found.sequence } : { again: false, reason: "refused" };
  }
  const reasons = { 403: "session", 413: "too_large", 400: "refused", 404: "refused" };
  if (answer.status in reasons) {
    return { again: false, reason: reasons[answer.status] };
  }
  return { again: true, reason: answer.status === 429 ? "too_many" : "unreachable", after: answer.retryAfter };
}

function body(entry, files) {
  const fields = { client_id: entry.client_id, language: entry.language };
  for (const name of ["text", "choice", "latitude", "longitude"]) {
    if (entry[name] !== undefined && entry[name] !== "") {
      fields[name] = entry[name];
    }
  }
  if (files.length === 0) {
    return JSON.stringify(fields);
  }
  const form = new FormData();
  Object.entries(fields).forEach(([name, value]) => form.append(name, value));
  files.forEach((file) => form.append("files", file, file.name));
  return form;
}

function post(content, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", URL);
    request.timeout = typeof content === "string" ? 20_000 : 180_000;
    request.setRequestHeader("Accept", "application/json");
    if (typeof content === "string") {
      request.setRequestHeader("Content-Type", "application/json");
    } else {
      request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    }
    request.onerror = request.ontimeout = request.onabort = () => reject(new Error("no answer"));
    request.onload = () => resolve(read(request));
    request.send(content);
  });
}

function read(request) {
  let json = {};
  try {
    json = JSON.parse(request.responseText);
  } catch {
    // Refusals answer in plain text; their status says enough.
  }
  const retryAfter = Number(request.getResponseHeader("Retry-After")) * 1000 || undefined;
  return { status: request.status, json, retryAfter };
}

// Two tabs of one chat take turns, where the browser can arrange it.
function alone(work) {
  return navigator.locks ? navigator.locks.request("guichet-outbox", work) : work();
}
