// SPDX-License-Identifier: Apache-2.0
// The page of a model of one's own in a real browser: node test_own.mjs RACEWALK EXAMPLES
//
// PICTURES=FOLDER keeps pictures of the page.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { checksOf, hostile, runTests, skipWithoutBrowser } from "./checks.mjs";
import { Browser, KEYS } from "./driver.mjs";

const [racewalk, examples] = process.argv.slice(2);
skipWithoutBrowser();
const folder = mkdtempSync(join(tmpdir(), "racewalk-own-"));

function program(expected, ...args) {
  const { status, stdout, stderr, error } = spawnSync(racewalk, args, { encoding: "utf8", cwd: folder });
  assert.equal(status, expected, `racewalk ${args.join(" ")}: ${error || stdout + stderr}`);
}
// The page of the counterexamples that check finds.
function page(name, model, ...options) {
  program(1, "check", "--model", model, "--quiet", "--out-itf", `${name}.itf.json`, ...options);
  program(0, "view", "--model", model, "--quiet", "--out", `${name}.html`, `${name}.itf.json`);
  return pathToFileURL(join(folder, `${name}.html`)).href;
}
const lease = join(examples, "lease.c"), stale = ["--property", "no_stale_write"];

const browser = await Browser.open();
const { text, count, sideways, picture } = checksOf(browser);
const step = () => browser.run("return Number(document.body.dataset.step)");
const texts = (selector) => browser.run("return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText.replace(/\\s+/g, ' ').trim())", selector);
async function open(url) {
  await browser.go("about:blank");
  await browser.go(url);
  await browser.until("the page is there", "return document.body && document.body.dataset.ready === '1'");
}

