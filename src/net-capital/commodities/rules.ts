/**
 * The rulebook's sections on futures and commodities, Appendix B (15c3-1b), and on credit default swaps,
 * 15c3-1(c)(2)(vi)(P) and 15c3-1b(b)(2)(i).
 */
import { type Static, Type } from "typebox";
import { parseRate, type Rate } from "../../base/rate.ts";
import type { Problem } from "../../rulebook/problems.ts";
import { closed, parseSpan, portionTerm, rateTerm, type Span, spanTerm, textTerm } from "../../rulebook/terms.ts";

const paragraph = textTerm("The paragraph of law.");

export const commoditiesSchema = closed(
  {
    futures: closed({
      paragraph,
      clearingMember: rateTerm("Of the clearing organization's margin, by its members."),
      member: rateTerm("Of maintenance margin, by members of a self-regulatory organization."),
      others: rateTerm("Of maintenance margin, by all others."),
      initial: rateTerm("Of initial margin, where there is no maintenance margin."),
    }),
    options: closed({
      longParagraph: paragraph,
      offExchangeParagraph: paragraph,
      offExchange: portionTerm("Of the market value of what the option is on."),
    }),
    inventory: closed({
      paragraph,
      deliverable: portionTerm("Covered by a future, and registered as deliverable against it."),
      covered: portionTerm("Covered."),
      uncovered: portionTerm("Not covered."),
    }),
    commitments: closed({ paragraph, covered: portionTerm("Covered."), uncovered: portionTerm("Not covered.") }),
  },
  "Futures and commodities.",
);

const gridSchema = closed({
  paragraph,
  rows: Type.Array(
    closed({
      under: Type.Optional(spanTerm("Life, exclusive; absent in the last row only.")),
      rates: Type.Array(portionTerm("Of notional."), { minItems: 1, description: "By spread." }),
    }),
    { minItems: 1, description: "By life, rising." },
  ),
});

export const swapsSchema = closed(
  {
    spreads: Type.Array(Type.Integer({ minimum: 0 }), {
      description: "The last basis point of each column but the last, rising.",
    }),
    sold: gridSchema,
    soldOnIndex: gridSchema,
    boughtParagraph: paragraph,
    bought: portionTerm("Of what selling the same would cost, and no more than it is worth."),
    bondParagraph: paragraph,
    bond: portionTerm("Of the deduction on a bond against whose issuer protection was bought."),
  },
  "Credit default swaps.",
);

/** What the firm is to the exchanges. */
export const commodityElections = {
  futuresMembership: Type.Optional(
    Type.Enum(["clearing-member", "member", "none"], {
      description: "Of a clearing organization, of a self-regulatory organization, of neither; absent: of neither.",
    }),
  ),
} as const;
export type FuturesMembership = "clearing-member" | "member" | "none";

export interface CommodityRules {
  readonly futures: {
    readonly paragraph: string;
    readonly clearingMember: Rate;
    readonly member: Rate;
    readonly others: Rate;
    readonly initial: Rate;
  };
  readonly options: {
    readonly longParagraph: string;
    readonly offExchangeParagraph: string;
    readonly offExchange: Rate;
  };
  readonly inventory: {
    readonly paragraph: string;
    readonly deliverable: Rate;
    readonly covered: Rate;
    readonly uncovered: Rate;
  };
  readonly commitments: { readonly paragraph: string; readonly covered: Rate; readonly uncovered: Rate };
}

export interface SwapGrid {
  readonly paragraph: string;
  readonly rows: readonly { readonly under: Span | undefined; readonly rates: readonly Rate[] }[];
}

export interface SwapRules {
  readonly spreads: readonly number[];
  readonly sold: SwapGrid;
  readonly soldOnIndex: SwapGrid;
  readonly boughtParagraph: string;
  readonly bought: Rate;
  readonly bondParagraph: string;
  readonly bond: Rate;
}

/** The section as numbers. */
export function commodityRulesOf(section: Static<typeof commoditiesSchema>): CommodityRules {
  const { futures, options, inventory, commitments } = section;
  return {
    futures: {
      paragraph: futures.paragraph,
      clearingMember: parseRate(futures.clearingMember),
      member: parseRate(futures.member),
      others: parseRate(futures.others),
      initial: parseRate(futures.initial),
    },
    options: { ...options, offExchange: parseRate(options.offExchange) },
    inventory: {
      paragraph: inventory.paragraph,
      deliverable: parseRate(inventory.deliverable),
      covered: parseRate(inventory.covered),
      uncovered: parseRate(inventory.uncovered),
    },
    commitments: {
      paragraph: commitments.paragraph,
      covered: parseRate(commitments.covered),
      uncovered: parseRate(commitments.uncovered),
    },
  };
}

/** A grid has one rate for each column, and the columns rise. */
export function judgeSwaps(section: Static<typeof swapsSchema>): readonly Problem[] {
  const { spreads } = section;
  const columns = spreads.length + 1;
  const problems: Problem[] = spreads.flatMap((spread, index): Problem[] =>
    index === 0 || spread > spreads[index - 1]
      ? []
      : [
          {
            code: "bad-value",
            path: ["swaps", "spreads", index],
            summary: "does not rise",
            value: spread,
            expected: `more than ${spreads[index - 1]}`,
          },
        ],
  );
  for (const grid of ["sold", "soldOnIndex"] as const) {
    for (const [index, { rates }] of section[grid].rows.entries()) {
      if (rates.length === columns) continue;
      problems.push({
        code: "bad-value",
        path: ["swaps", grid, "rows", index, "rates"],
        summary: "has another number of columns than there are spreads",
        value: rates.length,
        expected: `${columns} rates`,
      });
    }
  }
  return problems;
}

/** The section as numbers. */
export function swapRulesOf(section: Static<typeof swapsSchema>): SwapRules {
  return {
    ...section,
    sold: gridOf(section.sold),
    soldOnIndex: gridOf(section.soldOnIndex),
    bought: parseRate(section.bought),
    bond: parseRate(section.bond),
  };
}

function gridOf(grid: Static<typeof gridSchema>): SwapGrid {
  return {
    paragraph: grid.paragraph,
    rows: grid.rows.map(({ under, rates }) => ({
      under: under === undefined ? undefined : parseSpan(under),
      rates: rates.map((rate) => parseRate(rate)),
    })),
  };
}
