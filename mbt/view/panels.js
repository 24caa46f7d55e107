"use strict";
/* What is text: the summary, the step in words, what it changed, the story, the records, and the table of findings. */

/* --- a trace --- */

function headline(trace) {
  if (trace.outcome && trace.dns && trace.kind === "invariant") return trace.outcome[0].toUpperCase() + trace.outcome.slice(1);
  if (trace.property) return `${trace.property} ${trace.kind === "invariant" ? "is violated" : "is witnessed"}`;
  return "No invariant is violated";
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

function labSummary(lab) {
  const words = {
    confirmed: "it failed at the same step", diverged: "it did something that the model did not predict",
    "not-reproduced": "it ran the whole trace and did not fail", agrees: "it behaved as the model says", outage: "it failed",
  };
  const where = lab.fail !== undefined && lab.verdict !== "confirmed" ? ` at step ${lab.fail}` : "";
  const known = lab.differences.length ? ` Known difference${lab.differences.length === 1 ? "" : "s"}: ${lab.differences.join(", ")}.` : "";
  return `The lab: ${lab.verdict || "no verdict"}${Object.hasOwn(words, lab.verdict) ? `, ${words[lab.verdict]}` : ""}${where}.${known}`;
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
  /* A shape's letters are roles: they need not be the deployers of this trace. */
  if (trace.finding && trace.finding.text) parts.push(`Shape ${trace.finding.shape || ""}: ${trace.finding.text}${trace.dns ? " (whichever deployers A, B, C are)" : ""}.`);
  if (trace.finding && trace.finding.hits !== undefined) parts.push(`${trace.finding.hits} walk${trace.finding.hits === 1 ? "" : "s"} ended in it.`);
  if (trace.system) parts.push(labSummary(trace.system));
  $("summary").textContent = parts.join(" ");
  $("facts").textContent = facts(trace);
  $("departs").hidden = !trace.departs;
  $("departs").textContent = trace.departs ? `The file does not agree with the model, and is shown up to there: ${trace.departs}` : "";
  const moments = [];
  if (trace.turn) moments.push(moment(trace.turn.at, "warn", `▶ Step ${trace.turn.at}: the moment of no return`));
  if (trace.property) moments.push(moment(trace.at, bad ? "alarm" : "", bad ? `✗ Step ${trace.at}: the violation` : `✓ Step ${trace.at}: ${trace.property}`));
  if (trace.system && trace.system.fail !== undefined && trace.system.fail !== trace.at) moments.push(moment(trace.system.fail, "", `Step ${trace.system.fail}: where the lab stopped`));
  $("moments").replaceChildren(...moments);
  $("scrub").max = String(trace.states.length - 1);
  setUpTicks(trace);
  setUpStory(trace);
  for (const id of ["tree-card", "lanes-card", "zone-card"]) $(id).hidden = !trace.dns;
  if (trace.dns) setUpRecords(trace);
  drawLanes(trace);
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
  if (isViolation(trace, step)) return trace.dns ? `${trace.property} is violated: ${trace.outcome}.` : `${trace.property} is violated.`;
  if (isTurn(trace, step)) return `The moment of no return: ${trace.turn.words}.`;
  return trace.at === step && trace.kind === "example" ? `${trace.property} is witnessed.` : "";
}

function labLine(trace, step) {
  if (!trace.system) return "";
  const said = labAt(trace.system, step);
  if (said === "fail") return `The lab: ${trace.system.message || "stopped here"}`;
  return said === "ok" ? "The lab behaved as the model says." : "The lab had stopped before this step.";
}

function showStep(trace, step) {
  const state = trace.states[step];
  $("now").className = `now ${mood(trace, step)}`;
  $("tag").textContent = state.t;
  $("sentence").textContent = state.w;
  $("remark").textContent = remark(trace, step);
  $("lab").textContent = labLine(trace, step);
  $("lab").className = trace.system && labAt(trace.system, step) === "fail" ? "lab failed" : "lab";
  showChanges(trace, step);
  if (trace.dns) {
    drawTree(trace, step);
    showPlans(trace, step);
    showRecords(trace, step);
    moveLanes(trace, step);
  }
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

const ownLabel = (trace, name) => ({ [trace.root]: "root", [trace.rollbackName]: "rollback", [trace.lock]: "lock" })[name];
function shownTarget(trace, record) {
  if (record[0] === "TXT") return `${record[2]}, epoch ${record[3]}`;
  const plan = planOf(trace, record[2]);
  return plan === NONE ? short(record[2]) : plan >= 0 ? `${short(record[2])} (#${plan})` : short(record[2]);
}
const byName = (a, b) => String(a[2]).localeCompare(String(b[2]), "en", { numeric: true });
function recordList(trace, list) {
  const records = [...list].sort(byName);
  const names = records.filter((r) => r[0] === "CNAME").map((r) => `${short(r[2])} (${r[3]})`);
  const addresses = records.filter((r) => r[0] === "A").map((r) => r[2]);
  return [names.length ? "CNAME " + names.join(", ") : "", addresses.length ? "A " + addresses.join(", ") : ""].filter(Boolean).join("; ");
}

/* [{name, before, after}] by owner name, plans first. */
function changesOf(trace, step) {
  const state = trace.states[step], groups = new Map();
  const add = (i, side) => {
    const record = trace.records[i];
    if (!groups.has(record[1])) groups.set(record[1], { name: record[1], before: [], after: [] });
    groups.get(record[1])[side].push(record);
  };
  state.r.forEach((i) => add(i, "before"));
  if (step > 0) state.a.forEach((i) => add(i, "after"));
  const rank = (g) => { const plan = planOf(trace, g.name); return plan !== NONE ? plan : 1e6 + ["root", "rollback", "lock"].indexOf(ownLabel(trace, g.name)); };
  return [...groups.values()].sort((a, b) => rank(a) - rank(b));
}

function changeItem(look, name, text) {
  const sign = { add: "+", remove: "−", change: "~" }[look];
  return el("li", { class: look }, el("span", { class: "mark" }, sign), el("span", {}, el("b", {}, name), " " + text));
}

function zoneChange(trace, group) {
  const plan = planOf(trace, group.name);
  const name = ownLabel(trace, group.name) || short(group.name) + (plan >= 0 ? ` (#${plan})` : "");
  if (group.before.length === 1 && group.after.length === 1) return changeItem("change", name, `${shownTarget(trace, group.before[0])} → ${shownTarget(trace, group.after[0])}`);
  const look = group.after.length ? "add" : "remove";
  return changeItem(look, name, recordList(trace, group.after.length ? group.after : group.before));
}

function showChanges(trace, step) {
  const items = [], state = trace.states[step], before = trace.states[step - 1];
  if (trace.dns && before) {
    items.push(...changesOf(trace, step).map((group) => zoneChange(trace, group)));
    trace.deployers.forEach((name, d) => {
      if (state.n[d] !== before.n[d]) items.push(changeItem("change", short(name), `counter #${before.n[d]} → #${state.n[d]}`));
      const fresh = (state.f >> d) & 1, was = (before.f >> d) & 1;
      if (fresh !== was) items.push(changeItem("change", short(name), fresh ? "view: stale → fresh" : "view: fresh → stale"));
    });
    const published = trace.plans.findIndex(([, s]) => s === step);
    if (published >= 0) items.push(changeItem("add", `plan #${published}`, `(${short(trace.plans[published][0])}) is published; the zone is as before`));
  } else if (state.x) {
    items.push(changeItem("change", "", state.x));
  }
  if (items.length === 0) items.push(el("li", { class: "none" }, step === 0 ? "This is where it begins." : "Nothing: the zone, the counters and the views are as before."));
  $("changes").replaceChildren(...items);
}

/* --- the plans, and the records --- */

/* When each plan was first in the zone. */
function installTimes(trace) {
  const times = trace.plans.map(() => Infinity);
  trace.states.forEach((state, s) => state.a.forEach((i) => {
    const plan = planOf(trace, trace.records[i][1]);
    if (plan >= 0) times[plan] = Math.min(times[plan], s);
  }));
  return times;
}

/* Runs of plans that fare alike are one chip, unless a name points to them. */
function planChips(trace, step) {
  const [root, rootOk, rollback, rollbackOk] = trace.states[step].p;
  const has = new Set(), chips = [];
  for (const i of zoneAt(trace, step)) has.add(planOf(trace, trace.records[i][1]));
  trace.installed = trace.installed || installTimes(trace);
  trace.plans.forEach(([name, published], plan) => {
    if (published > step) return;
    const status = has.has(plan) ? "in" : trace.installed[plan] <= step ? "deleted" : "waiting";
    const pointed = plan === root || plan === rollback, last = chips[chips.length - 1];
    const lost = (plan === root && !rootOk) || (plan === rollback && !rollbackOk);
    if (!pointed && last && !last.pointed && last.status === status) Object.assign(last, { to: plan });
    else chips.push({ from: plan, to: plan, name, status, pointed, lost });
  });
  return chips.flatMap((chip) => (chip.to - chip.from < 4 ? Array.from({ length: chip.to - chip.from + 1 }, (_, i) => ({ ...chip, from: chip.from + i, to: chip.from + i })) : [chip]));
}

function showPlans(trace, step) {
  const words = { in: "in the zone", deleted: "deleted", waiting: "published, not installed yet" };
  const chips = planChips(trace, step).map(({ from, to, status, pointed, lost }) => {
    const text = from === to ? `#${from}` : `#${from} – #${to}`, names = from === to ? trace.plans[from][0] : text;
    return el("span", { class: `chip ${status}${pointed ? " pointed" : ""}${lost ? " lost" : ""}`, title: `${names}: ${words[status]}` }, text);
  });
  const note = chips.length ? "filled: in the zone · crossed out: deleted · ringed: root or rollback points there" : "none yet";
  $("plans").replaceChildren(el("span", { class: "label" }, "Plans, oldest first:"), ...chips, el("span", { class: "label" }, note));
}

function setUpRecords() {
  $("records").replaceChildren(el("thead", {}, el("tr", {}, ...["", "Name", "Type", "Value"].map((h) => el("th", { scope: "col" }, h)))), el("tbody"));
}

/* One row for all records of a name and type. */
function rowsOf(trace, step) {
  const state = trace.states[step], rows = new Map();
  const add = (i, side) => {
    const record = trace.records[i], key = record[1] + " " + record[0];
    if (!rows.has(key)) rows.set(key, { name: record[1], kind: record[0], kept: [], added: [], removed: [] });
    rows.get(key)[side].push(record);
  };
  const added = step > 0 ? new Set(state.a) : new Set();
  for (const i of zoneAt(trace, step)) add(i, added.has(i) ? "added" : "kept");
  for (const i of state.r) add(i, "removed");
  const rank = (row) => { const own = ["lock", "root", "rollback"].indexOf(ownLabel(trace, row.name)); return own >= 0 ? own - 10 : planOf(trace, row.name); };
  return [...rows.values()].sort((a, b) => rank(a) - rank(b) || (a.kind < b.kind ? 1 : -1));
}

/* The records' values, each in a box of its own, so that a line breaks between them. */
function values(kind, records) {
  const text = (r) => (kind === "TXT" ? `${r[2]}, epoch ${r[3]}` : kind === "A" ? r[2] : `${r[2]} (weight ${r[3]})`);
  const sorted = [...records].sort(byName);
  return sorted.flatMap((r, i) => [el("span", { class: "entry" }, text(r) + (i + 1 < sorted.length ? "," : "")), " "]);
}

function showRecords(trace, step) {
  const rows = rowsOf(trace, step), [root, rootOk, rollback, rollbackOk] = trace.states[step].p;
  $("zone-count").textContent = `${zoneAt(trace, step).size} records`;
  if (!$("zone-card").open) return;
  $("records").lastChild.replaceChildren(...rows.map((row) => {
    const look = row.added.length && row.removed.length ? "change" : row.added.length && !row.kept.length ? "add" : row.removed.length ? "remove" : "";
    const own = ownLabel(trace, row.name), plan = planOf(trace, row.name);
    const lost = (own === "root" && !rootOk) || (own === "rollback" && !rollbackOk);
    const value = el("td");
    if (look === "change") value.append(el("del", {}, ...values(row.kind, row.removed)), "→ ");
    value.append(...values(row.kind, look === "remove" ? row.removed : [...row.kept, ...row.added]), lost ? "✗ no such records" : "");
    return el("tr", { class: [look, lost ? "lost" : ""].join(" ").trim() || null }, el("td", {}, { add: "+", remove: "−", change: "~" }[look] || ""),
      el("td", {}, row.name + (own && own !== "lock" ? ` (${own})` : plan >= 0 ? ` (#${plan})` : "")), el("td", {}, row.kind), value);
  }));
}

/* --- the findings --- */

const COLUMNS = [
  { name: "#", number: true, value: (t, i) => i + 1, text: (t, i) => `#${i + 1}` },
  { name: "Property", value: (t) => t.property || "", text: (t) => t.property || "none" },
  { name: "What happens", value: (t) => (t.finding && t.finding.text) || t.outcome || "", text: (t) => (t.finding && t.finding.text) || t.outcome || "no violation" },
  { name: "Shape", value: (t) => (t.finding && t.finding.shape) || "", text: (t) => (t.finding && t.finding.shape) || "–" },
  { name: "Length", number: true, value: (t) => (t.at === undefined ? t.states.length - 1 : t.at) },
  { name: "Hits", number: true, value: (t) => (t.finding && t.finding.hits !== undefined ? t.finding.hits : -1), text: (t) => (t.finding && t.finding.hits !== undefined ? String(t.finding.hits) : "–") },
  { name: "Lab", value: (t) => (t.system && t.system.verdict) || "", text: (t) => (t.system && t.system.verdict) || "–" },
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
