// SPDX-License-Identifier: Apache-2.0
// A browser by plain WebDriver calls (https://www.w3.org/TR/webdriver2/): chromedriver, headless Chromium, no packages.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-dev-shm-usage", "--hide-scrollbars",
];

// The path of the first program that there is.
function found(names) {
  return names.map((name) => spawnSync("sh", ["-c", `command -v "${name}"`]).stdout.toString().trim()).find(Boolean);
}
export const programs = {
  chromium: found([process.env.CHROMIUM || "chromium", "chromium-browser", "google-chrome"]),
  driver: found([process.env.CHROMEDRIVER || "chromedriver"]),
};

export const KEYS = { left: "\uE012", right: "\uE014", home: "\uE011", end: "\uE010", space: " " };

export class Browser {
  static async open() {
    const browser = new Browser();
    browser.profile = mkdtempSync(join(tmpdir(), "racewalk-chromium-"));
    browser.process = spawn(programs.driver, ["--port=0"], { stdio: ["ignore", "pipe", "ignore"] });
    const port = await new Promise((resolve, reject) => {
      let text = "";
      browser.process.stdout.on("data", (data) => {
        text += data;
        const match = /successfully on port (\d+)/.exec(text);
        if (match) resolve(match[1]);
      });
      browser.process.on("exit", () => reject(new Error("chromedriver ended: " + text)));
      setTimeout(() => reject(new Error("chromedriver did not start: " + text)), 20000).unref();
    });
    browser.base = `http://127.0.0.1:${port}/session`;
    try {
      const session = await browser.call("POST", "", {
        capabilities: { alwaysMatch: { "goog:chromeOptions": { binary: programs.chromium, args: [...FLAGS, `--user-data-dir=${browser.profile}`] }, "goog:loggingPrefs": { browser: "ALL" } } },
      });
      browser.base += `/${session.sessionId}`;
    } catch (error) {
      browser.end();
      throw error;
    }
    return browser;
  }

  async call(method, path, body) {
    const answer = await fetch(this.base + path, { method, body: body === undefined ? undefined : JSON.stringify(body), headers: { "content-type": "application/json" } });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }
  // Commands of Chromium itself: what no other call can emulate.
  devtools(cmd, params = {}) {
    return this.call("POST", "/goog/cdp/execute", { cmd, params });
  }
  go(url) {
    return this.call("POST", "/url", { url });
  }
  // The value of the body of a function in the page.
  run(script, ...args) {
    return this.call("POST", "/execute/sync", { script, args });
  }
  async find(selector) {
    const element = await this.call("POST", "/element", { using: "css selector", value: selector });
    return Object.values(element)[0];
  }
  async click(selector) {
    await this.call("POST", `/element/${await this.find(selector)}/click`, {});
  }
  async key(key) {
    await this.call("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions: [{ type: "keyDown", value: key }, { type: "keyUp", value: key }] }] });
  }
  async drag(selector, x) {
    const origin = { "element-6066-11e4-a52e-4f735466cecf": await this.find(selector) };
    await this.call("POST", "/actions", { actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions: [
      { type: "pointerMove", origin, x: 0, y: 0, duration: 0 }, { type: "pointerDown", button: 0 },
      { type: "pointerMove", origin, x: Math.round(x), y: 0, duration: 50 }, { type: "pointerUp", button: 0 }] }] });
  }
  async screen(width, height, { dark = false, still = false, mobile = false } = {}) {
    await this.devtools("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: mobile ? 2 : 1, mobile });
    await this.devtools("Emulation.setEmulatedMedia", { features: [
      { name: "prefers-color-scheme", value: dark ? "dark" : "light" }, { name: "prefers-reduced-motion", value: still ? "reduce" : "no-preference" }] });
  }
  // What scripts wrote to the console, and errors.
  log() {
    return this.call("POST", "/se/log", { type: "browser" });
  }
  async picture(whole = false) {
    const options = { format: "png", captureBeyondViewport: whole };
    if (whole) {
      const [width, height] = await this.run("return [document.documentElement.clientWidth, document.documentElement.scrollHeight]");
      options.clip = { x: 0, y: 0, width, height, scale: 1 };
    }
    return Buffer.from((await this.devtools("Page.captureScreenshot", options)).data, "base64");
  }
  async until(what, script, ...args) {
    const end = Date.now() + 60000;
    let reason = "";
    while (Date.now() < end) {
      // A page that is being loaded lacks what the script looks at.
      if (await this.run(script, ...args).catch((error) => { reason = `: ${error.message}`; })) return;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    throw new Error(`waited in vain: ${what}${reason}`);
  }
  end() {
    this.process.kill();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
  async close() {
    try {
      await this.call("DELETE", "");
    } finally {
      this.end();
    }
  }
}
