// Files on their way, kept in the browser beside their message, so that a reload or a tab the phone put aside
// does not lose a photo. Where the browser refuses, they live as long as the page. Loaded once there is a file.

const NAME = "guichet.files";
const TABLE = "files";
const LIFE = 24 * 3600 * 1000; // what a closed tab left behind is swept after a day

const opening = open();
run("readwrite", sweep);

// Gives the files kept under this number; an empty list when they are lost.
export async function find(id) {
  return (await run("readonly", (table) => table.get(id)))?.files ?? [];
}

export function keep(id, files) {
  return run("readwrite", (table) => table.put({ files, at: Date.now() }, id));
}

export function drop(id) {
  return run("readwrite", (table) => table.delete(id));
}

export function clear() {
  return run("readwrite", (table) => table.clear());
}

async function run(mode, act) {
  try {
    const transaction = (await opening).transaction(TABLE, mode);
    const result = await settled(act(transaction.objectStore(TABLE)));
    await settled(transaction, "complete");
    return result;
  } catch {
    return undefined; // storage is full or refused
  }
}

function open() {
  const request = window.indexedDB?.open(NAME, 1);
  if (request) {
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
  }
  const result = settled(request);
  result.catch(() => {}); // said where it is used
  return result;
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

function settled(request, event = "success") {
  return new Promise((resolve, reject) => {
    if (!request) {
      reject(new Error("no storage"));
      return;
    }
    request.addEventListener(event, () => resolve(request.result), { once: true });
    for (const failure of ["error", "abort"]) {
      request.addEventListener(failure, () => reject(request.error), { once: true });
    }
  });
}
