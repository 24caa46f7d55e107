"use strict";
/* The DNS tree: names (root, rollback), the plans that they point to, the plans' balancers and those' addresses.

   A DnsTree draws groups, one for each plan that is pointed to:

     { name,      the plan's full name; what tells it from others, also over time
       lines,     its texts: one or two
       look,      "", or "risk" (may soon be deleted), "gone" (pointed to, but not there), "nowhere" (nothing to point to)
       broken,    nothing resolves this way: shown loudly
       of,        the names that point to it, by the keys of `names`: ["root", "rollback"]
       leaves }   its balancers: [{ name, weight, address, note }]; note stands where there is no address

   Boxes never overlap, and what was there before moves to where it is now. Wide: four columns; each plan has a band of
   rows, one for each balancer, and the names stand beside their plan. Narrow: an outline; a name, below it its plan,
   below that a row for each balancer. */

const ROW = 30, BOX = 24, TALL = 40, GAP = 14, NARROW = 600, TREE_WIDTH_MIN = 260;

class DnsTree {
  /* Draws into holder. names: what the names are in full, { root: "example.org", … }. */
  constructor(holder, names) {
    this.holder = holder;
    this.names = names;
    this.nodes = new Map();
    this.edges = new Map();
    this.frame = 0;
    this.layers = { edges: svg("g"), labels: svg("g"), nodes: svg("g") };
    this.root = svg("svg", { class: "dns-tree", role: "img", "aria-label": "DNS tree" },
      svg("defs", {}, hatch("hatch", "hatch-line", "hatch-back")), this.layers.edges, this.layers.labels, this.layers.nodes);
    holder.replaceChildren(this.root);
  }

  width() {
    return Math.max(TREE_WIDTH_MIN, Math.floor(this.holder.clientWidth));
  }

  heightOf(groups, width) {
    return layoutTree(groups, this.names, width).height;
  }

  /* label: the tree in words; height: of the picture, at least what heightOf says; moving takes time ms. */
  draw(groups, { label, height, time = 320 }) {
    const width = this.width();
    const layout = layoutTree(groups, this.names, width);
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.root.style.height = `${height}px`;
    this.root.setAttribute("aria-label", label);
    const before = this.dress(layout);
    cancelAnimationFrame(this.frame);
    const still = calm.matches || [...before.values()].every((old, i) => !old.isNew && old.x === layout.nodes[i].x && old.y === layout.nodes[i].y);
    if (still) {
      this.place(layout, before, 1);
      this.root.dataset.settled = "1";
      return;
    }
    this.root.dataset.settled = "0";
    const begin = performance.now();
    this.place(layout, before, 0);
    const frame = (at) => {
      const t = Math.max(0, Math.min(1, (at - begin) / time)), eased = 1 - (1 - t) ** 3;
      this.place(layout, before, eased);
      if (t < 1) this.frame = requestAnimationFrame(frame);
      else this.root.dataset.settled = "1";
    };
    this.frame = requestAnimationFrame(frame);
  }

  stop() {
    cancelAnimationFrame(this.frame);
  }

  /* Sets the nodes and edges that there are now and drops the others; returns where each node was before. */
  dress(layout) {
    const before = new Map();
    const keys = new Set(layout.nodes.map((n) => n.key)), edgeKeys = new Set(layout.edges.map((e) => e.key));
    for (const [key, node] of this.nodes) if (!keys.has(key)) { node.g.remove(); this.nodes.delete(key); }
    for (const [key, edge] of this.edges) if (!edgeKeys.has(key)) { edge.g.remove(); edge.label.remove(); this.edges.delete(key); }
    for (const place of layout.nodes) {
      let node = this.nodes.get(place.key);
      if (!node) this.nodes.set(place.key, (node = this.makeNode()));
      before.set(place.key, node.at || { x: place.x, y: place.y, isNew: true });
      dressNode(node, place);
    }
    for (const edge of layout.edges) if (!this.edges.has(edge.key)) this.edges.set(edge.key, this.makeEdge());
    return before;
  }

