"use strict";
/* The state as tables: plain fields beside one another, a table of things and their fields for each kind, and one of
   things and things for a field over two kinds. What the step changed shows what it was before. */

const isSet = Array.isArray;
const sameValue = (a, b) => (isSet(a) ? a.length === b.length && a.every((x, i) => x === b[i]) : a === b);
const plainText = (value) => (isSet(value) ? (value.length ? `{${value.join(", ")}}` : "∅") : value);
const fieldOf = (trace, cell) => trace.fields[trace.cells[cell][0]];
/* Of a kind whose things are numbers, "process 0". */
function thingName(trace, kind, thing) {
  const name = trace.kinds[kind][1][thing];
  return /^-?\d/.test(name) ? `${trace.kinds[kind][0]} ${name}` : name;
}
function pathOf(trace, cell) {
  const [, i, j] = trace.cells[cell], [name, kind, other] = fieldOf(trace, cell);
  return (kind < 0 ? "" : thingName(trace, kind, i) + ".") + name + (other < 0 ? "" : "." + thingName(trace, other, j));
}

/* All values of each state; neighbours share what did not change. */
function prepareState(trace) {
  let values = [];
  for (const state of trace.states) {
    values = values.slice();
    for (const [cell, value] of state.c) values[cell] = value;
    state.values = values;
    state.changed = new Set(state === trace.states[0] ? [] : state.c.map(([cell]) => cell));
  }
  trace.moving = new Set(trace.states.flatMap((state) => [...state.changed]));
}

/* --- what stands where --- */

const shown = { cells: [], rows: [], invariants: [] };

function setUpState(trace) {
  shown.cells = trace.cells.map(() => null);
  shown.rows = [];
  const parts = [], at = new Map(trace.cells.map(([f, i, j], cell) => [`${f},${i},${j}`, cell]));
  const box = (name, f, i, j, attributes) => {
    const cell = at.get(`${f},${i},${j}`);
    return (shown.cells[cell] = el(name, attributes));
  };
  const plain = trace.fields.map((field, f) => [field, f]).filter(([field]) => field[1] < 0);
  if (plain.length) parts.push(el("dl", { class: "plain" }, ...plain.map(([field, f]) => el("div", {}, el("dt", {}, field[0]), box("dd", f, 0, 0)))));
  trace.kinds.forEach(([name, things], k) => {
    const own = trace.fields.map((field, f) => [field, f]).filter(([field]) => field[1] === k && field[2] < 0);
    if (own.length) parts.push(thingTable(name, things, own.map(([field]) => field[0]), k, (i, c) => box("td", own[c][1], i, 0)));
    trace.fields.forEach(([field, kind, other], f) => {
      if (kind !== k || other < 0) return;
      parts.push(thingTable(`${field}: ${name} and ${trace.kinds[other][0]}`, things, trace.kinds[other][1], k, (i, j) => box("td", f, i, j)));
    });
  });
  $("state").replaceChildren(...parts);
  shown.invariants = trace.invariants.map(([name, sentence]) => {
    const mark = el("span", { class: "mark" }), said = el("span", { class: "said" });
    return { mark, said, item: el("li", {}, mark, el("span", {}, el("b", {}, name), " ", said, sentence ? el("span", { class: "soft" }, sentence) : null)) };
  });
  $("invariants").replaceChildren(...shown.invariants.map((row) => row.item));
}

/* A row a thing. Values are words or numbers: a column that has a long name is as wide as that only when it must. */
function thingTable(caption, things, columns, kind, cellAt) {
  const head = el("tr", {}, el("th", { scope: "col", class: "corner" }, caption), ...columns.map((name) => el("th", { scope: "col" }, name)));
  const rows = things.map((thing, i) => {
    const row = el("tr", {}, el("th", { scope: "row" }, thing), ...columns.map((_, c) => cellAt(i, c)));
    shown.rows.push({ row, kind, thing: i });
    return row;
  });
  return el("div", { class: "scroll" }, el("table", { class: "things" }, el("thead", {}, head), el("tbody", {}, ...rows)));
}

/* --- a step --- */

const hidden = (text) => el("span", { class: "spoken" }, text);

function setParts(value, before) {
  const now = value.map((x) => (before.includes(x) ? el("span", { class: "chip" }, x) : el("ins", { class: "chip" }, `+${x}`)));
  const gone = before.filter((x) => !value.includes(x)).map((x) => el("del", { class: "chip" }, `−${x}`));
  return now.length + gone.length ? [...now, ...gone] : [el("span", { class: "soft" }, "∅"), hidden("the empty set")];
}

function fillCell(trace, step, cell, node) {
  const state = trace.states[step], value = state.values[cell], changed = state.changed.has(cell);
  const before = changed ? trace.states[step - 1].values[cell] : value;
  const why = isViolation(trace, step) && trace.why.includes(cell), led = !why && isViolation(trace, step) && trace.led.includes(cell);
  const parts = isSet(value) ? setParts(value, before) : changed ? [hidden("was "), el("del", {}, before), el("span", { class: "arrow", "aria-hidden": "true" }, " → "), hidden(", is now "), el("b", {}, value)] : [value];
  const initial = sameValue(value, trace.states[0].values[cell]);
  node.className = [changed ? "changed" : "", why ? "why" : led ? "led" : "", initial && !changed && !why && !led ? "initial" : ""].join(" ").trim();
  const sign = why ? ["✗", "the violation hangs on this: "] : led ? ["▲", "this led to the violation: "] : null;
  node.replaceChildren(...(sign ? [el("span", { class: "sign", "aria-hidden": "true" }, sign[0]), hidden(sign[1])] : []), ...parts);
}

function showInvariants(trace, step) {
  trace.invariants.forEach(([name, , at], i) => {
    const row = shown.invariants[i], fails = at >= 0 && step >= at;
    row.item.className = !fails ? "holds" : name === trace.property ? "fails" : "failed";
    row.mark.textContent = fails ? "✗" : "✓";
    row.said.textContent = !fails ? "" : step === at ? "fails here: " : `failed at step ${at}: `;
    row.mark.setAttribute("aria-label", fails ? "violated" : "holds so far");
  });
}

function anyOf(trace, cells) {
  const names = cells.map((cell) => pathOf(trace, cell));
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}` : names[0];
}

function showState(trace, step) {
  const state = trace.states[step];
  shown.cells.forEach((node, cell) => node && fillCell(trace, step, cell, node));
  for (const { row, kind, thing } of shown.rows) {
    const acts = (state.o || []).some(([k, i]) => k === kind && i === thing);
    row.className = acts ? "acting" : "";
    row.firstChild.title = acts ? "The step is about it" : "";
  }
  showInvariants(trace, step);
  const bad = isViolation(trace, step);
  $("why").textContent = bad && trace.why.length ? `✗ ${trace.property} would hold here with an earlier value of ${anyOf(trace, trace.why)}.` : "";
  const led = trace.led.filter((cell) => !trace.why.includes(cell));
  $("led").textContent = bad && led.length ? `▲ The step would not have led here with an earlier value of ${anyOf(trace, led)}.` : "";
}

function stateChanges(trace, step) {
  const before = trace.states[step - 1].values;
  return trace.states[step].c.flatMap(([cell, value]) => {
    const old = before[cell], path = pathOf(trace, cell);
    if (!isSet(value)) return [changeItem("change", path, `${old} → ${value}`)];
    const came = value.filter((x) => !old.includes(x)), went = old.filter((x) => !value.includes(x));
    return [...(came.length ? [changeItem("add", path, came.join(", "))] : []), ...(went.length ? [changeItem("remove", path, went.join(", "))] : [])];
  });
}
