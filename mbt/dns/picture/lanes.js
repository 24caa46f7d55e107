"use strict";
/* The lanes: time from left to right, a column a step; a lane for the planner, each deployer, what root and rollback
   point to, and the system. Drawn once a trace; a step only moves the cursor and rewrites the labels. */

const LANE = 40, BAND = 22, AXIS = 26;
const TEXT = 7.3; /* a digit of the largest text in a lane is never wider */
const lanes = { trace: null, column: 0, cursor: null, labels: [], height: 0 };

function laneList(trace) {
  const list = [{ kind: "planner", name: "planner" }];
  trace.deployers.forEach((name, d) => list.push({ kind: "deployer", name: short(name), d }));
  list.push({ kind: "pointer", name: "root →", at: 0 }, { kind: "pointer", name: "rollback →", at: 2 });
  if (trace.system) list.push({ kind: "system", name: `the ${PAGE.system}` });
  return list;
}

/* Runs of equal values: [from, to, value], to included. */
function runs(count, valueAt, same) {
  const list = [];
  for (let s = 0; s < count; s++) {
    const value = valueAt(s), last = list[list.length - 1];
    if (last && same(last[2], value)) last[1] = s;
    else list.push([s, s, value]);
  }
  return list;
}

/* --- the marks of the actions --- */

function glyph(kind, label) {
  const g = svg("g", { class: `glyph ${kind}` });
  if (kind === "publish") g.append(svg("path", { class: "shape", d: "M-8,-9h11l5,5v13h-16z" }));
  else if (kind === "deploy" || kind === "skip") g.append(svg("rect", { class: "shape", x: -8, y: -8, width: 16, height: 16, rx: 3 }));
  else if (kind === "stale-deploy") g.append(svg("path", { class: "shape", d: "M0,-10L10,0L0,10L-10,0z" }));
  else if (kind === "look") g.append(svg("path", { class: "stroke", d: "M-7,0Q0,-8 7,0Q0,8 -7,0z" }), svg("circle", { class: "shape", r: 2 }));
  else if (kind === "backoff") g.append(svg("path", { class: "stroke", d: "M6,-4v4a3,3 0 0 1 -3,3h-8m3,-4l-4,4l4,4" }));
  else if (kind === "cleanup" || kind === "hit") g.append(svg("circle", { class: "shape", r: 8.5 }), svg("path", { class: "stroke", d: "M-3.500,-3.500l7,7M3.500,-3.500l-7,7" }));
  if (label !== undefined) g.append(svg("text", { y: 3.5, x: kind === "publish" ? -0.5 : 0 }, String(label)));
  return g;
}

function glyphOf(trace, step) {
  const state = trace.states[step];
  if (state.t === "GeneratePlan") return glyph("publish", trace.plans.findIndex(([, s]) => s === step));
  if (state.t === "Sync") return glyph("look");
  if (state.t === "Backoff") return glyph("backoff");
  if (state.t === "Deploy") {
    const plan = trace.states[step - 1].n[state.d];
    return glyph(state.s ? "stale-deploy" : state.a.length ? "deploy" : "skip", plan);
  }
  if (state.t === "Cleanup") {
    const [, a, , b] = trace.states[step - 1].p, [, c, , d] = state.p;
    return glyph((a && !c) || (b && !d) ? "hit" : "cleanup");
  }
  return null;
}

/* --- one lane --- */

function drawDeployer(trace, lane, y, group) {
  const count = trace.states.length, column = lanes.column;
  for (const [from, to, fresh] of runs(count, (s) => (trace.states[s].f >> lane.d) & 1, (a, b) => a === b))
    group.append(svg("rect", { class: `band ${fresh ? "fresh" : "stale"}`, x: from * column + 0.5, y: y + 2, width: (to - from + 1) * column - 1, height: BAND, rx: 4 }));
  for (const [from, to, next] of runs(count, (s) => trace.states[s].n[lane.d], (a, b) => a === b)) {
    const text = [`at #${next}`, `#${next}`, `${next}`].slice(from === 0 ? 0 : 1).find((word) => word.length * TEXT < (to - from + 1) * column) || "";
    group.append(svg("text", { class: "counter", x: from * column + 2, y: y + BAND + 13 }, text));
  }
}

