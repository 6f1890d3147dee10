// Takes the README's pictures of the sandbox's page and of a step summary, into the folder that is named.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { browser, sandbox } from "./browser.mjs";
import { RELEASES } from "./releases.mjs";

const TICK =
  '<svg viewBox="0 0 16 16"><path fill-rule="evenodd" d="M8 16A8 8 0 1 1 8 0a8 8 0 0 1 0 16Zm3.78-9.72-4.25 4.25a.75.75 0 0 1-1.06 0L4.22 8.28a.75.75 0 0 1 1.06-1.06L7 8.94l3.72-3.72a.75.75 0 0 1 1.06 1.06Z"/></svg>';
// Chromium has no emoji without a font for them.
const GREEN_BOX =
  '<svg viewBox="0 0 20 20"><rect width="20" height="20" rx="4" fill="#2da44e"/><path d="m5 10.5 3.5 3.5L15 6.5" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/></svg>';

const [folder] = process.argv.slice(2);
const chromium = await browser();
await takeSandbox();
await takeSummary();
await chromium.close();

async function takeSandbox() {
  const server = await sandbox();
  for (const release of RELEASES) await server.send(release);
  for (const colorScheme of ["light", "dark"]) {
    const page = await chromium.newPage({
      colorScheme,
      viewport: { width: 1120, height: 800 },
      reducedMotion: "reduce",
    });
    await page.goto(server.url);
    await page.locator(".marker").nth(3).hover();
    await page.getByRole("tooltip").waitFor();
    await page.screenshot({ path: join(folder, `sandbox-${colorScheme}.png`) });
  }
  await server.close();
}

async function takeSummary() {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const summary = execFileSync(process.env.PYTHON ?? "python3", ["-m", "demo.summary"], { cwd: root, encoding: "utf8" });
  const style = readFileSync(new URL("summary.css", import.meta.url), "utf8");
  for (const colorScheme of ["light", "dark"]) {
    const page = await chromium.newPage({ colorScheme, viewport: { width: 920, height: 400 } });
    await page.setContent(
      `<!doctype html><style>${style}</style>
      <main><header>${TICK}annotate <span>summary</span></header><article>${summary.replace("✅", GREEN_BOX)}</article></main>`,
    );
    // Folded at first, as the request and the response are.
    await page.locator("details").first().evaluate((details) => { details.open = true; });
    await page.screenshot({ path: join(folder, `summary-${colorScheme}.png`), fullPage: true });
  }
}
