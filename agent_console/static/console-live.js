// The stream from the server. After a cut the page asks for what came after the last number it has.

import { conversation, desk, send, toast, word } from "./console-dom.js";

const SILENCE = 25_000; // two beats of the server missed
const PAUSES = [300, 1000, 2000, 4000, 8000];
const HIDDEN_AFTER = 60_000;
const TOLD_AFTER = 1200;
const VOICE = "guichet:voice";

export class Live {
  // `after()` gives the last number shown; `alarmed()` whether an alarm is; `hear` maps the names of events to what is
  // done with them.
  constructor({ after, alarmed, hear, back }) {
    Object.assign(this, { after, alarmed, hear, back });
    this.speaks = !navigator.locks; // else one tab of the browser speaks, as long as it lives
    navigator.locks?.request(VOICE, () => new Promise(() => this.#speak()));
    this.tries = 0;
    this.cut = false;
    window.addEventListener("online", () => this.open());
    window.addEventListener("offline", () => this.#lost());
    window.addEventListener("pagehide", () => this.close());
    document.addEventListener("visibilitychange", () => this.#visibility());
  }

  open() {
    this.close();
    const query = new URLSearchParams({ view: desk()?.dataset.view ?? "queue" });
    if (conversation() && !location.search.includes("before=")) {
      query.set("conversation", conversation());
      query.set("after", this.after());
      query.set("mark", desk().dataset.mark ?? "");
    }
    this.alarmed() && query.set("alarm", "shown");
    const source = new EventSource(`/console/live?${query}`);
    this.source = source;
    source.addEventListener("open", () => this.#alive());
    source.addEventListener("beat", () => this.#alive());
    for (const [name, act] of Object.entries(this.hear)) {
      source.addEventListener(name, (event) => {
        if (source === this.source) {
          this.#alive();
          act(event.data);
        }
      });
    }
    // The browser would try again by itself, from the first number and for ever: we know better.
    source.addEventListener("error", () => source === this.source && this.#lost());
    this.watch = setTimeout(() => this.#lost(), SILENCE);
  }

  close() {
    this.source?.close();
    this.source = null;
    clearTimeout(this.watch);
    clearTimeout(this.timer);
  }

  #alive() {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.#lost(), SILENCE);
    this.tries = 0;
    clearTimeout(this.telling);
    this.telling = null;
    if (this.cut) {
      this.cut = false;
      document.getElementById("offline")?.remove();
      toast(word("back"));
    }
    this.back();
  }

  #lost() {
    this.close();
    this.telling ??= setTimeout(() => this.#tell(), TOLD_AFTER);
    const pause = PAUSES[Math.min(this.tries, PAUSES.length - 1)];
    this.tries += 1;
    this.timer = setTimeout(() => this.#again(), pause * (0.75 + Math.random() / 2));
  }

  async #again() {
    if (this.tries > 1 && navigator.onLine) {
      // A stream cannot say why it is refused; an ordinary request can: the session may have ended.
      const answer = await send("/console/list?view=queue").catch(() => null);
      const path = answer?.status === 401 && answer.headers.get("x-guichet-go");
      if (path) {
        location.assign(path);
        return;
      }
    }
    this.open();
  }

  #tell() {
    this.cut = true;
    if (!document.getElementById("offline")) {
      document.body.append(document.getElementById("offline-told").content.cloneNode(true));
    }
  }

  // The tab that spoke before is gone.
  #speak() {
    this.speaks = true;
    document.hidden && !this.source && this.open();
  }

  // A browser keeps six lines per site: hidden tabs give theirs back, all but the one that tells of alarms.
  #visibility() {
    clearTimeout(this.hiding);
    if (document.hidden) {
      this.hiding = setTimeout(() => this.speaks || this.close(), HIDDEN_AFTER);
    } else if (!this.source) {
      this.open();
    }
  }
}
