/** FINRA 4210(f)(2) as the rulebook has it, and as numbers. */
import { type Static, Type } from "typebox";
import { parseRate, type Rate } from "../../base/rate.ts";
import { type Day, parseDay } from "../../base/time.ts";
import { closed, dayTerm, parseSpan, portionTerm, type Span, spanTerm, textTerm } from "../../rulebook/terms.ts";

const paragraph = textTerm("The paragraph of law.");

const uncoveredOf = (description: string) =>
  closed(
    {
      basic: portionTerm("Of what the option is on, before what it is out of the money is taken off."),
      least: portionTerm("Least, of what the option is on; for a put, of its exercise price."),
    },
    description,
  );

const debtTables = {
  bills: uncoveredOf("Treasury bills of 95 days or less, of principal."),
  notes: uncoveredOf("Treasury notes, of principal."),
  bonds: uncoveredOf("Treasury bonds, of principal."),
};

const tables = {
  equity: uncoveredOf("Stock, and funds that track no broad-based index."),
  narrowIndex: uncoveredOf("Narrow-based indices."),
  broadIndex: uncoveredOf("Broad-based indices, and funds that track one."),
  volatilityIndex: uncoveredOf("Indices of volatility."),
  interestRate: uncoveredOf("Interest-rate contracts."),
  currency: uncoveredOf("Foreign currencies."),
};

export const optionsSchema = closed({
  paragraph,
  long: closed({
    paragraph,
    after: spanTerm("Remaining life beyond which a listed long option has loan value."),
    rate: portionTerm("Of its market value: what it then requires."),
  }),
  uncovered: closed({
    paragraph,
    ...tables,
    ...debtTables,
    billsWithin: spanTerm("The longest life of a bill."),
    notesWithin: spanTerm("The longest life of a note."),
  }),
  overTheCounter: closed({
    paragraph,
    equity: uncoveredOf("Stock and narrow-based indices."),
    broadIndex: uncoveredOf("Broad-based indices."),
    currency: uncoveredOf("Foreign currencies."),
    governments: uncoveredOf("Debt of the United States, of principal."),
    otherDebt: uncoveredOf("Other debt, of principal."),
  }),
  straddle: closed({ paragraph }),
  spread: closed({ paragraph, definition: paragraph }),
  covered: closed({ paragraph }),
  hedged: closed({
    paragraph,
    exercise: portionTerm("Of the aggregate exercise price: stock with an option that bounds its loss."),
    conversion: portionTerm("Of the aggregate exercise price: conversions and reverse conversions."),
    collar: portionTerm("Of the call's aggregate exercise price: the most that a collar requires."),
  }),
  protected: Type.Optional(
    closed(
      {
        paragraph,
        effective: dayTerm("From when on it holds."),
        established: portionTerm("Of the index value: what the protection must be worth when the position is taken."),
        least: portionTerm("Of the index value: what it must be worth at any time."),
      },
      "Options on an index that a fund on it protects; absent: none are.",
    ),
  ),
  longBox: closed({
    paragraph,
    requirement: portionTerm("Of the difference of exercise prices: a long box of European options."),
    loanValue: Type.Boolean({ description: "Whether such a box adds what it is worth to margin equity." }),
  }),
  cash: closed({ paragraph }, "Options in a cash account."),
});
export type OptionsDocument = Static<typeof optionsSchema>;

export interface UncoveredRule {
  readonly basic: Rate;
  readonly least: Rate;
}

/** By what an option is on. */
export type UncoveredTable = keyof typeof tables | keyof typeof debtTables;
export type OverTheCounterTable = "equity" | "broadIndex" | "currency" | "governments" | "otherDebt";

interface Cited {
  readonly paragraph: string;
}

interface ProtectedRule extends Cited {
  readonly effective: Day;
  readonly established: Rate;
  readonly least: Rate;
}

export interface OptionsRules extends Cited {
  readonly long: Cited & { readonly after: Span; readonly rate: Rate };
  readonly uncovered: Cited & {
    readonly billsWithin: Span;
    readonly notesWithin: Span;
    readonly tables: Readonly<Record<UncoveredTable, UncoveredRule>>;
  };
  readonly overTheCounter: Cited & { readonly tables: Readonly<Record<OverTheCounterTable, UncoveredRule>> };
  readonly straddle: Cited;
  readonly spread: Cited & { readonly definition: string };
  readonly covered: Cited;
  readonly hedged: Cited & { readonly exercise: Rate; readonly conversion: Rate; readonly collar: Rate };
  readonly protected: ProtectedRule | undefined;
  readonly longBox: Cited & { readonly requirement: Rate; readonly loanValue: boolean };
  readonly cash: Cited;
}

export function optionsRulesOf(section: OptionsDocument): OptionsRules {
  const { long, hedged, protected: guarded, longBox } = section;
  const { paragraph: uncovered, billsWithin, notesWithin, ...uncoveredTables } = section.uncovered;
  const { paragraph: overTheCounter, ...overTheCounterTables } = section.overTheCounter;
  return {
    paragraph: section.paragraph,
    long: { paragraph: long.paragraph, after: parseSpan(long.after), rate: parseRate(long.rate) },
    uncovered: {
      paragraph: uncovered,
      billsWithin: parseSpan(billsWithin),
      notesWithin: parseSpan(notesWithin),
      tables: tablesOf(uncoveredTables),
    },
    overTheCounter: { paragraph: overTheCounter, tables: tablesOf(overTheCounterTables) },
    straddle: section.straddle,
    spread: section.spread,
    covered: section.covered,
    hedged: {
      paragraph: hedged.paragraph,
      exercise: parseRate(hedged.exercise),
      conversion: parseRate(hedged.conversion),
      collar: parseRate(hedged.collar),
    },
    protected: guarded === undefined ? undefined : protectedOf(guarded),
    longBox: {
      paragraph: longBox.paragraph,
      requirement: parseRate(longBox.requirement),
      loanValue: longBox.loanValue,
    },
    cash: section.cash,
  };
}

function protectedOf({
  paragraph: cited,
  effective,
  ...shares
}: NonNullable<OptionsDocument["protected"]>): ProtectedRule {
  return {
    paragraph: cited,
    effective: parseDay(effective),
    established: parseRate(shares.established),
    least: parseRate(shares.least),
  };
}

function tablesOf<Name extends string>(
  texts: Readonly<Record<Name, { readonly basic: string; readonly least: string }>>,
): Readonly<Record<Name, UncoveredRule>> {
  const entries = Object.entries<{ readonly basic: string; readonly least: string }>(texts).map(
    ([name, { basic, least }]) => [name, { basic: parseRate(basic), least: parseRate(least) }],
  );
  return Object.fromEntries(entries) as Record<Name, UncoveredRule>;
}
