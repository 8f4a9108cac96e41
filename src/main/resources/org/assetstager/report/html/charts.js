"use strict";
// For engineers: the timeline of phases and tasks, and the throughput, of one attempt at the run at a time.

/** As many as a run has phases, the table of all runs among them. */
const COLOURS = 14;
const MOST_LANES = 40;
const ATTEMPTS = DATA.drawn.map(({ endedAt, timeline }) => {
  const taskOf = ([stage, index, attempt, executor, , from, to, failed, , size]) =>
    ({ stage, index, attempt, executor, from: from - timeline.startedAt, to: to - timeline.startedAt, failed, size });
  return { ...timeline, endedAt, sample: timeline.sample.map(taskOf),
    stragglers: timeline.stragglers.map((one) => ({ ...one, ...taskOf(one.task) })) };
});
const PHASES = [...new Set(ATTEMPTS.flatMap((attempt) =>
  [...attempt.phases.map((span) => span[0]), ...Object.keys(attempt.throughput)]))];

let shown = ATTEMPTS.at(-1);

const attemptNumber = (attempt) => DATA.attempts - ATTEMPTS.length + ATTEMPTS.indexOf(attempt) + 1;

const colourOf = (phase) => Math.max(0, PHASES.indexOf(phase)) % COLOURS;

const cssValue = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const taskKey = (task) => `${task.stage} ${task.index} ${task.attempt}`;

const phaseAt = (time) => shown.phases.filter((span) => span[1] <= time).at(-1)?.[0] ?? "";

/** Tasks of one executor in as few rows as they need without hiding one another. */
function pack(tasks) {
  const ends = [];
  for (const task of tasks.slice().sort((a, b) => a.from - b.from)) {
    const row = ends.findIndex((end) => end <= task.from);
    task.row = row < 0 ? ends.length : row;
    ends[task.row] = task.to;
  }
  return Math.max(1, ends.length);
}

function lanesOf(tasks) {
  return shown.executors.slice().sort((a, b) => b.busyMillis - a.busyMillis).slice(0, MOST_LANES)
    .sort((a, b) => COLLATOR.compare(a.id, b.id))
    .map((executor) => {
      const own = tasks.filter((task) => task.executor === executor.id);
      return { executor, tasks: own, rows: pack(own) };
    });
}

/** Round steps of time, so that an axis has as many of them as there is room for. */
function timeStep(length, most) {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400, 172800, 604800];
  return steps.find((step) => length / 1000 / step <= most) ?? 2592000;
}

function drawTimeline() {
  const lanes = lanesOf(shown.sample);
  const rows = sum(lanes, (lane) => lane.rows);
  const end = Math.max(1000, ...shown.phases.map((span) => span[2]), ...shown.sample.map((task) => task.to));
  const width = Math.max(280, byId("timeline-chart").clientWidth);
  const left = width < 600 ? 70 : 150;
  const row = rows > 80 ? 6 : 12;
  const x = (time) => left + (Math.min(Math.max(time, 0), end) / end) * (width - left - 10);
  const top = 46;
  const height = top + rows * row + lanes.length * 8 + 10;
  const svg = makeSvg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `Timeline: ${plural(shown.phases.length, "phase")}, ${plural(shown.tasks, "task")} on `
      + `${plural(shown.executors.length, "executor")} in ${seconds(end / 1000)}. The tables below have the figures.` });
  const step = timeStep(end, (width - left) / 100) * 1000;
  for (let time = 0; time <= end; time += step) {
    svg.append(makeSvg("line", { x1: x(time), x2: x(time), y1: 14, y2: height, class: "axis" }),
      makeSvg("text", { x: x(time) + 3, y: 11, class: "soft" }, time === 0 ? "0" : seconds(time / 1000)));
  }
  const draw = (from, to, y, thick, style, title) => {
    const rect = makeSvg("rect", { x: x(from), y, width: Math.max(1, x(to) - x(from)), height: thick, class: style });
    rect.append(makeSvg("title", {}, title));
    svg.append(rect);
  };
  svg.append(makeSvg("text", { x: 0, y: 30 }, "phases"));
  for (const [name, from, to] of shown.phases) {
    draw(from, to, 18, 16, `k${colourOf(name)}`, `${name}: ${seconds((to - from) / 1000)}`);
  }
  const stragglers = new Set(shown.stragglers.map(taskKey));
  let y = top;
  for (const lane of lanes) {
    const label = `${lane.executor.id}${lane.executor.host ? ` (${lane.executor.host})` : ""}`;
    const most = Math.floor(left / 7);
    svg.append(makeSvg("text", { x: 0, y: y + 10 }, label.length > most ? `${label.slice(0, most - 1)}…` : label));
    draw(0, end, y, lane.rows * row, "lane", label);
    for (const task of lane.tasks) {
      const phase = phaseAt(task.from);
      const marks = `${task.failed ? " failed" : ""}${stragglers.has(taskKey(task)) ? " straggler" : ""}`;
      draw(task.from, task.to, y + task.row * row + 1, row - 2, `k${colourOf(phase)}${marks}`,
        `${phase}, stage ${task.stage}, task ${task.index}${task.attempt > 0 ? `, attempt ${task.attempt}` : ""}: `
        + `${seconds((task.to - task.from) / 1000)}${task.size > 0 ? `, ${bytes(task.size)}` : ""}${marks ? ` (${marks.trim()})` : ""}`);
    }
    y += lane.rows * row + 8;
  }
  byId("timeline-chart").replaceChildren(svg);
}

