"use strict";
// What all parts of the page share. Texts of users reach the page as text alone: no markup is ever made of data.

const DATA = JSON.parse(document.getElementById("data").textContent);
const NUMBERS = new Intl.NumberFormat("en-US");
const COLLATOR = new Intl.Collator("en", { numeric: true });
const SVG = "http://www.w3.org/2000/svg";

const byId = (id) => document.getElementById(id);

/** Makes an element with a class and text, and others inside. */
function make(name, options = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(options)) {
    if (key === "text") {
      element.textContent = value;
    } else if (key === "class") {
      element.className = value;
    } else {
      element.setAttribute(key, value);
    }
  }
  element.append(...children);
  return element;
}

function makeSvg(name, attributes = {}, text = null) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  if (text !== null) {
    element.textContent = text;
  }
  return element;
}

const count = (number) => NUMBERS.format(number);

const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** Decimal units, as on the console. */
function bytes(number) {
  const units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
  let value = number;
  let unit = 0;
  while (value >= (unit === 0 ? 1000 : 999.95) && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

function seconds(number) {
  if (number < 10) {
    return `${number.toFixed(number < 1 ? 2 : 1)} s`;
  }
  const whole = Math.round(number);
  const two = (part) => String(part).padStart(2, "0");
  const days = Math.floor(whole / 86400);
  const hours = Math.floor(whole / 3600) % 24;
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return days > 0 ? `${days}d ${two(hours)}:${rest}` : hours > 0 ? `${hours}:${rest}` : rest;
}

const moment = (time) => `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;

const percent = (part, whole) => (whole > 0 ? `${((100 * part) / whole).toFixed(1)} %` : "");

function clearTable(table) {
  table.querySelectorAll("thead, tbody, tfoot").forEach((part) => part.remove());
}

/**
 * Fills a table anew. A column has a title, a class, the cell's text or node (`show`), and if it can
 * be sorted by, its `value`. The first column is each row's header.
 */
function fillTable(table, columns, rows, footer = null) {
  clearTable(table);
  let sorted = rows.slice();
  const body = make("tbody");
  const draw = () => body.replaceChildren(...sorted.map((row) => tableRow(columns, row)));
  const head = make("tr");
  columns.forEach((column) => {
    const cell = make("th", { scope: "col", class: column.class ?? "" });
    if (column.value) {
      sortable(cell, column, (direction) => {
        sorted = rows.slice().sort((a, b) => direction * compare(column.value(a), column.value(b)));
        draw();
      });
    } else {
      cell.textContent = column.title;
    }
    head.append(cell);
  });
  table.append(make("thead", {}, head), body);
  if (footer) {
    table.append(make("tfoot", {}, tableRow(columns, footer)));
  }
  draw();
}

function tableRow(columns, row) {
  const line = make("tr");
  columns.forEach((column, index) => {
    const cell = index === 0 ? make("th", { scope: "row" }) : make("td");
    cell.className = column.class ?? "";
    const shown = column.show(row);
    cell.append(shown instanceof Node ? shown : document.createTextNode(shown));
    line.append(cell);
  });
  return line;
}

/** Makes a column's header a button that sorts, and says by aria-sort what it is sorted by. */
function sortable(cell, column, sort) {
  const button = make("button", { type: "button", text: column.title });
  cell.append(button);
  button.addEventListener("click", () => {
    const up = cell.getAttribute("aria-sort") === "ascending" ? false
      : cell.getAttribute("aria-sort") === "descending" ? true : column.class !== "number";
    for (const other of cell.parentElement.children) {
      other.removeAttribute("aria-sort");
    }
    cell.setAttribute("aria-sort", up ? "ascending" : "descending");
    sort(up ? 1 : -1);
  });
}

function compare(a, b) {
  return typeof a === "number" && typeof b === "number" ? a - b : COLLATOR.compare(String(a), String(b));
}

function card(figure, label) {
  return make("li", {}, make("b", { text: figure }), make("span", { text: label }));
}

function bar(part, whole, style) {
  const drawn = makeSvg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" });
  drawn.append(makeSvg("rect", { width: whole > 0 ? (100 * part) / whole : 0, height: 10, class: style }));
  return drawn;
}

function note(id, text) {
  byId(id).textContent = text;
}

function showSummary() {
  const run = DATA.run;
  byId("run-id").textContent = run.id;
  const closing = byId("closing");
  closing.textContent = run.closing;
  closing.classList.add(run.exitCode === 0 ? "good" : run.exitCode === 3 || run.exitCode === 4 ? "warn" : "bad");
  const took = (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000;
  note("facts", `${run.dry ? "Dry run. " : ""}Started ${moment(run.startedAt)}, ended ${moment(run.endedAt)}`
    + `${run.attempts > 1 ? `, in ${run.attempts} attempts` : ""}. Ledger: ${run.ledger}. `
    + `Asset Stager ${run.version} on Spark ${run.spark}.`);
  if (run.error !== null) {
    byId("error").hidden = false;
    note("error-text", run.error);
    if (run.exitCode !== 2) {
      note("error-resume", `To go on where it stopped: asset-stager stage --resume ${run.id} --config ...`);
    }
  }
  const rows = sum(DATA.outcomes, (outcome) => outcome.rows);
  const people = sum(DATA.outcomes.filter((outcome) => outcome.person), (outcome) => outcome.rows);
  const staged = run.dry ? DATA.estimate?.bytes ?? 0 : run.uploaded;
  byId("cards").append(
    card(count(rows), "rows"),
    card(bytes(sum(DATA.outcomes, (outcome) => outcome.bytes)), "in them"),
    card(bytes(staged), run.dry ? "a run would upload" : "uploaded"),
    card(count(people), people === 1 ? "row needs a person" : "rows need a person"),
    card(seconds(took), run.attempts > 1 ? "from first start to end" : "from start to end"),
  );
  showOutcomes(rows);
}

const sum = (list, value) => list.reduce((total, element) => total + value(element), 0);

function showOutcomes(rows) {
  const present = DATA.outcomes.filter((outcome) => outcome.rows > 0);
  const most = Math.max(1, ...present.map((outcome) => outcome.rows));
  const total = { name: "total", meaning: rows === DATA.run.manifestRows ? "all rows of the manifest"
    : `does not add up: the manifest has ${plural(DATA.run.manifestRows, "row")}`,
    rows, bytes: sum(present, (outcome) => outcome.bytes) };
  fillTable(byId("outcomes"), [
    { title: "Outcome", show: (o) => o.name, value: (o) => o.name },
    { title: "Rows", class: "number", show: (o) => count(o.rows), value: (o) => o.rows },
    { title: "Bytes", class: "number", show: (o) => bytes(o.bytes), value: (o) => o.bytes },
    { title: "Share of rows", class: "share",
      show: (o) => (o === total ? "" : bar(o.rows, most, o.person ? "k1" : "k0")) },
    { title: "What it means", class: "words", show: (o) => o.meaning },
  ], present, total);
}

function showSaved() {
  const of = (name) => DATA.outcomes.find((outcome) => outcome.name === name);
  const dry = DATA.run.dry;
  const planned = of("PLANNED").bytes;
  const uploaded = dry ? DATA.estimate?.bytes ?? 0 : DATA.run.uploaded;
  const saved = [
    { name: "Known in the remote", by: "exclusion", bytes: of("KNOWN_REMOTE").bytes, rows: of("KNOWN_REMOTE").rows },
    { name: "Known in staging", by: "exclusion", bytes: of("KNOWN_STAGING").bytes, rows: of("KNOWN_STAGING").rows },
    { name: "Same content as another row", by: "deduplication",
      bytes: dry ? Math.max(0, planned - uploaded) : of("DUPLICATE").bytes, rows: dry ? null : of("DUPLICATE").rows },
  ];
  const all = sum(saved, (line) => line.bytes);
  note("saved-note", `${bytes(all)} needn't be sent, ${percent(all, all + uploaded) || "nothing"} of what was to be staged; `
    + `${bytes(uploaded)} ${dry ? "would be" : "were"} sent.`);
  fillTable(byId("saved"), [
    { title: "What", show: (s) => s.name },
    { title: "By", show: (s) => s.by },
    { title: "Rows", class: "number", show: (s) => (s.rows === null ? "" : count(s.rows)) },
    { title: "Bytes", class: "number", show: (s) => bytes(s.bytes) },
    { title: "Share of what was to be staged", class: "number", show: (s) => percent(s.bytes, all + uploaded) },
  ], saved);
}

