// SPDX-License-Identifier: Apache-2.0
// The lab's front page in a real browser, with real labs: node test_lab.mjs RACEWALK
//
// PICTURES=FOLDER keeps pictures of the page.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checksOf, hostile, runTests, skipWithoutBrowser } from "./checks.mjs";
import { Browser } from "./driver.mjs";

const [racewalk] = process.argv.slice(2);
skipWithoutBrowser();

const ROOT = "clouddb.us-east-1.api.acme";
const folder = mkdtempSync(join(tmpdir(), "racewalk-lab-page-"));
const labs = new Set();

// A lab in a process of its own, on a folder below the test's.
async function startLab(name, ...options) {
  const child = spawn(racewalk, ["lab", "--base-dir", join(folder, name), ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const lab = { child };
  labs.add(lab);
  lab.url = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (data) => {
      said += data;
      const match = /^lab: (http:\/\/[^ ]*)/.exec(said);
      if (match) resolve(match[1]);
    });
    child.on("exit", (code) => reject(new Error(`the lab ended with ${code}: ${said}`)));
  });
  return lab;
}
async function stopLab(lab) {
  labs.delete(lab);
  const ended = new Promise((resolve) => lab.child.on("exit", resolve));
  lab.child.kill("SIGTERM");
  await ended;
}
async function post(lab, path, body) {
  const answer = await fetch(lab.url + path, { method: "POST", body: body && JSON.stringify(body), headers: body ? { "content-type": "application/json" } : {} });
  return answer.json();
}
const deployer = (letter, action) => `mbt/deployers/deployer-${letter}/${action}`;

const browser = await Browser.open();
const { text, count, settled, overlaps, sideways, picture } = checksOf(browser);
async function open(lab) {
  await browser.go("about:blank");
  await browser.go(lab.url);
  await browser.until("the page is there", "return document.body && document.body.dataset.ready === '1'");
}
// The number of the newest action that the page shows.
const newest = () => browser.run("const row = document.querySelector('#log tbody tr'); return row ? Number(row.id.slice('action-'.length)) : 0");
const shows = (number) => browser.until(`action ${number} shows`, "const row = document.querySelector('#log tbody tr'); return row && Number(row.id.slice('action-'.length)) >= arguments[0]", number);
// A click, and what it does is on the page.
async function press(selector) {
  const before = await newest();
  // Not behind the health, which stays in sight.
  await browser.run("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", selector);
  await browser.click(selector);
  await shows(before + 1);
}
const button = (letter, action) => `#deployer-${letter} button[data-post$="/${action}"]`;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const isBad = () => browser.run("return document.querySelector('#health').classList.contains('bad')");
// Cell by cell, the newest row first.
const rows = () => browser.run("return [...document.querySelectorAll('#log tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent.trim()))");

let workshop; // the lab of most tests

