// SPDX-License-Identifier: Apache-2.0
// The page of run --report and check --report in a real browser: node test_report.mjs RACEWALK
//
// PICTURES=FOLDER keeps pictures of the page.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { checksOf, hostile, runTests, skipWithoutBrowser } from "./checks.mjs";
import { Browser } from "./driver.mjs";

const [racewalk] = process.argv.slice(2);
skipWithoutBrowser();
const folder = mkdtempSync(join(tmpdir(), "racewalk-report-"));
const pages = [];

// Searches, writes the page of that name, and gives its address; the exit status must be one of those of a search.
function page(name, ...args) {
  const path = join(folder, name);
  const { status, stdout, stderr, error } = spawnSync(racewalk, [...args, "--quiet", "--report", path], { encoding: "utf8", cwd: folder });
  assert.ok([0, 1, 2, 3, 75].includes(status), `${args.join(" ")}: ${status} ${error || stdout + stderr}`);
  pages.push(pathToFileURL(path).href);
  return pages[pages.length - 1];
}
const browser = await Browser.open();
const { text, count, sideways, picture } = checksOf(browser);
async function open(url) {
  await browser.go("about:blank");
  await browser.go(url);
  await browser.until("the page is there", "return document.body && document.body.dataset.ready === '1'");
  await browser.until("the plots are drawn", "return [...document.querySelectorAll('.plot')].every((p) => p.dataset.drawn)");
}
const data = () => browser.run("return JSON.parse(document.querySelector('#data').textContent)");
const card = (title) => `section.card[aria-label="${title}"]`;
const cells = (selector) => browser.run("return [...document.querySelectorAll(arguments[0] + ' tbody tr')].map((r) => [...r.cells].map((c) => c.textContent))", selector);
const number = (cell) => Number(cell.replace(/[^0-9.e-]/g, ""));
const LENGTHS = card("Lengths of what was found"), ODDS = card("Odds against what was seen"), RATE = card("Rate over time");

