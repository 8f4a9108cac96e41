"use strict";
// What a run came to. Texts of users reach the page as text alone: no markup is ever made of data.

const DATA = JSON.parse(document.getElementById("data").textContent);
const RUN = DATA.run;
const NUMBERS = new Intl.NumberFormat("en-US");
const COLLATOR = new Intl.Collator("en", { numeric: true });
const SVG = "http://www.w3.org/2000/svg";

const byId = (id) => document.getElementById(id);

/** Makes an element with attributes, or its text or class, and others inside. */
function make(name, options = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(options)) {
    if (key === "text") {
      element.textContent = value;
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
    return `${Number(number.toFixed(number < 1 ? 2 : 1))}s`;
  }
  const whole = Math.round(number);
  const parts = [[Math.floor(whole / 86400), "d"], [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "m"], [whole % 60, "s"]];
  return parts.slice(Math.max(0, parts.findIndex((part) => part[0] > 0))).slice(0, 2)
    .map(([value, unit], index) => `${index ? String(value).padStart(2, "0") : value}${unit}`).join("");
}

const moment = (time) => `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;

function percent(part, whole) {
  const share = whole > 0 ? (100 * part) / whole : 0;
  return share > 0 && share < 0.1 ? "< 0.1 %" : share < 100 && share > 99.9 ? "> 99.9 %" : `${share.toFixed(1)} %`;
}

/** Files and bytes a second. */
function rates(files, size, time) {
  const each = [];
  if (files > 0 && time > 0) {
    const value = files / time;
    each.push(`${value < 10 ? value.toFixed(1) : count(Math.round(value))} files/s`);
  }
  if (size > 0 && time > 0) {
    each.push(`${bytes(size / time)}/s`);
  }
  return each.join(", ");
}

const sum = (list, value) => list.reduce((total, element) => total + value(element), 0);

/**
 * Fills a table anew. A column has a title, a class, the cell's text or node (`show`), and if it can
 * be sorted by, its `value`. The first column is each row's header. At most so many rows are shown.
 */
function fillTable(table, columns, rows, footer = null, most = rows.length) {
  table.querySelectorAll("thead, tbody, tfoot").forEach((part) => part.remove());
  table.hidden = rows.length === 0;
  let sorted = rows;
  const body = make("tbody");
  const draw = () => body.replaceChildren(...sorted.slice(0, most).map((row) => tableRow(columns, row)));
  const head = make("tr");
  for (const column of columns) {
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
  }
  table.append(make("thead", {}, head), body);
  if (footer) {
    table.append(make("tfoot", {}, tableRow(columns, footer)));
  }
  draw();
}

function tableRow(columns, row) {
  return make("tr", {}, ...columns.map((column, index) => {
    const options = { class: column.class ?? "", "data-title": column.title };
    const shown = column.show(row);
    return index === 0 ? make("th", { scope: "row", ...options }, shown) : make("td", options, shown);
  }));
}

/** Makes a column's header a button that sorts, and says by aria-sort what it is sorted by. */
function sortable(cell, column, sort) {
  const button = make("button", { type: "button", text: column.title });
  cell.append(button);
  button.addEventListener("click", () => {
    const before = cell.getAttribute("aria-sort");
    const up = before === "ascending" ? false : before === "descending" ? true : column.class !== "number";
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

function note(id, text) {
  byId(id).hidden = text === "";
  byId(id).textContent = text;
}

/** Safe ones first, those that need somebody last. */
const OUTCOMES = DATA.outcomes.filter((o) => o.rows > 0 && o.name !== "NOT_ADDED")
  .sort((a, b) => rank(a) - rank(b) || b.rows - a.rows);

function rank(outcome) {
  return outcome.safe ? 0 : outcome.problem ? 2 : 1;
}

/** Of equal files that a run would stage, it sends one. */
const SHOWN = OUTCOMES.flatMap((o) => {
  const equal = o.name === "PLANNED" && RUN.plan ? o.rows - RUN.plan.files : 0;
  return equal === 0 ? [o] : [{ ...o, rows: RUN.plan.files, bytes: RUN.plan.bytes },
    { ...o, colour: "EQUAL", word: "equal to one of these", meaning: "same content as a file that a run would stage",
      rows: equal, bytes: Math.max(0, o.bytes - RUN.plan.bytes) }];
});

const swatch = (name) => make("span", { class: `swatch o-${name}` });

/** One bar of shares of the whole. A small share is still seen. */
function stack(bar, shares, whole) {
  bar.replaceChildren(...shares.map(({ name, colour, rows, word }) => {
    const part = make("span", { class: `o-${colour ?? name}`, title: `${count(rows)} ${word}, ${percent(rows, whole)}` });
    part.style.flexGrow = rows;
    return part;
  }));
  return bar;
}

function showHeadline() {
  const { safe, needed, files } = DATA.headline;
  note("safe", safe);
  note("needed", needed);
  const left = files - sum(OUTCOMES, (o) => o.rows);
  const shares = left > 0 ? [...SHOWN, { name: "LEFT", rows: left, word: "not done" }] : SHOWN;
  stack(byId("bar"), shares, files).setAttribute("aria-label",
    shares.map((s) => `${count(s.rows)} ${s.word}`).join(", ") || "no files");
  byId("bar").hidden = files === 0;
  byId("legend").append(...shares.map((s) => make("li", {}, swatch(s.colour ?? s.name), `${count(s.rows)} ${s.word}`)));
  const staged = DATA.outcomes.find((o) => o.name === "STAGED").rows;
  byId("facts").append(
    `Exit code ${RUN.exitCode} · run `, make("b", { text: RUN.runId }), `${RUN.dryRun ? " (dry)" : ""} · ${moment(RUN.startedAt)}, `
    + `${seconds(DATA.seconds)}${DATA.attempts > 1 ? ` in ${DATA.attempts} attempts` : ""}`
    + `${RUN.bytesUploaded > 0 ? ` · ${bytes(RUN.bytesUploaded)} uploaded, ${rates(staged, RUN.bytesUploaded, DATA.seconds)}` : ""}`);
  byId("made").prepend(`Ledger: ${RUN.ledger}. Asset Stager ${RUN.appVersion} on Spark ${RUN.sparkVersion}. `);
  if (DATA.earlier) {
    const { runId, startedAt, page, changes } = DATA.earlier;
    byId("earlier").hidden = false;
    byId("earlier").append("Since run ", make("a", { href: page, text: runId }), ` of ${moment(startedAt)}: `
      + `${changes.join(", ") || "nothing new"}.`);
  }
}

/** A command with a button that copies it. */
function command(text) {
  const code = make("code", { text });
  const button = make("button", { type: "button", text: "Copy" });
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      // Browsers may keep the clipboard from pages that were opened from disk.
      getSelection().selectAllChildren(code);
      button.textContent = document.execCommand("copy") ? "Copied" : "Selected: copy it with the keyboard";
    }
  });
  return make("div", { class: "command" }, code, button);
}

const fileOf = (problem) => `${problem.file}${problem.place ? `, ${problem.place}` : ""}`;

const problemOf = ([outcome, file, place, asset, person, size, reason, remedy]) =>
  ({ outcome, file, place, asset, person, size, reason, remedy });

const PROBLEMS = DATA.problems.map(problemOf);
const ALL_PROBLEMS = sum(OUTCOMES.filter((o) => o.problem), (o) => o.rows);

/** Folders that are shown of a group at once. */
const PLACES = 5;

function showGroups() {
  if (RUN.error !== null) {
    byId("error").hidden = false;
    note("error-text", RUN.error);
    const last = RUN.phases.at(-1);
    note("error-step", last ? `It stopped in the step ${last.name}${last.files ? `, after ${plural(last.files, "file")}, ${bytes(last.bytes)}` : ""}.` : "");
    byId("resume").append(...(RUN.exitCode === 2 ? [] : ["To continue where it stopped:", command(DATA.resume)]));
  }
  byId("groups").append(...DATA.groups.map(showGroup));
  note("todo-note", DATA.excused !== null ? `${DATA.excused}.` : ALL_PROBLEMS > 0 || RUN.error !== null ? "" : "Nothing.");
  if (ALL_PROBLEMS > 0 && RUN.error === null && DATA.again) {
    byId("again").append(RUN.dryRun ? "When everything is repaired, do the dry run again; without --dry-run it stages:"
      : "When everything is repaired, stage again:", command(DATA.again));
  }
}

function showGroup(group) {
  const bad = group.outcome === "INVALID";
  const places = group.places.map(({ folder, createdBy, total, first }) => {
    const who = createdBy ? `added by ${createdBy}` : group.manyPeople ? "added by several people" : "";
    const more = total.rows - first.length;
    return make("li", {},
      make("b", { class: "path", text: folder || "(no folder)" }),
      ` ${[plural(total.rows, bad ? "row" : "file"), bad ? "" : bytes(total.bytes), who].filter((part) => part).join(" · ")}`,
      make("ul", {}, ...first.map(problemOf).map((problem) => make("li", {},
        make("span", { class: "path", text: bad ? problem.place || fileOf(problem) : below(problem.file, folder) }),
        problem.reason ? make("span", { class: "small", text: ` ${problem.reason}` }) : "")),
      ...(more > 0 ? [make("li", { class: "small", text: `and ${count(more)} more` })] : [])));
  });
  const size = bad ? "" : ` · ${bytes(group.total.bytes)}`;
  return make("article", {},
    make("h3", {}, swatch(group.outcome), `${count(group.total.rows)} ${group.word}`,
      make("span", { class: "small", text: ` ${group.outcome}${size}` })),
    make("p", {}, make("b", { text: `${group.remedy}.` })),
    ...(group.makes ? [make("div", { class: "small", text: group.makes })] : []),
    command(group.command),
    make("ul", { class: "places" }, ...places.slice(0, PLACES)),
    ...(places.length > PLACES ? [make("details", {}, make("summary", { text: `${count(places.length - PLACES)} more places` }),
      make("ul", { class: "places" }, ...places.slice(PLACES)))] : []));
}

/** A file's path below a folder that is named beside it. */
function below(file, folder) {
  const start = folder.endsWith("/") ? folder : `${folder}/`;
  return file.startsWith(start) ? file.slice(start.length) : file;
}

/** What a table of rows shows at once. */
const MOST_SHOWN = 200;

function showRows() {
  byId("rows-part").hidden = byId("tools").hidden = PROBLEMS.length === 0;
  byId("rows-title").textContent = PROBLEMS.length < ALL_PROBLEMS
    ? `${count(PROBLEMS.length)} of ${plural(ALL_PROBLEMS, "file")}, some of each kind`
    : ALL_PROBLEMS === 1 ? "The file" : `All ${count(ALL_PROBLEMS)} files`;
  note("csv-note", PROBLEMS.length < ALL_PROBLEMS
    ? `${count(PROBLEMS.length)} of ${count(ALL_PROBLEMS)} rows. All of them: ${DATA.allRows} > all.csv` : plural(ALL_PROBLEMS, "row"));
  byId("csv").addEventListener("click", downloadCsv);
  const texts = PROBLEMS.map((p) => `${fileOf(p)}\n${p.asset}\n${p.person}\n${p.reason}\n${p.remedy}\n${p.outcome}`.toLowerCase());
  const draw = () => {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter((word) => word);
    const fit = PROBLEMS.filter((_, index) => words.every((word) => texts[index].includes(word)));
    note("rows-count", fit.length > MOST_SHOWN ? `The first ${count(MOST_SHOWN)} of ${count(fit.length)}`
      : fit.length === PROBLEMS.length ? "" : plural(fit.length, "row") + " of " + count(PROBLEMS.length));
    fillTable(byId("rows"), [
      { title: "File", class: "path", show: fileOf, value: fileOf },
      { title: "What", class: "what", value: (p) => p.outcome, show: (p) => make("span", {},
        DATA.outcomes.find((o) => o.name === p.outcome).word, make("br"), make("span", { class: "small", text: p.outcome })) },
      { title: "Added by", show: (p) => p.person, value: (p) => p.person },
      { title: "Size", class: "number", show: (p) => (p.size === null ? "" : bytes(p.size)), value: (p) => p.size ?? -1 },
      { title: "Why", class: "words", show: (p) => p.reason, value: (p) => p.reason },
      { title: "What to do", class: "words", show: (p) => p.remedy, value: (p) => p.remedy },
    ], fit, null, MOST_SHOWN);
  };
  byId("search").addEventListener("input", draw);
  draw();
}

/** For spreadsheets: RFC 4180, and a text that one would take for a formula has a ' before it. */
function downloadCsv() {
  const cell = (value) => `"${String(value ?? "").replace(/^[=+\-@\uff1d\uff0b\uff0d\uff20]/, "'$&").replaceAll('"', '""')}"`;
  const lines = [["outcome", "file", "place", "asset", "added_by", "bytes", "why", "what_to_do"],
    ...PROBLEMS.map((p) => [p.outcome, p.file, p.place, p.asset, p.person, p.size, p.reason, p.remedy])];
  const blob = new Blob(["\ufeff", ...lines.map((line) => `${line.map(cell).join(",")}\r\n`)], { type: "text/csv" });
  const link = make("a", { href: URL.createObjectURL(blob), download: `${RUN.runId}-problems.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function showOutcomes() {
  const files = DATA.headline.files;
  const rows = sum(DATA.outcomes, (o) => o.rows);
  const ignored = DATA.outcomes.filter((o) => o.name === "NOT_ADDED" && o.rows > 0);
  byId("outcomes").closest("section").hidden = rows === 0;
  fillTable(byId("outcomes"), [
    { title: "Files", show: (o) => o.name ? make("span", {}, swatch(o.colour ?? o.name), o.word, make("span", { class: "small", text: ` ${o.name}` })) : o.word },
    { title: "Number", class: "number", show: (o) => count(o.rows) },
    { title: "Share", class: "number", show: (o) => (!o.name || o.name === "NOT_ADDED" ? "" : percent(o.rows, files)) },
    { title: "Size", class: "number", show: (o) => bytes(o.bytes) },
    { title: "What it means", class: "words small", show: (o) => o.meaning },
  ], [...SHOWN, ...ignored], { word: "total", rows, bytes: sum(DATA.outcomes, (o) => o.bytes),
    meaning: rows === RUN.manifestRows ? "all rows of the manifest" : RUN.error !== null ? "as far as the run came"
      : `does not add up: the manifest has ${plural(RUN.manifestRows, "row")}` });
  const size = (name) => DATA.outcomes.find((o) => o.name === name).bytes;
  const sent = RUN.dryRun ? RUN.plan?.bytes ?? 0 : RUN.bytesUploaded;
  const equal = RUN.dryRun ? Math.max(0, size("PLANNED") - sent) : size("DUPLICATE");
  const saved = size("KNOWN_REMOTE") + size("KNOWN_STAGING") + equal;
  note("saved", saved + sent === 0 ? "" : (saved === 0 ? "" : `${bytes(saved)} needn't be sent, ${percent(saved, saved + sent)} of what was to be staged: `
    + `${bytes(size("KNOWN_REMOTE"))} in the remote, ${bytes(size("KNOWN_STAGING"))} in staging, ${bytes(equal)} equal to other files. `)
    + `${bytes(sent)} ${RUN.dryRun ? "would be" : "were"} sent.`);
}

