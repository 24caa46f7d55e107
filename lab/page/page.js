"use strict";
/* The front page stays what it is while it changes: the script asks for the page again, four times a second, and exchanges
   only what differs, so that what is being read, selected or scrolled to stays the same node.

   Asking is cheap, since the page's ETag changes with whatever it shows: the answer is an empty 304 until something
   happens. A stream of events would be a little faster, but each open page would then hold one of the server's
   connections for ever and need an exception to each of its time-outs; this way a page needs nothing from the
   server that any other client does not, and a restarted server or a laptop that slept is a late answer, no more. */

const POLL_MS = 250, HIDDEN_POLL_MS = 2000, ANSWER_MS = 5000;
const page = { etag: null, paused: false, refreshed: Promise.resolve(), acted: Promise.resolve(), tree: null, width: 0, height: 0, title: document.title };

/* --- refreshing --- */

/* What a node is about: rows and branches are matched by it. */
function key(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return "#" + node.nodeType;
  if (node.id) return "id " + node.id;
  if (node.tagName === "TR") return "TR " + [...node.children].slice(0, 2).map((cell) => cell.textContent).join("|");
  if (node.tagName === "LI") return "LI " + node.firstElementChild.textContent;
  return node.tagName;
}

function copyAttributes(old, fresh) {
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
}

