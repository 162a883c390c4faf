// The town's chat on any page of the town's sites, by one line:
//   <script src="https://guichet.example/static/widget.js" data-language="fr" data-label="Écrire à la mairie" async></script>
// It adds one button and, once asked, one frame. It reads and changes nothing else on the page.

(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const language = script.dataset.language ?? document.documentElement.lang.slice(0, 2);
  const words =
    language === "en"
      ? { open: "Write to the town hall", close: "Close the chat", title: "Chat with the town hall" }
      : { open: "Écrire à la mairie", close: "Fermer la discussion", title: "Discussion avec la mairie" };
  const label = script.dataset.label ?? words.open;
  const colour = /^#[0-9a-f]{6}$/i.test(script.dataset.colour ?? "") ? script.dataset.colour : "#0d5c63";

  const style = `
    :host { all: initial; }
    button { position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; display: flex; align-items: center; gap: 10px;
      min-height: 52px; padding: 0 22px 0 16px; border: 2px solid #fff; border-radius: 999px; background: ${colour}; color: #fff;
      font: 600 17px/1.2 system-ui, -apple-system, "Segoe UI", sans-serif; box-shadow: 0 6px 24px rgb(0 0 0 / 28%); cursor: pointer; }
    button:focus-visible { outline: 3px solid #1d1b17; outline-offset: 3px; box-shadow: 0 0 0 3px #ffcf33; }
    button span.count { min-width: 24px; padding: 2px 6px; border-radius: 999px; background: #fff; color: ${colour}; text-align: center; }
    svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    .panel { position: fixed; right: 16px; bottom: 84px; z-index: 2147483000; width: min(400px, calc(100vw - 32px));
      height: min(680px, calc(100vh - 104px)); overflow: hidden; border: 1px solid #7b756a; border-radius: 14px; background: #faf8f4;
      box-shadow: 0 12px 48px rgb(0 0 0 / 32%); }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    [hidden] { display: none !important; }
    @media (max-width: 480px), (max-height: 480px) {
      .panel { inset: 0; width: 100%; height: 100%; height: 100dvh; border: 0; border-radius: 0; }
      button[aria-expanded="true"] { display: none; }
    }
    @media print { button, .panel { display: none; } }`;

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet(); // a page's policy may forbid style elements, never a constructed sheet
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];

  const button = root.appendChild(document.createElement("button"));
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-haspopup", "dialog");
  button.append(picture(), text(label));

  const panel = root.appendChild(document.createElement("div"));
  panel.className = "panel";
  panel.hidden = true;
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", words.title);
  let frame = null;
  let unread = 0;

  function open() {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = words.title;
      frame.allow = "geolocation; camera";
      frame.src = `${home}/chat?embed=1&lang=${encodeURIComponent(language)}`;
      panel.append(frame);
    }
    unread = 0;
    count();
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    button.querySelector("span").textContent = words.close;
    frame.focus();
  }

  function close() {
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.querySelector("span").textContent = label;
    button.focus();
  }

  function count() {
    root.querySelector(".count")?.remove();
    if (unread > 0 && panel.hidden) {
      button.append(Object.assign(text(String(unread)), { className: "count" }));
    }
  }

  button.addEventListener("click", () => (panel.hidden ? open() : close()));
  root.addEventListener("keydown", (event) => event.key === "Escape" && !panel.hidden && close());
  window.addEventListener("message", (event) => {
    if (event.origin !== home || event.source !== frame?.contentWindow) {
      return;
    }
    if (event.data?.guichet === "close") {
      close();
    } else if (event.data?.guichet === "message") {
      unread += Number(event.data.count) || 0;
      count();
    }
  });

  function text(content) {
    return Object.assign(document.createElement("span"), { textContent: content });
  }

  function picture() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    path.setAttribute("d", "M21 15a2 2 0 0 1-2 2H8l-5 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2z");
    return svg;
  }

  const place = () => document.body.append(host);
  document.body ? place() : document.addEventListener("DOMContentLoaded", place);
})();