function drawPointer(trace, lane, y, group) {
  const column = lanes.column;
  const value = (s) => [trace.states[s].p[lane.at], trace.states[s].p[lane.at + 1]];
  for (const [from, to, [plan, ok]] of runs(trace.states.length, value, (a, b) => a[0] === b[0] && a[1] === b[1])) {
    const width = (to - from + 1) * column - 1, look = !ok ? "lost" : plan < 0 ? "init" : "points";
    group.append(svg("rect", { class: `band ${look}`, x: from * column + 0.5, y: y + 6, width, height: BAND, rx: 4 }));
    const words = !ok ? [`✗ #${plan} gone`, "✗"] : plan < 0 ? ["init"] : [`#${plan}`, `${plan}`];
    const text = words.find((word) => word.length * TEXT < width - 2);
    if (text) group.append(svg("text", { class: `lane-text ${look}`, x: from * column + Math.min(6, (width - text.length * TEXT) / 2 + 1), y: y + 21 }, text));
  }
}

function drawSystem(trace, y, group) {
  for (let s = 0; s < trace.states.length; s++) {
    const said = systemAt(trace.system, s), x = (s + 0.5) * lanes.column, at = `translate(${x},${y + 17})`;
    if (said === "ok") group.append(svg("g", { class: "glyph", transform: at }, svg("path", { class: "stroke", d: "M-5,0l3.500,4l6,-8" })));
    if (said === "fail") { const mark = glyph("hit"); mark.setAttribute("transform", at); group.append(mark); }
  }
}

/* The words stand before the line of no return and behind that of the violation, so that they never meet; at the right end, as far right
   as there is room. */
function drawMarkers(trace, group) {
  const width = trace.states.length * lanes.column, height = lanes.height;
  const mark = (step, look, text, left) => {
    const x = step * lanes.column, fits = left ? x > 60 : x + text.length * TEXT + 4 < width;
    group.append(svg("line", { class: `${look}-line`, x1: x, x2: x, y1: 2, y2: height }));
    if (fits) group.append(svg("text", { class: `${look}-text`, x: left ? x - 4 : x + 4, y: 11, "text-anchor": left ? "end" : "start" }, text));
    else if (lanes.column > 40) group.append(svg("text", { class: `${look}-text`, x: width, y: 11, "text-anchor": "end" }, text));
  };
  if (trace.turn) mark(trace.turn.at, "turn", "no return", true);
  if (trace.kind === "invariant") mark(trace.at, "end", "violation", false);
}

/* --- all of them --- */

function drawLanes(trace) {
  const list = laneList(trace), count = trace.states.length;
  const room = $("lane-scroll").clientWidth;
  lanes.trace = trace;
  lanes.column = Math.max(22, Math.min(60, Math.floor((room - 2) / count)));
  lanes.height = AXIS + list.length * LANE;
  const width = Math.max(count * lanes.column, 1);
  const back = svg("g"), front = svg("g"), axis = svg("g");
  lanes.cursor = svg("g", {}, svg("rect", { class: "cursor", width: lanes.column, height: lanes.height }), svg("rect", { class: "cursor-line", y: 0, width: lanes.column, height: 3 }));
  list.forEach((lane, i) => {
    const y = AXIS + i * LANE;
    if (lane.kind === "deployer") drawDeployer(trace, lane, y, back);
    else if (lane.kind === "pointer") drawPointer(trace, lane, y, back);
    else if (lane.kind === "system") drawSystem(trace, y, back);
  });
  trace.states.forEach((state, s) => {
    const mark = s === 0 ? null : glyphOf(trace, s);
    if (mark) {
      const lane = state.d === undefined ? 0 : 1 + state.d;
      mark.setAttribute("transform", `translate(${(s + 0.5) * lanes.column},${AXIS + lane * LANE + 2 + BAND / 2})`);
      mark.append(svg("title", {}, `${s}: ${state.w}`));
      front.append(mark);
    }
    if (s % (lanes.column < 30 ? 5 : 2) === 0) axis.append(svg("text", { class: "axis", x: (s + 0.5) * lanes.column, y: AXIS - 4 }, String(s)));
  });
  drawMarkers(trace, axis);
  const root = svg("svg", { width, height: lanes.height, viewBox: `0 0 ${width} ${lanes.height}`, "aria-hidden": "true" },
    svg("defs", {}, hatch("lane-stale", "stale-line", "stale-back"), hatch("lane-hatch", "hatch-line", "hatch-back")), back, lanes.cursor, axis, front);
  root.addEventListener("click", (event) => stepTo(Math.floor((event.clientX - root.getBoundingClientRect().left) / lanes.column)));
  $("lane-scroll").replaceChildren(root);
  drawLabels(list);
  drawLegend(trace);
}