function showEstimate() {
  const estimate = DATA.estimate;
  if (!estimate) {
    return;
  }
  byId("estimate-section").hidden = false;
  byId("estimate-cards").append(
    card(seconds(estimate.seconds), `in all, ${seconds(estimate.uploadSeconds)} of it for the upload`),
    card(bytes(estimate.bytes), "to be sent"),
    card(estimate.once, `once: ${estimate.requestsCost} for requests, ${estimate.transferCost} for the transfer`),
    card(estimate.perMonth, "a month to keep it"),
  );
  fillTable(byId("estimate"), [
    { title: "Request", show: (r) => r[0] },
    { title: "How many", class: "number", show: (r) => count(r[1]), value: (r) => r[1] },
  ], Object.entries(estimate.requests));
  byId("estimate-basis").append(...estimate.basis.map((line) => make("li", { text: `${line}.` })));
}

function showAssets() {
  const names = DATA.outcomes.map((outcome) => outcome.name).filter((name) =>
    [...DATA.assets, DATA.others].some((asset) => asset.outcomes[name]));
  const rows = (asset) => sum(Object.values(asset.outcomes), (total) => total[0]);
  const size = (asset) => sum(Object.values(asset.outcomes), (total) => total[1]);
  if (DATA.assets.length === 0) {
    note("assets-note", "The run broke off before it had a ledger.");
    return;
  }
  note("assets-note", DATA.otherAssets > 0
    ? `The ${count(DATA.assets.length)} largest of ${count(DATA.assets.length + DATA.otherAssets)} assets; the last line sums up the others.`
    : plural(DATA.assets.length, "asset") + ".");
  const others = DATA.otherAssets > 0
    ? { ...DATA.others, name: `${plural(DATA.otherAssets, "other asset")}` } : null;
  fillTable(byId("assets"), [
    { title: "Asset", class: "words", show: (a) => a.name || "(no name)", value: (a) => a.name },
    { title: "Rows", class: "number", show: (a) => count(rows(a)), value: rows },
    { title: "Bytes", class: "number", show: (a) => bytes(size(a)), value: size },
    ...names.map((name) => ({
      title: name, class: "number",
      show: (a) => assetCell(a.outcomes[name]),
      value: (a) => a.outcomes[name]?.[0] ?? 0,
    })),
  ], DATA.assets, others);
}

