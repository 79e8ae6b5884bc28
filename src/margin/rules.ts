/**
 * The margin rulebook as numbers: rates as exact ratios, dollars as cents. Read from the document that was activated, so
 * that every figure can name the version of the rules behind it.
 */
import type { Origin } from "../base/errors.ts";
import { type Day, parseDay } from "../base/time.ts";
import { loadRulebook } from "../rulebook/load.ts";
import type { Problem } from "../rulebook/problems.ts";
import type { ActivatedRulebook, RulebookStore } from "../rulebook/store.ts";
import { judgeHouse } from "./house/rules-judge.ts";
import { type HouseRules, houseRulesOf } from "./house/rules.ts";
import { type IntradayRules, intradayRulesOf, judgeIntraday } from "./intraday/rules.ts";
import { judgeAgreement, judgeLadder } from "./ladder/rules-judge.ts";
import { type LadderRules, ladderRulesOf } from "./ladder/rules.ts";
import { type LiquidationRules, liquidationRulesOf } from "./liquidation/rules.ts";
import { judgeMaintenance } from "./maintenance/rules-judge.ts";
import { type MaintenanceRules, maintenanceRulesOf } from "./maintenance/rules.ts";
import { type CashAccountRules, cashAccountRulesOf, judgeRegT, type RegTRules, regTRulesOf } from "./reg-t/rules.ts";
import { type OptionsRules, optionsRulesOf } from "./options/rules.ts";
import { type PortfolioRules, portfolioRulesOf } from "./portfolio/rules.ts";
import { MARGIN, type MarginDocument, marginSchema } from "./rules-document.ts";

export interface MarginRules {
  readonly version: string;
  readonly effective: Day;
  readonly maintenance: MaintenanceRules;
  readonly regT: RegTRules;
  readonly cashAccounts: CashAccountRules;
  readonly intraday: IntradayRules;
  readonly house: HouseRules;
  readonly ladder: LadderRules;
  readonly liquidation: LiquidationRules;
  readonly options: OptionsRules;
  readonly portfolio: PortfolioRules;
  readonly readings: MarginDocument["readings"];
}

/** Reads a rulebook; throws the first thing that is wrong with it, with its line and column. */
export function readMarginRules(text: string, origin: Origin = {}): MarginRules {
  return rulesOf(loadRulebook(text, marginSchema, origin, judgeMargin));
}

const read = new WeakMap<ActivatedRulebook, MarginRules>();

/** The rules of an activated document, read once. Throws as `readMarginRules` does. */
export function marginRulesOfActivated(active: ActivatedRulebook): MarginRules {
  const known = read.get(active);
  if (known !== undefined) return known;
  const rules = readMarginRules(active.document, { file: `${MARGIN} ${active.version}` });
  read.set(active, rules);
  return rules;
}

/** The rules in force on `day`, or undefined where no rulebook of this name is. */
export function marginRulesInForce(store: RulebookStore, day: Day): MarginRules | undefined {
  const active = store.inForce(MARGIN, day);
  return active === undefined ? undefined : marginRulesOfActivated(active);
}

/** What the schema cannot say, of a document that fits it. */
export function judgeMargin(document: MarginDocument): readonly Problem[] {
  const problems: Problem[] = [];
  if (document.rulebook !== MARGIN) {
    problems.push({
      code: "bad-value",
      path: ["rulebook"],
      summary: "is another rulebook",
      value: document.rulebook,
      expected: MARGIN,
    });
  }
  problems.push(...judgeMaintenance(document.maintenance));
  problems.push(...judgeRegT(document.regT, document.cashAccounts), ...judgeIntraday(document.intraday));
  problems.push(...judgeHouse(document.house));
  problems.push(...judgeLadder(document.ladder), ...judgeAgreement(document));
  return problems;
}

function rulesOf(document: MarginDocument): MarginRules {
  return {
    version: document.version,
    effective: parseDay(document.effective),
    maintenance: maintenanceRulesOf(document.maintenance),
    regT: regTRulesOf(document.regT),
    cashAccounts: cashAccountRulesOf(document.cashAccounts),
    intraday: intradayRulesOf(document.intraday),
    house: houseRulesOf(document.house),
    ladder: ladderRulesOf(document.ladder),
    liquidation: liquidationRulesOf(document.liquidation),
    options: optionsRulesOf(document.options),
    portfolio: portfolioRulesOf(document.portfolio),
    readings: document.readings,
  };
}
