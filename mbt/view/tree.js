"use strict";
/* The DNS tree of a step: the root and rollback names, the plans that they point to, the plans' balancers and those'
   addresses. layoutTree computes boxes that never overlap; drawTree moves what was there to where it is now.

   Wide: four columns; each plan has a band of rows, one for each balancer, and the names stand beside their plan.
   Narrow: an outline; a name, below it its plan, below that a row for each balancer. */

const ROW = 30, BOX = 24, TALL = 40, GAP = 14, NARROW = 600;

/* What of the zone hangs on the two names: [{plan, name, resolves, leaves: [{name, weight, address}], of: [names]}]. */
function treeOf(trace, step) {
  const [root, rootOk, rollback, rollbackOk] = trace.states[step].p;
  const groups = [];
  const point = (which, plan, resolves) => {
    let group = groups.find((g) => g.plan === plan);
    if (!group) groups.push((group = { plan, resolves: Boolean(resolves), name: planName(trace, plan), leaves: [], of: [] }));
    group.of.push(which);
  };
  point("root", root, rootOk);
  point("rollback", rollback, rollbackOk);
  for (const i of zoneAt(trace, step)) {
    const [kind, owner, target, weight] = trace.records[i];
    const group = kind === "CNAME" && groups.find((g) => g.name === owner);
    if (group) group.leaves.push({ name: target, weight, address: trace.address.get(target) || null });
  }
  for (const group of groups) group.leaves.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
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
  if (!group.resolves) return { lines: [planLabel(group.plan) + " is gone", own + " has no records"], look: "gone" };
  const who = whoMayDelete(trace, step, group.plan);
  if (who) return { lines: [planLabel(group.plan), `⚠ ${short(who)} may delete it`], look: "risk" };
  return { lines: [planLabel(group.plan), own], look: "" };
}

/* Nodes and edges with their places: {nodes: [{key, x, y, w, h, look, lines}], edges: [{key, points, look, label}], width,
   height}. A node's key stays the same from step to step. */
function layoutTree(trace, step, width) {
  const groups = treeOf(trace, step);
  const out = { nodes: [], edges: [], width, height: 0 };
  const full = { root: trace.root, rollback: trace.rollbackName };
  if (width < NARROW) layoutOutline(trace, step, groups, full, out);
  else layoutColumns(trace, step, groups, full, out);
  return out;
}

function addName(out, which, full, group, x, y, w, lines) {
  const node = { key: which, x, y, w, h: lines.length > 1 ? TALL : BOX + 4, kind: "name", look: group.resolves ? "" : "broken", lines, title: full[which] };
  out.nodes.push(node);
  return node;
}
function addPlan(trace, step, out, group, x, y, w) {
  const { lines, look } = planLines(trace, step, group);
  const node = { key: "plan:" + group.name, x, y, w, h: TALL, kind: "plan", look, lines, title: group.name };
  out.nodes.push(node);
  return node;
}
function addLeaf(out, group, leaf, x, y, w, addressX, addressW) {
  const balancer = { key: `lb:${group.name}/${leaf.name}`, x, y, w, h: BOX, kind: "leaf", look: "", lines: [short(leaf.name)], title: leaf.name };
  const address = { key: `ip:${group.name}/${leaf.name}`, x: addressX, y, w: addressW, h: BOX, kind: "leaf", look: leaf.address ? "" : "nowhere", lines: [leaf.address || "no address"], title: leaf.address || "the placeholder resolves to nothing" };
  out.nodes.push(balancer, address);
  out.edges.push({ key: address.key, from: balancer, to: address, look: "" });
  return balancer;
}

function layoutColumns(trace, step, groups, full, out) {
  const W = out.width;
  const nameW = Math.min(200, W * 0.25), planW = Math.min(190, W * 0.25), leafW = Math.min(110, W * 0.15), addressW = Math.min(120, W * 0.15);
  const gap = (W - nameW - planW - leafW - addressW - 2) / 3;
  const planX = nameW + gap, leafX = planX + planW + gap, addressX = leafX + leafW + gap;
  let y = 1;
  for (const group of groups) {
    const namesH = group.of.length * (TALL + GAP) - GAP;
    const h = Math.max(namesH, TALL, group.leaves.length * ROW - (ROW - BOX));
    const plan = addPlan(trace, step, out, group, planX, y + (h - TALL) / 2, planW);
    let nameY = y + (h - namesH) / 2;
    for (const which of group.of) {
      const name = addName(out, which, full, group, 1, nameY, nameW, [which, full[which]]);
      out.edges.push({ key: which, from: name, to: plan, look: group.resolves ? "main" : "broken", cross: !group.resolves });
      nameY += TALL + GAP;
    }
    let leafY = y + (h - group.leaves.length * ROW + (ROW - BOX)) / 2;
    for (const leaf of group.leaves) {
      const balancer = addLeaf(out, group, leaf, leafX, leafY, leafW, addressX, addressW);
      out.edges.push({ key: balancer.key, from: plan, to: balancer, look: "", label: String(leaf.weight) });
      leafY += ROW;
    }
    y += h + 2 * GAP;
  }
  out.height = y - 2 * GAP + 2;
}

