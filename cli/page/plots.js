/* Plots as SVG, drawn to the width that there is, and again when it changes. Each comes with the same numbers as a table. */

const THIN = "\u202f";
function withUnit(value) {
  const units = ["", "k", "M", "G", "T", "P"];
  let unit = 0;
  for (; Math.abs(value) >= 1000 && unit + 1 < units.length; unit++) value /= 1000;
  return String(Number(value.toPrecision(3))) + (unit ? THIN + units[unit] : "");
}
const whole = (value) => String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
const chance = (value) => (value === 0 ? "0" : String(Number(value.toPrecision(6))));
const seconds = (value) => (value < 60 ? String(Number(value.toPrecision(3))) + " s" : value < 3600 ? (value / 60).toFixed(1) + " min" : (value / 3600).toFixed(1) + " h");
const plural = (count, word) => whole(count) + " " + word + (count === 1 ? "" : "s");

/* Round numbers from 0 to at least the value, some of them. */
function ticksTo(value, wanted, integers) {
  if (!(value > 0)) return [0, 1];
  const rough = value / wanted, ten = 10 ** Math.floor(Math.log10(rough));
  let step = [1, 2, 5, 10].map((m) => m * ten).find((s) => s >= rough * 0.999);
  if (integers) step = Math.max(1, Math.round(step));
  const ticks = [];
  for (let i = 0; i === 0 || ticks[ticks.length - 1] < value * 0.9999; i++) ticks.push(i * step);
  return ticks;
}

/* A figure that draws itself with draw(svg, width), now and whenever its width changes. */
function figure(label, height, draw) {
  const box = el("div", { class: "plot" });
  let drawn = 0;
  new ResizeObserver(() => {
    const width = Math.round(box.clientWidth);
    if (!width || width === drawn) return;
    drawn = width;
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": label });
    draw(picture, width);
    box.replaceChildren(picture);
    box.dataset.drawn = "1";
  }).observe(box);
  return box;
}
const LEFT = 50, RIGHT = 14, TOP = 10, BOTTOM = 36;

