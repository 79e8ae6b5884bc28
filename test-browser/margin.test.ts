/** The panels of margin and stress in a real browser, over a firm with accounts on every rung and a grid of moves. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startServer } from "../src/server/server.ts";
import type { FakeFirm } from "../test/server/fake-firm.ts";
import { reads, scene, webRoot } from "./scene.ts";

/** Gives the firm its margin, and waits for the panel with its lists. */
async function filled(live: FakeFirm, page: Page): Promise<void> {
  live.margin.fill();
  live.changed();
  await page.locator(".margin").scrollIntoViewIfNeeded();
  await page.locator(".accounts tbody tr").first().waitFor();
}

scene("without a rulebook margin is one quiet line, and stress is nothing", async ({ page }) => {
  assert.equal(await page.locator(".no-margin").textContent(), "Margin: no margin rulebook is in force.");
  assert.equal(await page.locator(".margin, .stress").count(), 0);
});

scene("the strip counts the accounts on each rung, and a rung shows its accounts alone", async ({ live, page }) => {
  await filled(live, page);
  assert.deepEqual(await page.locator(".strip button").allTextContents(), [
    "Healthy98,412",
    "Warning1,204",
    "Call7",
    "Restricted7",
    "Liquidating7",
    "Deficit7",
    "Unknown3",
  ]);
  await reads(page, ".totals", "14, 605,354 would meet them, 7 overdue");
  await reads(page, ".accounts h3", "45 of 99,647");
  await page.getByRole("button", { name: "Deficit 7" }).click();
  await reads(page, ".accounts h3", "Least excess: deficit7 of 7");
  assert.deepEqual([...new Set(await page.locator(".accounts .rung").allTextContents())], ["Deficit"]);
  live.margin.counts = { ...live.margin.counts, deficit: 8 };
  live.changed();
  await reads(page, ".strip", "Deficit8");
});

scene("calls count down, say what was given in time, and what is late", async ({ live, page }) => {
  await filled(live, page);
  await reads(
    page,
    ".calls li",
    "due 2026-11-24, extended by A. Officer: wire on its way; 10,000 announced for 2026-11-23",
  );
  await reads(page, ".calls .late", "late 10:00:00");
  await reads(page, ".calls .clock", "4 d 14:00");
  await page.locator(".calls li button").first().click();
  await page.getByRole("dialog").getByText("Closing orders only").first().waitFor();
});

scene("an account opens with everything about it, by the keyboard too; Escape goes back", async ({ live, page }) => {
  await filled(live, page);
  await page.getByRole("button", { name: "Liquidating 7" }).click();
  await reads(page, ".accounts .rung", "Liquidating");
  const name = page.locator(".accounts tbody button").first();
  const account = (await name.textContent()) ?? "";
  await name.focus();
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("dialog", { name: account });
  await drawer.getByText("Sell 4,206 MERIDIAN").waitFor();
  assert.match((await drawer.locator("tr.binds").textContent()) ?? "", /^Maintenancebinds/);
  await drawer.getByText("Rung: warning to call").waitFor();
  await drawer.getByRole("button", { name: "Maintenance requirement" }).click();
  await drawer.getByText("Long MERIDIAN").waitFor();
  assert.equal(
    await drawer.getByRole("link", { name: "FINRA 4210(f)(6)" }).getAttribute("href"),
    "https://www.finra.org/rules-guidance/rulebooks/finra-rules/4210",
  );
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), account);
});

scene("an account that cannot be said names what is missing, and shows no zero", async ({ live, page }) => {
  await filled(live, page);
  await page.getByRole("button", { name: "Unknown 3" }).click();
  await reads(page, ".accounts .rung", "Unknown");
  await page.locator(".accounts tbody tr").first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("no price for BROADWATER").waitFor();
  assert.doesNotMatch((await drawer.locator(".figures").textContent()) ?? "", /\d/);
});

scene(
  "the heat map shows each move by the measure that is chosen, and tells where the worst comes from",
  async ({ live, page }) => {
    await filled(live, page);
    await page.locator(".stress").scrollIntoViewIfNeeded();
    const cell = page.getByRole("button", { name: "Prices −30%, volatilities +100%" });
    await cell.waitFor();
    assert.equal(await page.locator(".heat-map td button").count(), 24);
    assert.equal(await cell.getAttribute("aria-pressed"), "true", "the worst is chosen at first");
    await reads(page, ".detail", "343 accounts");
    await page.getByRole("button", { name: "Net capital", exact: true }).click();
    assert.equal(await cell.textContent(), "34%");
    const share = await cell.evaluate((button) => getComputedStyle(button).getPropertyValue("--heat-share"));
    assert.equal(share, "100%", "below the minimum");
    await page.getByRole("button", { name: "The largest long name goes to zero" }).click();
    await reads(page, ".detail h3", "The largest long name goes to zero");
    await reads(page, ".detail .losses", "MERIDIAN");
    await reads(page, ".reverse", "The firm loses more than it may when everything falls 17.42%.");
  },
);