function layoutOutline(trace, step, groups, full, out) {
  const W = out.width, indent = 26;
  let y = 1;
  for (const group of groups) {
    const nameW = Math.min(150, (W - 2 - (group.of.length - 1) * GAP) / group.of.length);
    const names = group.of.map((which, i) => addName(out, which, full, group, 1 + i * (nameW + GAP), y, nameW, [which]));
    y += BOX + 4 + 26;
    const planW = Math.min(250, W - indent - 2);
    const plan = addPlan(trace, step, out, group, indent, y, planW);
    for (const name of names) out.edges.push({ key: name.key, from: name, to: plan, look: group.resolves ? "main" : "broken", cross: !group.resolves, down: true });
    y += TALL + 8;
    const leafX = indent + 62, rest = W - leafX - 2, leafW = Math.min(105, rest * 0.45), addressW = Math.min(110, rest * 0.45);
    for (const leaf of group.leaves) {
      const balancer = addLeaf(out, group, leaf, leafX, y, leafW, W - addressW - 2, addressW);
      out.edges.push({ key: balancer.key, from: plan, to: balancer, look: "", label: String(leaf.weight), elbow: true });
      y += ROW;
    }
    y += GAP;
  }
  out.height = y - GAP + 2;
}

/* --- drawing --- */

const tree = { trace: null, root: null, nodes: new Map(), edges: new Map(), frame: 0, width: 0 };

function hatch(id, line, back) {
  return svg("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("rect", { width: 8, height: 8, class: back }), svg("line", { x1: 0, y1: 0, x2: 0, y2: 8, class: line }));
}

/* The text without its end, when it is wider than the room. */
function fit(text, node, room) {
  node.textContent = text;
  if (node.getComputedTextLength() <= room) return;
  let low = 0, high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    node.textContent = text.slice(0, middle) + "…";
    if (node.getComputedTextLength() <= room) low = middle;
    else high = middle - 1;
  }
  node.textContent = text.slice(0, low) + "…";
}

function makeNode(key) {
  const g = svg("g", { class: "node", opacity: 0 });
  const node = { g, box: svg("rect", { class: "box", rx: 6 }), texts: [svg("text"), svg("text")], title: svg("title"), at: null, key, shown: "" };
  g.append(node.title, node.box, ...node.texts);
  tree.layers.nodes.append(g);
  return node;
}

function dressNode(node, place) {
  node.g.setAttribute("class", `node ${place.kind} ${place.look}`);
  node.g.dataset.key = place.key;
  node.title.textContent = place.title || "";
  node.box.setAttribute("width", place.w);
  node.box.setAttribute("height", place.h);
  const two = place.lines.length > 1;
  const shown = JSON.stringify([place.lines, place.w, place.kind, place.look]);
  if (node.shown === shown) return;
  node.shown = shown;
  node.texts.forEach((text, i) => {
    text.setAttribute("class", place.kind === "leaf" ? "leaf" : i === 0 ? "main" : place.look === "risk" ? "sub alert" : "sub");
    text.setAttribute("x", 10);
    text.setAttribute("y", two ? (i === 0 ? 17 : 32) : place.h / 2 + 4.5);
    fit(place.lines[i] || "", text, place.w - 18);
  });
}

function edgePath(edge, from, to) {
  if (edge.down) {
    const x = from.x + Math.min(40, from.w / 2), toX = Math.max(to.x + 10, Math.min(x, to.x + to.w - 10));
    return { path: `M${x},${from.y + from.h}L${toX},${to.y}`, middle: [(x + toX) / 2, (from.y + from.h + to.y) / 2] };
  }
  const y2 = to.y + to.h / 2;
  if (edge.elbow) {
    const x = from.x + 14;
    return { path: `M${x},${from.y + from.h}V${y2}H${to.x}`, middle: [(x + to.x) / 2, y2] };
  }
  const x1 = from.x + from.w, y1 = from.y + from.h / 2, bend = (x1 + to.x) / 2;
  /* The label sits near the end, where the edges of a plan have spread. */
  return { path: `M${x1},${y1}C${bend},${y1} ${bend},${y2} ${to.x},${y2}`, middle: edge.label ? [to.x - 22, y2] : [bend, (y1 + y2) / 2] };
}

function makeEdge() {
  const edge = { g: svg("g"), line: svg("path", { class: "edge" }), label: svg("text", { class: "weight" }), cross: svg("path", { class: "cross" }) };
  edge.g.append(edge.line, edge.cross);
  tree.layers.edges.append(edge.g);
  /* Above all edges: those of a plan with many balancers cross their neighbours' labels. */
  tree.layers.labels.append(edge.label);
  return edge;
}

