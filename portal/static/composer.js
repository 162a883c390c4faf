// The box one writes in: it grows, counts near the limit, keeps the draft, holds files and the position.

import { kept, newId } from "./outbox.js";

const DRAFT = "guichet.draft";
const DRAFT_FILES = "guichet.draft.files";
const NEAR = 500;
const MOST_FILES = 10;

export class Composer {
  // `send(message, files)` takes what was written; messages.js draws the icons.
  constructor(form, { settings, icon, send }) {
    Object.assign(this, { form, settings, icon, send });
    this.words = settings.words;
    this.text = form.querySelector("textarea");
    this.count = document.getElementById("count");
    this.chosen = document.getElementById("chosen");
    this.notice = document.getElementById("notice");
    this.files = [];
    this.position = null;
    this.text.value ||= recall(DRAFT);
    this.text.addEventListener("input", () => this.#typed());
    this.text.addEventListener("keydown", (event) => this.#key(event));
    this.text.addEventListener("paste", (event) => this.#paste(event));
    form.addEventListener("submit", (event) => this.#submit(event));
    this.#prepareFiles(document.getElementById("files"));
    this.#preparePosition(document.getElementById("position"));
    this.#typed();
    this.#findFiles();
  }

  clearDraft() {
    remember(DRAFT, "");
  }

  // A text sent before the page could: it leads what stands in the box, and what was written since stays there.
  sendEarly(text) {
    const written = this.text.value.trimStart();
    if (!written.startsWith(text)) {
      return; // changed meanwhile: its writer decides
    }
    this.text.value = text;
    this.form.requestSubmit();
    this.text.value = this.text.value ? written : written.slice(text.length).trimStart();
    this.#typed();
  }

  #submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (length(text) > this.settings.maxText || (!text && this.files.length === 0 && !this.position)) {
      this.text.focus();
      return;
    }
    const message = { text, language: this.settings.language, ...(this.position ?? {}) };
    this.send({ ...message, client_id: recall(DRAFT_FILES) || newId() }, this.files);
    // The message has the files now, under the same number.
    remember(DRAFT_FILES, "");
    this.text.value = "";
    this.files = [];
    this.position = null;
    this.#say("");
    this.#typed();
    this.#showChosen();
    this.text.focus();
  }

  #key(event) {
    const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "Enter" && plain && !event.isComposing) {
      event.preventDefault();
      this.form.requestSubmit();
    }
  }

