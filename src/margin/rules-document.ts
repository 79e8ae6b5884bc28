/**
 * The shape of the margin rulebook: what `rulebooks/margin.yaml` must hold. Each part of the computation has a section,
 * whose shape stands beside the part. Reading it into numbers is `rules.ts`.
 */
import { type Static } from "typebox";
import { closed, HEADER } from "../rulebook/terms.ts";
import { houseSchema } from "./house/rules-document.ts";
import { intradaySchema } from "./intraday/rules.ts";
import { ladderSchema } from "./ladder/rules.ts";
import { liquidationSchema } from "./liquidation/rules.ts";
import { maintenanceSchema } from "./maintenance/rules.ts";
import { optionsSchema } from "./options/rules.ts";
import { portfolioSchema } from "./portfolio/rules.ts";
import { cashAccountsSchema, regTSchema } from "./reg-t/rules.ts";

/** The name of this rulebook in facts and documents. */
export const MARGIN = "margin";

/** Where the text leaves a gap: which reading is taken. */
const readingsSchema = closed({});

export const marginSchema = closed({
  ...HEADER,
  maintenance: maintenanceSchema,
  regT: regTSchema,
  cashAccounts: cashAccountsSchema,
  intraday: intradaySchema,
  house: houseSchema,
  ladder: ladderSchema,
  liquidation: liquidationSchema,
  options: optionsSchema,
  portfolio: portfolioSchema,
  readings: readingsSchema,
});
export type MarginDocument = Static<typeof marginSchema>;