  /* Everything at its place between where it was (t = 0) and where it goes (t = 1). */
  place(layout, before, t) {
    for (const place of layout.nodes) {
      const node = this.nodes.get(place.key), old = before.get(place.key);
      node.at = { x: old.x + (place.x - old.x) * t, y: old.y + (place.y - old.y) * t };
      node.g.setAttribute("transform", `translate(${node.at.x.toFixed(2)},${node.at.y.toFixed(2)})`);
      node.g.setAttribute("opacity", old.isNew ? t : 1);
    }
    const at = (key) => this.nodes.get(key).at;
    for (const edge of layout.edges) placeEdge(this.edges.get(edge.key), edge, at);
  }

  makeNode() {
    const g = svg("g", { class: "node", opacity: 0 });
    const node = { g, box: svg("rect", { class: "box", rx: 6 }), texts: [svg("text"), svg("text")], title: svg("title"), at: null, shown: "" };
    g.append(node.title, node.box, ...node.texts);
    this.layers.nodes.append(g);
    return node;
  }

  makeEdge() {
    const edge = { g: svg("g"), line: svg("path", { class: "edge" }), label: svg("text", { class: "weight" }), cross: svg("path", { class: "cross" }) };
    edge.g.append(edge.line, edge.cross);
    this.layers.edges.append(edge.g);
    /* Above all edges: those of a plan with many balancers cross their neighbours' labels. */
    this.layers.labels.append(edge.label);
    return edge;
  }
}

/* --- boxes and lines --- */

/* Nodes and edges with their places: {nodes: [{key, x, y, w, h, look, lines}], edges: [{key, from, to, look, label}], width,
   height}. A node's key stays the same over time. */
function layoutTree(groups, names, width) {
  const out = { nodes: [], edges: [], names, width, height: 0 };
  if (width < NARROW) layoutOutline(groups, out);
  else layoutColumns(groups, out);
  return out;
}

function addName(out, which, group, x, y, w, lines) {
  const node = { key: which, x, y, w, h: lines.length > 1 ? TALL : BOX + 4, kind: "name", look: group.broken ? "broken" : group.look === "nowhere" ? "nowhere" : "", lines, title: out.names[which] };
  out.nodes.push(node);
  return node;
}
function addPlan(out, group, x, y, w) {
  const node = { key: "plan:" + group.name, x, y, w, h: TALL, kind: "plan", look: group.look, lines: group.lines, title: group.name };
  out.nodes.push(node);
  return node;
}
function addNameEdge(out, name, plan, group, down) {
  out.edges.push({ key: name.key, from: name, to: plan, look: group.broken ? "broken" : group.look === "nowhere" ? "" : "main", cross: group.broken, down });
}
/* Returns the balancer's box. A plan may have a balancer twice: its place among its like tells them apart. */
function addLeaf(out, group, leaf, copy, x, y, w, addressX, addressW) {
  const key = `${group.name}/${leaf.name}${copy ? "#" + copy : ""}`, note = leaf.note || "no address";
  const balancer = { key: "lb:" + key, x, y, w, h: BOX, kind: "leaf", look: "", lines: [short(leaf.name)], title: leaf.name };
  const address = { key: "ip:" + key, x: addressX, y, w: addressW, h: BOX, kind: "leaf", look: leaf.address ? "" : "nowhere", lines: [leaf.address || note], title: leaf.address || note };
  out.nodes.push(balancer, address);
  out.edges.push({ key: address.key, from: balancer, to: address, look: "" });
  return balancer;
}
function copies() {
  const seen = new Map();
  return (name) => {
    const count = seen.get(name) || 0;
    seen.set(name, count + 1);
    return count;
  };
}
/* A weight of six digits and more does not fit beside its line: 1234567 is 1.2M. */
const rounded = new Intl.NumberFormat("en", { notation: "compact" });
function labelOf(leaf) {
  if (leaf.weight === null || leaf.weight === undefined) return "";
  return leaf.weight < 1e5 ? String(leaf.weight) : rounded.format(leaf.weight);
}

