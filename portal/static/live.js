// Keeps the page up to date: a stream while the line is good, questions at intervals while it is not.

// Two beats of the server missed.
const SILENCE = 55_000;
const POLL = [2000, 4000, 8000, 15_000];
const HIDDEN_POLL = 30_000;
const HIDDEN_AFTER = 60_000;

export class Live {
  // `after()` gives the last number shown; `update(data)` shows what is new; `refused()` says the visitor is unknown.
  // The language is named each time: in a frame on another site the browser may keep its cookie back.
  constructor({ after, language, update, refused }) {
    Object.assign(this, { after, language, update, refused });
    this.source = null;
    this.tries = 0;
    this.started = false;
    window.addEventListener("online", () => this.started && this.open());
    window.addEventListener("offline", () => this.close());
    document.addEventListener("visibilitychange", () => this.#visibility());
  }

  start() {
    if (!this.started) {
      this.started = true;
      this.open();
    }
  }

  open() {
    this.close();
    if (!navigator.onLine) {
      return;
    }
    this.source = new EventSource(this.#address("/chat/live"));
    this.source.addEventListener("update", (event) => this.#hear(JSON.parse(event.data)));
    this.source.addEventListener("beat", () => this.#alive());
    this.source.addEventListener("open", () => this.#alive());
    // The browser would try again by itself, for ever and from the first number: we know better.
    this.source.addEventListener("error", () => this.#fail());
    this.#alive();
  }

  close() {
    this.source?.close();
    this.source = null;
    clearTimeout(this.watch);
    clearTimeout(this.timer);
  }

  async ask() {
    try {
      const answer = await fetch(this.#address("/chat/messages"), { headers: { Accept: "application/json" } });
      if (answer.status === 403) {
        this.refused();
        return false;
      }
      if (answer.ok) {
        this.update(await answer.json());
        return true;
      }
    } catch {
      // No line: the next question will tell.
    }
    return false;
  }

  #address(path) {
    return `${path}?after=${this.after()}&lang=${this.language}`;
  }

  #hear(data) {
    this.tries = 0;
    this.#alive();
    this.update(data);
  }

  #alive() {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.#fail(), SILENCE);
  }

  async #fail() {
    this.close();
    const reached = await this.ask();
    const pause = document.hidden ? HIDDEN_POLL : POLL[Math.min(this.tries, POLL.length - 1)];
    this.tries = reached ? Math.min(this.tries + 1, 2) : this.tries + 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), pause * (0.75 + Math.random() / 2));
  }

  // A browser keeps six lines per site: hidden tabs give theirs back and ask now and then.
  #visibility() {
    clearTimeout(this.hiding);
    if (!this.started) {
      return;
    }
    if (document.hidden) {
      this.hiding = setTimeout(() => this.#doze(), HIDDEN_AFTER);
    } else if (this.source === null) {
      this.open();
    }
  }

  #doze() {
    this.close();
    this.timer = setTimeout(async () => {
      await this.ask();
      if (document.hidden) {
        this.#doze();
      }
    }, HIDDEN_POLL);
  }
}
