// The thread on the page: fragments of the server, and the messages of this page that are on their way.

const ICONS = { sending: "clock", queued: "wifi-off", failed: "triangle-alert", sent: "check", seen: "check-check" };

export class Messages {
  constructor(log, { words, icons, retry, discard, settled }) {
    Object.assign(this, { log, words, icons, retry, discard, settled });
    this.template = document.getElementById("pending");
  }

  get last() {
    return Number(this.log.dataset.last);
  }

  // Adds what the server rendered; gives how many of these messages the town sent.
  add(html, last) {
    const fragments = document.createElement("template");
    fragments.innerHTML = html;
    let fromTown = 0;
    let day = null;
    for (const node of [...fragments.content.children]) {
      if (node.classList.contains("day")) {
        day = this.#isNewDay(node) ? node : null;
        continue;
      }
      const { shown, added } = this.#addMessage(node);
      fromTown += added && node.classList.contains("message-town") ? 1 : 0;
      if (day) {
        shown.before(day);
        day = null;
      }
    }
    this.log.dataset.last = Math.max(this.last, last);
    this.#closeChoices();
    return fromTown;
  }

  // Shows a message of this page at once, before the server has it.
  show(entry, files) {
    const node = this.template.content.cloneNode(true).firstElementChild;
    node.dataset.clientId = entry.client_id;
    const bubble = node.querySelector(".bubble");
    for (const text of said(entry).split(/\n\s*\n/).filter((part) => part.trim())) {
      const paragraph = bubble.appendChild(document.createElement("p"));
      paragraph.dir = "auto";
      paragraph.textContent = text.trim();
    }
    if (entry.latitude !== undefined) {
      bubble.appendChild(this.#line("map-pin", this.words.positionShared));
    }
    for (const name of entry.fileNames) {
      bubble.appendChild(this.#line("paperclip", name));
    }
    const time = node.querySelector("time");
    time.dateTime = entry.at;
    time.textContent = new Date(entry.at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
    this.log.append(node);
    this.#closeChoices(entry.choice);
    this.mark(entry, files);
    return node;
  }

  // Tells where a message of this page stands.
  mark(entry) {
    const node = this.#pending(entry.client_id);
    if (!node) {
      return;
    }
    const state = entry.state === "queued" && navigator.onLine ? "sending" : entry.state;
    node.classList.toggle("message-failed", state === "failed");
    const meta = node.querySelector(".message-meta");
    meta.classList.toggle("tone-overdue", state === "failed");
    this.#state(node, state);
    node.querySelector(".message-actions")?.remove();
    node.querySelector(".progress")?.toggleAttribute("hidden", state !== "sending");
    if (state === "failed") {
      this.#offerRetry(node, entry);
    }
  }

  progress(entry, share) {
    const bubble = this.#pending(entry.client_id)?.querySelector(".bubble");
    if (!bubble) {
      return;
    }
    let bar = bubble.querySelector("progress");
    if (!bar) {
      bar = bubble.appendChild(document.createElement("progress"));
      bar.className = "progress";
      bar.max = 100;
      bar.setAttribute("aria-label", this.words.fileSending);
    }
    bar.value = Math.round(share * 100);
  }

  accept(entry, sequence) {
    const node = this.#pending(entry.client_id);
    if (node) {
      this.#settle(node, sequence);
      this.#tellLast(node, "sent");
    }
  }

  seen(upTo) {
    const stated = [...this.log.querySelectorAll(".message-resident .message-state[data-state='sent']")].at(-1);
    const message = stated?.closest(".message");
    if (message && Number(message.dataset.seq) <= upTo) {
      this.#state(message, "seen");
    }
  }

  #isNewDay(node) {
    return !this.log.querySelector(`.day[data-day="${node.dataset.day}"]`);
  }

  // Gives the message as it stands on the page, and whether it is new there.
  #addMessage(node) {
    const own = node.dataset.clientId && this.#pending(node.dataset.clientId);
    if (own) {
      this.#adopt(own, node);
      this.settled(node.dataset.clientId);
      return { shown: own, added: false };
    }
    const known = this.log.querySelector(`[data-seq="${node.dataset.seq}"]`);
    return known ? { shown: known, added: false } : { shown: this.#insert(node), added: true };
  }

  // The message is on the page already and was read out: only what the server knows better is taken over.
  #adopt(own, node) {
    this.#settle(own, node.dataset.seq);
    const files = node.querySelector(".files, .place");
    if (files) {
      own.querySelector(".bubble").replaceWith(node.querySelector(".bubble"));
    }
    own.querySelector("time").replaceWith(node.querySelector("time"));
    this.#tellLast(own, node.querySelector(".message-state")?.dataset.state);
  }

  // From here on the message changes silently: it was read out when it was written.
  #settle(node, sequence) {
    node.ariaLive = "off";
    node.dataset.seq = sequence;
    node.classList.remove("message-pending", "message-failed");
    node.querySelector(".message-meta").classList.remove("tone-overdue");
    node.querySelectorAll(".progress, .message-actions").forEach((part) => part.remove());
  }

