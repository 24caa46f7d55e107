/* What the page says about a search. Everything from the data is shown as text. */

const PAGE = JSON.parse($("data").textContent), report = PAGE.report;
const isRun = report.mode === "run";
const names = (list) => list.join(" and ");

function card(title, wide, ...children) {
  $("cards").append(el("section", { class: "card" + (wide ? " wide" : ""), "aria-label": title }, el("h2", {}, title), ...children));
}

/* --- the head --- */

const STOPS = {
  finding: "it found what was asked for", samples: "all its walks were done", exhausted: "every state was looked at", timeout: "its time was over",
  signal: "a signal stopped it", memory: "its memory was used up", max_steps: "every state within the bound on steps was looked at",
};
const invariant = (property) => PAGE.kinds[property] === "invariant";

function runVerdict() {
  const hit = report.properties.filter((p) => report.hits[p] > 0 || report.findings.some((f) => f.property === p));
  if (!report.samples && !hit.length && !PAGE.guided) return ["calm", `Nothing can be found: no walk of up to ${report.max_steps} transitions hits ${names(report.properties)}.`];
  const bad = hit.filter(invariant), shown = hit.filter((p) => !invariant(p));
  const parts = [];
  if (bad.length) parts.push(`${names(bad)} ${bad.length > 1 ? "are" : "is"} violated`);
  if (shown.length) parts.push(`${names(shown)} ${shown.length > 1 ? "were" : "was"} reached`);
  if (parts.length) return [bad.length ? "alarm" : "good", parts.join("; ") + "."];
  return ["warn", `Nothing was found: ${names(report.properties)}.`];
}
function checkVerdict() {
  const broken = report.properties.filter((p) => report.holds[p] === false), open = report.properties.filter((p) => report.holds[p] === null);
  const bad = broken.filter(invariant), unreached = broken.filter((p) => !invariant(p)), good = report.properties.filter((p) => report.holds[p] === true);
  const parts = [];
  if (bad.length) parts.push(`${names(bad)} ${bad.length > 1 ? "are" : "is"} violated`);
  const holding = good.filter(invariant), reached = good.filter((p) => !invariant(p));
  if (holding.length) parts.push(`${names(holding)} ${holding.length > 1 ? "hold" : "holds"} ${everywhere()}`);
  if (reached.length) parts.push(`${names(reached)} ${reached.length > 1 ? "can be" : "can be"} reached`);
  if (unreached.length) parts.push(`no reachable state shows ${names(unreached)}`);
  if (open.length) parts.push(`not known: ${names(open)}, since not every state was looked at`);
  const text = parts.join("; ");
  return [bad.length ? "alarm" : open.length || unreached.length ? "warn" : "good", text + "."];
}

function runSummary() {
  if (PAGE.guided) return `A guided search, IW(2), took ${plural(report.steps, "transition")} in ${seconds(report.elapsed_s)}. It is no proof: what it does not find may be there all the same.`;
  const done = `${plural(report.samples, "walk")} of up to ${report.max_steps} transitions, ${plural(report.steps, "step")}`;
  if (!report.samples) return "";
  if (PAGE.ended) return `${done}; ${plural(PAGE.ended, "walk")} ended in a hit.`;
  return `${done}. This is no proof: with 95% confidence the chance per walk is below ${(3 / report.samples).toPrecision(3)}, and longer walks may find what these could not.`;
}
// Fingerprints take away from what is said of all states.
const everywhere = () => "in every reachable state" + (report.fingerprints?.missed_chance > 0
  ? `, unless a state was missed (by fingerprints, with a chance of at most ${report.fingerprints.missed_chance.toExponential(1)})` : "");
const checkSummary = () => `${plural(report.states, "state")}${report.symmetry ? " up to symmetry" : ""}, ${plural(report.transitions, "transition")}, ${report.complete ? "diameter" : "up to length"} ${report.diameter}.`;

function showHead() {
  const [mood, text] = isRun ? runVerdict() : checkVerdict();
  $("verdict").textContent = text;
  $("head").classList.add(mood);
  $("summary").textContent = isRun ? runSummary() : checkSummary();
  const early = isRun ? !["finding", "samples", "exhausted"].includes(report.stop) : ["timeout", "signal", "memory"].includes(report.stop);
  $("caution").hidden = !early;
  if (early) $("caution").textContent = `The search did not come to its end: ${STOPS[report.stop] || report.stop}.`;
  const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'");
  const facts = [
    ["Command", el("code", {}, report.command.map(quoted).join(" "))], ["Instance", PAGE.instance], ["Properties", report.properties.join(", ")],
    isRun ? ["Seed", el("code", {}, report.seed)] : ["Engine", report.engine],
    ["Carried out by", (report.ranks > 1 ? plural(report.ranks, "rank") + " of " : "") + plural(report.threads, "thread")],
    ["Time", seconds(report.elapsed_s)], ["Ended because", STOPS[report.stop] || report.stop], ["Version", `${report.tool} ${report.version}`],
  ];
  for (const [name, value] of facts) $("facts").append(el("dt", {}, name), el("dd", {}, value));
}

/* --- rate --- */

