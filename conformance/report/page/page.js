"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // Filters

  function filter(form) {
    const box = form.parentElement;
    const rows = all("[data-family]", box).map((row) => ({ row, text: row.textContent.toLowerCase() }));
    const toggles = all(".toggle", form);
    const count = form.querySelector(".count");
    const number = (row) => Number(row.dataset.number || 1);
    const total = rows.reduce((sum, { row }) => sum + number(row), 0);

    function wanted({ row, text }) {
      const pressed = toggles.filter((each) => each.getAttribute("aria-pressed") === "true");
      const verdicts = pressed.map((each) => each.dataset.verdict).filter(Boolean);
      const differs = pressed.some((each) => "differs" in each.dataset);
      const { level, family, text: search } = form.elements;
      return (!verdicts.length || verdicts.includes(row.dataset.verdict))
        && (!differs || "differs" in row.dataset)
        && (!level.value || row.dataset.level === level.value)
        && (!family.value || row.dataset.family === family.value)
        && text.includes(search.value.trim().toLowerCase());
    }

    function apply() {
      let shown = 0;
      for (const each of rows) {
        each.row.hidden = !wanted(each);
        shown += each.row.hidden ? 0 : number(each.row);
      }
      for (const part of all(".family", box)) {
        part.hidden = !all("[data-family]", part).some((row) => !row.hidden);
      }
      count.textContent = shown === total ? `all ${total} shown` : `${shown} of ${total} shown`;
    }

    function clear() {
      toggles.forEach((each) => each.setAttribute("aria-pressed", "false"));
      form.reset();
      apply();
    }

    for (const toggle of toggles) {
      toggle.addEventListener("click", () => {
        toggle.setAttribute("aria-pressed", String(toggle.getAttribute("aria-pressed") !== "true"));
        apply();
      });
    }
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("keydown", (event) => { if (event.key === "Escape") clear(); });
    form.hidden = false;
    clear();
    return { box, clear };
  }

  const filters = all(".filter").map(filter);

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = all(".find input").find((each) => each.checkVisibility ? each.checkVisibility() : true);
    if (box) {
      event.preventDefault();
      box.focus();
    }
  });

  // Links to what is folded or filtered away

  function reveal() {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
    const hiding = filters.find(({ box }) => box.contains(target));
    if (hiding && target.closest("[hidden]")) hiding.clear();
    target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  reveal();

  // Copying

  async function copy(button) {
    const code = button.closest(".code").querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  }
  for (const button of all(".copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }

  // Printing

  addEventListener("beforeprint", () => {
    for (const each of all("details:not([open])")) {
      each.open = true;
      each.dataset.printed = "";
    }
  });
  addEventListener("afterprint", () => {
    for (const each of all("details[data-printed]")) {
      each.open = false;
      delete each.dataset.printed;
    }
  });
})();
