// The sandbox's page in a browser. tests/e2e/test_page.py runs this file.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { browser, sandbox } from "./browser.mjs";
import { RELEASES } from "./releases.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const ON_CHART = RELEASES.filter((release) => release.chart_visibility !== false);
const TIMERS = ON_CHART.findIndex(({ version }) => version === "1.9.0");

let chromium;
let server;
let context;
let page;
/** What the page complained about, and what it asked of other hosts. */
let complaints;

before(async () => { chromium = await browser(); });
after(() => chromium.close());
beforeEach(async () => { server = await sandbox(); });
afterEach(async () => {
  await context?.close();
  await server.close();
});

async function open(releases = RELEASES, { width = 1280, height = 900, ...options } = {}) {
  for (let sent = 0; sent < releases.length; sent += 20) {
    await Promise.all(releases.slice(sent, sent + 20).map((release) => server.send(release)));
  }
  context = await chromium.newContext({ viewport: { width, height }, reducedMotion: "reduce", ...options });
  page = await context.newPage();
  complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url)) complaints.push(request.url());
  });
  await page.goto(server.url);
  await page.locator("#connection", { hasText: "Live" }).waitFor();
  await page.locator(releases.length ? "li" : "#empty").first().waitFor();
}

const marker = (index) => page.locator(".marker").nth(index);
const titles = () => page.locator("li .title").allTextContents();

test("shows each release, the newest first, and those for charts on the chart", async () => {
  await open();
  assert.deepEqual(await titles(), RELEASES.map(({ title }) => title).reverse());
  assert.equal(await page.locator(".marker").count(), ON_CHART.length);
  assert.equal(await page.locator("svg .line").count(), ON_CHART.length);
  assert.equal(await page.locator("svg .span").count(), 1);
  assert.match(await page.locator("li", { hasText: "2.0.0-rc.1" }).textContent(), /not on charts/);
  assert.deepEqual(complaints, []);
});

test("shows a release that arrives while it is open, and says so", async () => {
  await open();
  await page.waitForTimeout(600);
  await server.send({ version: "3.0.0", release_start: "2026-11-20 09:00:00", title: "Menus" });
  await page.locator("li", { hasText: "Menus" }).waitFor();
  assert.equal((await titles())[0], "Menus");
  assert.equal(await page.locator(".marker").count(), ON_CHART.length + 1);
  assert.equal(await page.getByRole("status").textContent(), "New release: Menus");
});

test("shows how to send a release while there is none", async () => {
  await open([]);
  const example = await page.locator("#example").textContent();
  assert.ok(example.includes(`${server.url}/api/2/release`));
  await server.send(RELEASES[0]);
  await page.locator("li").waitFor();
  assert.equal(await page.locator("#empty").isVisible(), false);
});

test("shows what a release is where the pointer is on its marker or its line", async () => {
  await open();
  await marker(TIMERS).hover();
  const tip = page.getByRole("tooltip");
  for (const part of ["Timers for each step", "1.9.0", "2026-08-27 10:00:00", "iOS, Android", "none", "Ring also"]) {
    assert.ok((await tip.textContent()).includes(part), part);
  }
  await page.mouse.move(0, 0);
  await tip.waitFor({ state: "hidden" });
  const box = await marker(TIMERS).boundingBox();
  await page.mouse.move(box.x + box.width / 2 + 4, box.y + 150);
  await tip.waitFor();
  await page.keyboard.press("Escape");
  await tip.waitFor({ state: "hidden" });
});

test("opens the row of a release whose marker is clicked, and closes it", async () => {
  await open();
  await marker(TIMERS).click();
  const row = page.locator("li", { hasText: "Timers for each step" });
  await row.locator("details[open]").waitFor();
  assert.ok(await row.locator(".description").isVisible());
  assert.equal(await marker(TIMERS).getAttribute("aria-pressed"), "true");
  assert.equal(await page.locator("svg .line.selected").count(), 1);
  await marker(0).click();
  assert.equal(await page.locator("details[open]").count(), 1);
  await marker(0).click();
  assert.equal(await page.locator("details[open]").count(), 0);
});

test("marks the release whose row is opened", async () => {
  await open();
  await page.locator("summary", { hasText: "Timers for each step" }).click();
  await page.locator("svg .line.selected").waitFor({ state: "attached" });
  assert.equal(await marker(TIMERS).getAttribute("aria-pressed"), "true");
});

test("finds releases by words of titles, versions, descriptions, platforms and people", async () => {
  await open();
  for (const [words, found] of [
    ["shopping", ["Shopping lists"]],
    ["2.0.1", ["recipes 2.0.1"]],
    ["butter", ["Measure in cups"]],
    ["GRACE web", ["recipes 2.0.1"]],
  ]) {
    await page.getByRole("searchbox", { name: "Search releases" }).fill(words);
    await page.locator("#count", { hasText: `1 of ${RELEASES.length}` }).waitFor();
    // The count may be that of the words before.
    await page.locator("li", { hasText: found[0] }).waitFor();
    assert.deepEqual(await titles(), found);
    assert.equal(await page.locator(".marker").count(), 1);
  }
  await page.getByRole("searchbox").fill("nobody wrote this");
  await page.locator("#nothing").waitFor();
});

