/** A small demo firm on the real day, made once for all tests of this folder. */
import { demoFirm } from "../../src/simulator/demo-firm.ts";
import { marketDay } from "../../src/simulator/market-day.ts";

export const crashDay = marketDay("2015-08-24");
export const smallFirm = demoFirm({ market: crashDay, accounts: 400, positions: 4000, seed: 7 });
