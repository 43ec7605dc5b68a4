"use strict";
(() => {
  const root = document.documentElement;
  const form = document.getElementById("filter");
  const help = document.getElementById("help");
  const rows = [...document.querySelectorAll("tr[data-card]")];
  const cards = new Map(rows.map((row) => [row, document.getElementById(`finding-${row.dataset.card}`)]));
  const words = new Map(rows.map((row) => [row, `${row.textContent} ${cards.get(row).textContent}`.toLowerCase()]));
  const files = [...document.querySelectorAll("details.file")];
  root.classList.add("scripted");

  document.getElementById("theme").addEventListener("click", () => {
    const now = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
  });
  document.getElementById("keys").addEventListener("click", () => help.showModal());

  function filter() {
    const wanted = new FormData(form);
    const severities = wanted.getAll("severity");
    const file = wanted.get("file");
    const text = wanted.get("text").toLowerCase();
    let count = 0;
    for (const row of rows) {
      const fits = severities.includes(row.dataset.severity)
        && (!file || row.dataset.file === file)
        && words.get(row).includes(text);
      row.hidden = cards.get(row).hidden = !fits;
      count += fits;
    }
    for (const one of files) one.hidden = Boolean(file) && one.dataset.file !== file;
    document.getElementById("shown").textContent = `${count} of ${rows.length} shown`;
  }

  function go(target) {
    for (let one = target.parentElement; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
  }

  // Findings in the order in which the page shows them.
  const inOrder = [...document.querySelectorAll("article.card")].filter((card) => !card.closest(".muted"));
  let at = null;
  document.addEventListener("focusin", (event) => { at = event.target.closest("article.card") || at; });

  function step(by) {
    const shown = inOrder.filter((card) => !card.hidden);
    if (!shown.length) return;
    const here = shown.indexOf(at);
    const next = here < 0 ? (by > 0 ? 0 : shown.length - 1) : here + by;
    if (shown[next]) go(shown[next]);
  }

  function follow() {
    const target = /^#(finding|file)-\d+$/.test(location.hash) && document.querySelector(location.hash);
    if (target && target.tagName === "DETAILS") target.open = true;
    if (target && target.tagName === "ARTICLE") go(target);
  }

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => form && form.elements.text.focus(),
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const writes = event.target.matches("input:not([type=checkbox]), select, textarea");
    if (event.key === "Escape" && writes) event.target.blur();
    const listens = document.getElementById("keys-on").checked && !help.open && !writes;
    if (!listens || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
  addEventListener("hashchange", follow);
  if (form) {
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }
  follow();
})();