function showTimeline() {
  note("timeline-note", `${DATA.attempts > 1 ? `Attempt ${attemptNumber(shown)} of ${DATA.attempts}. ` : ""}`
    + `Times count from the start of the driver, ${moment(shown.startedAt)}. `
    + `${plural(shown.tasks, "task")} ended, ${count(shown.failed)} of them failed or were killed. `
    + (shown.sample.length < shown.tasks ? `Drawn are ${count(shown.sample.length)}: a fair sample and the stragglers. ` : "")
    + (shown.executors.length > MOST_LANES ? `Of ${count(shown.executors.length)} executors the ${MOST_LANES} busiest are drawn. ` : "")
    + "Stragglers have an outline, failed tasks a broken one.");
  byId("timeline-legend").replaceChildren(...PHASES.map((name) =>
    make("li", {}, make("span", { class: `swatch k${colourOf(name)}` }), name)));
  const took = (s) => (s.to - s.from) / 1000;
  note("stragglers-note", shown.stragglers.length === 0
    ? "No task took more than one and a half times the median of its stage and a second more than it."
    : "Tasks that took more than one and a half times the median of their stage, and a second more than it.");
  fillTable(byId("stragglers"), [
    { title: "Phase", show: (s) => s.phase, value: (s) => s.phase },
    { title: "Executor", class: "path", show: (s) => s.executor, value: (s) => s.executor },
    { title: "Stage", class: "number", show: (s) => String(s.stage), value: (s) => s.stage },
    { title: "Task", class: "number", show: (s) => `${s.index}${s.attempt ? ` (attempt ${s.attempt})` : ""}`, value: (s) => s.index },
    { title: "Took", class: "number", show: (s) => seconds(took(s)), value: took },
    { title: "Median", class: "number", show: (s) => seconds(s.medianMillis / 1000), value: (s) => s.medianMillis },
    { title: "Bytes", class: "number", show: (s) => (s.size ? bytes(s.size) : ""), value: (s) => s.size },
    { title: "Began after", class: "number", show: (s) => seconds(s.from / 1000), value: (s) => s.from },
  ], shown.stragglers);
  fillTable(byId("executors"), [
    { title: "Executor", class: "path", show: (e) => e.id, value: (e) => e.id },
    { title: "Host", show: (e) => e.host, value: (e) => e.host },
    { title: "Tasks", class: "number", show: (e) => count(e.tasks), value: (e) => e.tasks },
    { title: "Failed", class: "number", show: (e) => count(e.failed), value: (e) => e.failed },
    { title: "Time of its tasks", class: "number", show: (e) => seconds(e.busyMillis / 1000), value: (e) => e.busyMillis },
    { title: "Bytes", class: "number", show: (e) => bytes(e.bytes), value: (e) => e.bytes },
  ], shown.executors);
}

function showPhases() {
  fillTable(byId("phases"), [
    { title: "Phase", show: (p) => p.name },
    { title: "Time", class: "number", show: (p) => seconds(p.seconds), value: (p) => p.seconds },
    { title: "Files", class: "number", show: (p) => (p.files ? count(p.files) : ""), value: (p) => p.files },
    { title: "Files a second", class: "number", show: (p) => rates(p.files, 0, p.seconds), value: (p) => p.files / p.seconds || 0 },
    { title: "Bytes", class: "number", show: (p) => (p.bytes ? bytes(p.bytes) : ""), value: (p) => p.bytes },
    { title: "Bytes a second", class: "number", show: (p) => rates(0, p.bytes, p.seconds), value: (p) => p.bytes / p.seconds || 0 },
  ], RUN.phases);
  if (DATA.attempts > 1) {
    for (const id of ["requests", "phases"]) {
      byId(id).caption.append(`, all ${DATA.attempts} attempts at the run together`);
    }
  }
}

