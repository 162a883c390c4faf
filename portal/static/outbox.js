// Messages on their way: kept in the browser until the town has them, sent one after the other, each under a
// number of its own, so that sending one twice is sending it once. Every tab may send what is text; what has files
// is sent by its own tab only, also after a reload.

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
    this.onTheWay = null;
    this.lineIsBack = false;
    this.timer = 0;
    this.entries = this.#load();
    this.known = new Set(this.entries.map((entry) => entry.client_id));
    for (const entry of this.entries.filter((one) => one.state !== "failed")) {
      Object.assign(entry, { state: "queued", tries: 0 });
    }
    this.#save();
    window.addEventListener("online", () => this.#lineBack());
    window.addEventListener("offline", () => this.#lineDown());
    // Another tab of this chat may have sent what this one also holds.
    window.addEventListener("storage", (event) => event.key === KEY && this.#takeOver());
  }

  // Whether something waits for a server that does not answer.
  get isWaiting() {
    return this.entries.some((entry) => entry.tries > 0 && entry.reason === "unreachable" && entry.state !== "failed");
  }

  // `message` has a client_id of its own.
  add(message, files = []) {
    const entry = {
      at: new Date().toISOString(),
      fileNames: files.map((file) => file.name),
      tries: 0,
      state: "queued",
      ...message,
    };
    this.files.set(entry.client_id, files);
    if (files.length > 0) {
      kept("keep", entry.client_id, files);
    }
    this.entries.push(entry);
    this.known.add(entry.client_id);
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
    if (this.#find(id)?.fileNames.length > 0) {
      kept("drop", id);
    }
    this.entries = this.entries.filter((entry) => entry.client_id !== id);
    this.files.delete(id);
    this.#save();
  }

  clear() {
    this.entries = [];
    this.#save();
    return kept("clear");
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

  #lineDown() {
    this.cut = this.onTheWay;
    this.entries.forEach((entry) => this.changed(entry));
  }

  // What was on its way when the line went down may never be answered: it leaves again at once, under the same number.
  #lineBack() {
    this.lineIsBack = true;
    this.entries.forEach((entry) => (entry.tries = 0));
    if (this.cut && this.cut === this.onTheWay) {
      this.cut.abort();
    }
    this.flush();
  }

  async #sendAll() {
    for (let entry = this.#next(); entry; entry = this.#next()) {
      this.lineIsBack = false;
      entry.state = "sending";
      entry.tries += 1;
      this.changed(entry);
      const outcome = await this.#send(entry);
      // The live feed may have brought it meanwhile, or it was given up.
      if (!this.entries.includes(entry)) {
        continue;
      }
      if (outcome.sequence !== undefined) {
        this.discard(entry.client_id);
        this.accepted(entry, outcome.sequence);
      } else if (outcome.again && this.lineIsBack) {
        entry.state = "queued";
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
    const files = await this.#filesOf(entry);
    if (entry.fileNames.length > files.length) {
      return { again: false, reason: "files_lost" };
    }
    let answer;
    try {
      this.onTheWay = new XMLHttpRequest();
      answer = await post(this.onTheWay, entry, files, (share) => this.progress(entry, share));
    } catch {
      return { again: true, reason: "unreachable" };
    } finally {
      this.onTheWay = null;
    }
    return judge(answer, entry);
  }

  async #filesOf({ client_id: id, fileNames }) {
    return this.files.get(id) ?? (fileNames.length > 0 ? await kept("find", id) : []) ?? [];
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
    shared.forEach((entry) => this.known.add(entry.client_id));
  }

  #save() {
    const withFiles = (entry) => entry.fileNames.length > 0;
    // What another tab has just written, and this one has not heard of yet, stays.
    const others = stored("localStorage", KEY).filter((entry) => !this.known.has(entry.client_id));
    store("localStorage", KEY, [...others, ...this.entries.filter((entry) => !withFiles(entry))]);
    store("sessionStorage", FILES_KEY, this.entries.filter(withFiles));
  }
}

// The browser's store of files, for who has any; undefined when it cannot be had.
export function kept(act, ...given) {
  return import("./kept_files.js").then((store) => store[act](...given)).catch(() => undefined);
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
    // Storage refused: this page's life must do.
    return [];
  }
}

function store(storage, key, entries) {
  try {
    window[storage].setItem(key, JSON.stringify(entries));
  } catch {
    // Storage is full or refused; the messages still leave from this page.
  }
}

// Sends one message by this request; rejects when no answer came.
function post(request, entry, files, progress) {
  const content = body(entry, files);
  return new Promise((resolve, reject) => {
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

// `sequence` when the town has it; else the reason, and whether to try again and how many milliseconds from now.
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

// Two tabs of one chat take turns, where the browser can arrange it; in a frame on another site it may refuse.
async function alone(work) {
  let begun = false;
  const begin = () => {
    begun = true;
    return work();
  };
  try {
    await navigator.locks.request("guichet-outbox", begin);
  } catch (error) {
    if (begun) {
      throw error;
    }
    await begin();
  }
}
