/** The page in a real browser, over a firm whose figures the test sets. */
import assert from "node:assert/strict";
import { toCents } from "../src/base/money.ts";
import { startServer } from "../src/server/server.ts";
import type { FakeFirm } from "../test/server/fake-firm.ts";
import { CONDITION, HALT, NOTICE } from "../test/server/fake-watch.ts";
import { money } from "../web/src/format.ts";
import { reads, scene, webRoot } from "./scene.ts";

const FIGURE = "[data-testid=net-capital]";

function figure(live: FakeFirm): string {
  const view = live.netCapital();
  assert.ok(view.answer === "figure");
  return `$${money(view.netCapital)}`;
}

scene("the page shows the figure that the API tells, with its tier in words", async ({ live, page, server }) => {
  const told = await (await fetch(`${server.url}/net-capital`)).json();
  assert.equal(await page.locator(FIGURE).textContent(), `$${money(told.netCapital)}`);
  assert.equal(await page.locator(".standing").textContent(), "Above every tier");
  await reads(page, ".stats", `${told.percentOfMinimum}%`);
  assert.match(
    (await page.locator(".gauge").getAttribute("aria-label")) ?? "",
    new RegExp(`${told.percentOfMinimum} percent`),
  );
  assert.equal(
    await page
      .locator("h1")
      .first()
      .textContent()
      .then((text) => text?.startsWith(live.name)),
    true,
  );
  assert.equal(await page.locator(".plot canvas").count(), 1);
  assert.equal(await page.locator(".movers tbody tr").count(), 12);
  assert.equal(await page.title(), `${told.percentOfMinimum}% · Plimsoll`);
});

scene(
  "live updates change the figure, and a fall through a tier is told in words and in the list",
  async ({ live, page }) => {
    const before = await page.locator(FIGURE).textContent();
    live.step(60);
    await reads(page, FIGURE, figure(live));
    assert.notEqual(await page.locator(FIGURE).textContent(), before);
    live.requirement = toCents(22_500_000_00);
    live.changed();
    await reads(page, ".standing", "Yellow tier");
    await reads(page, ".events li", "Fell below 120% of the minimum (yellow)");
    live.requirement = toCents(40_000_000_00);
    live.changed();
    await reads(page, ".standing", "Below the minimum");
    await reads(page, ".stats .negative", "(");
  },
);

scene(
  "a figure opens its explanation, down to a position and its paragraph; Escape goes back",
  async ({ live, page }) => {
    await page.locator(FIGURE).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText("15c3-1(c)(2)", { exact: true }).waitFor();
    await drawer.getByRole("button", { name: "Haircuts on securities" }).click();
    await drawer.getByRole("button", { name: "Equities" }).click();
    await drawer.getByText("NVIDIA Corp.").waitFor();
    assert.equal(
      await drawer.getByRole("link", { name: "15c3-1(c)(2)(vi)(J)" }).first().getAttribute("href"),
      "https://www.ecfr.gov/current/title-17/section-240.15c3-1#p-240.15c3-1(c)(2)(vi)(J)",
    );
    await drawer.getByText(`As of fact ${live.status().seq.toLocaleString("en-US")}`).waitFor();
    live.step();
    await drawer.getByRole("button", { name: "37 facts since: compute again" }).click();
    await drawer.getByRole("button", { name: "This is now" }).waitFor();
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-testid")), "net-capital");
  },
);

scene("each step of the waterfall and each position opens its own explanation", async ({ page }) => {
  await page.locator(".waterfall button").filter({ hasText: "Non-allowable assets" }).click();
  await page.getByRole("dialog").getByText("Prepaid expenses").waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await page.locator(".movers tbody tr").first().locator("td").last().click();
  await page.getByRole("dialog").getByText("market value").waitFor();
});

scene("everything can be reached with the keyboard alone", async ({ page }) => {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-testid")), "net-capital");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Close");
  await page.keyboard.press("Escape");
  await page.locator(".plot").focus();
  const newest = await page.locator(".readout").textContent();
  for (let press = 0; press < 5; press++) await page.keyboard.press("ArrowLeft");
  assert.notEqual(await page.locator(".readout").textContent(), newest);
});

