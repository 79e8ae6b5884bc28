/**
 * A page in a real browser for one test. Run by `npm run test:browser` after `npm run build`; needs the system's Chromium
 * (Debian: `apt-get install chromium`), or another named in the environment variable CHROMIUM.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { type RunningServer, startServer } from "../src/server/server.ts";
import { FakeFirm } from "../test/server/fake-firm.ts";

export const webRoot = fileURLToPath(new URL("../web/dist", import.meta.url));
/** Waiting for what must come; far longer than it takes. */
const TIMEOUT_MS = 5000;

let browser: Browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
});
after(() => browser.close());

interface Scene {
  readonly live: FakeFirm;
  readonly page: Page;
  readonly server: RunningServer;
}

/** A page over a fresh firm. Fails if the page wrote an error to its console, unless `expects` names it. */
export function scene(
  name: string,
  body: (scene: Scene) => Promise<void>,
  { width = 1440, height = 900, expects = /^$/ }: { width?: number; height?: number; expects?: RegExp } = {},
): void {
  test(name, async () => {
    const live = new FakeFirm();
    for (let minute = 0; minute < 30; minute++) live.step(60);
    const server = await startServer({ live, webRoot, port: 0 });
    const page = await browser.newPage({ viewport: { width, height } });
    page.setDefaultTimeout(TIMEOUT_MS);
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) problems.push(message.text());
    });
    try {
      await page.goto(server.url);
      await page.locator(".panels").waitFor();
      await body({ live, page, server });
      assert.deepEqual(
        problems.filter((problem) => !expects.test(problem)),
        [],
      );
    } finally {
      await page.close();
      await server.close();
    }
  });
}

export async function reads(page: Page, selector: string, text: string): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor();
}
