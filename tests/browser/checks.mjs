// SPDX-License-Identifier: Apache-2.0
// What tests of pages share.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { programs } from "./driver.mjs";

// Ends the test with status 77 and a word about it where there is no Chromium or no chromedriver.
export function skipWithoutBrowser() {
  if (programs.chromium && programs.driver) return;
  console.log(`SKIPPED: the page was not tested, since there is no ${programs.chromium ? "chromedriver" : "chromium"}`);
  process.exit(77);
}

// Markup and script in every way in which a name may hold it; the script would say where it was let in.
const HOSTILE = `"'><img src=x onerror="window.hacked='HERE'"><` + `/script><script>window.hacked='HERE'<` + `/script>&amp;\u2028`;
export const hostile = (place) => HOSTILE.replaceAll("HERE", place);

// Questions to the page that is open in the browser.
export const checksOf = (browser) => ({
  text: (selector) => browser.run("return document.querySelector(arguments[0]).textContent", selector),
  count: (selector) => browser.run("return document.querySelectorAll(arguments[0]).length", selector),
  // How far the page reaches out sideways.
  sideways: () => browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth"),
  settled: () => browser.until("the tree comes to rest", "const s = document.querySelector('.dns-tree'); return s && s.dataset.settled === '1'"),
  // Pairs of boxes of the DNS tree that overlap, boxes that reach out of it, and texts that reach out of their boxes.
  overlaps: () => browser.run(`
    const svg = document.querySelector(".dns-tree").getBoundingClientRect();
    const boxes = [...document.querySelectorAll(".dns-tree .node")].map((g) => ({ key: g.dataset.key, r: g.querySelector("rect.box").getBoundingClientRect() }));
    const wrong = [];
    boxes.forEach((a, i) => {
      if (a.r.left < svg.left - 2 || a.r.right > svg.right + 2 || a.r.top < svg.top - 2 || a.r.bottom > svg.bottom + 2) wrong.push("out: " + a.key);
      for (const text of document.querySelectorAll('.dns-tree .node[data-key="' + CSS.escape(a.key) + '"] text'))
        if (text.textContent && text.getBoundingClientRect().right > a.r.right + 1) wrong.push("text: " + a.key);
      boxes.slice(i + 1).forEach((b) => {
        if (a.r.left < b.r.right && b.r.left < a.r.right && a.r.top < b.r.bottom && b.r.top < a.r.bottom) wrong.push(a.key + " and " + b.key);
      });
    });
    return { count: boxes.length, wrong };`),
  // Kept where PICTURES=FOLDER asks for pictures of the page.
  picture: async (name, whole = true) => {
    if (process.env.PICTURES) writeFileSync(join(process.env.PICTURES, name + ".png"), await browser.picture(whole));
  },
});

// Runs tests, {name: async function}, one after the other; then closes the browser, cleans up, and ends the process.
export async function runTests(browser, tests, cleanUp) {
  let failed = 0;
  try {
    for (const [name, test] of Object.entries(tests)) {
      try {
        await test();
        console.log(`ok      ${name}`);
      } catch (error) {
        failed++;
        console.log(`FAILED  ${name}\n${error.stack}`);
      }
    }
  } finally {
    await browser.close();
    await cleanUp();
  }
  console.log(failed ? `${failed} failed` : "all passed");
  process.exit(failed ? 1 : 0);
}
