// One message to the town, and what its answer means.

const URL = "/channels/webchat/inbound";

// Sends one message by this request; rejects when no answer came.
export function post(request, entry, files, progress) {
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
export function judge(answer, entry) {
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