test("needs no pointer", async () => {
  await open();
  const focused = (property) => page.evaluate((name) => document.activeElement.getAttribute(name), property);
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.evaluate(() => document.activeElement.value), "365");
  await page.keyboard.press("Tab");
  assert.match(await focused("aria-label"), /^Measure in cups, version 2\.2\.0, 12 Nov 2026$/);
  await page.keyboard.press("ArrowLeft");
  assert.match(await focused("aria-label"), /^Shopping lists/);
  assert.ok(await page.getByRole("tooltip").isVisible());
  await page.keyboard.press("Home");
  assert.match(await focused("aria-label"), /^Search what you cooked/);
  await page.keyboard.press("Enter");
  await page.locator("li", { hasText: "Search what you cooked" }).locator("details[open]").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await focused("id"), "search");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("li", { hasText: "Measure in cups" }).locator("details[open]").waitFor();
});

test("shows the last days alone where that is asked for", async () => {
  await open();
  await page.getByRole("radio", { name: "30 days" }).check();
  await page.waitForFunction(() => document.querySelectorAll(".marker").length === 2);
  assert.equal(await page.locator("li").count(), RELEASES.length);
});

for (const width of [360, 1600]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`fits ${width} pixels in ${colorScheme}, and axe finds nothing`, async () => {
      await open(RELEASES, { width, colorScheme });
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.equal(await overflow(), 0);
      assert.deepEqual(await violations(), []);
      await page.locator("summary").first().click();
      await marker(0).focus();
      assert.equal(await overflow(), 0);
      assert.deepEqual(await violations(), []);
    });
  }
}

test("has nothing that axe finds while there is no release", async () => {
  await open([]);
  assert.deepEqual(await violations(), []);
});

test("does nothing that a hostile release asks for", async () => {
  const hostile = [
    "<img src=x onerror=document.title='owned'>",
    "<script>document.title='owned'</script>",
    "</title></li><svg onload=document.title='owned'>",
    "javascript:document.title='owned'",
    "\u202e gnp.exe \u2066 {{7*7}} ${7*7} \u0000",
    `${"W".repeat(3000)} ${"no break ".repeat(300)}`,
  ];
  await open(hostile.map((text, index) => ({
    version: text,
    release_start: `${["0001-01-01", "9999-12-31"][index] ?? `2026-01-0${index}`} 00:00:00`,
    title: text,
    description: text,
    platforms: [text],
    created_by: text,
  })), { width: 360 });
  assert.deepEqual((await titles()).toSorted(), hostile.toSorted());
  for (const [index] of hostile.entries()) {
    await marker(index).focus();
    await marker(index).press("Enter");
  }
  await page.getByRole("searchbox").fill("<img");
  assert.equal(await page.title(), "annotate sandbox");
  assert.equal(await page.locator("#list :is(img, script, svg, a)").count(), 0);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
  assert.deepEqual(complaints, []);
});

test("lets nothing run that is not the server's own file", async () => {
  await open();
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    try {
      script.textContent = "window.owned = true";
    } catch {
      return "refused";
    }
    document.body.append(script);
    return window.owned ?? "not run";
  });
  assert.notEqual(ran, true);
  assert.equal(await page.evaluate(() => fetch("http://127.0.0.1:9/").then(() => "sent", () => "refused")), "refused");
});

test("connects again to a server that was started again, and shows what that has", async () => {
  await open();
  const { port } = new URL(server.url);
  await server.close();
  await page.locator("#connection", { hasText: "Reconnecting" }).waitFor();
  server = await sandbox("--port", port);
  await server.send({ version: "3.0.0", release_start: "2026-11-20 09:00:00", title: "Menus" });
  await page.locator("#connection", { hasText: "Live" }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll("li").length === 1);
  assert.deepEqual(await titles(), ["Menus"]);
});

test("shows a thousand releases", async () => {
  await open(Array.from({ length: 1000 }, (_, index) => ({
    version: `1.${index}.0`,
    release_start: new Date(Date.UTC(2006, 0, 1 + 7 * index)).toISOString().slice(0, 19).replace("T", " "),
    title: `recipes 1.${index}.0`,
  })));
  await page.waitForFunction(() => document.querySelectorAll(".marker").length === 1000);
  await page.getByRole("searchbox").fill("1.999.0");
  await page.locator("#count", { hasText: "1 of 1000" }).waitFor();
});

/** What axe finds, in words. */
async function violations() {
  // The page's own policy lets no script in; this one comes by the browser's tools.
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() => axe.run());
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(", ")}`);
}
