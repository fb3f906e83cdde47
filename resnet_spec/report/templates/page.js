"use strict";
// Sorts and filters the tables, and opens the diagram; a page without this says the same.
(() => {
  const rows = (table) => [...table.tBodies[0].rows];
  const number = (text) => {
    if (text === "" || text === "—" || text === "NaN") return null;
    const sizes = text.split("×").map((part) => Number(part.replace(/[,%\s]/g, "").replace("∞", "Infinity").replace("−", "-")));
    return sizes.some(Number.isNaN) ? null : sizes.reduce((product, size) => product * size, 1);
  };

  const sortBy = (table, head) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    const place = head.cellIndex;
    const numeric = head.classList.contains("num");
    const key = (row) => {
      const text = row.cells[place].textContent.trim();
      return numeric ? number(text) : text.toLowerCase();
    };
    const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1);
    const found = rows(table).map((row, index) => [key(row), index, row]);
    found.sort(([a, i], [b, j]) => {
      if (a === null || b === null) return (a === null) - (b === null) || i - j;
      return order(a, b) || i - j;
    });
    for (const [, , row] of found) table.tBodies[0].append(row);
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  };

  for (const table of document.querySelectorAll("table[data-sorts]")) {
    for (const head of table.tHead.querySelectorAll("th")) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sortBy(table, head));
      head.append(button);
    }
  }

  const total = (table, shown, title) => {
    const head = [...table.tHead.rows[0].cells].find((cell) => cell.textContent === title);
    if (!head) return "";
    const sum = shown.reduce((all, row) => all + (number(row.cells[head.cellIndex].textContent) ?? 0), 0);
    return `, ${sum.toLocaleString("en")} ${title === "MACs" ? title : title.toLowerCase()}`;
  };

  for (const table of document.querySelectorAll("table[data-filters]")) {
    const what = table.dataset.filters;
    const line = document.createElement("p");
    const label = document.createElement("label");
    const input = document.createElement("input");
    const said = document.createElement("span");
    line.className = "filter";
    input.type = "search";
    input.spellcheck = false;
    said.setAttribute("role", "status");
    label.append(`Show ${what} with `, input);
    line.append(label, said);
    table.closest(".scroll").before(line);
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const all = rows(table);
      for (const row of all) {
        const text = [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
      const shown = all.filter((row) => !row.hidden);
      const sums = total(table, shown, "Parameters") + total(table, shown, "MACs");
      said.textContent = words.length ? `${shown.length} of ${all.length} ${what}${sums}` : "";
    });
  }

  const parts = [...document.querySelectorAll("details.part")];
  if (parts.length) {
    const button = document.createElement("button");
    const say = () => { button.textContent = parts.every((part) => part.open) ? "Close all parts" : "Open all parts"; };
    button.type = "button";
    button.className = "all";
    button.addEventListener("click", () => {
      const open = !parts.every((part) => part.open);
      for (const part of parts) part.open = open;
    });
    for (const part of parts) part.addEventListener("toggle", say);
    say();
    document.querySelector(".flow").before(button);
  }
})();