  #typed() {
    if (!CSS.supports("field-sizing", "content")) {
      this.text.style.height = "auto";
      this.text.style.height = `${this.text.scrollHeight}px`;
    }
    remember(DRAFT, this.text.value);
    const left = this.settings.maxText - length(this.text.value);
    const words = left < 0 ? this.words.over : this.words.left;
    const shown = left <= NEAR ? this.#counted(words, Math.abs(left)) : "";
    // Said at steps, not at each key: a screen reader would talk over the typing.
    if (shown === "" || left < 0 || left % 50 === 0 || this.count.textContent === "") {
      this.count.textContent = shown;
    }
    this.count.className = left < 0 ? "count count-over" : "count count-near";
    this.text.setAttribute("aria-invalid", String(left < 0));
  }

  #counted(words, number) {
    const { language } = this.settings;
    const form = new Intl.PluralRules(language).select(number) === "one" ? "one" : "other";
    return words[form].replace("%", number.toLocaleString(language));
  }

  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) {
      event.preventDefault();
      this.#take(files);
    }
  }

  #prepareFiles(input) {
    const take = () => {
      this.#take([...input.files]);
      input.value = "";
    };
    input.addEventListener("change", take);
    input.files.length > 0 && take(); // chosen before the page could hear of it
  }

  #take(files) {
    const refused = {};
    for (const file of files) {
      const why = this.#whyNot(file);
      if (why) {
        (refused[why] ??= []).push(file.name);
      } else {
        this.files = [...this.files, file];
      }
    }
    this.#say(Object.entries(refused).map(([why, names]) => this.#refusal(why, names)).join(" "));
    this.#showChosen();
    this.text.focus();
  }

  // One sentence for each reason: it names one file, and counts several.
  #refusal(why, names) {
    const [one, several] = this.words.refusals[why];
    return names.length === 1 ? one.replace("%", names[0]) : several.replace("%", names.length);
  }

  // Told before anything travels; what was written and chosen so far stays.
  #whyNot(file) {
    if (file.size === 0) {
      return "empty";
    }
    if (file.size > this.settings.maxFile) {
      return "tooLarge";
    }
    const size = this.files.reduce((sum, one) => sum + one.size, file.size);
    return size > this.settings.maxAll || this.files.length >= MOST_FILES ? "tooMany" : "";
  }

  // A phone may put the page aside while its camera is open: what was chosen is there again afterwards.
  async #findFiles() {
    const found = recall(DRAFT_FILES) && (await kept("find", recall(DRAFT_FILES)));
    if (found) {
      this.files = [...found, ...this.files];
      this.#showChosen();
    }
  }

  // The list is busy until the browser has them.
  async #keepFiles() {
    const { files } = this;
    const id = recall(DRAFT_FILES) || (files.length > 0 && newId());
    if (id) {
      remember(DRAFT_FILES, id);
      this.chosen.ariaBusy = "true";
      await kept("keep", id, files);
    }
    if (files === this.files) {
      this.chosen.ariaBusy = null;
    }
  }

  #showChosen() {
    this.#keepFiles();
    for (const image of this.chosen.querySelectorAll("img")) {
      URL.revokeObjectURL(image.src);
    }
    const lines = this.files.map((file) => this.#line(file.name, this.#preview(file), () => this.#drop(file)));
    if (this.position) {
      const drop = () => {
        this.position = null;
        this.#showChosen();
      };
      lines.push(this.#line(this.words.positionShared, this.icon("map-pin"), drop));
    }
    this.chosen.replaceChildren(...lines);
    this.chosen.hidden = lines.length === 0;
  }

  #preview(file) {
    if (!/^image\/(jpeg|png|webp|gif)$/.test(file.type)) {
      return this.icon("file-text");
    }
    const image = new Image();
    image.alt = "";
    image.src = URL.createObjectURL(file);
    return image;
  }

  #line(name, picture, drop) {
    const line = document.createElement("li");
    const label = document.createElement("span");
    label.textContent = name;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet button-icon";
    button.setAttribute("aria-label", this.words.remove.replace("%", name));
    button.append(this.icon("x"));
    button.addEventListener("click", drop);
    line.append(picture, label, button);
    return line;
  }

  #drop(file) {
    this.files = this.files.filter((one) => one !== file);
    this.#showChosen();
    this.text.focus();
  }

  #preparePosition(button) {
    if (!("geolocation" in navigator)) {
      return;
    }
    button.hidden = false;
    button.addEventListener("click", () => {
      button.setAttribute("aria-busy", "true");
      this.#say(this.words.positionWait);
      const found = ({ coords }) => {
        this.position = { latitude: coords.latitude, longitude: coords.longitude };
        this.#say("");
        this.#showChosen();
      };
      const failed = ({ code }) => this.#say(code === 1 ? this.words.positionRefused : this.words.positionFailed);
      const done = (then) => (result) => {
        button.removeAttribute("aria-busy");
        then(result);
        this.text.focus();
      };
      const wishes = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 };
      navigator.geolocation.getCurrentPosition(done(found), done(failed), wishes);
    });
  }

  #say(text) {
    this.notice.textContent = text;
  }
}

// As the server counts: an emoji is one character.
function length(text) {
  return [...text].length;
}

function remember(name, text) {
  try {
    sessionStorage.setItem(name, text);
  } catch {
    // Storage refused: the draft lives as long as the page.
  }
}

function recall(name) {
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}