function placeEdge(edge, spec, at) {
  const { path, middle } = edgePath(spec, { ...spec.from, ...at(spec.from.key) }, { ...spec.to, ...at(spec.to.key) });
  edge.line.setAttribute("class", `edge ${spec.look}`);
  edge.line.setAttribute("d", path);
  edge.label.textContent = spec.label || "";
  edge.label.setAttribute("x", middle[0]);
  edge.label.setAttribute("y", middle[1] + 4);
  const [x, y] = middle;
  edge.cross.setAttribute("d", spec.cross ? `M${x - 7},${y - 7}l14,14M${x + 7},${y - 7}l-14,14` : "");
}

function setUpTree(trace) {
  const holder = $("tree");
  cancelAnimationFrame(tree.frame);
  tree.trace = trace;
  tree.nodes.clear();
  tree.edges.clear();
  tree.layers = { edges: svg("g"), labels: svg("g"), nodes: svg("g") };
  tree.root = svg("svg", { role: "img", "aria-label": "DNS tree" }, svg("defs", {}, hatch("hatch", "hatch-line", "hatch-back")), tree.layers.edges, tree.layers.labels, tree.layers.nodes);
  tree.height = 0;
  /* As high as the highest step needs, so that what is below does not jump. */
  tree.width = 0;
  holder.replaceChildren(tree.root);
}

function reserveHeight(trace, width) {
  let height = 0;
  const seen = new Set();
  for (let s = 0; s < trace.states.length; s++) {
    const key = trace.states[s].p.join();
    if (seen.has(key)) continue;
    seen.add(key);
    height = Math.max(height, layoutTree(trace, s, width).height);
  }
  return height;
}

/* Sets the nodes and edges that there are now and drops the others; returns where each node was before. */
function dressTree(layout) {
  const before = new Map();
  const keys = new Set(layout.nodes.map((n) => n.key)), edgeKeys = new Set(layout.edges.map((e) => e.key));
  for (const [key, node] of tree.nodes) if (!keys.has(key)) { node.g.remove(); tree.nodes.delete(key); }
  for (const [key, edge] of tree.edges) if (!edgeKeys.has(key)) { edge.g.remove(); edge.label.remove(); tree.edges.delete(key); }
  for (const place of layout.nodes) {
    let node = tree.nodes.get(place.key);
    if (!node) tree.nodes.set(place.key, (node = makeNode(place.key)));
    before.set(place.key, node.at || { x: place.x, y: place.y, isNew: true });
    dressNode(node, place);
  }
  for (const edge of layout.edges) if (!tree.edges.has(edge.key)) tree.edges.set(edge.key, makeEdge());
  return before;
}

/* Everything at its place between where it was (t = 0) and where it goes (t = 1). */
function placeTree(layout, before, t) {
  for (const place of layout.nodes) {
    const node = tree.nodes.get(place.key), old = before.get(place.key);
    node.at = { x: old.x + (place.x - old.x) * t, y: old.y + (place.y - old.y) * t };
    node.g.setAttribute("transform", `translate(${node.at.x.toFixed(2)},${node.at.y.toFixed(2)})`);
    node.g.setAttribute("opacity", old.isNew ? t : 1);
  }
  const at = (key) => tree.nodes.get(key).at;
  for (const edge of layout.edges) placeEdge(tree.edges.get(edge.key), edge, at);
}

function describeTree(groups) {
  return groups.map((g) => `${g.of.join(" and ")} ${g.of.length > 1 ? "point" : "points"} at ${planLabel(g.plan)}` +
    (g.resolves ? `, which has ${g.leaves.length} balancer${g.leaves.length === 1 ? "" : "s"}` : ", which is gone: nothing resolves")).join("; ");
}

function drawTree(trace, step) {
  const width = Math.max(260, Math.floor($("tree").clientWidth));
  if (tree.trace !== trace) setUpTree(trace);
  if (tree.width !== width) {
    tree.width = width;
    tree.height = reserveHeight(trace, width);
  }
  const layout = layoutTree(trace, step, width);
  tree.root.setAttribute("viewBox", `0 0 ${width} ${tree.height}`);
  tree.root.style.height = `${tree.height}px`;
  tree.root.setAttribute("aria-label", describeTree(treeOf(trace, step)));
  const before = dressTree(layout);
  cancelAnimationFrame(tree.frame);
  const still = calm.matches || [...before.values()].every((old, i) => !old.isNew && old.x === layout.nodes[i].x && old.y === layout.nodes[i].y);
  const time = now.playing ? Math.min(320, 500 / Number($("speed").value)) : 320;
  if (still) {
    placeTree(layout, before, 1);
    tree.root.dataset.settled = "1";
    return;
  }
  tree.root.dataset.settled = "0";
  const begin = performance.now();
  placeTree(layout, before, 0);
  const frame = (at) => {
    const t = Math.max(0, Math.min(1, (at - begin) / time)), eased = 1 - (1 - t) ** 3;
    placeTree(layout, before, eased);
    if (t < 1) tree.frame = requestAnimationFrame(frame);
    else tree.root.dataset.settled = "1";
  };
  tree.frame = requestAnimationFrame(frame);
}