/* The mean rate in equal slices of the time; the points are counts at times, and between two the count grows evenly. */
function slices(points, count) {
  const start = points[0][0], width = (points[points.length - 1][0] - start) / count;
  let at = 0;
  const countAt = (t) => {
    while (at + 2 < points.length && points[at + 1][0] < t) at++;
    const [a, b] = [points[at], points[at + 1]], share = b[0] > a[0] ? (t - a[0]) / (b[0] - a[0]) : 1;
    return a[1] + (b[1] - a[1]) * Math.max(0, Math.min(1, share));
  };
  const rows = [];
  for (let i = 0, before = points[0][1]; i < count; i++) {
    const after = countAt(start + width * (i + 1));
    rows.push({ from: start + width * i, to: start + width * (i + 1), value: (after - before) / width });
    before = after;
  }
  return rows;
}
function showRate() {
  const { unit, points } = PAGE.rate, title = "Rate over time";
  const first = points[0], last = points[points.length - 1];
  if (!points.length || last[0] <= first[0] || points.length < 4)
    return card(title, false, el("p", { class: "soft" }, "The search was over too soon to say anything about its rate."));
  const rows = slices(points, Math.min(points.length - 1, 100)), mean = (last[1] - first[1]) / (last[0] - first[0]);
  card(title, false, lineChart(`Rate over time in ${unit} a second: ${withUnit(mean)} on average`, rows, mean),
    el("p", { class: "soft" }, `${withUnit(mean)} ${unit}/s on average (dashed)`),
    numbers([["From", true], ["To", true], [`${unit}/s`, true]], rows.map((r) => [seconds(r.from), seconds(r.to), withUnit(r.value)])));
}

/* --- a run --- */

function showLengths() {
  const { class_width: step, hits } = report.hit_lengths, title = "Lengths of what was found";
  if (PAGE.guided) return;
  if (!hits.length) return card(title, false, el("p", { class: "soft" }, "No walk ended in a hit."));
  const seen = new Map(hits), expected = PAGE.odds.by_class ? PAGE.odds.by_class.map((p) => p * report.samples) : null;
  /* Where nothing was seen and less than a hundredth of a hit was to be expected, there is nothing to show. */
  const shows = (i) => seen.has(i * step) || (expected && expected[i] >= 0.01);
  const count = expected ? expected.length : Math.floor(Math.max(...seen.keys()) / step) + 1;
  let first = 0, last = count - 1;
  while (!shows(first)) first++;
  while (!shows(last)) last--;
  const name = (from) => (step === 1 ? String(from) : `${from}–${Math.min(from + step - 1, report.max_steps)}`);
  const rows = [];
  for (let i = first; i <= last; i++) {
    const row = { from: i * step, value: seen.get(i * step) || 0 };
    if (expected) row.expected = expected[i];
    row.text = `${name(row.from)} transitions: ${plural(row.value, "walk")}` + (expected ? `, ${withUnit(row.expected)} expected` : "");
    rows.push(row);
  }
  const heads = [["Transitions", true], ["Walks", true]];
  if (expected) heads.push(["Expected", true]);
  const legend = el("ul", { class: "legend" }, el("li", {}, el("i"), "walks that ended in a hit"), expected ? el("li", {}, el("i", { class: "expected" }), "exact chance × walks") : null);
  card(title, false, barChart(`Walks that ended in a hit by their length: ${plural(PAGE.ended, "walk")} of ${rows[0].from} to ${rows[rows.length - 1].from + step - 1} transitions`, rows, step, "transitions up to the hit"),
    legend, numbers(heads, rows.map((r) => [name(r.from), whole(r.value)].concat(expected ? [String(Number(r.expected.toPrecision(4)))] : []))));
}

function showActions() {
  if (!report.samples) return;
  const most = Math.max(...Object.values(report.actions));
  const rows = Object.entries(report.actions).map(([name, share]) => {
    const bar = el("i");
    bar.style.width = (most > 0 ? (share / most) * 100 : 0) + "%";
    return [name, bar, (share * 100).toFixed(2) + " %"];
  });
  card("What the walks did", false, table([["Action"], ["", "share"], ["Share of steps", true]], rows, { class: "actions" }));
}

