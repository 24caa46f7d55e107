"use strict";
/* The history: time from left to right, a column a step. For each thing the actions that are about it, and below them a
   band for each of its cells that ever changes; what is about no thing, and plain fields, come first. Drawn once a
   trace; a step only moves the cursor and rewrites the values beside the names. */

const ROW = 26, MARK = 30, TOP = 36;
const LETTER = 6.6, BOLD = 7.6; /* wide */
const past = { actions: [], column: 0, cursor: null, rows: [], width: 0, height: 0 };

function historyRows(trace) {
  const cells = trace.cells.map((_, cell) => cell).filter((cell) => trace.moving.has(cell));
  const steps = (about) => trace.states.map((_, s) => s).filter((s) => s > 0 && about(trace.states[s].o || []));
  const rows = [], alone = steps((o) => o.length === 0);
  if (alone.length) rows.push({ name: "by itself", marks: alone });
  for (const cell of cells) if (fieldOf(trace, cell)[1] < 0) rows.push({ name: pathOf(trace, cell), cell });
  trace.kinds.forEach(([, things], k) => things.forEach((_, i) => {
    const marks = steps((o) => o.some(([kind, thing]) => kind === k && thing === i));
    const own = cells.filter((cell) => fieldOf(trace, cell)[1] === k && trace.cells[cell][1] === i);
    if (!marks.length && !own.length) return;
    const name = thingName(trace, k, i);
    rows.push({ name, marks, thing: [k, i] });
    for (const cell of own) rows.push({ name: pathOf(trace, cell).slice(name.length + 1), cell, under: true });
  }));
  return rows;
}

/* The shortest beginning of a name that no other one has. */
function shortest(name, names) {
  let length = 1;
  while (length < name.length && names.some((other) => other !== name && other.startsWith(name.slice(0, length)))) length++;
  return name.slice(0, length);
}

function drawMarks(trace, row, y, group) {
  for (const s of row.marks) {
    const text = trace.states[s].t, x = s * past.column, bad = isViolation(trace, s);
    const words = [text, text.slice(0, 5), shortest(text, past.actions)].find((word) => word.length * BOLD + 6 < past.column) || "";
    const width = Math.min(past.column - 2, Math.max(14, words.length * BOLD + 8));
    /* What acts is the action's first argument; on the others it acts. */
    const other = row.thing && (trace.states[s].o || []).findIndex(([kind, thing]) => kind === row.thing[0] && thing === row.thing[1]) > 0;
    const mark = svg("g", { class: ["act", bad ? "bad" : "", other ? "other" : ""].join(" ").trim() });
    mark.append(svg("rect", { x: x + (past.column - width) / 2, y: y + 6, width, height: 18, rx: 9 }));
    if (words) mark.append(svg("text", { x: x + past.column / 2, y: y + 19 }, words));
    mark.append(svg("title", {}, `${s}: ${trace.states[s].w}`));
    group.append(mark);
  }
}

function drawBand(trace, row, y, group) {
  const column = past.column, last = trace.states.length - 1;
  let from = 0;
  for (let s = 1; s <= last + 1; s++) {
    if (s <= last && !trace.states[s].changed.has(row.cell)) continue;
    const value = trace.states[from].values[row.cell], width = (s - from) * column - 2;
    const look = sameValue(value, trace.states[0].values[row.cell]) ? "value first" : "value";
    group.append(svg("rect", { class: look, x: from * column + 1, y: y + 3, width, height: ROW - 6, rx: 4 }));
    const text = plainText(value), room = Math.floor((width - 6) / LETTER);
    if (text.length <= room || room >= 4) group.append(svg("text", { class: "value-text", x: from * column + 6, y: y + 17 }, text.length <= room ? text : text.slice(0, room - 1) + "…"));
    from = s;
  }
}

function drawSigns(trace, group) {
  const sign = (step, look, text) => {
    const x = step * past.column, room = x + text.length * LETTER + 8 < past.width;
    group.append(svg("line", { class: `${look}-line`, x1: x, x2: x, y1: 2, y2: past.height }));
    group.append(svg("text", { class: `${look}-text`, x: room ? x + 4 : x - 4, y: 12, "text-anchor": room ? "start" : "end" }, text));
  };
  if (trace.turn) sign(trace.turn.at, "turn", "no return");
  if (trace.kind === "invariant") sign(trace.at, "end", "✗ violation");
}

function drawHistory(trace) {
  const rows = historyRows(trace), count = trace.states.length;
  const height = (row) => (row.marks ? MARK : ROW);
  past.actions = [...new Set(trace.states.map((state) => state.t))];
  past.column = Math.max(24, Math.min(84, Math.floor(($("history-scroll").clientWidth - 2) / count)));
  past.width = count * past.column;
  past.height = TOP + rows.reduce((sum, row) => sum + height(row), 0) + 4;
  const back = svg("g"), front = svg("g"), axis = svg("g");
  const spacer = el("div");
  spacer.style.height = `${TOP}px`;
  past.cursor = svg("g", {}, svg("rect", { class: "cursor", width: past.column, height: past.height }), svg("rect", { class: "cursor-line", width: past.column, height: 3 }));
  let y = TOP;
  past.rows = rows.map((row) => {
    if (row.marks) drawMarks(trace, row, y, front);
    else drawBand(trace, row, y, back);
    const value = el("span", { class: "is" }), label = el("div", { class: row.marks ? "who" : row.under ? "under" : "" }, el("span", {}, row.name), value);
    label.style.height = `${height(row)}px`;
    y += height(row);
    return { ...row, label, value };
  });
  for (let s = 0; s < count; s += past.column < 30 ? 5 : 1) axis.append(svg("text", { class: "axis", x: (s + 0.5) * past.column, y: TOP - 5 }, String(s)));
  drawSigns(trace, axis);
  const root = svg("svg", { width: past.width, height: past.height, viewBox: `0 0 ${past.width} ${past.height}`, "aria-hidden": "true" }, back, past.cursor, axis, front);
  root.addEventListener("click", (event) => stepTo(Math.floor((event.clientX - root.getBoundingClientRect().left) / past.column)));
  $("history-scroll").replaceChildren(root);
  $("history-names").replaceChildren(spacer, ...past.rows.map((row) => row.label));
}

function moveHistory(trace, step) {
  const box = $("history-scroll"), x = step * past.column, state = trace.states[step];
  past.cursor.setAttribute("transform", `translate(${x},0)`);
  for (const row of past.rows) {
    if (row.marks) row.label.classList.toggle("acting", row.marks.includes(step));
    else row.value.textContent = plainText(state.values[row.cell]);
    if (!row.marks) row.label.classList.toggle("changed", state.changed.has(row.cell));
  }
  if (x < box.scrollLeft + past.column) box.scrollLeft = x - past.column;
  else if (x + 2 * past.column > box.scrollLeft + box.clientWidth) box.scrollLeft = x + 2 * past.column - box.clientWidth;
}
