// The filters of the list: chosen at once, kept open while more is chosen, and never closed by a refresh.

const filters = () => document.getElementById("filters");

// `open` leads to an address in this page.
export function setUpFilters(open) {
  const choose = async (form, chosen) => {
    const asked = new URLSearchParams(new FormData(form));
    [...asked].forEach(([name, value]) => value === "" && asked.delete(name));
    await open(`${location.pathname}?${asked}`);
    filters() && (filters().open = true);
    document.getElementById(chosen)?.focus();
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-filters]");
    form && choose(form, event.target.id);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-filters]")) {
      event.preventDefault();
      choose(event.target, "filters").then(() => {
        filters().open = false;
        filters().querySelector("summary").focus();
      });
    }
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id === "list" && filters()?.open) {
      event.detail.serverResponse = event.detail.serverResponse.replace('id="filters"', 'id="filters" open');
    }
  });
}