function showEstimate() {
  const estimate = RUN.estimate;
  byId("estimate-section").hidden = !estimate;
  if (estimate) {
    const { once, requests, transfer, perMonth } = DATA.money;
    note("estimate-text", `${seconds(estimate.measuredSeconds + estimate.uploadSeconds)} in all, ${seconds(estimate.uploadSeconds)} of it for the transfer `
      + `of ${bytes(estimate.bytes)}. It costs ${once} once (${requests} for requests, ${transfer} for the transfer) and ${perMonth} a month to keep it.`);
    showCounts("estimate", estimate.requests);
    showProbe(estimate.probed);
    byId("estimate-basis").append(...estimate.basis.map((line) => make("li", { text: `${line}.` })));
  }
}

function showProbe(probed) {
  note("probe-text", probed ? `Measured for ${plural(probed.probe.seconds, "second")} by ${plural(probed.probe.tasks, "task")} at the same time. `
    + `The run is bound by ${probed.boundText}.` : "");
  fillTable(byId("probe"), [
    { title: "Measured", class: "words", show: (line) => line.what },
    { title: "Per second", class: "number", show: (line) => line.perSecond },
    { title: "Bytes", class: "number", show: (line) => line.bytesPerSecond },
  ], DATA.probe);
}

function showCounts(table, counts) {
  fillTable(byId(table), [
    { title: "Request", show: (r) => r[0] },
    { title: "How many", class: "number", show: (r) => count(r[1]), value: (r) => r[1] },
  ], Object.entries(counts));
}