let throughput = [];
let plot = null;

/** Which value the arrow keys have come to. */
let reading = 0;

function drawThroughput() {
  const host = byId("throughput-chart");
  plot?.destroy();
  plot = null;
  if (host.hidden || host.clientWidth === 0) {
    return;
  }
  const width = shown.bucketMillis / 1000;
  // A step begins at each value, so the last one is said once more where it ends.
  const times = throughput[0].rates.map((_, index) => index * width);
  const line = { stroke: cssValue("--line"), width: 1 };
  const axis = { stroke: cssValue("--ink"), grid: line, ticks: line };
  plot = new uPlot({
    width: host.clientWidth,
    height: 300,
    scales: { x: { time: false } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((tick) => seconds(tick)), space: 90 },
      { ...axis, size: 90, values: (_, ticks) => ticks.map((tick) => `${bytes(tick)}/s`) },
    ],
    series: [
      { label: "time", value: (_, value) => (value === null ? "" : seconds(value)) },
      ...throughput.map((phase) => {
        const colour = cssValue(`--c${colourOf(phase.name)}`);
        return { label: phase.name, stroke: colour, fill: `${colour}33`, width: 2, points: { show: false },
          paths: uPlot.paths.stepped({ align: 1 }), value: (_, value) => (value === null ? "" : `${bytes(value)}/s`) };
      }),
    ],
  }, [[...times, times.length * width], ...throughput.map((phase) => [...phase.rates, phase.rates.at(-1)])], host);
}

/** The arrow keys move the line that reads the chart. */
function moveCursor(event) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };
  if (!(event.key in steps) || !plot) {
    return;
  }
  event.preventDefault();
  reading = Math.min(throughput[0].rates.length - 1, Math.max(0, reading + steps[event.key]));
  plot.setCursor({ left: plot.valToPos(plot.data[0][reading], "x"), top: 10 });
  byId("throughput-chart").setAttribute("aria-label", `At ${seconds(plot.data[0][reading])}: `
    + throughput.map((phase) => `${phase.name} ${bytes(phase.rates[reading])}/s`).join(", "));
}

function showThroughput() {
  const host = byId("throughput-chart");
  throughput = Object.entries(shown.throughput).map(([name, values]) =>
    ({ name, rates: values.map((value) => (1000 * value) / shown.bucketMillis) }));
  reading = 0;
  host.hidden = throughput.length === 0 || throughput[0].rates.length === 0;
  note("throughput-note", host.hidden ? "No task of this driver has read or sent anything."
    : `Bytes a second in steps of ${seconds(shown.bucketMillis / 1000)}: each task's bytes are spread evenly over its time, `
      + "so bursts within a task don't show. A task that ran twice counts twice; the totals above come from the ledger. "
      + "The arrow keys read the chart; dragging over it zooms, a double click shows all.");
  const best = throughput.map((phase) => `${phase.name} at most ${bytes(Math.max(...phase.rates))}/s`);
  host.setAttribute("role", "application");
  host.setAttribute("aria-roledescription", "chart");
  host.setAttribute("aria-label", `Throughput over time: ${best.join(", ")}. The arrow keys read it.`);
}

function draw() {
  if (byId("engineers").open) {
    drawTimeline();
    drawThroughput();
  }
}

function show(attempt) {
  shown = attempt;
  showTimeline();
  showThroughput();
  draw();
}

function start() {
  const choice = byId("attempt");
  choice.parentElement.hidden = ATTEMPTS.length < 2;
  choice.append(...ATTEMPTS.map((attempt, index) => make("option", { value: String(index),
    text: `${attemptNumber(attempt)}: ${moment(attempt.startedAt)} to ${moment(attempt.endedAt)}` })));
  choice.value = String(ATTEMPTS.length - 1);
  choice.addEventListener("change", () => show(ATTEMPTS[Number(choice.value)]));
  showPhases();
  show(shown);
  byId("engineers").addEventListener("toggle", draw);
  byId("throughput-chart").addEventListener("keydown", moveCursor);
  addEventListener("resize", draw);
  themed.push(draw);
}

start();