  // In the order of the numbers; what is still on its way stays below.
  #insert(node) {
    const number = Number(node.dataset.seq);
    const later = [...this.log.children].find(
      (one) => one.classList.contains("message-pending") || Number(one.dataset.seq ?? -1) > number,
    );
    this.log.insertBefore(node, later ?? null);
    if (node.classList.contains("message-resident")) {
      this.#tellLast(node);
    }
    return node;
  }

  // A choice stands only until the resident, or a person of the town, has said something after it.
  #closeChoices(chosen) {
    const last = [...this.log.querySelectorAll(".message-resident, .message-agent")].at(-1);
    if (!last) {
      return;
    }
    for (const button of this.log.querySelectorAll(".choice:not(:disabled)")) {
      if (button.compareDocumentPosition(last) & Node.DOCUMENT_POSITION_FOLLOWING) {
        const hadFocus = button === document.activeElement;
        button.disabled = true;
        if (chosen !== undefined && button.value === chosen) {
          button.setAttribute("aria-pressed", "true");
          button.prepend(this.icon("check"), " ");
        }
        if (hadFocus) {
          document.getElementById("text")?.focus({ preventScroll: true });
        }
      }
    }
    document.getElementById("starters")?.remove();
  }

  // Only the resident's latest message says how far it got; news of an earlier one may come after it was sent.
  #tellLast(node, state) {
    const sent = [...this.log.querySelectorAll(".message-resident:not(.message-pending)")];
    const last = sent.reduce((one, other) => (Number(other.dataset.seq) > Number(one.dataset.seq) ? other : one));
    sent.filter((one) => one !== last).forEach((one) => one.querySelector(".message-state")?.remove());
    if (node === last && state) {
      this.#state(node, state);
    }
  }

  #state(node, state) {
    const meta = node.querySelector(".message-meta");
    const place = meta.querySelector(".message-state") ?? meta.appendChild(document.createElement("span"));
    if (place.dataset.state === state) {
      return;
    }
    place.className = "message-state";
    place.dataset.state = state;
    place.replaceChildren(this.icon(ICONS[state]), document.createTextNode(this.words[state]));
  }

  #offerRetry(node, entry) {
    const actions = node.appendChild(document.createElement("div"));
    actions.className = "message-actions small";
    const reason = document.createElement("span");
    reason.setAttribute("role", "alert");
    reason.textContent = this.words.reasons[entry.reason] ?? "";
    actions.append(reason);
    if (entry.reason !== "files_lost") {
      actions.append(this.#action(this.words.retry, () => this.retry(entry.client_id)));
    }
    const drop = this.#action(this.words.discard, () => {
      node.remove();
      this.discard(entry.client_id);
      document.getElementById("text")?.focus();
    });
    actions.append(drop);
  }

  #action(label, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", act);
    return button;
  }

  #line(icon, text) {
    const line = document.createElement("p");
    line.className = "place";
    const words = document.createElement("span");
    words.textContent = text;
    line.append(this.icon(icon), words);
    return line;
  }

  icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
    svg.firstChild.setAttribute("href", `${this.icons}#${name}`);
    return svg;
  }

  #pending(id) {
    return this.log.querySelector(`.message[data-client-id="${CSS.escape(id)}"]`);
  }
}

function said(entry) {
  return entry.label ?? entry.choice ?? entry.text ?? "";
}
