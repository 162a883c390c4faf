// Files on their way, kept in the browser beside their message, so that a reload or a tab the phone put aside
// does not lose a photo. Where the browser refuses, they live as long as the page.

const NAME = "guichet.files";
const TABLE = "files";
const LIFE = 24 * 3600 * 1000; // what a closed tab left behind is swept after a day

export class KeptFiles {
  constructor() {
    this.here = new Map();
    this.opening = open();
    this.#run("readwrite", (table) => sweep(table));
  }

  // Gives the files of a message; an empty list when they are lost.
  async find(id) {
    return this.here.get(id) ?? (await this.#run("readonly", (table) => table.get(id)))?.files ?? [];
  }

  keep(id, files) {
    this.here.set(id, files);
    if (files.length > 0) {
      this.#run("readwrite", (table) => table.put({ files, at: Date.now() }, id));
    }
  }

  drop(id) {
    const held = this.here.get(id);
    this.here.delete(id);
    if (held === undefined || held.length > 0) {
      this.#run("readwrite", (table) => table.delete(id));
    }
  }

  clear() {
    this.here.clear();
    return this.#run("readwrite", (table) => table.clear());
  }

  async #run(mode, act) {
    try {
      const request = act((await this.opening).transaction(TABLE, mode).objectStore(TABLE));
      return await settled(request);
    } catch {
      return undefined; // storage is full or refused
    }
  }
}

function open() {
  const request = window.indexedDB?.open(NAME, 1);
  if (request) {
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
  }
  const opening = settled(request);
  opening.catch(() => {}); // said where it is used
  return opening;
}

function sweep(table) {
  table.openCursor().onsuccess = ({ target }) => {
    const cursor = target.result;
    if (cursor) {
      if (Date.now() - cursor.value.at > LIFE) {
        cursor.delete();
      }
      cursor.continue();
    }
  };
  return table.count();
}

function settled(request) {
  return new Promise((resolve, reject) => {
    if (!request) {
      reject(new Error("no storage"));
      return;
    }
    request.addEventListener("success", () => resolve(request.result), { once: true });
    request.addEventListener("error", () => reject(request.error), { once: true });
  });
}
