"use strict";
/* The page's core: the data, which trace and step are shown, and the keys. What is shown is always set as text
   (textContent, attributes), never as markup: names in the data can be anything. */

const PAGE = JSON.parse(document.getElementById("data").textContent);
/* What a narrator's scripts show of a trace beside its words, when there are any:
     prepare(trace)         once, when a trace is first shown
     setUp(trace)           whenever it is shown; resize(trace): the page has another width
     show(trace, step)
     changes(trace, step)   what a step > 0 changed, as items of a list (changeItem); nothing: the words for no change
     roles                  words behind a shape's */
let picture = null;
/* --- where we are --- */

const now = { trace: null, number: 0, step: 0, playing: false, timer: 0, hashTimer: 0 };

const lastStep = () => now.trace.states.length - 1;
const isViolation = (trace, step) => trace.kind === "invariant" && trace.at === step;
const isTurn = (trace, step) => Boolean(trace.turn) && trace.turn.at === step;
/* How a step looks: alarm where the property fails, warn at the moment of no return. */
const mood = (trace, step) => (isViolation(trace, step) ? "alarm" : isTurn(trace, step) ? "warn" : "");

function writeHash() {
  now.hashTimer = 0;
  const hash = now.trace ? `#${now.number}/${now.step}` : "#";
  /* Browsers refuse to be asked too often; the address is then late, and that is all. */
  try { history.replaceState(null, "", hash); } catch { /* the next step writes it */ }
}

function readHash() {
  const found = /^#(\d+)(?:\/(\d+))?$/.exec(location.hash);
  const number = found ? Number(found[1]) : PAGE.traces.length === 1 ? 1 : 0;
  if (number < 1 || number > PAGE.traces.length) return showIndex();
  const states = PAGE.traces[number - 1].states.length;
  showTrace(number, Math.min(found && found[2] ? Number(found[2]) : 0, states - 1));
}

function showIndex() {
  pause();
  if (PAGE.traces.length === 1) return showTrace(1, 0);
  now.trace = null;
  now.number = 0;
  $("player").hidden = true;
  $("index").hidden = false;
  $("pick").value = "0";
  document.title = `${PAGE.title} · ${PAGE.program}`;
  document.body.dataset.trace = "";
}

function showTrace(number, step) {
  if (now.number !== number) {
    pause();
    now.number = number;
    now.trace = PAGE.traces[number - 1];
    if (picture && !now.trace.ready) picture.prepare(now.trace);
    now.trace.ready = true;
    $("index").hidden = true;
    $("player").hidden = false;
    $("pick").value = String(number);
    document.title = `${now.trace.name} · ${PAGE.program}`;
    setUpTrace(now.trace);
  }
  goTo(step);
}

function goTo(step) {
  const target = Math.max(0, Math.min(lastStep(), step));
  now.step = target;
  showStep(now.trace, target);
  $("scrub").value = String(target);
  $("scrub").setAttribute("aria-valuetext", `step ${target} of ${lastStep()}: ${now.trace.states[target].w}`);
  $("where").textContent = `step ${target} of ${lastStep()}`;
  $("link").setAttribute("href", `#${now.number}/${target}`);
  $("first").disabled = $("back").disabled = target === 0;
  $("last").disabled = $("next").disabled = target === lastStep();
  document.body.dataset.trace = String(now.number);
  document.body.dataset.step = String(target);
  if (!now.hashTimer) now.hashTimer = setTimeout(writeHash, 300);
}

/* --- playing --- */

function schedule() {
  clearTimeout(now.timer);
  now.timer = setTimeout(() => {
    if (now.step >= lastStep()) return pause();
    goTo(now.step + 1);
    if (now.step >= lastStep()) pause();
    else schedule();
  }, 1300 / Number($("speed").value));
}
function play() {
  if (!now.trace) return;
  if (now.step >= lastStep()) goTo(0);
  now.playing = true;
  /* A reader of the screen would be talked over. */
  $("now").setAttribute("aria-live", "off");
  $("play").setAttribute("aria-label", "Pause");
  document.body.classList.add("playing");
  schedule();
}
function pause() {
  now.playing = false;
  clearTimeout(now.timer);
  $("now").setAttribute("aria-live", "polite");
  $("play").setAttribute("aria-label", "Play");
  document.body.classList.remove("playing");
}
function stepTo(step) {
  pause();
  goTo(step);
}

function onKey(event) {
  if (!now.trace || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const target = event.target, name = target.tagName;
  if (name === "SELECT" || (name === "INPUT" && event.key !== " ")) return;
  /* The key belongs to what has the focus, when that is something it works on. */
  if (event.key === " " && (name === "BUTTON" || name === "A" || name === "SUMMARY")) return;
  const actions = {
    ArrowLeft: () => stepTo(now.step - 1), ArrowRight: () => stepTo(now.step + 1),
    Home: () => stepTo(0), End: () => stepTo(lastStep()), " ": () => (now.playing ? pause() : play()),
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
}

/* --- colours --- */

const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
const themes = ["auto", "light", "dark"];
function storedTheme() {
  try { return localStorage.getItem("racewalk-theme"); } catch { return null; }
}
function applyTheme(theme) {
  const chosen = themes.includes(theme) ? theme : "auto";
  document.documentElement.dataset.theme = chosen === "auto" ? (darkSystem.matches ? "dark" : "light") : chosen;
  $("theme").textContent = chosen[0].toUpperCase() + chosen.slice(1);
  $("theme").dataset.chosen = chosen;
  $("theme").setAttribute("aria-label", `Colours: ${chosen}`);
}
function nextTheme() {
  const theme = themes[(themes.indexOf($("theme").dataset.chosen) + 1) % themes.length];
  try { localStorage.setItem("racewalk-theme", theme); } catch { /* it lasts as long as the page */ }
  applyTheme(theme);
}

/* --- the beginning --- */

function start() {
  applyTheme(storedTheme());
  darkSystem.addEventListener("change", () => applyTheme($("theme").dataset.chosen));
  $("theme").addEventListener("click", nextTheme);
  setUpIndex();
  $("home").addEventListener("click", (event) => { event.preventDefault(); showIndex(); writeHash(); });
  $("pick").addEventListener("change", () => { Number($("pick").value) ? showTrace(Number($("pick").value), 0) : showIndex(); });
  $("first").addEventListener("click", () => stepTo(0));
  $("back").addEventListener("click", () => stepTo(now.step - 1));
  $("next").addEventListener("click", () => stepTo(now.step + 1));
  $("last").addEventListener("click", () => stepTo(lastStep()));
  $("play").addEventListener("click", () => (now.playing ? pause() : play()));
  $("scrub").addEventListener("input", () => stepTo(Number($("scrub").value)));
  $("speed").addEventListener("change", () => { if (now.playing) schedule(); });
  document.addEventListener("keydown", onKey);
  window.addEventListener("hashchange", () => { pause(); readHash(); });
  let resizing = 0;
  window.addEventListener("resize", () => {
    cancelAnimationFrame(resizing);
    resizing = requestAnimationFrame(() => { if (now.trace && picture) { picture.resize(now.trace); goTo(now.step); } });
  });
  readHash();
  document.body.dataset.ready = "1";
}
