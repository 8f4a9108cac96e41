"use strict";
// The timeline of phases and tasks, and the throughput, of one attempt at the run at a time.

/** As many as a run has phases, the table of all runs among them. */
const COLOURS = 14;
const PHASES = [...new Set(DATA.attempts.flatMap((attempt) =>
  [...attempt.spans.map((span) => span[0]), ...Object.keys(attempt.throughput)]))];
const MOST_LANES = 40;

/** The attempt that is shown. */
let shownAttempt = DATA.attempts.at(-1);

const attemptNumber = (attempt) => DATA.run.attempts - DATA.attempts.length + DATA.attempts.indexOf(attempt) + 1;

const colourOf = (phase) => Math.max(0, PHASES.indexOf(phase)) % COLOURS;

const cssColour = (index) => getComputedStyle(document.documentElement).getPropertyValue(`--c${index}`).trim();

const cssValue = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const taskOf = ([executor, from, to, stage, index, attempt, failed, speculative, size]) =>
  ({ executor, from, to, stage, index, attempt, failed, speculative, size });

const taskKey = (task) => `${task.stage} ${task.index} ${task.attempt}`;

function phaseAt(time) {
  let phase = "";
  for (const [name, from] of shownAttempt.spans) {
    if (from <= time) {
      phase = name;
    }
  }
  return phase;
}

/** Tasks of one executor in as few rows as they need without hiding one another. */
function pack(tasks) {
  const ends = [];
  for (const task of tasks.slice().sort((a, b) => a.from - b.from)) {
    let row = ends.findIndex((end) => end <= task.from);
    row = row < 0 ? ends.length : row;
    ends[row] = task.to;
    task.row = row;
  }
  return ends.length;
}

function lanesOf(tasks) {
  const lanes = shownAttempt.executors.slice().sort((a, b) => b.busy - a.busy).slice(0, MOST_LANES)
    .map((executor) => ({ executor, tasks: tasks.filter((task) => task.executor === executor.id) }));
  lanes.sort((a, b) => COLLATOR.compare(a.executor.id, b.executor.id));
  lanes.forEach((lane) => {
    lane.rows = Math.max(1, pack(lane.tasks));
  });
  return lanes;
}

/** Round steps of time, so that an axis has about six of them. */
function timeStep(length) {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400, 172800, 604800];
  return steps.find((step) => length / 1000 / step <= 8) ?? 2592000;
}

function drawTimeline() {
  const timeline = shownAttempt;
  const stragglers = new Set(timeline.stragglers.map((one) => taskKey(taskOf(one.task))));
  const tasks = timeline.sample.map(taskOf);
  const lanes = lanesOf(tasks);
  const end = Math.max(1000, ...timeline.spans.map((span) => span[2]), ...tasks.map((task) => task.to));
  const left = 150;
  const width = 1180;
  const row = lanes.reduce((all, lane) => all + lane.rows, 0) > 80 ? 6 : 12;
  const x = (time) => left + (Math.min(Math.max(time, 0), end) / end) * (width - left - 10);
  const top = 46;
  const height = top + lanes.reduce((all, lane) => all + lane.rows * row + 8, 0) + 10;
  const svg = makeSvg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `Timeline: ${plural(timeline.spans.length, "phase")}, ${plural(timeline.tasks, "task")} on `
      + `${plural(timeline.executors.length, "executor")} in ${seconds(end / 1000)}. The tables below have the figures.` });
  drawAxis(svg, x, end, height);
  svg.append(makeSvg("text", { x: 0, y: 30 }, "phases"));
  for (const [name, from, to] of timeline.spans) {
    const rect = makeSvg("rect", { x: x(from), y: 18, width: Math.max(1, x(to) - x(from)), height: 16,
      class: `k${colourOf(name)}` });
    rect.append(makeSvg("title", {}, `${name}: ${seconds((to - from) / 1000)}`));
    svg.append(rect);
  }
  let y = top;
  for (const lane of lanes) {
    drawLane(svg, lane, { x, y, row, left, width, stragglers });
    y += lane.rows * row + 8;
  }
  byId("timeline-chart").replaceChildren(svg);
}

function drawAxis(svg, x, end, height) {
  const step = timeStep(end);
  for (let time = 0; time <= end; time += step * 1000) {
    svg.append(makeSvg("line", { x1: x(time), x2: x(time), y1: 14, y2: height, class: "axis" }));
    svg.append(makeSvg("text", { x: x(time) + 3, y: 11, class: "soft" }, time === 0 ? "0" : seconds(time / 1000)));
  }
}

