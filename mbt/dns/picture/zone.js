"use strict";
/* The zone: what a step did to it, the plans below the tree, the table of records. */

const INIT = -1, NONE = -2;
const planLabel = (plan) => (plan >= 0 ? "plan #" + plan : plan === INIT ? "plan-init" : "nothing");

/* Fills in what the data leave out where nothing changed, and what is looked up. */
function prepareZone(trace) {
  let n = [], f = 0, p = [NONE, 0, NONE, 0];
  for (const state of trace.states) {
    n = state.n || n;
    f = state.f === undefined ? f : state.f;
    p = state.p || p;
    Object.assign(state, { n, f, p, a: state.a || [], r: state.r || [] });
  }
  trace.planIndex = new Map(trace.plans.map(([name], i) => [name, i]));
  trace.address = new Map(trace.pairs);
  trace.initName = trace.records.filter((r) => r[1] === trace.root).map((r) => r[2]).find((name) => !trace.planIndex.has(name));
  trace.zone = { step: -1, has: new Set() };
}
const planOf = (trace, name) => (trace.planIndex.has(name) ? trace.planIndex.get(name) : name === trace.initName ? INIT : NONE);
const planName = (trace, plan) => (plan >= 0 ? trace.plans[plan][0] : plan === INIT ? trace.initName : null);

/* The indices of the records that are in the zone at the step, which is reached from the last one asked for by
   applying the differences in between, forwards or backwards. */
function zoneAt(trace, step) {
  const zone = trace.zone;
  for (; zone.step < step; ) {
    const state = trace.states[++zone.step];
    for (const i of state.r) zone.has.delete(i);
    for (const i of state.a) zone.has.add(i);
  }
  for (; zone.step > step; ) {
    const state = trace.states[zone.step--];
    for (const i of state.a) zone.has.delete(i);
    for (const i of state.r) zone.has.add(i);
  }
  return zone.has;
}

/* --- what a step changed --- */

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

function zoneChange(trace, group) {
  const plan = planOf(trace, group.name);
  const name = ownLabel(trace, group.name) || short(group.name) + (plan >= 0 ? ` (#${plan})` : "");
  if (group.before.length === 1 && group.after.length === 1) return changeItem("change", name, `${shownTarget(trace, group.before[0])} → ${shownTarget(trace, group.after[0])}`);
  const look = group.after.length ? "add" : "remove";
  return changeItem(look, name, recordList(trace, group.after.length ? group.after : group.before));
}

function zoneChanges(trace, step) {
  const state = trace.states[step], before = trace.states[step - 1];
  const items = changesOf(trace, step).map((group) => zoneChange(trace, group));
  trace.deployers.forEach((name, d) => {
    if (state.n[d] !== before.n[d]) items.push(changeItem("change", short(name), `counter #${before.n[d]} → #${state.n[d]}`));
    const fresh = (state.f >> d) & 1, was = (before.f >> d) & 1;
    if (fresh !== was) items.push(changeItem("change", short(name), fresh ? "view: stale → fresh" : "view: fresh → stale"));
  });
  const published = trace.plans.findIndex(([, s]) => s === step);
  if (published >= 0) items.push(changeItem("add", `plan #${published}`, `(${short(trace.plans[published][0])}) is published; the zone is as before`));
  return items;
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