const tests = {
  async "tells a trace in the author's words"() {
    await browser.screen(1280, 900);
    await open(page("lease", lease, ...stale));
    assert.equal(await text("#headline"), "It is not true any more that no write of an older lease comes after one of a newer");
    assert.deepEqual(await texts("#story li span:last-child"), ["the initial state", "client-a acquires the free lease", "the lease runs out", "client-b acquires the free lease", "client-b writes 3", "✗ client-a writes 7"]);
    assert.equal(await text("#changes"), "This is where it begins.");
    const source = readFileSync(join(folder, "lease.html"), "utf8");
    for (const strange of [/mbt::/, /ghost/, /outage/i, /\bdns\b/i, /deployer/, /\blab\b/, /https?:\/\/(?!www\.w3\.org)/]) assert.doesNotMatch(source, strange);
  },
  async "shows the state as tables, and what a step changed"() {
    assert.deepEqual(await texts(".plain > div"), ["term 0", "held false", "writes 0", "highest 0", "stale false"]);
    assert.deepEqual(await texts(".things th"), ["client", "view", "client-a", "client-b"]);
    await browser.key(KEYS.right);
    assert.deepEqual(await texts("#changes li"), ["~ term 0 → 1", "~ held false → true", "~ client-a.view 0 → 1"]);
    assert.equal(await count(".state .changed"), 3);
    assert.equal(await text(".things .changed"), "was 0 → , is now 1");
    assert.equal(await text(".things .acting th"), "client-a");
    await browser.key(KEYS.right);
    assert.deepEqual(await texts(".state .changed"), ["was true → , is now false"]);
    assert.equal(await count(".things .acting"), 0);
  },
  async "says what the violation hangs on, and what led to it"() {
    assert.equal(await text("#why"), "");
    assert.match((await texts("#invariants li"))[0], /^✓ no_stale_write no write of an older lease/);
    await browser.key(KEYS.end);
    assert.equal(await step(), 5);
    assert.equal(await text("#remark"), "no_stale_write is violated: it is not true any more that no write of an older lease comes after one of a newer.");
    assert.match((await texts("#invariants li"))[0], /^✗ no_stale_write fails here: /);
    assert.match((await texts("#invariants li"))[1], /^✗ mutual_exclusion failed at step 3: /);
    assert.equal(await text("#why"), "✗ no_stale_write would hold here with an earlier value of stale.");
    assert.equal(await text("#led"), "▲ The step would not have led here with an earlier value of highest or client-a.view.");
    assert.equal(await count(".state .why .sign"), 1);
    assert.equal(await count(".state .led .sign"), 2);
    await picture("own-lease");
  },
  async "shows who did what, and goes to a step that is clicked there"() {
    assert.deepEqual(await texts("#history-names div span:first-child"), ["", "by itself", "term", "held", "writes", "highest", "stale", "client-a", "view", "client-b", "view"].slice(1));
    assert.deepEqual(await browser.run("return [...document.querySelectorAll('.act text')].map((t) => t.textContent)"), ["expire", "acquire", "write", "acquire", "write"]);
    await browser.run(`const svg = document.querySelector("#history-scroll svg"), r = svg.getBoundingClientRect();
      svg.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: r.left + r.width * 2.5 / 6, clientY: r.top + 60 }))`);
    assert.equal(await step(), 2);
    await browser.until("the address follows", "return location.hash === '#1/2'");
  },
  async "shows sets, and what comes into them and goes"() {
    await open(page("election", join(examples, "election.c")) + "#1/2");
    assert.deepEqual(await texts("#changes li"), ["+ n1.votes n2", "~ n2.term 0 → 1", "~ n2.vote none → n1"]);
    assert.deepEqual(await texts(".things tbody tr:first-child .chip"), ["n1", "+n2"]);
    assert.deepEqual(await texts(".things .acting th"), ["▸ n1", "▸ n2"].map((t) => t.slice(2)));
    await browser.key(KEYS.end);
    await picture("own-election");
  },
  async "shows long traces without delay"() {
    const peterson = join(examples, "peterson.c");
    program(0, "replay", "--model", peterson, "--quiet", "--trace-seed", "9", "--max-steps", "300", "--out-itf", "long.itf.json");
    program(0, "view", "--model", peterson, "--quiet", "--out", "long.html", "long.itf.json");
    await open(pathToFileURL(join(folder, "long.html")).href);
    const last = await browser.run("return lastStep()");
    const spent = await browser.run("const begin = performance.now(); for (let s = 0; s <= lastStep(); s++) goTo(s); return (performance.now() - begin) / lastStep();");
    assert.ok(last === 300 && spent < 50, `${last} steps, ${spent} ms for each`);
    assert.equal(await text("#headline"), "No invariant is violated");
    const [left, right, x] = await browser.run(`const s = document.querySelector("#history-scroll").getBoundingClientRect(), c = document.querySelector(".cursor").getBoundingClientRect();
      return [s.left, s.right, (c.left + c.right) / 2];`);
    assert.ok(left <= x && x <= right, "the history follows");
    await picture("own-long");
  },
  async "can be read on a phone, in the dark, and on paper"() {
    await browser.screen(375, 812, { mobile: true });
    for (const name of ["lease", "election"]) {
      await open(pathToFileURL(join(folder, `${name}.html`)).href + "#1/5");
      assert.ok((await sideways()) <= 0, name);
      await picture(`own-${name}-phone`);
    }
    await browser.screen(1280, 900, { dark: true });
    await open(pathToFileURL(join(folder, "election.html")).href + "#1/7");
    await picture("own-election-dark");
    const ink = "return getComputedStyle(document.body).color", dark = await browser.run(ink);
    await browser.devtools("Emulation.setEmulatedMedia", { media: "print" });
    assert.notEqual(await browser.run(ink), dark, "dark ink on paper");
    assert.equal(await browser.run("return getComputedStyle(document.querySelector('.buttons')).display"), "none");
    await browser.devtools("Emulation.setEmulatedMedia", { media: "" });
    await browser.screen(1280, 900);
  },
  async "takes an author's words as text"() {
    const model = join(folder, "hostile.c"), said = hostile("sentence").replace("\u2028", "");
    writeFileSync(model, readFileSync(lease, "utf8").replace('"the lease runs out"', JSON.stringify(said)).replace('"no write of an older', JSON.stringify(said).slice(0, -1) + " no write of an older"));
    await open(page("hostile", model, ...stale) + "#1/5");
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(await browser.run("return window.hacked === undefined"), true);
    assert.equal(await count("img"), 0);
    assert.ok((await text("#story")).includes(said));
    assert.ok((await text("#invariants")).includes(said));
  },
  async "has names for its tables, and wrote no errors"() {
    assert.equal(await count("table td:empty"), 0);
    assert.equal(await count("th:not([scope])"), 0);
    assert.deepEqual((await browser.log()).filter((entry) => entry.level === "SEVERE"), []);
  },
};
await runTests(browser, tests, () => rmSync(folder, { recursive: true, force: true }));
