// Signing out with texts that are not sent is asked about: they stay, but they stay unsent.

import { counted, isShown } from "./console-dom.js";
import { unsent } from "./console-drafts.js";

const LONGEST = 60;

export function setUpSignOut() {
  const dialog = document.getElementById("unsent");
  let form = null;
  document.addEventListener("submit", (event) => {
    const texts = "signOut" in event.target.dataset && dialog ? unsent() : [];
    if (texts.length) {
      event.preventDefault();
      form = event.target;
      show(dialog, texts);
    }
  });
  dialog?.addEventListener("close", () => {
    if (dialog.returnValue === "leave") {
      form?.submit();
    } else {
      const opener = form?.querySelector("button");
      (opener && isShown(opener) ? opener : form?.closest("details")?.querySelector("summary"))?.focus();
    }
    dialog.returnValue = "";
  });
}

function show(dialog, texts) {
  const replies = texts.every((each) => each.kind === "reply");
  dialog.querySelector("h2").textContent = counted(replies ? "unsentReply" : "unsentText", texts.length);
  dialog.querySelector("ul").replaceChildren(...texts.map(line));
  dialog.showModal();
}

function line({ conversation, text }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `/console/conversations/${conversation}?view=mine`;
  link.dir = "auto";
  link.textContent = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  item.append(link);
  return item;
}
