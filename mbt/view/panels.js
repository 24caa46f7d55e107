"use strict";
/* What is text: the summary, the step in words, what it changed, the story, and the table of findings. */

/* --- a trace --- */

/* What the trace shows, and whether a narrator has more to say of it. */
const claim = (trace) => `${trace.property} ${trace.kind === "invariant" ? "is violated" : "is witnessed"}`;
const isTold = (trace) => Boolean(trace.outcome) && trace.outcome !== claim(trace);

function headline(trace) {
  if (!trace.property) return "No invariant is violated";
  return isTold(trace) ? trace.outcome[0].toUpperCase() + trace.outcome.slice(1) : claim(trace);
}

function facts(trace) {
  const list = [];
  if (trace.property) list.push(`${trace.property} at step ${trace.at}`);
  list.push(`${trace.states.length - 1} steps`, trace.instance);
  if (trace.seed) list.push(`trace seed ${trace.seed}`);
  if (trace.source) list.push(trace.source);
  list.push(trace.file + (trace.index > 0 ? `, trace ${trace.index}` : ""));
  return list.join(" · ");
}

/* What the system did at a step: ok, fail, or nothing when it never came that far. */
const systemAt = (system, step) => (system.fail === undefined || step < system.fail ? "ok" : step === system.fail ? "fail" : "");

function systemSummary(system) {
  const words = {
    confirmed: "it failed at the same step", diverged: "it did something that the model did not predict",
    "not-reproduced": "it ran the whole trace and did not fail", agrees: "it behaved as the model says",
    refused: "it does not take this step",
  };
  const said = system.verdict ? `${system.verdict}, ${words[system.verdict] || "it failed"}` : "no verdict";
  const where = system.fail !== undefined && system.verdict !== "confirmed" ? ` at step ${system.fail}` : "";
  const known = system.differences.length ? ` Known difference${system.differences.length === 1 ? "" : "s"}: ${system.differences.join(", ")}.` : "";
  return `The ${PAGE.system}: ${said}${where}.${known}`;
}

function moment(step, look, text) {
  const button = el("button", { type: "button", class: look }, text);
  button.addEventListener("click", () => stepTo(step));
  return button;
}

function setUpTrace(trace) {
  const bad = trace.kind === "invariant";
  document.querySelector(".head").className = `head ${bad ? "bad" : trace.kind === "example" ? "good" : ""}`;
  $("headline").textContent = headline(trace);
  const parts = [];
  if (trace.finding && trace.finding.text) parts.push(`Shape ${trace.finding.shape || ""}: ${trace.finding.text}${picture ? picture.roles : ""}.`);
  if (trace.finding && trace.finding.hits !== undefined) parts.push(`${trace.finding.hits} walk${trace.finding.hits === 1 ? "" : "s"} ended in it.`);
  if (trace.system) parts.push(systemSummary(trace.system));
  $("summary").textContent = parts.join(" ");
  $("facts").textContent = facts(trace);
  $("departs").hidden = !trace.departs;
  $("departs").textContent = trace.departs ? `The file does not agree with the model, and is shown up to there: ${trace.departs}` : "";
  const moments = [];
  if (trace.turn) moments.push(moment(trace.turn.at, "warn", `▶ Step ${trace.turn.at}: the moment of no return`));
  if (trace.property) moments.push(moment(trace.at, bad ? "alarm" : "", bad ? `✗ Step ${trace.at}: the violation` : `✓ Step ${trace.at}: ${trace.property}`));
  if (trace.system && trace.system.fail !== undefined && trace.system.fail !== trace.at) moments.push(moment(trace.system.fail, "", `Step ${trace.system.fail}: where the ${PAGE.system} stopped`));
  $("moments").replaceChildren(...moments);
  $("scrub").max = String(trace.states.length - 1);
  setUpTicks(trace);
  setUpStory(trace);
  if (picture) picture.setUp(trace);
}

function setUpTicks(trace) {
  const tick = (step, look) => {
    const mark = el("i", { class: look });
    mark.style.left = `${(100 * step) / Math.max(1, trace.states.length - 1)}%`;
    return mark;
  };
  const marks = [];
  if (trace.turn) marks.push(tick(trace.turn.at, "warn"));
  if (trace.kind === "invariant") marks.push(tick(trace.at, "alarm"));
  $("ticks").replaceChildren(...marks);
}

function setUpStory(trace) {
  const mark = (s) => (isViolation(trace, s) ? "✗ " : isTurn(trace, s) ? "▶ " : "");
  $("story").replaceChildren(...trace.states.map((state, s) =>
    el("li", {}, el("a", { href: `#${now.number}/${s}`, class: mood(trace, s), tabindex: "-1" }, el("span", {}, String(s)), el("span", {}, mark(s) + state.w)))));
}

/* --- a step --- */

function remark(trace, step) {
  if (isViolation(trace, step)) return claim(trace) + (isTold(trace) ? `: ${trace.outcome}.` : ".");
  if (isTurn(trace, step)) return `The moment of no return: ${trace.turn.words}.`;
  return trace.at === step && trace.kind === "example" ? `${claim(trace)}.` : "";
}

function systemLine(trace, step) {
  if (!trace.system) return "";
  const said = systemAt(trace.system, step);
  if (said === "fail") return `The ${PAGE.system}: ${trace.system.message || "stopped here"}`;
  return `The ${PAGE.system} ${said === "ok" ? "behaved as the model says" : "had stopped before this step"}.`;
}

