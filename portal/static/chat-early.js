// What somebody sends before the chat's own script is there waits for it. Should that script never come, the page is the
// form that it also is without scripts.

(() => {
  const waiting = []; // in their order: the form, the button pressed, and the text that was new in the composer
  let isWaiting = true;
  let sent = "";

  function onSubmit(event) {
    const form = event.target;
    if (isWaiting && form.matches("form[data-send]")) {
      event.preventDefault();
      const text = form.elements.text ? newText(form.elements.text.value) : "";
      waiting.push({ form, button: event.submitter, text });
      form.querySelector("[type=submit]").ariaBusy = "true";
    }
  }

  function newText(written) {
    const text = written.startsWith(sent) ? written.slice(sent.length) : written;
    sent = written;
    return text.trimStart();
  }

  function onKey(event) {
    const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "Enter" && plain && !event.isComposing && event.target.id === "text") {
      event.target.form.requestSubmit();
      isWaiting || event.preventDefault(); // while it waits, a new line tells what is written next from what was sent
    }
  }

  function stop() {
    isWaiting = false;
    waiting.forEach(({ form }) => (form.querySelector("[type=submit]").ariaBusy = null));
    return waiting.splice(0);
  }

  // A picture that fails is another matter.
  function onError({ target }) {
    if (isWaiting && (target === window || target.type === "module")) {
      const last = stop().pop();
      last?.form.requestSubmit(last.button);
    }
  }

  document.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", onKey);
  window.addEventListener("error", onError, { capture: true });

  // For chat.js: what has waited. From now on it hears everything itself.
  window.takeEarly = () => {
    document.removeEventListener("submit", onSubmit);
    document.removeEventListener("keydown", onKey);
    window.removeEventListener("error", onError, { capture: true });
    return stop();
  };
})();