function drawLane(svg, lane, at) {
  const executor = lane.executor;
  const label = `${executor.id}${executor.host ? ` (${executor.host})` : ""}`;
  const name = makeSvg("text", { x: 0, y: at.y + 10 }, label.length > 22 ? `${label.slice(0, 21)}…` : label);
  name.append(makeSvg("title", {}, label));
  svg.append(name, makeSvg("rect", { x: at.left, y: at.y, width: at.width - at.left - 10,
    height: lane.rows * at.row, class: "lane" }));
  for (const task of lane.tasks) {
    const phase = phaseAt(task.from);
    const marks = `${task.failed ? " failed" : ""}${at.stragglers.has(taskKey(task)) ? " straggler" : ""}`;
    const rect = makeSvg("rect", { x: at.x(task.from), y: at.y + task.row * at.row + 1,
      width: Math.max(1, at.x(task.to) - at.x(task.from)), height: at.row - 2,
      class: `k${colourOf(phase)}${marks}` });
    rect.append(makeSvg("title", {}, `${phase}, stage ${task.stage}, task ${task.index}`
      + `${task.attempt > 0 ? `, attempt ${task.attempt}` : ""}: ${seconds((task.to - task.from) / 1000)}`
      + `${task.size > 0 ? `, ${bytes(task.size)}` : ""}${marks ? ` (${marks.trim()})` : ""}`));
    svg.append(rect);
  }
}

function showTimeline() {
  const timeline = shownAttempt;
  const shown = timeline.sample.length;
  const which = DATA.run.attempts > 1 ? `Attempt ${attemptNumber(timeline)} of ${DATA.run.attempts}. ` : "";
  note("timeline-note", `${which}Times count from the start of the driver, ${moment(timeline.startedAt)}. `
    + `${plural(timeline.tasks, "task")} ended, ${count(timeline.failed)} of them failed or were killed. `
    + (shown < timeline.tasks ? `Drawn are ${count(shown)}: a fair sample and the stragglers. ` : "")
    + (timeline.executors.length > MOST_LANES ? `Of ${count(timeline.executors.length)} executors the ${MOST_LANES} busiest are drawn. ` : "")
    + "Stragglers have an outline, failed tasks a broken one.");
  byId("timeline-legend").replaceChildren();
  for (const name of PHASES) {
    const swatch = makeSvg("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" });
    swatch.append(makeSvg("rect", { width: 10, height: 10, class: `k${colourOf(name)}` }));
    byId("timeline-legend").append(make("li", {}, swatch, name));
  }
  drawTimeline();
  showStragglers();
  fillTable(byId("executors"), [
    { title: "Executor", class: "path", show: (e) => e.id, value: (e) => e.id },
    { title: "Host", show: (e) => e.host, value: (e) => e.host },
    { title: "Tasks", class: "number", show: (e) => count(e.tasks), value: (e) => e.tasks },
    { title: "Failed", class: "number", show: (e) => count(e.failed), value: (e) => e.failed },
    { title: "Time of its tasks", class: "number", show: (e) => seconds(e.busy), value: (e) => e.busy },
    { title: "Bytes", class: "number", show: (e) => bytes(e.bytes), value: (e) => e.bytes },
  ], timeline.executors);
}

function showPhases() {
  fillTable(byId("phases"), [
    { title: "Phase", show: (p) => p.name },
    { title: "Time", class: "number", show: (p) => seconds(p.seconds), value: (p) => p.seconds },
    { title: "Files", class: "number", show: (p) => (p.files ? count(p.files) : ""), value: (p) => p.files },
    { title: "Bytes", class: "number", show: (p) => (p.bytes ? bytes(p.bytes) : ""), value: (p) => p.bytes },
    { title: "Bytes a second", class: "number",
      show: (p) => (p.bytes && p.seconds ? `${bytes(p.bytes / p.seconds)}/s` : ""),
      value: (p) => (p.seconds ? p.bytes / p.seconds : 0) },
  ], DATA.phases);
}

function showStragglers() {
  const stragglers = shownAttempt.stragglers.map((one) => ({ ...one, ...taskOf(one.task) }));
  note("stragglers-note", stragglers.length === 0
    ? "No task took more than one and a half times the median of its stage and a second more than it."
    : `${plural(stragglers.length, "task")} took more than one and a half times the median of ${stragglers.length === 1 ? "its" : "their"} stage, and a second more than it.`);
  if (stragglers.length === 0) {
    clearTable(byId("stragglers"));
    return;
  }
  const took = (s) => (s.to - s.from) / 1000;
  fillTable(byId("stragglers"), [
    { title: "Phase", show: (s) => s.phase, value: (s) => s.phase },
    { title: "Executor", class: "path", show: (s) => s.executor, value: (s) => s.executor },
    { title: "Stage", class: "number", show: (s) => String(s.stage), value: (s) => s.stage },
    { title: "Task", class: "number", show: (s) => `${s.index}${s.attempt ? ` (attempt ${s.attempt})` : ""}`, value: (s) => s.index },
    { title: "Took", class: "number", show: (s) => seconds(took(s)), value: took },
    { title: "Median of its stage", class: "number", show: (s) => seconds(s.median), value: (s) => s.median },
    { title: "Bytes", class: "number", show: (s) => (s.size ? bytes(s.size) : ""), value: (s) => s.size },
    { title: "Began after", class: "number", show: (s) => seconds(s.from / 1000), value: (s) => s.from },
  ], stragglers);
}

