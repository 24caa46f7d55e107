"use strict";
/* The DNS tree of a step, for web/dns_tree.js to draw. */

/* What of the zone hangs on the two names, as DnsTree takes it, and which plan each group is. */
function treeOf(trace, step) {
  const [root, rootOk, rollback, rollbackOk] = trace.states[step].p;
  const groups = [];
  const point = (which, plan, resolves) => {
    let group = groups.find((g) => g.plan === plan);
    if (!group) groups.push((group = { plan, broken: !resolves, name: planName(trace, plan), leaves: [], of: [] }));
    group.of.push(which);
  };
  point("root", root, rootOk);
  point("rollback", rollback, rollbackOk);
  for (const i of zoneAt(trace, step)) {
    const [kind, owner, target, weight] = trace.records[i];
    const group = kind === "CNAME" && groups.find((g) => g.name === owner);
    if (group) group.leaves.push({ name: target, weight, address: trace.address.get(target) || null });
  }
  for (const group of groups) {
    group.leaves.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
    Object.assign(group, planLines(trace, step, group));
  }
  return groups;
}

/* The deployer whose clean-up may delete the plan now, or null. */
function whoMayDelete(trace, step, plan) {
  const n = trace.states[step].n;
  let best = -1;
  for (let d = 0; d < n.length; d++) if (n[d] > plan + trace.age && (best < 0 || n[d] > n[best])) best = d;
  return plan >= 0 && best >= 0 ? trace.deployers[best] : null;
}

function planLines(trace, step, group) {
  if (group.plan === NONE) return { lines: ["nothing"], look: "nowhere" };
  const own = group.plan === INIT ? "the placeholder" : short(group.name);
  if (group.broken) return { lines: [planLabel(group.plan) + " is gone", own + " has no records"], look: "gone" };
  const who = whoMayDelete(trace, step, group.plan);
  if (who) return { lines: [planLabel(group.plan), `⚠ ${short(who)} may delete it`], look: "risk" };
  return { lines: [planLabel(group.plan), own], look: "" };
}

function describeTree(groups) {
  return groups.map((g) => `${g.of.join(" and ")} ${g.of.length > 1 ? "point" : "points"} at ${planLabel(g.plan)}` +
    (g.broken ? ", which is gone: nothing resolves" : `, which has ${g.leaves.length} balancer${g.leaves.length === 1 ? "" : "s"}`)).join("; ");
}

const tree = { trace: null, drawn: null, width: 0, height: 0 };

/* The height of the highest step, so that what is below does not jump. */
function reserveHeight(trace, width) {
  let height = 0;
  const seen = new Set();
  for (let s = 0; s < trace.states.length; s++) {
    const key = trace.states[s].p.join();
    if (seen.has(key)) continue;
    seen.add(key);
    height = Math.max(height, tree.drawn.heightOf(treeOf(trace, s), width));
  }
  return height;
}

function drawTree(trace, step) {
  if (tree.trace !== trace) {
    if (tree.drawn) tree.drawn.stop();
    Object.assign(tree, { trace, drawn: new DnsTree($("tree"), { root: trace.root, rollback: trace.rollbackName }), width: 0 });
  }
  const width = tree.drawn.width();
  if (tree.width !== width) Object.assign(tree, { width, height: reserveHeight(trace, width) });
  const groups = treeOf(trace, step);
  const time = now.playing ? Math.min(320, 500 / Number($("speed").value)) : 320;
  tree.drawn.draw(groups, { label: describeTree(groups), height: tree.height, time });
}
