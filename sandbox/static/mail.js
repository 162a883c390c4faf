// The mailbox: newest first, opened on demand; mails are shown as text, never as pages.
import { api, clock, element, words } from "./helpers.js";

const list = document.getElementById("mails");
const badge = document.getElementById("mail-count");
const KEPT = 200;

export async function showMails() {
  const { mails } = await api("/api/mail");
  list.replaceChildren();
  for (const mail of mails.slice(-KEPT)) addMail(mail);
  empty();
}

export function addMail(mail) {
  if (list.querySelector(`[data-id="${mail.id}"]`)) return;
  const item = element("details", { className: "mail" });
  item.dataset.id = mail.id;
  const summary = element("summary");
  summary.append(
    element("strong", { textContent: mail.subject || words.mail_no_subject }),
    element("span", { textContent: `${mail.to.join(", ")} · ${clock(mail.received_at)}` }),
  );
  const facts = element("dl");
  facts.append(fact(words.mail_from, mail.from), fact(words.mail_to, mail.to.join(", ")));
  item.append(summary, facts, element("pre", { textContent: mail.text }));
  list.prepend(item);
  while (list.children.length > KEPT) list.lastChild.remove();
  empty();
}

function fact(name, value) {
  const line = element("div");
  line.append(element("dt", { textContent: name }), element("dd", { textContent: value }));
  return line;
}

function empty() {
  document.getElementById("mail-nothing").hidden = list.children.length > 0;
  badge.hidden = !list.children.length;
  badge.textContent = list.children.length;
}