scene(
  "the heat map is live: the last sweep stands in it, and beside it what the last exact run said",
  async ({ live, page }) => {
    await filled(live, page);
    const exact = live.margin.stressed;
    assert.ok(exact);
    live.margin.swept = {
      seq: exact.seq + 812,
      at: exact.at,
      took: 3.4,
      accounts: exact.accounts,
      groups: 18,
      groupsAsOf: exact.seq,
      unknown: 0,
      rows: exact.rows.map(({ scenario }) => ({
        scenario,
        underWater: 350,
        unsecured: "9000000.00",
        called: 400,
        calls: "12000000.00",
        calledHeld: 410,
        callsHeld: "12500000.00",
      })),
    };
    await page.locator(".stress").scrollIntoViewIfNeeded();
    await reads(page, "#stress-title", "as of fact 184,925");
    await reads(page, "#stress-title", "net capital, names and clients as of fact 184,113");
    await page.getByRole("button", { name: "Prices −30%, volatilities +100%" }).click();
    await reads(page, ".detail", "350 accounts exactly 343");
    const measure = page.getByRole("group", { name: "Measured by" });
    await measure.getByRole("button", { name: "Calls" }).click();
    await reads(page, ".heat-map td button", "12.0");
    // The next sweep is shown without anybody asking.
    live.margin.swept = {
      ...live.margin.swept,
      rows: live.margin.swept.rows.map((row) => ({ ...row, calls: "13000000.00" })),
    };
    await reads(page, ".heat-map td button", "13.0");
  },
);

scene(
  "the stress panel says what is so before it is scrolled to, and nothing before it knows",
  async ({ live, page }) => {
    let letAnswer: () => void = () => undefined;
    const mayAnswer = new Promise<void>((resolve) => (letAnswer = resolve));
    await page.route("**/stress", async (route) => {
      await mayAnswer;
      await route.continue();
    });
    await page.setViewportSize({ width: 1024, height: 500 });
    await filled(live, page);
    await reads(page, "#stress-title", "Stress");
    assert.equal(await page.locator(".stress").textContent(), "Stress");
    letAnswer();
    await reads(page, "#stress-title", "as of fact 184,113");
    const top = await page.locator(".stress").evaluate((panel) => panel.getBoundingClientRect().top);
    assert.ok(top > 500, "nobody has looked at it yet");
  },
);

scene("before the first stress the panel says so; moves that were not asked for stay empty", async ({ live, page }) => {
  await filled(live, page);
  const all = live.margin.stressed;
  assert.ok(all);
  live.margin.stressed = { ...all, rows: all.rows.filter(({ scenario }) => scenario !== "all-30v100") };
  await page.locator(".stress").scrollIntoViewIfNeeded();
  await page.locator(".not-asked").waitFor();
  assert.equal(await page.locator(".heat-map td button").count(), 23);
  const again = await startServer({ live, webRoot, port: 0 });
  live.margin.stressed = undefined;
  await page.goto(again.url);
  await reads(page, ".stress", "No stress has been run yet.");
  await page.goto("about:blank");
  await again.close();
});

for (const [width, height] of [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const) {
  scene(
    `at ${width} × ${height} margin and stress fit, and updates move nothing`,
    async ({ live, page }) => {
      await filled(live, page);
      await page.locator(".stress").scrollIntoViewIfNeeded();
      await page.locator(".heat-map").waitFor();
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
      const places = () =>
        page.locator(".panel").evaluateAll((panels) =>
          panels.map((panel) => {
            const { width: wide, height: high } = panel.getBoundingClientRect();
            return [wide, high];
          }),
        );
      const before = await places();
      live.margin.counts = { ...live.margin.counts, call: 118_318 };
      live.margin.callList = live.margin.callList.slice(0, 2);
      live.changed();
      await reads(page, ".strip", "118,318");
      await page.getByRole("button", { name: "Under water" }).click();
      assert.deepEqual(await places(), before);
      await page.locator(".margin").scrollIntoViewIfNeeded();
      await page.locator(".accounts tbody tr").first().click();
      await page.getByRole("dialog").waitFor();
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
    },
    { width, height },
  );
}
