// The chat in a frame on the town's site, where widget.js shows it. Loaded there only.

const close = document.querySelector("[data-close]");
const leave = () => tell({ guichet: "close" });

if (close) {
  close.hidden = false;
  close.addEventListener("click", leave);
}

// What is not the chat opens beside it: other pages do not show themselves in frames.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (link && !link.href.includes("embed=1")) {
    link.target = "_blank";
  }
});

document.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && leave());

export function tellArrived(count) {
  tell({ guichet: "message", count });
}

// A frame on another site whose cookies the browser keeps back: better said than a chat that forgets.
export function explainBlocked() {
  const words = document.getElementById("blocked").content.cloneNode(true);
  document.getElementById("main").replaceChildren(words);
}

function tell(message) {
  window.parent.postMessage(message, "*");
}
