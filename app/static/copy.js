// What a button copies is in its `data-copy`; what it then says for a moment is in `data-copied`.

const FOR_A_MOMENT = 2500;

export async function copyFrom(button) {
  button.dataset.words ??= button.textContent;
  if (await copy(button.dataset.copy)) {
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = button.dataset.words), FOR_A_MOMENT);
  }
}

// Browsers give the clipboard to pages of a secure line only; elsewhere the old way, through a selected box.
async function copy(text) {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(() => true, () => false);
  }
  const box = document.body.appendChild(document.createElement("textarea"));
  box.value = text;
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  return done;
}