function layoutColumns(groups, out) {
  const W = out.width;
  const nameW = Math.min(200, W * 0.25), planW = Math.min(190, W * 0.27), leafW = Math.min(110, W * 0.15), addressW = Math.min(120, W * 0.15);
  const gap = (W - nameW - planW - leafW - addressW - 2) / 3;
  const planX = nameW + gap, leafX = planX + planW + gap, addressX = leafX + leafW + gap;
  let y = 1;
  for (const group of groups) {
    const namesH = group.of.length * (TALL + GAP) - GAP;
    const h = Math.max(namesH, TALL, group.leaves.length * ROW - (ROW - BOX));
    const plan = addPlan(out, group, planX, y + (h - TALL) / 2, planW);
    let nameY = y + (h - namesH) / 2;
    for (const which of group.of) {
      addNameEdge(out, addName(out, which, group, 1, nameY, nameW, [which, out.names[which]]), plan, group, false);
      nameY += TALL + GAP;
    }
    const copyOf = copies();
    let leafY = y + (h - group.leaves.length * ROW + (ROW - BOX)) / 2;
    for (const leaf of group.leaves) {
      const balancer = addLeaf(out, group, leaf, copyOf(leaf.name), leafX, leafY, leafW, addressX, addressW);
      out.edges.push({ key: balancer.key, from: plan, to: balancer, look: "", label: labelOf(leaf) });
      leafY += ROW;
    }
    y += h + 2 * GAP;
  }
  out.height = y - 2 * GAP + 2;
}

function layoutOutline(groups, out) {
  const W = out.width, indent = 26;
  let y = 1;
  for (const group of groups) {
    const nameW = Math.min(150, (W - 2 - (group.of.length - 1) * GAP) / group.of.length);
    const names = group.of.map((which, i) => addName(out, which, group, 1 + i * (nameW + GAP), y, nameW, [which]));
    y += BOX + 4 + 26;
    const planW = Math.min(250, W - indent - 2);
    const plan = addPlan(out, group, indent, y, planW);
    for (const name of names) addNameEdge(out, name, plan, group, true);
    y += TALL + 8;
    const leafX = indent + 62, rest = W - leafX - 2, leafW = Math.min(105, rest * 0.45), addressW = Math.min(110, rest * 0.45);
    const copyOf = copies();
    for (const leaf of group.leaves) {
      const balancer = addLeaf(out, group, leaf, copyOf(leaf.name), leafX, y, leafW, W - addressW - 2, addressW);
      out.edges.push({ key: balancer.key, from: plan, to: balancer, look: "", label: labelOf(leaf), elbow: true });
      y += ROW;
    }
    y += GAP;
  }
  out.height = y - GAP + 2;
}

/* --- drawing --- */

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

function dressNode(node, place) {
  node.g.setAttribute("class", `node ${place.kind} ${place.look}`);
  node.g.dataset.key = place.key;
  node.box.setAttribute("width", place.w);
  node.box.setAttribute("height", place.h);
  const two = place.lines.length > 1;
  const shown = JSON.stringify([place.lines, place.title, place.w, place.kind, place.look]);
  if (node.shown === shown) return;
  node.shown = shown;
  node.title.textContent = place.title || "";
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

function placeEdge(edge, spec, at) {
  const { path, middle } = edgePath(spec, { ...spec.from, ...at(spec.from.key) }, { ...spec.to, ...at(spec.to.key) });
  edge.line.setAttribute("class", `edge ${spec.look}`);
  edge.line.setAttribute("d", path);
  if (edge.label.textContent !== (spec.label || "")) edge.label.textContent = spec.label || "";
  edge.label.setAttribute("x", middle[0]);
  edge.label.setAttribute("y", middle[1] + 4);
  const [x, y] = middle;
  edge.cross.setAttribute("d", spec.cross ? `M${x - 7},${y - 7}l14,14M${x + 7},${y - 7}l-14,14` : "");
}