/* Makes old what fresh is. The inside of an element with data-own belongs to this script. */
function morph(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  copyAttributes(old, fresh);
  if (fresh.hasAttribute("data-own")) return;
  const wanted = new Set([...fresh.childNodes].map(key));
  for (const child of [...old.childNodes]) if (!wanted.has(key(child))) child.remove();
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    let same = at;
    while (same && key(same) !== key(child)) same = same.nextSibling;
    if (!same) {
      old.insertBefore(document.importNode(child, true), at);
      continue;
    }
    if (same === at) at = at.nextSibling;
    else old.insertBefore(same, at);
    morph(same, child);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/* --- the reader's place --- */

const within = (box, node) => { const r = node.getBoundingClientRect(); return r.bottom > box.top && r.top < box.bottom; };

/* What is being read between these edges: the control in use, what is selected, or what stands in the middle; in a list that
   is out of sight itself, the first row that is whole. */
function readerAt(scroller, box) {
  const selection = getSelection();
  const selected = selection.isCollapsed ? null : selection.anchorNode.parentElement;
  const middle = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  const rows = [...scroller.querySelectorAll("tbody tr")].filter((row) => row.getBoundingClientRect().top >= box.top);
  const candidates = [document.activeElement, selected, middle, ...rows];
  return candidates.find((node) => node && node !== scroller && node !== document.body && scroller.contains(node) && within(box, node));
}

/* Does change, and scrolls so that what is being read in the scroller stays where it is in its window. Its ancestors stand
   in for it when it goes. Who is at the top stays there. */
function keepPlace(scroller, change) {
  if (!scroller || scroller.scrollTop === 0) return change();
  const whole = scroller === document.scrollingElement;
  const box = () => (whole ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : scroller.getBoundingClientRect());
  const topOf = (node) => node.getBoundingClientRect().top - box().top;
  const places = [];
  for (let node = readerAt(scroller, box()); node && node !== scroller; node = node.parentElement) places.push({ node, top: topOf(node) });
  change();
  const kept = places.find(({ node }) => node.isConnected);
  if (kept) scroller.scrollTop += topOf(kept.node) - kept.top;
}

function update(fresh) {
  keepPlace(document.scrollingElement, () => keepPlace($("actions"), () => {
    morph(document.querySelector("main"), fresh.querySelector("main"));
    show();
  }));
}

function say(text, silent) {
  if ($("state").textContent !== text) $("state").textContent = text;
  document.body.classList.toggle("silent", silent);
}

async function ask() {
  try {
    const answer = await fetch("/", { cache: "no-store", headers: page.etag ? { "If-None-Match": page.etag } : {}, signal: AbortSignal.timeout(ANSWER_MS) });
    if (answer.status === 401) return say("The lab asks for its token again: open its address with /?token=TOKEN.", true);
    if (!answer.ok && answer.status !== 304) throw new Error(answer.status);
    if (answer.ok) {
      const text = await answer.text();
      update(new DOMParser().parseFromString(text, "text/html"));
      page.etag = answer.headers.get("ETag");
    }
    say(page.paused ? "Paused: what you see may be old." : "Live: a change shows within a quarter of a second.", false);
  } catch {
    say("The lab does not answer; what you see is old.", true);
  }
}

/* One after the other, so that an old answer never comes after a new one. */
function refresh() {
  page.refreshed = page.refreshed.then(ask);
  return page.refreshed;
}

async function keepRefreshing() {
  if (!page.paused) await refresh();
  setTimeout(keepRefreshing, document.hidden ? HIDDEN_POLL_MS : POLL_MS);
}

/* --- the picture, and the window's title --- */

function drawPicture() {
  const { names, groups } = JSON.parse($("picture").dataset.picture);
  if (!page.tree) page.tree = new DnsTree($("picture"), names);
  const width = page.tree.width(), height = page.tree.heightOf(groups, width);
  /* It never gets lower, so that what is below does not jump. */
  page.height = width === page.width ? Math.max(page.height, height) : height;
  page.width = width;
  page.tree.draw(groups, { label: groups.map((g) => `${g.of.join(" and ")} → ${g.lines.join(": ")}`).join("; "), height: page.height });
}

function show() {
  drawPicture();
  const title = ($("health").classList.contains("bad") ? "✗ " : "") + page.title;
  if (document.title !== title) document.title = title;
}

/* --- buttons --- */

function bodyOf(kind) {
  if (kind === "keep") return JSON.stringify({ keep_last_n: $("keep").valueAsNumber });
  if (kind === "balancers") {
    const weight = () => 90 + Math.floor(Math.random() * 31);
    return JSON.stringify(Array.from({ length: $("balancers").valueAsNumber }, (_, i) => ({ id: i + 1, weight: weight() })));
  }
  return undefined;
}

/* What came of it in a few words; the log has it in full. */
function inWords(answer) {
  if (answer.detail) return typeof answer.detail === "string" ? answer.detail : answer.detail.map((d) => d.msg).join("; ");
  if (answer.ok === false) return "refused: " + answer.message;
  if (answer.deleted_versions) return answer.deleted_versions.length ? "deleted version " + answer.deleted_versions.join(", ") : "deleted nothing";
  if (answer.plan_name) return "made " + short(answer.plan_name);
  return (answer.message || "done") + (answer.version ? ` version ${answer.version}` : "");
}

async function act(button, body) {
  const what = button.getAttribute("aria-label") || button.textContent;
  try {
    const answer = await fetch(button.dataset.post, { method: "POST", body, headers: body ? { "Content-Type": "application/json" } : {}, signal: AbortSignal.timeout(ANSWER_MS) });
    $("told").textContent = `${what}: ${inWords(await answer.json())}`;
  } catch {
    $("told").textContent = `${what}: the lab does not answer`;
  }
  await refresh();
}

function onClick(event) {
  const button = event.target.closest("button[data-post]");
  const kind = button && button.dataset.body;
  if (!button || (kind && !$(kind).reportValidity())) return;
  const body = bodyOf(kind);
  /* In the order of the clicks. */
  page.acted = page.acted.then(() => act(button, body));
}

/* --- the beginning --- */

$("pause").addEventListener("click", () => {
  page.paused = !page.paused;
  $("pause").textContent = page.paused ? "Resume refresh" : "Pause refresh";
  $("pause").setAttribute("aria-pressed", String(page.paused));
  if (page.paused) say("Paused: what you see may be old.", false);
  else refresh();
});
document.addEventListener("click", onClick);
document.addEventListener("visibilitychange", () => { if (!page.paused && !document.hidden) refresh(); });
window.addEventListener("resize", drawPicture);
show();
keepRefreshing();
document.body.dataset.ready = "1";