function showStep(trace, step) {
  const state = trace.states[step];
  $("now").className = `now ${mood(trace, step)}`;
  $("tag").textContent = state.t;
  $("sentence").textContent = state.w;
  $("remark").textContent = remark(trace, step);
  $("system").textContent = systemLine(trace, step);
  $("system").className = trace.system && systemAt(trace.system, step) === "fail" ? "system failed" : "system";
  showChanges(trace, step);
  if (picture) picture.show(trace, step);
  /* Last, since the list's height follows from what stands around it. */
  markStory(step);
}

function markStory(step) {
  const list = $("story"), old = list.querySelector("[aria-current]"), item = list.children[step];
  if (old) old.removeAttribute("aria-current");
  item.firstChild.setAttribute("aria-current", "step");
  /* Only the list scrolls, not the page. */
  const top = item.offsetTop, bottom = top + item.offsetHeight;
  if (top < list.scrollTop + 40) list.scrollTop = top - 40;
  else if (bottom > list.scrollTop + list.clientHeight - 40) list.scrollTop = bottom - list.clientHeight + 40;
}

/* --- what it changed --- */

function changeItem(look, name, text) {
  const sign = { add: "+", remove: "−", change: "~" }[look];
  return el("li", { class: look }, el("span", { class: "mark" }, sign), el("span", {}, el("b", {}, name), " " + text));
}

function showChanges(trace, step) {
  const items = step > 0 && picture ? picture.changes(trace, step) : trace.states[step].x ? [changeItem("change", "", trace.states[step].x)] : [];
  const none = step === 0 ? "This is where it begins." : picture ? picture.nothing : "Nothing.";
  $("changes").replaceChildren(...(items.length ? items : [el("li", { class: "none" }, none)]));
}

/* --- the findings --- */

const COLUMNS = [
  { name: "#", number: true, value: (t, i) => i + 1, text: (t, i) => `#${i + 1}` },
  { name: "Property", value: (t) => t.property || "", text: (t) => t.property || "none" },
  { name: "What happens", value: (t) => (t.finding && t.finding.text) || t.outcome || "", text: (t) => (t.finding && t.finding.text) || t.outcome || "no violation" },
  { name: "Shape", value: (t) => (t.finding && t.finding.shape) || "", text: (t) => (t.finding && t.finding.shape) || "–" },
  { name: "Length", number: true, value: (t) => (t.at === undefined ? t.states.length - 1 : t.at) },
  { name: "Hits", number: true, value: (t) => (t.finding && t.finding.hits !== undefined ? t.finding.hits : -1), text: (t) => (t.finding && t.finding.hits !== undefined ? String(t.finding.hits) : "–") },
  ...(PAGE.system ? [{ name: PAGE.system[0].toUpperCase() + PAGE.system.slice(1), value: (t) => (t.system && t.system.verdict) || "", text: (t) => (t.system && t.system.verdict) || "–" }] : []),
  { name: "File", value: (t) => t.name, text: (t) => t.name + (t.index > 0 ? `, trace ${t.index}` : "") },
];

function setUpIndex() {
  const pick = $("pick"), many = PAGE.traces.length > 1;
  $("pick-label").hidden = !many;
  $("home").title = many ? "All findings" : "";
  if (many) {
    pick.append(el("option", { value: "0" }, "all"));
    PAGE.traces.forEach((t, i) => pick.append(el("option", { value: String(i + 1) }, `#${i + 1} ${t.name}${t.index > 0 ? `, trace ${t.index}` : ""}`)));
  }
  $("index-title").textContent = `${PAGE.traces.length} traces`;
  const bad = PAGE.traces.filter((t) => t.kind === "invariant").length;
  $("index-note").textContent = `${bad} of them violate${bad === 1 ? "s" : ""} an invariant. Choose one to see what happens step by step.`;
  const head = el("tr"), body = el("tbody");
  COLUMNS.forEach((column, c) => {
    const button = el("button", { type: "button" }, column.name), cell = el("th", { scope: "col", class: column.number ? "number" : null }, button);
    button.addEventListener("click", () => sortFindings(body, head, c));
    head.append(cell);
  });
  PAGE.traces.forEach((trace, i) => {
    const row = el("tr", { "data-row": String(i) });
    COLUMNS.forEach((column, c) => {
      const text = column.text ? column.text(trace, i) : String(column.value(trace, i));
      const link = c === 0 || c === 2 ? el("a", { href: `#${i + 1}` }, text) : text;
      row.append(el("td", { class: column.number ? "number" : null, "data-label": column.name }, link));
    });
    body.append(row);
  });
  $("findings").append(el("thead", {}, head), body);
}

function sortFindings(body, head, c) {
  const up = head.children[c].getAttribute("aria-sort") !== "ascending";
  for (const cell of head.children) cell.removeAttribute("aria-sort");
  head.children[c].setAttribute("aria-sort", up ? "ascending" : "descending");
  const value = (row) => COLUMNS[c].value(PAGE.traces[Number(row.dataset.row)], Number(row.dataset.row));
  const rows = [...body.children].sort((a, b) => {
    const x = value(a), y = value(b), order = x < y ? -1 : x > y ? 1 : Number(a.dataset.row) - Number(b.dataset.row);
    return up ? order : -order;
  });
  body.replaceChildren(...rows);
}