function drawLabels(list) {
  const spacer = el("div");
  spacer.style.height = `${AXIS}px`;
  lanes.labels = list.map((lane) => {
    const label = { lane, row: el("div"), name: el("span", {}, lane.name), value: el("small") };
    label.row.style.height = `${LANE}px`;
    label.row.append(label.name, label.value);
    return label;
  });
  $("lane-labels").replaceChildren(spacer, ...lanes.labels.map((l) => l.row));
}

function drawLegend(trace) {
  const entry = (mark, text) => {
    mark.setAttribute("transform", "translate(11,11)");
    return el("span", {}, svg("svg", { viewBox: "0 0 22 22", "aria-hidden": "true" }, mark), text);
  };
  const band = (look) => svg("g", {}, svg("rect", { class: `band ${look}`, x: -9, y: -7, width: 18, height: 14, rx: 4 }));
  const entries = [entry(glyph("publish", "n"), "publishes plan #n"), entry(glyph("look"), "looks at the zone"),
    entry(glyph("deploy", "n"), "installs plan #n"), entry(glyph("stale-deploy", "n"), "installs a stale plan"),
    entry(glyph("backoff"), "backs off"), entry(glyph("cleanup"), "cleans up"), entry(glyph("hit"), "… and breaks a name"),
    entry(band("fresh"), "view is fresh"), entry(band("stale"), "view is stale"), entry(band("lost"), "points at nothing")];
  $("legend").replaceChildren(...entries);
}

function moveLanes(trace, step) {
  const state = trace.states[step], x = step * lanes.column, scroll = $("lane-scroll");
  lanes.cursor.setAttribute("transform", `translate(${x},0)`);
  const margin = Math.min(3 * lanes.column, scroll.clientWidth / 3);
  if (x - margin < scroll.scrollLeft) scroll.scrollLeft = x - margin;
  else if (x + lanes.column + margin > scroll.scrollLeft + scroll.clientWidth) scroll.scrollLeft = x + lanes.column + margin - scroll.clientWidth;
  for (const { lane, row, value } of lanes.labels) {
    const acting = step > 0 && (lane.kind === "deployer" ? state.d === lane.d : lane.kind === "planner" && state.d === undefined);
    row.classList.toggle("acting", acting);
    labelValue(trace, step, lane, value);
  }
}

function labelValue(trace, step, lane, value) {
  const state = trace.states[step];
  value.className = "";
  if (lane.kind === "planner") {
    value.textContent = `${trace.plans.filter(([, s]) => s <= step).length} published`;
  } else if (lane.kind === "deployer") {
    const fresh = (state.f >> lane.d) & 1;
    value.textContent = `at #${state.n[lane.d]} · ${fresh ? "fresh" : "stale"}`;
    value.className = fresh ? "fresh" : "stale";
  } else if (lane.kind === "pointer") {
    const ok = state.p[lane.at + 1];
    value.textContent = planLabel(state.p[lane.at]) + (ok ? "" : " is gone");
    value.className = ok ? "" : "lost";
  } else {
    value.textContent = { ok: "as the model says", fail: "differs here", "": "not replayed" }[systemAt(trace.system, step)];
    if (systemAt(trace.system, step) === "fail") { value.className = "lost"; value.textContent = trace.system.action || "stops here"; }
  }
}
