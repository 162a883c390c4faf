// Messages on their way: kept in the browser until the town has them, sent one after the other, each under a
// number of its own, so that sending one twice is sending it once. Every tab may send what is text; what has files
// is sent by its own tab only, also after a reload.

import { KeptFiles } from "./kept_files.js";
import { judge, post } from "./posting.js";

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
    this.files = new KeptFiles();
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
    this.files.keep(entry.client_id, files);
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
    this.entries = this.entries.filter((entry) => entry.client_id !== id);
    this.files.drop(id);
    this.#save();
  }

  clear() {
    this.entries = [];
    this.#save();
    return this.files.clear();
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
      if (!this.entries.includes(entry)) {
        continue; // the live feed has brought it meanwhile, or it was given up
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
    const files = await this.files.find(entry.client_id);
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

// Two tabs of one chat take turns, where the browser can arrange it.
function alone(work) {
  return navigator.locks ? navigator.locks.request("guichet-outbox", work) : work();
}