let throughput = [];

const throughputOf = (attempt) => Object.entries(attempt.throughput).map(([name, values]) =>
  ({ name, rates: values.map((value) => value / attempt.bucketSeconds) }));

let plot = null;

/** Which value the arrow keys have come to. */
let reading = 0;

function drawThroughput() {
  const host = byId("throughput-chart");
  plot?.destroy();
  plot = null;
  if (host.hidden) {
    return;
  }
  const width = shownAttempt.bucketSeconds;
  // A step begins at each value, so the last one is said once more where it ends.
  const times = throughput[0].rates.map((_, index) => index * width);
  const axis = { stroke: cssValue("--ink"), grid: { stroke: cssValue("--line"), width: 1 }, ticks: { stroke: cssValue("--line"), width: 1 } };
  plot = new uPlot({
    width: Math.max(320, host.clientWidth),
    height: 300,
    scales: { x: { time: false } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((tick) => seconds(tick)), space: 90 },
      { ...axis, size: 90, values: (_, ticks) => ticks.map((tick) => `${bytes(tick)}/s`) },
    ],
    series: [
      { label: "time", value: (_, value) => (value === null ? "" : seconds(value)) },
      ...throughput.map((phase) => ({
        label: phase.name,
        stroke: cssColour(colourOf(phase.name)),
        fill: `${cssColour(colourOf(phase.name))}33`,
        width: 2,
        paths: uPlot.paths.stepped({ align: 1 }),
        points: { show: false },
        value: (_, value) => (value === null ? "" : `${bytes(value)}/s`),
      })),
    ],
  }, [[...times, times.length * width], ...throughput.map((phase) => [...phase.rates, phase.rates.at(-1)])], host);
}

/** The arrow keys move the line that reads the chart. */
function moveCursor(event) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };
  if (!(event.key in steps)) {
    return;
  }
  event.preventDefault();
  const last = throughput[0].rates.length - 1;
  reading = Math.min(last, Math.max(0, reading + steps[event.key]));
  plot.setCursor({ left: plot.valToPos(plot.data[0][reading], "x"), top: 10 });
  byId("throughput-chart").setAttribute("aria-label", `At ${seconds(plot.data[0][reading])}: `
    + throughput.map((phase) => `${phase.name} ${bytes(phase.rates[reading])}/s`).join(", "));
}

function showThroughput() {
  const host = byId("throughput-chart");
  throughput = throughputOf(shownAttempt);
  reading = 0;
  const nothing = throughput.length === 0 || throughput[0].rates.length === 0;
  host.hidden = nothing;
  document.querySelector("#throughput-section details").hidden = nothing;
  drawThroughput();
  if (nothing) {
    note("throughput-note", "No task of this driver has read or sent anything.");
    return;
  }
  const width = shownAttempt.bucketSeconds;
  note("throughput-note", `Bytes a second in steps of ${seconds(width)}: each task's bytes are spread evenly over its time, `
    + "so bursts within a task don't show. A task that ran twice counts twice; the totals above come from the ledger. "
    + "The arrow keys read the chart; dragging over it zooms, a double click shows all.");
  const best = throughput.map((phase) => `${phase.name} at most ${bytes(Math.max(...phase.rates))}/s`);
  host.setAttribute("role", "application");
  host.setAttribute("aria-roledescription", "chart");
  host.setAttribute("aria-label", `Throughput over time: ${best.join(", ")}. The arrow keys read it.`);
  fillTable(byId("throughput"), [
    { title: "From", show: (index) => seconds(index * width) },
    ...throughput.map((phase) => ({ title: phase.name, class: "number",
      show: (index) => `${bytes(phase.rates[index])}/s` })),
  ], throughput[0].rates.map((_, index) => index));
}

function watchThroughput() {
  const host = byId("throughput-chart");
  host.addEventListener("keydown", moveCursor);
  themed.push(drawThroughput);
  new ResizeObserver(() => {
    if (plot && Math.abs(plot.width - host.clientWidth) > 1 && host.clientWidth > 0) {
      plot.setSize({ width: Math.max(320, host.clientWidth), height: 300 });
    }
  }).observe(host);
}

function showAttempts() {
  if (DATA.run.attempts < 2) {
    return;
  }
  const choice = byId("attempt");
  choice.parentElement.hidden = false;
  for (const attempt of DATA.attempts) {
    const text = `${attemptNumber(attempt)}: ${moment(attempt.startedAt)} to ${moment(attempt.endedAt)}`;
    choice.append(make("option", { value: String(DATA.attempts.indexOf(attempt)), text }));
  }
  choice.value = String(DATA.attempts.length - 1);
  choice.addEventListener("change", () => {
    shownAttempt = DATA.attempts[Number(choice.value)];
    showTimeline();
    showThroughput();
  });
}

showAttempts();
showPhases();
showTimeline();
showThroughput();
watchThroughput();
