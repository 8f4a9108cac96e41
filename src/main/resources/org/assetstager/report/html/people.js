"use strict";
// The rows that need a person: searched, filtered and sorted here, a page of them shown at a time.

const PAGE_ROWS = 100;
const PEOPLE = DATA.people.map(([outcome, file, asset, size, reason, remedy, command]) => ({
  outcome, file, asset, size, reason, remedy, command,
  searched: `${file}\n${asset}\n${reason}\n${remedy}\n${outcome}`.toLowerCase(),
}));

const view = { words: [], outcomes: new Set(), sort: null, page: 0, rows: PEOPLE };

const COLUMNS = [
  { title: "Outcome", value: (r) => r.outcome,
    show: (r) => make("span", { class: r.outcome === "FAILED" ? "badge bad" : "badge", text: r.outcome }) },
  { title: "File", class: "path", value: (r) => r.file, show: (r) => r.file },
  { title: "Asset", class: "words", value: (r) => r.asset, show: (r) => r.asset },
  { title: "Size", class: "number", value: (r) => r.size ?? -1, show: (r) => (r.size === null ? "" : bytes(r.size)) },
  { title: "Why", class: "words", value: (r) => r.reason, show: (r) => r.reason },
  { title: "What to do", class: "words", value: (r) => r.remedy, show: (r) => r.remedy },
];

function filterRows() {
  view.rows = PEOPLE.filter((row) => view.outcomes.has(row.outcome)
    && view.words.every((word) => row.searched.includes(word)));
  if (view.sort) {
    const { column, direction } = view.sort;
    view.rows.sort((a, b) => direction * compare(column.value(a), column.value(b)));
  }
  view.page = 0;
  drawRows();
}

function drawRows() {
  const pages = Math.max(1, Math.ceil(view.rows.length / PAGE_ROWS));
  view.page = Math.min(Math.max(0, view.page), pages - 1);
  const from = view.page * PAGE_ROWS;
  const shown = view.rows.slice(from, from + PAGE_ROWS);
  byId("people").tBodies[0].replaceChildren(...shown.map((row) => tableRow(COLUMNS, row)));
  note("people-count", view.rows.length === 0 ? "No row fits."
    : `Rows ${count(from + 1)} to ${count(from + shown.length)} of ${count(view.rows.length)}`
      + `${view.rows.length < PEOPLE.length ? ` that fit, of ${count(PEOPLE.length)}` : ""}.`);
  note("people-page", `Page ${count(view.page + 1)} of ${count(pages)}`);
  byId("people-first").disabled = byId("people-previous").disabled = view.page === 0;
  byId("people-next").disabled = byId("people-last").disabled = view.page === pages - 1;
  byId("people-copy").textContent = `Copy commands for ${plural(view.rows.length, "row")}`;
  byId("people-copy").disabled = view.rows.length === 0;
  note("people-copied", "");
  if (!byId("people-commands").hidden) {
    byId("people-text").value = commands();
  }
}

/** Every line is safe to paste: names are quoted where the commands are made. */
function commands() {
  const lines = [`: 'Asset Stager, run ${DATA.run.id}: ${view.rows.length} of ${DATA.people.length} rows'`];
  let outcome = null;
  const sorted = view.rows.slice().sort((a, b) => compare(a.outcome, b.outcome));
  const done = new Set();
  for (const row of sorted) {
    if (row.outcome !== outcome) {
      outcome = row.outcome;
      lines.push(`: '${outcome}'`);
    }
    if (!done.has(row.command)) {
      done.add(row.command);
      lines.push(row.command);
    }
  }
  lines.push(": 'Once everything is mended'", DATA.run.again);
  return `${lines.join("\n")}\n`;
}

async function copyCommands() {
  const text = commands();
  try {
    await navigator.clipboard.writeText(text);
    note("people-copied", `Copied the commands for ${plural(view.rows.length, "row")}.`);
  } catch {
    // Browsers may keep the clipboard from pages that were opened from disk.
    showCommands(true);
    byId("people-text").focus();
    byId("people-text").select();
    note("people-copied", document.execCommand("copy")
      ? `Copied the commands for ${plural(view.rows.length, "row")}.`
      : "The browser doesn't let the page copy: the commands are selected below, copy them by the keyboard.");
  }
}

function showCommands(open) {
  byId("people-commands").hidden = !open;
  byId("people-show").setAttribute("aria-expanded", String(open));
  byId("people-show").textContent = open ? "Hide commands" : "Show commands";
  byId("people-text").value = open ? commands() : "";
}

function showPeople() {
  const outcomes = DATA.outcomes.filter((outcome) => outcome.person && outcome.rows > 0);
  const all = sum(outcomes, (outcome) => outcome.rows);
  if (all === 0) {
    note("people-note", DATA.run.error === null ? "None." : "The run broke off before it had a ledger.");
    byId("people-tools").hidden = true;
    return;
  }
  note("people-note", PEOPLE.length < all
    ? `${count(PEOPLE.length)} of ${count(all)} rows, some of each outcome. The ledger has the rest: `
      + `asset-stager report --run ${DATA.run.ledgerWord} --rows jsonl --outcome ${outcomes.map((o) => o.name).join(",")}`
    : `${plural(all, "row")}. ${DATA.run.dry ? "A dry run finds them before anything is sent." : ""}`);
  for (const outcome of outcomes) {
    const box = make("input", { type: "checkbox", value: outcome.name, checked: "" });
    box.addEventListener("change", () => {
      if (box.checked) {
        view.outcomes.add(outcome.name);
      } else {
        view.outcomes.delete(outcome.name);
      }
      filterRows();
    });
    view.outcomes.add(outcome.name);
    byId("people-outcomes").append(make("label", { title: outcome.meaning }, box, ` ${outcome.name} (${count(outcome.rows)})`));
  }
  makeTable();
  let waiting = 0;
  byId("people-search").addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      view.words = event.target.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
      filterRows();
    }, 120);
  });
  byId("people-form").addEventListener("submit", (event) => event.preventDefault());
  const turn = (id, page) => byId(id).addEventListener("click", () => {
    view.page = page();
    drawRows();
  });
  turn("people-first", () => 0);
  turn("people-previous", () => view.page - 1);
  turn("people-next", () => view.page + 1);
  turn("people-last", () => Infinity);
  byId("people-copy").addEventListener("click", copyCommands);
  byId("people-show").addEventListener("click", () => showCommands(byId("people-commands").hidden));
  drawRows();
}

function makeTable() {
  const head = make("tr");
  for (const column of COLUMNS) {
    const cell = make("th", { scope: "col", class: column.class ?? "" });
    sortable(cell, column, (direction) => {
      view.sort = { column, direction };
      filterRows();
    });
    head.append(cell);
  }
  byId("people").append(make("thead", {}, head), make("tbody"));
}

showPeople();
