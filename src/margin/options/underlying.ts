/** By which row of the tables of 4210(f)(2)(E) an option is margined that nothing covers: what it is on, and who lists it. */
import { Trouble } from "../../base/errors.ts";
import { type Rate, rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import type { InstrumentType } from "../../books/instrument-types.ts";
import { addSpan } from "../../rulebook/terms.ts";
import type { OptionsRules, OverTheCounterTable, UncoveredTable } from "./rules.ts";

/** Debt is priced per 100 of principal, in units of 10^-8. */
const PRINCIPAL = 100 * 10 ** PRICE_SCALE;

/** What a short option requires uncovered, as rates of a price. */
export interface UncoveredTerms {
  readonly paragraph: string;
  readonly basic: Rate;
  readonly least: Rate;
  /** The least of a put is of its exercise price, and no put requires more than all of that. */
  readonly isOfStrike: boolean;
  /** In place of its market value it requires what it is in the money, (E)(iii). */
  readonly isOverTheCounter: boolean;
  /** In place of the price of the underlying: principal, in units of 10^-8. */
  readonly principal: number | undefined;
}

/** The terms of options on `underlying`, or why there are none. `tracked` is the index that a fund tracks. */
export function uncoveredTerms(
  underlying: InstrumentAttributes,
  tracked: InstrumentAttributes | undefined,
  isOverTheCounter: boolean,
  rules: OptionsRules,
  asOf: Day,
): UncoveredTerms | Trouble {
  if (needsClass(underlying, isOverTheCounter)) {
    return new Trouble("missing-input", "margin of options on an index needs its class of index", {
      field: "instrument",
      value: underlying.instrument,
      expected: "an instrument-listed fact with its indexClass",
    });
  }
  const table = isOverTheCounter
    ? overTheCounterTable(underlying, tracked)
    : listedTable(underlying, tracked, rules, asOf);
  if (table === undefined) {
    return new Trouble("missing-rule", `no margin rule for options on ${underlying.type}`, {
      field: "underlying",
      value: underlying.instrument,
    });
  }
  const section = isOverTheCounter ? rules.overTheCounter : rules.uncovered;
  const found = isOverTheCounter
    ? rules.overTheCounter.tables[table as OverTheCounterTable]
    : rules.uncovered.tables[table as UncoveredTable];
  const isDebt = DEBT_TABLES.has(table);
  return {
    paragraph: section.paragraph,
    basic: leveraged(found.basic, underlying),
    least: leveraged(found.least, underlying),
    isOfStrike: !isDebt,
    isOverTheCounter,
    principal: isDebt ? PRINCIPAL : undefined,
  };
}

const DEBT_TABLES: ReadonlySet<string> = new Set(["bills", "notes", "bonds", "governments", "otherDebt"]);

/** Types whose options all fall under one row of the table; the others need a closer look, or have no rule. */
const LISTED: Readonly<Partial<Record<InstrumentType, UncoveredTable>>> = {
  equity: "equity",
  preferred: "equity",
  convertible: "equity",
  warrant: "equity",
  currency: "currency",
};

const OVER_THE_COUNTER: Readonly<Partial<Record<InstrumentType, OverTheCounterTable>>> = {
  equity: "equity",
  preferred: "equity",
  convertible: "equity",
  warrant: "equity",
  currency: "currency",
  treasury: "governments",
  agency: "governments",
  corporate: "otherDebt",
  municipal: "otherDebt",
};

/** An index of which nobody said whether it is broad; the listed table has rows for what measures something else than stocks. */
function needsClass({ type, measures, indexClass }: InstrumentAttributes, isOverTheCounter: boolean): boolean {
  if (type !== "index" || indexClass !== undefined) return false;
  return isOverTheCounter || (measures !== "volatility" && measures !== "interest-rate");
}

function listedTable(
  underlying: InstrumentAttributes,
  tracked: InstrumentAttributes | undefined,
  rules: OptionsRules,
  asOf: Day,
): UncoveredTable | undefined {
  const { type, measures, indexClass } = underlying;
  if (type === "etf") return isBroad(underlying, tracked) ? "broadIndex" : "equity";
  if (type === "treasury") return treasuryTable(underlying, rules, asOf);
  if (type !== "index") return LISTED[type];
  if (measures === "volatility") return "volatilityIndex";
  if (measures === "interest-rate") return "interestRate";
  return indexClass === "narrow-based" ? "narrowIndex" : "broadIndex";
}

/** By what is left of its life. */
function treasuryTable(
  { maturity }: InstrumentAttributes,
  { uncovered }: OptionsRules,
  asOf: Day,
): UncoveredTable | undefined {
  if (maturity === undefined) return undefined;
  if (maturity <= addSpan(asOf, uncovered.billsWithin)) return "bills";
  return maturity <= addSpan(asOf, uncovered.notesWithin) ? "notes" : "bonds";
}

function overTheCounterTable(
  underlying: InstrumentAttributes,
  tracked: InstrumentAttributes | undefined,
): OverTheCounterTable | undefined {
  const { type, indexClass } = underlying;
  if (type === "etf") return isBroad(underlying, tracked) ? "broadIndex" : "equity";
  if (type === "index") return indexClass === "narrow-based" ? "equity" : "broadIndex";
  return OVER_THE_COUNTER[type];
}

function isBroad({ broadBased }: InstrumentAttributes, tracked: InstrumentAttributes | undefined): boolean {
  return (
    broadBased ||
    (tracked?.type === "index" && tracked.indexClass !== undefined && tracked.indexClass !== "narrow-based")
  );
}

/** Both percentages grow with the absolute leverage of a fund, Regulatory Notice 09-53. */
function leveraged(by: Rate, { type, leverage: { numerator, denominator } }: InstrumentAttributes): Rate {
  const size = Math.abs(numerator);
  if (type !== "etf" || size <= denominator) return by;
  return rate(by.numerator * size, by.denominator * denominator);
}