const tests = {
  async "says what the run was, and what came of it"() {
    await browser.screen(1200, 900);
    await open(page("count.html", "run", "--seed", "1", "--max-findings", "0", "--max-samples", "60000000", "--threads", "2"));
    assert.equal(await text("#verdict"), "no_inconsistent_root and no_inconsistent_rollback are violated.");
    const facts = await text("#facts");
    for (const fact of ["--max-samples 60000000", "n3_5_3: deployers 3, plans 5", "Seed1", "2 threads", "all its walks were done", "racewalk 0."]) assert.ok(facts.includes(fact), fact);
    await picture("report-count-light");
  },
  async "asks the network for nothing"() {
    assert.deepEqual(await browser.run("return performance.getEntriesByType('resource').map((e) => e.name)"), []);
    assert.doesNotMatch(readFileSync(join(folder, "count.html"), "utf8"), /(src|href)="?(https?:)?\/\//);
  },
  async "has the report's data for scripts"() {
    const json = JSON.parse(spawnSync(racewalk, ["run", "--seed", "1", "--max-findings", "0", "--max-samples", "60000000", "--threads", "2", "--quiet", "--json", "-"], { encoding: "utf8" }).stdout);
    const { report } = await data();
    for (const one of [json, report]) for (const key of ["command", "elapsed_s", "steps_per_s"]) delete one[key];
    assert.deepEqual(report, json);
  },
  async "draws a bar for each length, and what was to be expected"() {
    const { report, odds, ended } = await data();
    assert.equal(odds.by_class.length, 21);
    const lengths = report.hit_lengths.hits.map(([length]) => length), first = odds.by_class.findIndex((p) => p * report.samples >= 0.01);
    assert.equal(first, 11);
    assert.equal(await count(`${LENGTHS} .bar`), 20 - first + 1);
    const rows = await cells(LENGTHS);
    assert.deepEqual(rows.map((r) => number(r[0])), [...Array(10).keys()].map((i) => i + 11));
    assert.equal(rows.reduce((sum, r) => sum + number(r[1]), 0), ended);
    assert.equal(lengths[lengths.length - 1], 20);
    // Within 5 sigma of the exact chances, length by length.
    for (const [length, seen, expected] of rows.map((r) => r.map(number))) assert.ok(Math.abs(seen - expected) <= 5 * Math.sqrt(expected) + 1, `length ${length}: ${seen}, ${expected} expected`);
    const heights = await browser.run("return [...document.querySelectorAll(arguments[0])].map((b) => b.getBoundingClientRect().height)", `${LENGTHS} .bar`);
    assert.ok(heights.every((h, i) => i === 0 || h >= heights[i - 1]), "bars grow with their numbers");
    assert.match(await browser.run("return document.querySelector(arguments[0]).getAttribute('d')", `${LENGTHS} path.expected`), /^(M[\d.]+,[\d.]+h[\d.]+){10}$/);
  },
  async "holds what was seen against the exact chance"() {
    const odds = JSON.parse(spawnSync(racewalk, ["odds", "--max-steps", "20", "--quiet", "--json", "-"], { encoding: "utf8" }).stdout);
    const rows = await cells(`${ODDS} .odds`);
    assert.equal(rows[0][1], String(Number(odds.chance[20].toPrecision(6))));
    assert.match(rows[1][0], /of 60\D000\D000\)/);
    assert.match(await text(ODDS), /No walk of fewer than 11 can\./);
    assert.match(await text("#odds-verdict"), /^The exact chance lies (within|outside)/);
    assert.equal(await count(`${ODDS} .plot .seen`), 1);
    assert.equal((await cells(`${ODDS} details`)).length, 2);
  },
  async "draws the rate over time"() {
    const { rate } = await data();
    assert.ok(rate.points.length >= 4, `${rate.points.length} points`);
    const slices = Math.min(rate.points.length - 1, 100);
    assert.equal((await browser.run("return document.querySelector(arguments[0]).getAttribute('d')", `${RATE} path.line`)).split("L").length, 2 * slices);
    assert.equal((await cells(RATE)).length, slices);
  },
  async "shows the shares of the actions"() {
    const rows = await cells(".actions");
    assert.deepEqual(rows.map((r) => r[0]), ["planner_generate", "deployer_query", "deployer_backoff", "deployer_apply", "deployer_gc"]);
    assert.ok(Math.abs(rows.reduce((sum, r) => sum + number(r[2]), 0) - 100) < 0.05);
    const widths = await browser.run("return [...document.querySelectorAll('.actions i')].map((i) => i.getBoundingClientRect().width)");
    assert.equal(Math.max(...widths), widths[1]);
  },
  async "lists the shapes, each with its trace"() {
    await open(page("shapes.html", "run", "--seed", "3", "--property", "no_inconsistent_rollback", "--max-findings", "4", "--out-dir", "out"));
    const rows = await cells(".findings");
    assert.equal(rows.length, 4);
    assert.deepEqual(rows[0].slice(0, 5), ["s3f87767f", "a deployer installs a plan and leaves the one before as the rollback, then deletes that itself", "no_inconsistent_rollback", "19", "5"]);
    assert.match(rows[1][1], /; no_inconsistent_root was violated before, at state 15$/);
    const links = await browser.run("return [...document.querySelectorAll('.findings a')].map((a) => a.href)");
    assert.equal(links.length, 4);
    for (const link of links) assert.ok(existsSync(fileURLToPath(link)), link);
    assert.match(await text("#odds-verdict"), /stopped at a finding/);
    await picture("report-shapes-light");
  },
  async "names reach the page as text"() {
    // Slashes make folders of the name's parts.
    const name = hostile("path").replaceAll("\u2028", "");
    mkdirSync(join(folder, dirname(name + "/x")), { recursive: true });
    await open(page("hostile.html", "run", "--seed", "3", "--out-dir", name));
    assert.ok((await text("#facts code")).includes("window.hacked='\\''path'\\''"), await text("#facts code"));
    assert.equal(await browser.run("return window.hacked === undefined"), true);
    assert.equal(await count("img"), 0);
    assert.equal(await count("script"), 2);
    const link = await browser.run("return document.querySelector('.findings a').href");
    assert.ok(link.startsWith("file:") && existsSync(fileURLToPath(link)), link);
    const { report } = await data();
    assert.ok(report.command.includes(name));
  },
  async "calls a length the shortest only when every state was looked at"() {
    const heads = () => browser.run("return [...document.querySelectorAll('.verdicts thead th')].map((th) => th.textContent)");
    await open(page("whole.html", "check", "--plans", "3", "--max-plan-age", "1"));
    assert.ok((await heads()).includes("Shortest trace"));
    await open(page("early.html", "check", "--plans", "3", "--max-plan-age", "1", "--max-findings", "1"));
    assert.deepEqual((await heads()).slice(2), ["Length found"]);
  },
  async "shows a check: verdicts, counts, states by layer"() {
    await open(page("check.html", "check", "--plans", "12", "--threads", "2"));
    assert.match(await text("#verdict"), /are violated\.$/);
    const { report, layers } = await data();
    assert.equal(layers.states.reduce((a, b) => a + b), report.states);
    assert.equal(await count(`${card("States by layer")} .bar`), layers.states.length);
    assert.equal((await cells(card("States by layer"))).length, layers.states.length);
    assert.deepEqual(await cells(".verdicts"), [["no_inconsistent_root", "✗ violated", "11"], ["no_inconsistent_rollback", "✗ violated", "12"]]);
    const counts = await cells(".counts");
    assert.equal(number(counts[0][1]), report.states);
    assert.equal(number(counts[1][1]), report.transitions);
    assert.equal(await count(".findings tbody tr"), 2);
    await picture("report-check-light");
    await open(page("holds.html", "check", "--guard", "protect-live"));
    assert.match(await text("#verdict"), /hold in every reachable state\.$/);
    assert.equal(await count(".findings"), 0);
  },
  async "says how far a search came that was stopped"() {
    await open(page("early.html", "check", "--plans", "200", "--timeout", "0.3"));
    assert.match(await text("#caution"), /did not come to its end: its time was over/);
    assert.match(await text(".verdicts"), /not known|violated/);
    await open(page("none.html", "run", "--seed", "1", "--guard", "protect-live", "--instance", "n3_20_3", "--max-samples", "20000", "--max-steps", "60"));
    assert.match(await text("#verdict"), /^Nothing was found/);
    assert.match(await text("#summary"), /no proof: with 95% confidence the chance per walk is below 0.00015/);
    assert.match(await text(LENGTHS), /No walk ended in a hit/);
  },
  async "shows other kinds of run"() {
    await open(page("vain.html", "run", "--seed", "1", "--max-steps", "10"));
    assert.match(await text("#verdict"), /^Nothing can be found: no walk of up to 10 transitions hits/);
    await open(page("guided.html", "run", "--seed", "1", "--scheduler", "iw2", "--instance", "n3_30_20"));
    assert.match(await text("#summary"), /guided search, IW\(2\).*no proof/);
    await open(page("shortest.html", "run", "--seed", "1", "--shortest", "--max-samples", "30000", "--max-steps", "30"));
    assert.match(await text(ODDS), /there is no one chance for all/);
    await open(page("example.html", "run", "--seed", "1", "--property", "plans3"));
    assert.equal(await text("#verdict"), "plans3 was reached.");
    // Classes of several lengths.
    await open(page("long.html", "run", "--seed", "1", "--max-steps", "600", "--max-samples", "20000", "--max-findings", "0"));
    const { report, odds } = await data();
    assert.equal(report.hit_lengths.class_width, 3);
    assert.equal(odds.by_class.length, 201);
    assert.match((await cells(LENGTHS))[0][0], /^\d+–\d+$/);
  },
  async "has names and tables for those who do not see the plots"() {
    for (const url of pages) {
      await open(url);
      assert.equal(await count(".plot svg:not([role=img][aria-label])"), 0, url);
      assert.equal(await count(".plot"), await browser.run("return [...document.querySelectorAll('.plot')].filter((p) => p.closest('.card').querySelector('table')).length"), url);
      assert.equal(await count("h1"), 1);
    }
  },
  async "can be read on a phone, in the light and in the dark"() {
    const backs = [];
    for (const dark of [false, true]) {
      await browser.screen(375, 812, { mobile: true, dark });
      for (const url of pages) {
        await open(url);
        assert.ok((await sideways()) <= 0, url);
        const out = await browser.run(`const edge = document.documentElement.clientWidth;
          return [...document.querySelectorAll("main td, main th, main dd")].filter((e) => e.getBoundingClientRect().right > edge && !e.closest(".scroll")).map((e) => e.textContent)`);
        assert.deepEqual(out, [], url);
      }
      backs.push(await browser.run("return getComputedStyle(document.body).backgroundColor"));
      await open(pages[0]);
      await picture(`report-phone-${dark ? "dark" : "light"}`);
    }
    assert.notEqual(backs[0], backs[1]);
  },
  async "nothing complained"() {
    assert.deepEqual((await browser.log()).filter((entry) => entry.level !== "INFO").map((entry) => entry.message), []);
  },
};
await runTests(browser, tests, () => rmSync(folder, { recursive: true, force: true }));
