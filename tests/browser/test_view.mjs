// SPDX-License-Identifier: Apache-2.0
// The page of racewalk view in a real browser: node test_view.mjs RACEWALK MAKE_TRACES KNOWN RACEWALK-LEASE
//
// PICTURES=FOLDER keeps pictures of the page.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { checksOf, hostile, runTests, skipWithoutBrowser } from "./checks.mjs";
import { Browser, KEYS } from "./driver.mjs";

const [racewalk, makeTraces, known, lease] = process.argv.slice(2);
skipWithoutBrowser();
assert.ok(existsSync(join(known, "itf")), `${known} is there`);

const folder = mkdtempSync(join(tmpdir(), "racewalk-view-"));
const shortest = join(known, "itf", "root_n3_5_3_shortest.itf.json");

function program(path, ...args) {
  const { status, stdout, stderr, error } = spawnSync(path, args, { encoding: "utf8", cwd: folder });
  assert.equal(status, 0, `${path} ${args.join(" ")}: ${error || stdout + stderr}`);
}
function page(name, ...args) {
  const path = join(folder, name);
  program(racewalk, "view", ...args, "--out", path);
  return pathToFileURL(path).href;
}

// A findings folder in which everything that can be hostile is.
function hostileFolder() {
  const path = join(folder, "findings<b>");
  // A file's name cannot hold a slash.
  const name = `<img src=x onerror=window.hacked='file'>"'&.itf.json`;
  mkdirSync(path);
  const trace = JSON.parse(readFileSync(shortest, "utf8"));
  trace["#meta"].source = hostile("source").slice(0, 60);
  writeFileSync(join(path, name), JSON.stringify(trace));
  copyFileSync(join(known, "itf", "rollback_n3_5_3_s21.itf.ndjson.gz"), join(path, "b.itf.ndjson.gz"));
  writeFileSync(join(path, "index.json"), JSON.stringify({ findings: [
    { property: "no_inconsistent_root", kind: "invariant", length: 11, sample: 7, trace_seed: "0", shape: hostile("shape"), shape_text: hostile("shape_text"), hits: 42, file: name },
    { property: "no_inconsistent_rollback", kind: "invariant", length: 19, sample: 9, trace_seed: "1", shape: "s00000002", shape_text: "second", hits: 1000, file: "b.itf.ndjson.gz" }] }));
  const report = join(folder, "report.json");
  writeFileSync(report, JSON.stringify({ traces: [
    { file: join(path, name), index: 0, states: 12, property: "no_inconsistent_root", verdict: "confirmed", fail_state_index: 11, fail_action: "Cleanup", message: hostile("message"), differences: [{ name: hostile("difference"), state: 3 }] }], total: 1, as_expected: 1 }));
  return [path, report];
}

