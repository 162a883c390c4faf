// What every page with a form has: focus on its errors, printing, a question before what cannot be undone.

document.querySelector("[data-focus]")?.focus();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Copying is fetched by who wants it.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  button && (await import("./copy.js")).copyFrom(button);
});

// A file too large is told before it travels. `data-max` is in bytes, `data-too-large` the words.
for (const input of document.querySelectorAll("input[type=file][data-max]")) {
  const check = () => {
    const large = [...input.files].some((file) => file.size > Number(input.dataset.max));
    input.setCustomValidity(large ? input.dataset.tooLarge : "");
    return input.reportValidity();
  };
  input.addEventListener("change", check);
  input.form.addEventListener("submit", (event) => check() || event.preventDefault());
}

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
  }
});

// A menu closes when one looks elsewhere, and gives the focus back on Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) {
      menu.open = false;
    }
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  }
});