function axes(picture, width, height, yTicks, yText, xTicks, xAt, xText, xName) {
  const floor = height - BOTTOM, highest = yTicks[yTicks.length - 1];
  for (const tick of yTicks) {
    const y = floor - (tick / highest) * (floor - TOP);
    picture.append(svg("line", { class: tick ? "grid" : "axis", x1: LEFT, x2: width - RIGHT, y1: y, y2: y }),
      svg("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, yText(tick)));
  }
  let free = -Infinity;
  for (const tick of xTicks) {
    const x = xAt(tick), text = xText(tick), half = text.length * 3.4;
    if (x - half < free || x + half > width) continue;
    free = x + half + 8;
    picture.append(svg("text", { x, y: floor + 15, "text-anchor": "middle" }, text));
  }
  picture.append(svg("text", { x: (LEFT + width - RIGHT) / 2, y: height - 3, "text-anchor": "middle" }, xName));
}

/* rows: {from, to, value}, in seconds and something a second. */
function lineChart(label, rows, mean) {
  const height = 210;
  return figure(label, height, (picture, width) => {
    const start = rows[0].from, end = rows[rows.length - 1].to, floor = height - BOTTOM;
    const yTicks = ticksTo(Math.max(...rows.map((r) => r.value)), 4), highest = yTicks[yTicks.length - 1];
    const x = (t) => LEFT + ((t - start) / (end - start)) * (width - LEFT - RIGHT), y = (v) => floor - (v / highest) * (floor - TOP);
    const points = rows.flatMap((r) => [[x(r.from), y(r.value)], [x(r.to), y(r.value)]]).map((p) => p.map((n) => n.toFixed(1)).join(","));
    picture.append(svg("path", { class: "area", d: `M${x(start)},${floor}L${points.join("L")}L${x(end)},${floor}Z` }));
    axes(picture, width, height, yTicks, withUnit, ticksTo(end - start, 6).filter((t) => t <= (end - start) * 1.0001).map((t) => t + start), x, seconds, "time");
    picture.append(svg("path", { class: "line", d: "M" + points.join("L") }),
      svg("line", { class: "mean", x1: LEFT, x2: width - RIGHT, y1: y(mean), y2: y(mean) }));
  });
}

/* rows: {name, from, value, expected, text}; from is where the bar stands, width its own and the next one's distance. */
function barChart(label, rows, step, xName) {
  const height = 230;
  return figure(label, height, (picture, width) => {
    const first = rows[0].from, last = rows[rows.length - 1].from + step, floor = height - BOTTOM;
    const yTicks = ticksTo(Math.max(...rows.map((r) => Math.max(r.value, r.expected || 0))), 4, true), highest = yTicks[yTicks.length - 1];
    const x = (v) => LEFT + ((v - first) / (last - first)) * (width - LEFT - RIGHT), y = (v) => floor - (v / highest) * (floor - TOP);
    const unit = x(first + step) - x(first), gap = unit > 4 ? Math.min(2, unit * 0.2) : 0;
    const every = Math.max(1, Math.ceil(rows.length / Math.max(2, Math.floor((width - LEFT - RIGHT) / 46))));
    axes(picture, width, height, yTicks, withUnit, rows.filter((_, i) => i % every === 0).map((r) => r.from), (v) => x(v) + unit / 2, String, xName);
    for (const row of rows) {
      const bar = svg("rect", { class: "bar", x: x(row.from) + gap / 2, y: y(row.value), width: Math.max(unit - gap, 0.5), height: Math.max(floor - y(row.value), 0) });
      bar.append(svg("title", {}, row.text));
      picture.append(bar);
    }
    if (rows.some((r) => r.expected !== undefined)) {
      const marks = rows.map((r) => `M${(x(r.from) + gap / 2).toFixed(1)},${y(r.expected).toFixed(1)}h${Math.max(unit - gap, 1).toFixed(1)}`);
      picture.append(svg("path", { class: "expected", d: marks.join("") }));
    }
  });
}

/* An interval with what was seen in it, against the exact value. */
function intervalChart(label, seen, low, high, exact) {
  const height = 92;
  return figure(label, height, (picture, width) => {
    const values = [low, high, exact], spread = (Math.max(...values) - Math.min(...values)) || high || 1;
    const from = Math.max(0, Math.min(...values) - spread * 0.35), to = Math.max(...values) + spread * 0.35;
    const x = (v) => 12 + ((v - from) / (to - from)) * (width - 24);
    const anchor = (v) => (x(v) < width * 0.3 ? "start" : x(v) > width * 0.7 ? "end" : "middle");
    picture.append(svg("line", { class: "axis", x1: 12, x2: width - 12, y1: 46, y2: 46 }),
      svg("line", { class: "interval", x1: x(low), x2: x(high), y1: 46, y2: 46 }),
      svg("line", { class: "exact", x1: x(exact), x2: x(exact), y1: 30, y2: 62 }),
      svg("circle", { class: "seen", cx: x(seen), cy: 46, r: 5.5 }),
      svg("text", { class: "exact-text", x: x(exact), y: 22, "text-anchor": anchor(exact) }, "exact " + chance(exact)),
      svg("text", { class: "seen-text", x: x(seen), y: 80, "text-anchor": anchor(seen) }, "seen " + chance(seen)));
  });
}

/* heads: [name, is a number]; rows: arrays of text or nodes. */
function table(heads, rows, attributes) {
  const cell = (tag, i, content, extra) => el(tag, { class: heads[i][1] === true ? "number" : heads[i][1] || null, ...extra }, content);
  return el("table", attributes, el("thead", {}, el("tr", {}, ...heads.map((h, i) => cell("th", i, h[0], { scope: "col" })))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((c, i) => cell("td", i, c, { "data-label": heads[i][0] }))))));
}
const numbers = (heads, rows) => el("details", {}, el("summary", {}, "The numbers"), el("div", { class: "scroll", tabindex: "0" }, table(heads, rows)));
