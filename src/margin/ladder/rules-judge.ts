/** What the schema of the ladder cannot say: boundaries that are nested, clocks in business days, layers that stand once. */
import { parseRate } from "../../base/rate.ts";
import type { Problem } from "../../rulebook/problems.ts";
import { parseDeadline } from "../../rulebook/terms.ts";
import type { MarginDocument } from "../rules-document.ts";
import { type CallLayer, daysOf, type LadderSection } from "./rules.ts";

type Path = readonly (string | number)[];

export function judgeLadder(ladder: LadderSection): readonly Problem[] {
  return [...judgeRungs(ladder), ...judgeLayers(ladder)];
}

/** A graver boundary lies inside the milder ones, and a rung is not released before it would begin. */
function judgeRungs({ warning, call }: LadderSection): Problem[] {
  const problems: Problem[] = [];
  const needs = (path: Path, value: string, least: string, summary: string): void => {
    if (isLess(value, least)) problems.push({ code: "bad-value", path, summary, value, expected: `${least} or more` });
  };
  needs(
    ["ladder", "warning", "releasedAt"],
    warning.releasedAt,
    warning.excessUnder,
    `is below ${warning.excessUnder}, where the warning begins: it would end and begin again at once`,
  );
  needs(
    ["ladder", "warning", "excessUnder"],
    warning.excessUnder,
    call.releasedAt,
    `is below ${call.releasedAt}, where the call is released: a call would turn healthy without a warning between`,
  );
  return problems;
}

function judgeLayers({ layers, practice }: LadderSection): Problem[] {
  const problems: Problem[] = [];
  const known = layers.map(({ layer }) => layer);
  for (const [index, rules] of layers.entries()) {
    const path: Path = ["ladder", "layers", index];
    if (known.indexOf(rules.layer) !== index)
      problems.push({
        code: "bad-value",
        path: [...path, "layer"],
        summary: "stands there twice",
        value: rules.layer,
        expected: "each layer once",
      });
    const clocks = { due: rules.due, latest: rules.latest, lapses: rules.lapses };
    for (const [field, value] of Object.entries(clocks))
      if (value !== undefined && parseDeadline(value).kind !== "business-days")
        problems.push(notBusinessDays([...path, field], value));
    for (const field of ["after", "until"] as const) {
      const value = rules.charge?.[field];
      if (value !== undefined && parseDeadline(value).kind !== "business-days")
        problems.push(notBusinessDays([...path, "charge", field], value));
    }
    if (daysOf(rules.latest) < daysOf(rules.due))
      problems.push({
        code: "bad-value",
        path: [...path, "latest"],
        summary: "is before the due day",
        value: rules.latest,
        expected: `${rules.due} or more`,
      });
  }
  for (const [index, layer] of practice.layers.entries())
    if (!known.includes(layer))
      problems.push({
        code: "bad-value",
        path: ["ladder", "practice", "layers", index],
        summary: "is not among the layers",
        value: layer,
        expected: `one of ${known.join(", ")}`,
      });
  return problems;
}

/** What another section says of a call as well must be the same. */
export function judgeAgreement({ ladder, regT, cashAccounts, intraday }: MarginDocument): readonly Problem[] {
  const said: readonly [CallLayer, "due" | "lapses" | "ignoreUpTo", string, string][] = [
    ["reg-t", "due", regT.paymentPeriod.afterSettlement, "regT.paymentPeriod.afterSettlement"],
    ["reg-t", "ignoreUpTo", regT.deficiency.disregarded, "regT.deficiency.disregarded"],
    ["cash-payment", "due", cashAccounts.payment.afterSettlement, "cashAccounts.payment.afterSettlement"],
    ["cash-payment", "ignoreUpTo", cashAccounts.disregarded.dollars, "cashAccounts.disregarded.dollars"],
    ["intraday", "due", intraday.cure.promptly, "intraday.cure.promptly"],
    ["intraday", "lapses", intraday.cure.expires, "intraday.cure.expires"],
    ["day-trade", "due", intraday.dayTrading.due, "intraday.dayTrading.due"],
  ];
  return said.flatMap(([layer, field, expected, where]): Problem[] => {
    const index = ladder.layers.findIndex((rules) => rules.layer === layer);
    const value = index === -1 ? undefined : ladder.layers[index][field];
    if (index === -1 || value === expected) return [];
    return [
      {
        code: "bad-value",
        path: ["ladder", "layers", index, field],
        summary: `is not what ${where} says`,
        value,
        expected,
      },
    ];
  });
}

function notBusinessDays(path: Path, value: string): Problem {
  return {
    code: "bad-value",
    path,
    summary: "is not counted in business days",
    value,
    expected: 'business days, such as "5 business days"',
  };
}

function isLess(a: string, b: string): boolean {
  const [x, y] = [parseRate(a), parseRate(b)];
  return x.numerator * y.denominator < y.numerator * x.denominator;
}