const urls = {}; // of pages that later tests use again
const browser = await Browser.open();
const { text, settled, overlaps, sideways, picture } = checksOf(browser);
const step = () => browser.run("return Number(document.body.dataset.step)");
async function open(url) {
  // Only a new document makes sure that nothing of the old one is left.
  await browser.go("about:blank");
  await browser.go(url);
  await browser.until("the page is there", "return document.body && document.body.dataset.ready === '1'");
}
const tests = {
  async "loads, and says what the trace is about"() {
    await browser.screen(1280, 900);
    await open(page("one.html", shortest));
    assert.equal(await step(), 0);
    assert.match(await text("#headline"), /Root points at plan #0 \(plan0\), which is gone/);
    assert.match(await text("#facts"), /no_inconsistent_root at step 11/);
    assert.equal(await browser.run("return document.querySelectorAll('#story li').length"), 12);
    assert.equal(await browser.run("return document.querySelectorAll('.lane-labels div').length"), 7);
    assert.equal(await browser.run("return document.querySelectorAll('#pick-label[hidden]').length"), 1);
  },
  async "names the violation where it can be read"() {
    await browser.run("goTo(11)");
    const room = await browser.run("return document.querySelector('#lanes svg, .lanes svg, #lane-scroll svg').getBoundingClientRect().right - document.querySelector('.end-text').getBoundingClientRect().right");
    assert.ok(room >= 0, `the word ends ${-room} pixels outside`);
    // The picture of README: docs/trace-page.png.
    copyFileSync(shortest, join(folder, "outage.itf.json"));
    await browser.screen(1280, 970);
    await open(page("outage.html", "outage.itf.json") + "#1/11");
    await settled();
    await picture("trace-page", false);
    await browser.screen(1280, 900);
    await open(pathToFileURL(join(folder, "one.html")).href);
  },
  async "asks the network for nothing"() {
    assert.deepEqual(await browser.run("return performance.getEntriesByType('resource').map((e) => e.name)"), []);
    assert.doesNotMatch(readFileSync(join(folder, "one.html"), "utf8"), /(src|href)="?(https?:)?\/\//);
  },
  async "steps by button, and shows what changed"() {
    await browser.click("#next");
    assert.equal(await step(), 1);
    assert.match(await text("#sentence"), /planner publishes plan #0/);
    for (let i = 0; i < 4; i++) await browser.click("#next");
    assert.equal(await step(), 5);
    assert.match(await text("#changes"), /root plan-init → plan0 \(#0\)/);
    assert.match(await text("#changes"), /deployer-a counter #0 → #1/);
    assert.match(await text("#changes"), /deployer-b view: fresh → stale/);
    await browser.click("#back");
    assert.equal(await step(), 4);
    await browser.click("#last");
    assert.equal(await step(), 11);
  },
  async "makes the broken root unmistakable"() {
    await settled();
    assert.equal(await browser.run("return document.querySelectorAll('#tree .node.gone').length"), 1);
    assert.equal(await browser.run("return document.querySelectorAll('#tree .node.name.broken').length"), 1);
    assert.match(await text("#tree .node.gone"), /plan #0 is gone/);
    assert.match(await text("#remark"), /no_inconsistent_root is violated/);
    assert.match(await text("#records tr.lost"), /no such records/);
    await picture("end-light");
  },
  async "marks the moment of no return"() {
    await browser.click("#moments .warn");
    assert.equal(await step(), 10);
    assert.match(await text("#remark"), /The moment of no return: root points at plan #0, and deployer-a, at #4, may delete/);
    await settled();
    assert.equal(await browser.run("return document.querySelectorAll('#tree .node.risk').length"), 1);
    await picture("turn-light");
  },
  async "going back undoes what going forward did"() {
    const records = () => text("#records tbody");
    const forward = [];
    await browser.click("#first");
    for (let s = 0; s <= 11; s++) { forward.push(await records()); await browser.key(KEYS.right); }
    for (let s = 11; s >= 0; s--) { assert.equal(await records(), forward[s], `step ${s}`); await browser.key(KEYS.left); }
  },
  async "obeys the keys"() {
    await browser.run("document.activeElement.blur()");
    await browser.key(KEYS.end);
    assert.equal(await step(), 11);
    await browser.key(KEYS.left);
    assert.equal(await step(), 10);
    await browser.key(KEYS.home);
    assert.equal(await step(), 0);
    await browser.key(KEYS.left);
    assert.equal(await step(), 0);
    await browser.key(KEYS.right);
    assert.equal(await step(), 1);
  },
  async "plays and pauses by space, as fast as it is told"() {
    await browser.run("document.querySelector('#speed').value = '8'");
    await browser.key(KEYS.space);
    assert.equal(await browser.run("return document.body.classList.contains('playing')"), true);
    await browser.until("it plays on", "return Number(document.body.dataset.step) >= 4");
    await browser.key(KEYS.space);
    const where = await step();
    assert.ok(where < 11, "it was paused before the end");
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await step(), where);
    await browser.click("#play");
    await browser.until("it plays to the end and stops", "return document.body.dataset.step === '11' && !document.body.classList.contains('playing')");
    await browser.click("#play");
    await browser.until("it begins anew", "return Number(document.body.dataset.step) < 6");
    await browser.click("#play");
  },
  async "scrubs"() {
    const width = await browser.run("return document.querySelector('#scrub').getBoundingClientRect().width");
    await browser.drag("#scrub", width / 2 - 4);
    assert.equal(await step(), 11);
    await browser.drag("#scrub", -width / 2 + 4);
    assert.equal(await step(), 0);
    // The slider has the focus now: an arrow key must count once.
    await browser.key(KEYS.right);
    assert.equal(await step(), 1);
  },
  async "goes to a step that is clicked in the lanes or in the story"() {
    await browser.run(`const svg = document.querySelector("#lane-scroll svg"), r = svg.getBoundingClientRect();
      svg.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: r.left + r.width * 9.5 / 12, clientY: r.top + 60 }))`);
    assert.equal(await step(), 9);
    await browser.run("document.querySelectorAll('#story a')[3].click()");
    await browser.until("the link is followed", "return document.body.dataset.step === '3'");
  },
  async "a link leads to its step, and the address follows"() {
    const url = page("deep.html", shortest);
    await open(url + "#1/10");
    assert.equal(await step(), 10);
    assert.match(await text("#sentence"), /deployer-b installs stale plan #0 over plan #3/);
    await browser.key(KEYS.right);
    await browser.until("the address follows", "return location.hash === '#1/11'");
    assert.equal(await browser.run("return document.querySelector('#link').getAttribute('href')"), "#1/11");
    await browser.run("location.hash = '#1/2'");
    await browser.until("the address is obeyed", "return document.body.dataset.step === '2'");
    for (const odd of ["#1/99999", "#7/1", "#<b>", "#1/-3", "#"]) {
      await open(url + odd);
      assert.equal(await step(), odd === "#1/99999" ? 11 : 0, odd);
    }
  },
  async "shows a folder as a table of findings"() {
    const [path, report] = hostileFolder();
    urls.hostile = page("folder.html", path, "--confirm", report);
    await open(urls.hostile);
    assert.deepEqual(await browser.run("return [...document.querySelectorAll('#findings th')].map((c) => c.textContent)"),
      ["#", "Property", "What happens", "Shape", "Length", "Hits", "Lab", "File"]);
    const rows = () => browser.run("return [...document.querySelectorAll('#findings tbody tr')].map((r) => [...r.cells].map((c) => c.textContent))");
    assert.deepEqual((await rows()).map((r) => [r[0], r[1], r[4], r[5]]), [["#1", "no_inconsistent_root", "11", "42"], ["#2", "no_inconsistent_rollback", "19", "1000"]]);
    await browser.click("#findings th:nth-child(6) button");
    await browser.click("#findings th:nth-child(6) button");
    assert.deepEqual((await rows()).map((r) => r[0]), ["#2", "#1"]);
    await picture("folder-light");
    await browser.click("#findings tbody tr:first-child a");
    await browser.until("the trace is there", "return document.body.dataset.trace === '2'");
    await browser.click("#home");
    assert.equal(await browser.run("return document.querySelector('#index').hidden"), false);
  },
  async "names reach the page as text"() {
    await browser.run("location.hash = '#1/11'");
    await browser.until("the trace is there", "return document.body.dataset.step === '11'");
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(await browser.run("return window.hacked === undefined"), true);
    assert.equal(await browser.run("return document.querySelectorAll('img').length"), 0);
    assert.equal(await browser.run("return document.querySelectorAll('script').length"), 7);
    assert.ok((await text("#facts")).includes(hostile("source").slice(0, 30)));
    assert.ok((await text("#system")).includes(hostile("message")), await text("#system"));
    assert.ok((await text("#summary")).includes(`it failed at the same step. Known difference: ${hostile("difference")}.`), await text("#summary"));
    assert.ok((await text("#findings")).includes(hostile("shape_text")));
    assert.match(await browser.run("return document.title"), /<img src=x/);
    await picture("hostile-light");
  },
  async "tells what the lab did at each step"() {
    assert.equal(await browser.run("return document.querySelector('#system').className"), "system failed");
    await browser.key(KEYS.left);
    assert.match(await text("#system"), /behaved as the model says/);
    assert.equal(await browser.run("return document.querySelectorAll('.lane-labels div').length"), 8);
    await browser.run("location.hash = '#2/3'");
    await browser.until("the other trace is there", "return document.body.dataset.trace === '2'");
    assert.equal(await text("#system"), "");
  },
  async "boxes never overlap with 12 balancers, wide or narrow"() {
    const traces = join(folder, "made");
    mkdirSync(traces);
    program(makeTraces, traces);
    urls.made = page("made.html", traces);
    for (const [width, height] of [[1600, 1000], [1280, 900], [1000, 800], [768, 1000], [375, 812], [320, 640]]) {
      await browser.screen(width, height, { still: true, mobile: width < 500 });
      await open(urls.made + "#1/0");
      for (let s = 0; s <= 11; s++) {
        const { count, wrong } = await overlaps();
        assert.deepEqual(wrong, [], `${width} px, step ${s}`);
        if (s === 10) assert.equal(count, 2 + 2 + 2 * 24, `${width} px, step ${s}`);
        await browser.key(KEYS.right);
      }
      assert.ok((await sideways()) <= 0, `nothing reaches out sideways at ${width} px`);
      await picture(`balancers-${width}`);
    }
  },
  async "nor while they move"() {
    await browser.screen(1280, 900);
    await open(urls.made + "#1/9");
    await browser.key(KEYS.right);
    await settled();
    assert.deepEqual((await overlaps()).wrong, []);
  },
  async "plays 350 states without delay"() {
    const size = statSync(join(folder, "made.html")).size;
    assert.ok(size < 3e6, `${size} bytes`);
    const begin = Date.now();
    await open(urls.made + "#2/0");
    assert.ok(Date.now() - begin < 5000, "the page loads fast");
    assert.equal(await browser.run("return document.querySelectorAll('#story li').length"), 350);
    const spent = await browser.run(`const begin = performance.now();
      for (let s = 0; s < 350; s++) goTo(s);
      return (performance.now() - begin) / 350;`);
    assert.ok(spent < 50, `${spent} ms for a step`);
    assert.equal(await step(), 349);
    await browser.key(KEYS.home);
    await browser.key(KEYS.end);
    assert.equal(await text("#where"), "step 349 of 349");
    const [left, right, x] = await browser.run(`const s = document.querySelector("#lane-scroll"), c = document.querySelector(".cursor").getBoundingClientRect(), r = s.getBoundingClientRect();
      return [r.left, r.right, (c.left + c.right) / 2];`);
    assert.ok(left <= x && x <= right, "the lanes follow");
    await picture("long-light");
  },
  async "can be read on a phone"() {
    await browser.screen(375, 812, { mobile: true });
    for (const url of [join(folder, "one.html"), join(folder, "folder.html"), join(folder, "made.html")].map((p) => pathToFileURL(p).href + "#1/5")) {
      await open(url);
      await settled();
      assert.ok((await sideways()) <= 0, url);
      assert.deepEqual((await overlaps()).wrong, []);
    }
    const small = await browser.run("return [...document.querySelectorAll('.buttons button')].filter((b) => b.getBoundingClientRect().width < 40 || b.getBoundingClientRect().height < 40).length");
    assert.equal(small, 0, "buttons are large enough for a finger");
    await open(urls.hostile);
    assert.ok((await sideways()) <= 0, "the table");
    await picture("phone-folder");
  },
  async "follows the system's colours, and the button"() {
    const back = () => browser.run("return getComputedStyle(document.body).backgroundColor");
    await browser.screen(1280, 900, { dark: true });
    await open(pathToFileURL(join(folder, "one.html")).href + "#1/11");
    const dark = await back();
    await picture("end-dark");
    await browser.click("#theme");
    const light = await back();
    assert.notEqual(dark, light);
    assert.equal(await text("#theme"), "Light");
    await open(pathToFileURL(join(folder, "one.html")).href);
    assert.equal(await back(), light, "the choice is kept");
    await browser.click("#theme");
    assert.equal(await back(), dark);
    await browser.click("#theme");
    await browser.screen(1280, 900);
    await browser.until("the system's choice is followed", "return getComputedStyle(document.body).backgroundColor === arguments[0]", light);
  },
  async "honours reduced motion"() {
    await browser.screen(1280, 900, { still: true });
    await open(pathToFileURL(join(folder, "one.html")).href + "#1/9");
    const state = await browser.run("goTo(10); return document.querySelector('#tree svg').dataset.settled");
    assert.equal(state, "1");
  },
  async "has names for its controls, and shows the focus"() {
    const nameless = await browser.run("return [...document.querySelectorAll('button, input, select')].filter((e) => !e.getAttribute('aria-label') && !e.textContent.trim() && !e.closest('label')).length");
    assert.equal(nameless, 0);
    await browser.run("document.activeElement.blur()");
    await browser.key("\uE004");
    assert.notEqual(await browser.run("return getComputedStyle(document.activeElement).outlineStyle"), "none");
    assert.match(await browser.run("return document.querySelector('#tree svg').getAttribute('aria-label')"), /root points at plan #0/);
  },
  async "plays a trace of a model that has no picture"() {
    assert.equal(spawnSync(lease, ["run", "--seed", "1", "--quiet", "--out-itf", "lease.json"], { cwd: folder }).status, 1);
    const path = join(folder, "lease.html");
    program(lease, "view", "--quiet", "--out", path, "lease.json");
    await open(pathToFileURL(path).href);
    assert.equal(await browser.run("return document.title"), "lease.json · racewalk-lease");
    assert.equal(await text("#headline"), "mutual_exclusion is violated");
    assert.equal(await text("#changes"), "This is where it begins.");
    await browser.key(KEYS.right);
    assert.match(await text("#changes"), /held: false → true/);
    await browser.key(KEYS.end);
    assert.equal(await text("#remark"), "mutual_exclusion is violated.");
    assert.ok((await sideways()) <= 0);
    await picture("no-picture");
  },
  async "nothing complained"() {
    assert.deepEqual((await browser.log()).filter((entry) => entry.level !== "INFO").map((entry) => entry.message), []);
  },
};

await runTests(browser, tests, () => rmSync(folder, { recursive: true, force: true }));