scene("the chart tells the point under the pointer, and can show the movement alone", async ({ page, live }) => {
  await page.getByRole("button", { name: "Movement" }).click();
  assert.equal(await page.getByRole("button", { name: "Movement" }).getAttribute("aria-pressed"), "true");
  const box = await page.locator(".plot .u-over").boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x, box.y + box.height / 2);
  await reads(page, ".readout", `$${money(live.history()[0]?.netCapital ?? "")}`);
});

scene("what cannot be said shows as such, names what is missing, and shows no zero", async ({ live, page }) => {
  live.missing = [{ code: "missing-input", message: "NVDA has no price since 2026-11-19", field: "price" }];
  live.changed();
  const panel = page.locator(".net-capital");
  await panel.getByText("Cannot say").waitFor();
  await panel.getByText("NVDA has no price since 2026-11-19").waitFor();
  assert.equal(await page.locator(FIGURE).count(), 0);
  assert.doesNotMatch((await panel.textContent()) ?? "", /\b0(\.00)?\b/);
  assert.equal(
    await page.locator(".waterfall").textContent(),
    "From equity to net capitalCannot say while an input is missing.",
  );
  await reads(page, ".readout", "cannot say");
  live.missing = [];
  live.changed();
  await reads(page, FIGURE, figure(live));
});

scene("what stands in the way of facts is told in words", async ({ live, page }) => {
  live.troubles = [{ code: "disk-full", message: "no room to write" }];
  live.changed();
  await reads(page, ".banner", "No facts are being taken: no room to write.");
});

scene("notices count down to when they are due, and restrictions say how long they hold", async ({ live, page }) => {
  await reads(page, ".standing-list", "No notice is due, and nothing is restricted.");
  const { at } = live.status();
  const due = new Date(Date.parse(at) + 3_661_000).toISOString();
  live.watch.noticeList = [{ ...NOTICE, due }];
  live.watch.restrictionList = [HALT];
  live.watch.conditionList = [CONDITION];
  live.watch.tierInForce = "red";
  live.changed();
  await reads(page, ".standing-list", "Red tier still in force");
  await reads(page, ".standing-list li", "Red tier, until two officers release it");
  await reads(page, ".standing-list .clock", "1:01:01");
  await reads(page, ".standing-list .clock", "day 3 of 15");
  live.step(61);
  await reads(page, ".standing-list .clock", "1:00:00");
  live.watch.noticeList = [{ ...NOTICE, due, status: "overdue" }];
  live.step(3610);
  await reads(page, ".standing-list .late", "late 0:10");
  live.watch.restrictionList = [{ ...HALT, ended: { seq: 1, at, how: "released" } }];
  live.watch.noticeList = [];
  live.watch.conditionList = [];
  live.watch.tierInForce = null;
  live.changed();
  await reads(page, ".standing-list", "No notice is due, and nothing is restricted.");
});

scene("any number of tiers is shown", async ({ live, page }) => {
  live.tierPercents = [150, 140, 130, 120, 110].map((level) => [`t${level}`, `Tier ${level}`, level, "house"] as const);
  live.changed();
  await reads(page, ".room tbody tr", "T150");
  assert.equal(await page.locator(".room tbody tr").count(), 6);
  assert.equal(await page.locator(".zone").count(), 6);
});

scene(
  "a lost server is told, and the page comes back by itself",
  async ({ live, page, server }) => {
    const port = Number(new URL(server.url).port);
    await server.close();
    await page.getByText("Disconnected. Every figure is as of").waitFor();
    live.step(60);
    const again = await startServer({ live, webRoot, port });
    await reads(page, FIGURE, figure(live));
    await reads(page, ".connection", "Connected");
    await again.close();
  },
  { expects: /WebSocket connection to .* failed/ },
);

for (const [width, height] of [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const) {
  scene(
    `at ${width} × ${height} nothing is wider than the screen, and updates move nothing`,
    async ({ live, page }) => {
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
      const places = () =>
        page.locator(".panel").evaluateAll((panels) =>
          panels.map((panel) => {
            const { x, y, width: wide, height: high } = panel.getBoundingClientRect();
            return [x, y, wide, high];
          }),
        );
      const before = await places();
      live.step(600);
      await reads(page, FIGURE, figure(live));
      assert.deepEqual(await places(), before);
    },
    { width, height },
  );
}
