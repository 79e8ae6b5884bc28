/** Takes the pictures of margin and stress for the guides: `node test-browser/screenshots.ts`, after `npm run build`. */
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { startServer } from "../src/server/server.ts";
import { FakeFirm } from "../test/server/fake-firm.ts";

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const live = new FakeFirm();
live.margin.fill();
for (let minute = 0; minute < 30; minute++) live.step(60);
const server = await startServer({ live, webRoot: at("web/dist"), port: 0 });
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(server.url);
for (const [panel, isThere] of [
  ["margin", ".accounts tbody tr"],
  ["stress", ".heat-map"],
] as const) {
  await page.locator(`.${panel}`).scrollIntoViewIfNeeded();
  await page.locator(isThere).first().waitFor();
  await page.locator(`.${panel}`).screenshot({ path: at(`docs/images/${panel}.png`) });
}
await browser.close();
await server.close();
