// A sandbox and a browser that looks at it. PYTHON names the Python that has what annotate needs.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ENTRYPOINT = fileURLToPath(new URL("../../../entrypoint.py", import.meta.url));
// As root, Chromium has no sandbox of its own; and it is to call nobody but our server.
const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Start a sandbox server. */
export async function sandbox(...flags) {
  const command = [ENTRYPOINT, "sandbox", "--port", "0", ...flags];
  const server = spawn(process.env.PYTHON ?? "python3", command, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface(server.stdout), "line");
  const url = line.split(" ").at(-1);
  return {
    url,
    async send(fields) {
      const { status } = await fetch(`${url}/api/2/release`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Basic ${btoa("key:secret")}` },
        body: JSON.stringify(fields),
      });
      if (status !== 200) throw new Error(`the sandbox answered ${status}`);
    },
    async close() {
      server.kill();
      await once(server, "exit");
    },
  };
}

/** Start Debian's Chromium. */
export function browser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}