function assetCell(total) {
  return total ? make("span", { title: bytes(total[1]) }, `${count(total[0])} `,
    make("small", { class: "muted", text: bytes(total[1]) })) : "";
}

function showDetails() {
  fillTable(byId("requests"), [
    { title: "Kind", show: (r) => r[0] },
    { title: "Requests", class: "number", show: (r) => count(r[1]), value: (r) => r[1] },
  ], Object.entries(DATA.requests));
  fillTable(byId("settings"), [
    { title: "Setting", show: (s) => s[0] },
    { title: "Value", class: "path", show: (s) => s[1] },
  ], Object.entries(DATA.settings));
  if (DATA.run.attempts > 1) {
    for (const id of ["requests", "phases"]) {
      byId(id).caption.append(`, all ${DATA.run.attempts} attempts at the run together`);
    }
  }
}

function showSections() {
  for (const section of document.querySelectorAll("main > section:not([hidden])")) {
    byId("sections").append(make("li", {},
      make("a", { href: `#${section.id}`, text: section.querySelector("h2").textContent })));
  }
}

/** Whoever draws by the colours of the theme is told when it changes. */
const themed = [];

function startTheme() {
  const choice = byId("theme");
  const apply = () => {
    if (choice.value) {
      document.documentElement.dataset.theme = choice.value;
    } else {
      delete document.documentElement.dataset.theme;
    }
    themed.forEach((redraw) => redraw());
  };
  choice.addEventListener("change", apply);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
}

showSummary();
showSaved();
showEstimate();
showAssets();
showDetails();
showSections();
startTheme();