function showOdds() {
  const odds = PAGE.odds, title = "Odds against what was seen", cautious = report.stop === "finding";
  if (!report.samples) return PAGE.guided ? card(title, false, el("p", {}, odds.note)) : undefined;
  const seen = PAGE.ended / report.samples, inside = odds.chance >= PAGE.low95 && odds.chance <= PAGE.high95;
  const seenRows = [[`Seen (${whole(PAGE.ended)} of ${whole(report.samples)})`, chance(seen)], ["95% within", `${chance(PAGE.low95)} and ${chance(PAGE.high95)}`]];
  const heads = [["Chance per walk"], ["", true]];
  if (!odds.by_class) return card(title, false, el("p", {}, odds.note), table(heads, seenRows, { class: "odds" }), ...rates());
  const sentence = odds.walks === null
    ? `No walk of up to ${odds.max_steps} transitions can hit any of the properties.`
    : `A walk of up to ${odds.max_steps} transitions hits any of the properties with the exact chance ${chance(odds.chance)}: one walk in ${withUnit(odds.walks)}. No walk of fewer than ${odds.shortest} can.`;
  const verdict = cautious ? "The run stopped at a finding, and so did its count: the rate that was seen says little about the chance."
    : inside ? "The exact chance lies within the interval that was seen." : "The exact chance lies outside of the interval that was seen, as it does in one run of 20 by chance alone.";
  card(title, false, el("p", {}, sentence),
    intervalChart(`Seen ${chance(seen)}, 95% within ${chance(PAGE.low95)} and ${chance(PAGE.high95)}; exact ${chance(odds.chance)}`, seen, PAGE.low95, PAGE.high95, odds.chance),
    table(heads, [["Exact", chance(odds.chance)], ...seenRows], { class: "odds" }),
    el("p", { id: "odds-verdict" }, verdict),
    ...rates());
}
/* The rates of each property, where there are several. */
function rates() {
  if (report.properties.length < 2) return [];
  const rows = report.properties.map((p) => [p, whole(report.hits[p]), chance(report.hit_rate[p].estimate), `${chance(report.hit_rate[p].low95)} to ${chance(report.hit_rate[p].high95)}`]);
  return [el("details", {}, el("summary", {}, "Each property"), el("div", { class: "scroll", tabindex: "0" }, table([["Property"], ["Hits", true], ["Seen", true], ["95% within", true]], rows)))];
}

/* --- a check --- */

function showVerdicts() {
  const rows = report.properties.map((p) => {
    const holds = report.holds[p], text = holds === null ? (report.stop === "max_steps" ? `not within ${report.max_steps} transitions; there are longer runs` : "not known") : invariant(p) ? (holds ? `holds ${everywhere()}` : "violated") : holds ? "reached" : "not reached by any state";
    return [p, (holds === null ? "? " : holds ? "✓ " : "✗ ") + text, report.shortest[p] === null ? "–" : whole(report.shortest[p])];
  });
  card("Verdicts", true, table([["Property"], ["Verdict"], [report.complete ? "Shortest trace" : "Length found", true]], rows, { class: "verdicts stacked" }));
}
function showCounts() {
  const rows = [["States" + (report.symmetry ? ", up to symmetry" : ""), whole(report.states)], ["Transitions", whole(report.transitions)],
    [report.complete ? "Diameter" : "Longest distance so far", whole(report.diameter)], ["Transitions a state", report.states ? (report.transitions / report.states).toFixed(2) : "–"],
    ["Memory of the search, at the most", withUnit(report.state_bytes) + "B"], ["Memory of the process, at the most", withUnit(report.peak_rss_bytes) + "B"],
    ["Memory that it was allowed", withUnit(report.max_memory_bytes) + "B"]];
  card("What was looked at", false, table([["Count"], ["", true]], rows, { class: "counts" }));
}
function showLayers() {
  const layers = PAGE.layers;
  if (!layers) return;
  const rows = layers.states.map((value, i) => ({ from: i, value, text: `${layers.unit} ${i}: ${plural(value, "state")}` }));
  const title = layers.unit === "distance" ? "States by distance" : "States by layer";
  card(title, false, barChart(`${title}: ${plural(report.states, "state")}, the most at ${layers.unit} ${layers.states.indexOf(Math.max(...layers.states))}`, rows, 1,
    layers.unit === "distance" ? "transitions from the initial state" : "layer: states of equal progress"),
    numbers([[layers.unit === "distance" ? "Distance" : "Layer", true], ["States", true]], rows.map((r) => [String(r.from), whole(r.value)])));
}

/* --- findings --- */

function fileLink(finding, link) {
  if (!finding.file) return "–";
  const text = finding.file.slice(finding.file.lastIndexOf("/") + 1);
  return link === null ? text : el("a", { href: link }, text);
}
const happens = (f) => [f.shape_text].concat(f.violated_before.map((b) => `${b.property} was violated before, at state ${b.state}`)).join("; ");

function showFindings() {
  const { findings } = report;
  if (!findings.length) return;
  const counted = findings.some((f) => f.hits !== undefined);
  const heads = [["Shape"], ["What happens", "text"], ["Property"], ["Length", true]];
  if (counted) heads.push(["Walks", true]);
  heads.push(["Trace"]);
  const rows = findings.map((f, i) => [el("code", {}, f.shape), happens(f), f.property, whole(f.length)]
    .concat(counted ? [f.hits === undefined ? "–" : whole(f.hits)] : [], [fileLink(f, PAGE.links[i])]));
  card(findings.length > 1 ? "Findings, one of each shape" : "The finding", true, el("div", { class: "scroll" }, table(heads, rows, { class: "findings stacked" })),
    findings[0].replay ? el("p", { class: "soft" }, findings.length > 1 ? "The first one comes back with " : "It comes back with ", el("code", {}, findings[0].replay)) : null);
}

showHead();
showFindings();
if (isRun) {
  showOdds();
  showLengths();
  showRate();
  showActions();
} else {
  showVerdicts();
  showLayers();
  showRate();
  showCounts();
}
document.body.dataset.ready = "1";