const tests = {
  async "shows a lab in which nothing has happened"() {
    workshop = await startLab("workshop", "--workshop", "--port", "0");
    await browser.screen(1280, 900);
    await open(workshop);
    assert.match(await text("#health"), /Outage Nothing is installed yet: there is no root record, so nothing resolves\./);
    assert.match(await text("#log"), /None yet/);
    assert.match(await text("#deployer-a"), /Next: plan-001 not made yet A deploy is idle\./);
    assert.equal(await count(".deployer"), 3);
    assert.equal(await count("button[data-post]"), 3 * 3 + 3);
  },
  async "the outage, by buttons alone"() {
    for (let version = 1; version <= 4; version++) await press("#generate");
    await press(button("a", "sync"));
    await press(button("a", "deploy"));
    assert.match(await text("#health"), new RegExp(`Healthy ${ROOT} resolves to 2 addresses, by plan-001\\.`));
    for (let version = 2; version <= 4; version++) {
      await press(button("a", "sync"));
      assert.match(await text("#deployer-a"), /● fresh/);
      await press(button("a", "deploy"));
      assert.match(await text("#deployer-a"), /◌ stale/);
    }
    assert.match(await text("#deployer-a"), /A clean-up that keeps 3 deletes plans before plan-002\./);
    assert.match(await text("#deployer-b"), /older than root’s A deploy is refused until it syncs\./);
    await press(button("b", "sync"));
    assert.match(await text("#deployer-b"), /older than root’s A deploy takes root back from plan-004\./);
    await settled();
    await picture("lab-healthy");
    await press(button("b", "deploy"));
    assert.equal(await isBad(), false);
    assert.match(await text("#deployer-a"), /deletes plans before plan-002 root’s is one of them/);
    assert.match(await text(".dns-tree .node.risk"), /deployer-a may delete it/);
    await settled();
    await picture("lab-risk");
    await press(button("a", "cleanup"));
    assert.equal(await isBad(), true);
    assert.match(await text("#health"), /Outage Root points at plan-001, a plan that was deleted: nothing resolves\./);
    assert.match(await text("#reason"), /Lost at \d\d:\d\d:\d\d UTC by deployer-a \(cleanup, keep 3\)\. Deploys are refused as long as root’s plan is missing; only deployer-c, whose next plan it is/);
    assert.match(await browser.run("return document.title"), /^✗ /);
    assert.deepEqual(await (await fetch(workshop.url + "health")).json(), { ok: false, name: ROOT, ips: [] });
  },
  async "the tree of the outage is broken, unmistakably"() {
    await settled();
    assert.equal(await count(".dns-tree .node.gone"), 1);
    assert.match(await text(".dns-tree .node.gone"), /plan-001 is gone/);
    assert.equal(await count(".dns-tree .node.name.broken"), 1);
    assert.equal(await count(".dns-tree .edge.broken"), 1);
    assert.notEqual(await browser.run("return document.querySelector('.dns-tree .edge.broken + .cross').getAttribute('d')"), "");
    assert.match(await browser.run("return document.querySelector('.dns-tree').getAttribute('aria-label')"), /root → plan-001 is gone/);
    assert.match(await text("#tree"), /plan-001\.cdb\.acme missing/);
    await picture("lab-outage-light");
  },
  async "the log has it all, the newest first, also after a reload"() {
    const log = await rows();
    assert.deepEqual(log[0].slice(1), ["deployer-a", "cleanup, keep 3", "deleted plan-001 root lost"]);
    assert.deepEqual(log[1].slice(1), ["deployer-b", "deploy", "installed plan-001 over the newer plan-004"]);
    assert.deepEqual(log.at(-1).slice(1), ["planner", "generate", "plan-001 with 2 balancers"]);
    assert.equal(log.length, 4 + 8 + 2 + 1);
    assert.match(log[0][0], /^\d\d:\d\d:\d\d$/);
    await open(workshop);
    assert.deepEqual(await rows(), log);
    const { actions } = await (await fetch(workshop.url + "log")).json();
    assert.deepEqual(actions.map((action) => [action.who, action.what]), log.map((row) => [row[1], row[2]]));
  },
  async "no deploy heals it, but for that of the plan itself"() {
    await press(button("b", "sync"));
    assert.match(await text("#deployer-b"), /blocked A deploy is refused: the root that it saw points at a plan that is missing/);
    await press(button("b", "deploy"));
    assert.deepEqual((await rows())[0].slice(1), ["deployer-b", "deploy", "refused: current root target is missing: plan-001.cdb.acme"]);
    assert.match(await text("#told"), /^deployer-b: Deploy: refused: current root target is missing/);
    assert.equal(await isBad(), true);
    await press(button("c", "sync"));
    await press(button("c", "deploy"));
    assert.equal(await isBad(), false);
    await press(button("a", "cleanup"));
    assert.equal(await isBad(), true);
    assert.match(await text("#reason"), /No deploy mends it: each is refused/);
  },
  async "can be set back, and done again"() {
    await press("#reset");
    assert.match(await text("#health"), /There is no root record|Nothing is installed yet/);
    await press("#seed-init");
    assert.match(await text("#health"), /Root points at plan-init, which leads to no address: nothing resolves\./);
    assert.equal(await count(".dns-tree .node.broken"), 3, "root, rollback and the placeholder");
    await press("#reset");
    await press("#generate");
    await press(button("b", "deploy"));
    assert.equal(await isBad(), false);
    assert.match((await rows())[0][3], /root resolves$/);
  },
  async "turns red within one refresh of what others do"() {
    await browser.run(`window.turned = 0;
      new MutationObserver(() => { if (!window.turned && document.querySelector("#health").classList.contains("bad")) window.turned = Date.now(); })
        .observe(document.querySelector("#health"), { attributes: true });`);
    // Right after a refresh, so that the whole time up to the next one is measured.
    const last = await newest();
    await post(workshop, deployer("a", "sync"));
    await shows(last + 1);
    await post(workshop, deployer("b", "cleanup"), { keep_last_n: 0 });
    const done = Date.now();
    await browser.until("health turns red", "return window.turned > 0");
    const spent = await browser.run("return window.turned") - done;
    assert.ok(spent < 1500, `${spent} ms`); // 250 and the answer, with room for a busy machine; 2 s would not do
  },
  async "what is selected and where one reads stay"() {
    await post(workshop, "mbt/reset");
    for (let version = 1; version <= 12; version++) await post(workshop, "mbt/planner/generate");
    for (const action of ["sync", "deploy", "sync", "deploy"]) await post(workshop, deployer("a", action));
    await browser.screen(1280, 500);
    await browser.until("plan-002 is there", "return document.querySelector('#records').textContent.includes('plan-002')");
    // The name in the last row of all records, in the middle of the window; and a log that has been scrolled.
    await browser.run(`
      window.row = [...document.querySelectorAll("#records tr")].at(-1);
      window.row.scrollIntoView({ block: "center" });
      const list = document.querySelector("#actions"), seen = list.querySelectorAll("tr")[9];
      list.scrollTop = seen.offsetTop;
      window.seen = seen;
      getSelection().selectAllChildren(window.row.cells[0]);`);
    await pause(400);
    const place = () => browser.run(`return { selected: String(getSelection()), same: window.row.isConnected && window.row.cells[0].contains(getSelection().anchorNode),
      top: window.row.getBoundingClientRect().top, scrolled: scrollY, seen: window.seen.getBoundingClientRect().top - document.querySelector("#actions").getBoundingClientRect().top }`);
    const before = await place();
    assert.equal(before.selected, "plan-002.cdb.acme");
    assert.ok(before.scrolled > 0);
    for (const letter of ["a", "b", "c", "a"]) {
      const last = await newest();
      await post(workshop, deployer(letter, "sync"));
      await post(workshop, deployer(letter, "deploy"));
      await shows(last + 2);
    }
    await post(workshop, "mbt/planner/generate", Array.from({ length: 12 }, (_, i) => ({ id: i + 1, weight: 100 })));
    await browser.until("the plan shows", "return document.querySelector('#actors').textContent.includes('plan-013')");
    const after = await place();
    assert.equal(after.selected, before.selected);
    assert.ok(after.same, "the same nodes");
    assert.ok(Math.abs(after.top - before.top) < 2, `the row was at ${before.top}, and is at ${after.top}`);
    assert.ok(Math.abs(after.seen - before.seen) < 2, `the log's row was at ${before.seen}, and is at ${after.seen}`);
  },
  async "so does what is selected in the log, and typed into a field"() {
    await browser.run(`document.querySelector("#keep").value = "7";
      window.cell = document.querySelector("#log tbody tr").cells[3];
      getSelection().selectAllChildren(window.cell);`);
    const selected = await browser.run("return String(getSelection())");
    const last = await newest();
    for (let i = 0; i < 3; i++) await post(workshop, deployer("c", "sync"));
    await shows(last + 3);
    assert.equal(await browser.run("return String(getSelection())"), selected);
    assert.equal(await browser.run("return document.querySelector('#keep').value"), "7");
    await press(button("a", "cleanup"));
    assert.match((await rows())[0][2], /keep 7/);
    await browser.run("document.querySelector('#keep').value = ''");
    const before = await newest();
    await browser.click(button("a", "cleanup"));
    await pause(500);
    assert.equal(await newest(), before, "an empty field is not sent");
    await browser.run("document.querySelector('#keep').value = '3'");
  },
  async "pauses and resumes"() {
    await browser.click("#pause");
    const last = await newest();
    await post(workshop, deployer("c", "sync"));
    await pause(700);
    assert.equal(await newest(), last);
    assert.equal(await text("#pause"), "Resume refresh");
    await browser.click("#pause");
    await shows(last + 1);
  },
  async "clicks are sent in their order"() {
    const last = await newest();
    await browser.run(`for (const name of ["sync", "deploy", "cleanup", "sync", "deploy", "sync"])
      document.querySelector('#deployer-b button[data-post$="/' + name + '"]').click();`);
    await shows(last + 6);
    assert.deepEqual((await rows()).slice(0, 6).map((row) => row[2]), ["sync", "deploy", "sync", "cleanup, keep 3", "deploy", "sync"]);
  },
  async "boxes never overlap with 12 balancers, wide or narrow"() {
    await post(workshop, "mbt/reset");
    for (let version = 1; version <= 2; version++) {
      await post(workshop, "mbt/planner/generate", Array.from({ length: 12 }, (_, i) => ({ id: 100 + i, weight: 1000000 + i })));
      await post(workshop, deployer("a", "sync"));
      await post(workshop, deployer("a", "deploy"));
    }
    for (const [width, height] of [[1600, 1000], [1280, 900], [1000, 800], [768, 1000], [375, 812], [320, 640]]) {
      await browser.screen(width, height, { still: true, mobile: width < 500 });
      await open(workshop);
      assert.deepEqual(await overlaps(), { count: 2 + 2 + 2 * 24, wrong: [] }, `${width} px`);
      assert.ok((await sideways()) <= 0, `nothing reaches out sideways at ${width} px`);
      await picture(`lab-balancers-${width}`);
    }
  },
  async "balancers that are twice in a plan, and very many"() {
    await browser.screen(1280, 900, { still: true });
    await post(workshop, "mbt/reset");
    await post(workshop, "mbt/planner/generate", [{ id: 5, weight: 1 }, { id: 5, weight: 2 }, { id: 5, weight: 3 }]);
    await post(workshop, "mbt/planner/generate", Array.from({ length: 255 }, (_, i) => ({ id: i + 1, weight: 1 })));
    await post(workshop, deployer("a", "deploy"));
    await open(workshop);
    assert.deepEqual(await overlaps(), { count: 2 + 2 + 2 * 3, wrong: [] });
    await post(workshop, deployer("a", "sync"));
    await post(workshop, deployer("a", "deploy"));
    await open(workshop);
    assert.deepEqual(await overlaps(), { count: 2 + 2 + 2 * (3 + 32), wrong: [] });
    assert.match(await text(".dns-tree"), /… 224 more/);
  },
  async "can be used on a phone, in light and dark"() {
    await post(workshop, "mbt/reset");
    for (let version = 1; version <= 4; version++) await post(workshop, "mbt/planner/generate", [{ id: 1, weight: 95 }, { id: 2, weight: 120 }]);
    for (let version = 1; version <= 4; version++) for (const action of ["sync", "deploy"]) await post(workshop, deployer("a", action));
    for (const action of ["sync", "deploy"]) await post(workshop, deployer("b", action));
    await post(workshop, deployer("a", "cleanup"), { keep_last_n: 3 });
    const backs = [];
    for (const dark of [false, true]) {
      await browser.screen(375, 812, { mobile: true, dark, still: true });
      await open(workshop);
      assert.ok((await sideways()) <= 0);
      assert.deepEqual((await overlaps()).wrong, []);
      const small = await browser.run("return [...document.querySelectorAll('button')].filter((b) => b.getBoundingClientRect().height < 40 || b.getBoundingClientRect().width < 40).length");
      assert.equal(small, 0, "buttons are large enough for a finger");
      await picture(`lab-phone-${dark ? "dark" : "light"}`);
      backs.push(await browser.run("return getComputedStyle(document.body).backgroundColor"));
      await browser.screen(1280, 900, { dark, still: true });
      await open(workshop);
      await picture(`lab-outage-${dark ? "dark" : "light"}`);
    }
    assert.notEqual(backs[0], backs[1]);
  },
  async "has names for its controls, and shows the focus"() {
    assert.equal(await browser.run("return [...document.querySelectorAll('button, input')].filter((e) => !e.getAttribute('aria-label') && !e.textContent.trim() && !e.closest('label')).length"), 0);
    await browser.run("document.activeElement.blur()");
    await browser.key("\uE004");
    assert.notEqual(await browser.run("return getComputedStyle(document.activeElement).outlineStyle"), "none");
  },
  async "names from the zone reach the page as text"() {
    const disk = join(folder, "hostile", "s3-persistence");
    mkdirSync(disk, { recursive: true });
    writeFileSync(join(disk, "current_dns_zone.json"), JSON.stringify([
      { name: "_lock." + ROOT, type: "TXT", value: hostile("lock") },
      { name: hostile("balancer"), type: "A", value: "192.0.2.1" },
      { name: hostile("plan"), type: "ALIAS", value: [{ name: hostile("balancer"), weight: 1 }, { name: hostile("missing"), weight: 2 }] },
      { name: ROOT, type: "ALIAS", value: hostile("plan") },
      { name: "_rollback." + ROOT, type: "ALIAS", value: hostile("rollback") }]));
    const lab = await startLab("hostile", "--workshop", "--port", "0");
    await browser.screen(1280, 900, { still: true });
    await open(lab);
    await press(button("a", "sync"));
    assert.ok((await rows())[0][3].includes(hostile("plan").slice(0, 40)));
    assert.ok((await text("#deployer-a")).includes(hostile("plan").slice(0, 40)));
    assert.ok((await text("#records")).includes(hostile("lock")));
    assert.ok((await text("#tree")).includes(hostile("missing")));
    assert.ok((await browser.run("return [...document.querySelectorAll('.dns-tree title')].map((t) => t.textContent)")).includes(hostile("plan")));
    await pause(300);
    assert.equal(await browser.run("return window.hacked === undefined"), true);
    assert.equal(await count("img"), 0);
    assert.equal(await count("script"), 1);
    assert.deepEqual((await overlaps()).wrong, []);
    assert.ok((await sideways()) <= 0);
    await picture("lab-hostile");
    await stopLab(lab);
  },
  async "without --workshop there are no buttons, and it lives by itself"() {
    const lab = await startLab("background", "--port", "0", "--planner-interval", "0.3");
    await open(lab);
    assert.equal(await count("[data-post], input"), 0);
    await browser.until("it becomes healthy", "return document.querySelector('#health').classList.contains('good')");
    const last = await newest();
    await shows(last + 3);
    assert.deepEqual((await rows()).filter((row) => row[2] === "sync" || row[3].startsWith("idle")), [], "what is done in vain has no line");
    await stopLab(lab);
  },
  async "asks the network for itself alone, and nothing complained"() {
    await open(workshop);
    await pause(600);
    const asked = await browser.run("return [...new Set(performance.getEntriesByType('resource').map((entry) => entry.name))]");
    assert.deepEqual(asked, [workshop.url]);
    // The background's lab has ended while its page was open.
    const said = (await browser.log()).filter((entry) => entry.level !== "INFO" && !entry.message.includes("ERR_CONNECTION_REFUSED"));
    assert.deepEqual(said.map((entry) => entry.message), []);
  },
  async "says so when the lab is gone, and goes on when it is back"() {
    await browser.until("it is live", "return document.querySelector('#state').textContent.startsWith('Live')");
    const port = new URL(workshop.url).port;
    await stopLab(workshop);
    await browser.until("the page says so", "return document.body.classList.contains('silent') && document.querySelector('#state').textContent.includes('does not answer')");
    workshop = await startLab("workshop", "--workshop", "--port", port);
    await browser.until("it is live again", "return !document.body.classList.contains('silent') && document.querySelector('#log').textContent.includes('None yet')");
    assert.match(await text("#health"), /Root points at plan-001, a plan that was deleted/);
  },
  async "with a token, its address opens the page once, and the buttons work"() {
    const options = ["--workshop", "--token", "s3cret"];
    let lab = await startLab("token", ...options, "--port", "0");
    await browser.go(lab.url);
    assert.match(await text("body"), /this lab asks for its token/);
    assert.equal((await fetch(lab.url + "mbt/reset", { method: "POST" })).status, 401);
    await browser.go(lab.url + "?token=s3cret");
    await browser.until("the page is there", "return document.body && document.body.dataset.ready === '1'");
    assert.equal(await browser.run("return location.href"), lab.url, "the token is gone from the address");
    assert.equal(await browser.run("return document.cookie"), "", "no script can read the cookie");
    await press("#generate");
    await press(button("a", "deploy"));
    assert.equal(await isBad(), false);
    await open(lab);
    assert.equal(await isBad(), false, "loaded again");
    const port = new URL(lab.url).port;
    await stopLab(lab);
    lab = await startLab("token", ...options, "--port", port);
    await browser.until("the page says so", "return document.querySelector('#state').textContent.includes('asks for its token again')");
    await stopLab(lab);
  },
};

await runTests(browser, tests, async () => {
  for (const lab of labs) await stopLab(lab);
  rmSync(folder, { recursive: true, force: true });
});