function showAssets() {
  const { largest, otherAssets, others } = DATA.assets;
  const shares = (asset) => OUTCOMES.map((o) => ({ ...o, rows: asset.totals.byOutcome[o.name].rows })).filter((o) => o.rows > 0);
  const rows = (asset) => sum(Object.values(asset.totals.byOutcome), (total) => total.rows);
  const size = (asset) => sum(Object.values(asset.totals.byOutcome), (total) => total.bytes);
  const some = (asset, kind) => sum(shares(asset).filter((o) => o[kind]), (o) => o.rows);
  byId("assets-section").hidden = largest.length === 0;
  note("assets-note", otherAssets > 0
    ? `The ${count(largest.length)} largest of ${count(largest.length + otherAssets)} assets; the last line sums up the others.` : "");
  fillTable(byId("assets"), [
    { title: "Asset", class: "words", show: (a) => a.name || "(no name)", value: (a) => a.name },
    { title: "Files", class: "number", show: (a) => count(rows(a)), value: rows },
    { title: "Size", class: "number", show: (a) => bytes(size(a)), value: size },
    { title: "Safe", class: "number", show: (a) => count(some(a, "safe")), value: (a) => some(a, "safe") },
    { title: "Need you", class: "number", show: (a) => count(some(a, "problem")), value: (a) => some(a, "problem") },
    { title: "Shares", class: "share", show: (a) => stack(make("div", { class: "stack" }), shares(a), rows(a)) },
  ], largest, otherAssets > 0 ? { name: plural(otherAssets, "other asset"), totals: others } : null);
}

/** Functions to call when the theme changes, since what they draw has its colours. */
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

showHeadline();
showGroups();
showRows();
showOutcomes();
showEstimate();
showAssets();
showCounts("requests", RUN.requests);
fillTable(byId("settings"), [
  { title: "Setting", class: "path", show: (s) => s[0] },
  { title: "Value", class: "path", show: (s) => s[1] },
], Object.entries(RUN.settings));
startTheme();
