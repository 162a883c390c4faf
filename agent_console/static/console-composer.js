// A reply or a note: two forms of which one is shown, never to be taken one for the other.

let mode = "reply";

const composer = () => document.getElementById("composer");

export const writingMode = () => mode;

// As the page has come from the server.
export function readMode() {
  mode = document.querySelector('.composer-mode[aria-selected="true"][data-compose="note"]') ? "note" : "reply";
}

export function chooseMode(chosen) {
  const place = composer();
  if (!place) {
    return;
  }
  mode = place.dataset.canReply === "yes" ? chosen : "note";
  place.classList.toggle("composer-note", mode === "note");
  for (const form of place.querySelectorAll("form[data-draft]")) {
    form.hidden = form.dataset.draft !== mode;
  }
  for (const tab of place.querySelectorAll("[data-compose]")) {
    const chosenTab = tab.dataset.compose === mode;
    tab.setAttribute("aria-selected", String(chosenTab));
    tab.tabIndex = chosenTab ? 0 : -1;
  }
}

export function write(chosen) {
  chooseMode(chosen);
  document.getElementById(mode)?.focus();
}

export function setUpModes() {
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-compose]");
    if (tab) {
      event.preventDefault();
      write(tab.dataset.compose);
    }
  });
  // As tabs do: the arrows pass from one to the other, and choose it.
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[data-compose]");
    if (tab && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
      event.preventDefault();
      chooseMode(tab.dataset.compose === "reply" ? "note" : "reply");
      composer().querySelector('[data-compose][aria-selected="true"]').focus();
    }
  });
}
