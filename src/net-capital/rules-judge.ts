/**
 * What the schema of the net-capital rulebook cannot say: names that must exist or be distinct, ladders of maturities that
 * must rise without gap or overlap, a dollar minimum that may not be lowered.
 */
import type { Problem } from "../rulebook/problems.ts";
import { parseSignedDollars } from "../rulebook/terms.ts";
import { judgeSwaps } from "./commodities/rules.ts";
import { judgeHouseRules } from "./house-rules/rules.ts";
import { judgeOpenItems } from "./open-items/rules.ts";
import { NET_CAPITAL, type NetCapitalDocument } from "./rules-document.ts";
import { approximateDays } from "./schedule.ts";
import { judgeNotices, judgeTiers } from "./watch/rules-judge.ts";

/** Everything of this kind that is wrong with a document that fits the schema. */
export function judgeNetCapital(document: NetCapitalDocument): readonly Problem[] {
  const { firm, minimum, haircuts } = document;
  const activities = minimum.activities.map(({ activity }) => activity);
  const problems: Problem[] = [];
  if (document.rulebook !== NET_CAPITAL) {
    problems.push({
      code: "bad-value",
      path: ["rulebook"],
      summary: "is another rulebook",
      value: document.rulebook,
      expected: NET_CAPITAL,
    });
  }
  const own = minimum.activities.find(({ activity }) => activity === firm.activity);
  if (own === undefined) {
    problems.push({
      code: "bad-value",
      path: ["firm", "activity"],
      summary: "is not among the activities",
      value: firm.activity,
      expected: `one of ${activities.join(", ")}`,
    });
  } else if (
    firm.minimumDollar !== undefined &&
    parseSignedDollars(firm.minimumDollar) < parseSignedDollars(own.dollars)
  ) {
    problems.push({
      code: "bad-value",
      path: ["firm", "minimumDollar"],
      summary: "is below the minimum of the activity",
      value: firm.minimumDollar,
      expected: `at least ${own.dollars}`,
    });
  }
  problems.push(
    ...repeated(["minimum", "activities"], activities, "activity"),
    ...repeated(
      ["tiers"],
      document.tiers.map(({ name }) => name),
      "name",
    ),
    ...repeated(
      ["tiers"],
      document.tiers.map(({ below }) => below),
      "below",
    ),
    ...repeated(
      ["notices"],
      document.notices.map(({ code }) => code),
      "code",
    ),
    ...judgeTiers(document.tiers),
    ...judgeNotices(document.notices),
    ...judgeOpenItems(document.openItems),
    ...judgeGovernments(haircuts.governments.categories),
    ...judgeLadder(["haircuts", "municipalNotes", "buckets"], haircuts.municipalNotes.buckets, "open"),
    ...judgeLadder(["haircuts", "municipals", "buckets"], haircuts.municipals.buckets, "open"),
    ...judgeLadder(["haircuts", "shortPaper", "buckets"], haircuts.shortPaper.buckets, "closed"),
    ...judgeLadder(["haircuts", "corporateDebt", "buckets"], haircuts.corporateDebt.buckets, "open"),
    ...judgeLadder(["hedges", "corporates", "bands"], document.hedges.corporates.bands, "open"),
    ...judgeLadder(["swaps", "sold", "rows"], document.swaps.sold.rows, "open"),
    ...judgeLadder(["swaps", "soldOnIndex", "rows"], document.swaps.soldOnIndex.rows, "open"),
    ...judgeSwaps(document.swaps),
  );
  problems.push(...judgeHouseRules(document.houseRules));
  return problems;
}

function repeated(path: readonly string[], values: readonly string[], field: string): Problem[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) === index
      ? []
      : [
          {
            code: "bad-value" as const,
            path: [...path, index, field],
            summary: "stands there twice",
            value,
            expected: "another one",
          },
        ],
  );
}

/** The categories of (A) are one ladder in several parts. */
function judgeGovernments(categories: NetCapitalDocument["haircuts"]["governments"]["categories"]): Problem[] {
  const path = ["haircuts", "governments", "categories"];
  const entries = categories.flatMap(({ buckets }, category) =>
    buckets.map(({ under }, index) => ({ under, at: [...path, category, "buckets", index] })),
  );
  return [
    ...repeated(
      path,
      categories.map(({ name }) => name),
      "name",
    ),
    ...judgeEntries(entries, "open"),
  ];
}

function judgeLadder(
  path: readonly string[],
  ladder: readonly { readonly under?: string }[],
  end: "open" | "closed",
): Problem[] {
  return judgeEntries(
    ladder.map(({ under }, index) => ({ under, at: [...path, index] })),
    end,
  );
}

/** Lives must rise, and only the last bucket of an open ladder has no end. */
function judgeEntries(
  entries: readonly { readonly under: string | undefined; readonly at: readonly (string | number)[] }[],
  end: "open" | "closed",
): Problem[] {
  return entries.flatMap(({ under, at }, index): Problem[] => {
    const isOpen = end === "open" && index === entries.length - 1;
    if (under === undefined) {
      return isOpen
        ? []
        : [
            {
              code: "missing-field",
              path: [...at, "under"],
              summary: "is missing",
              expected: "a length of time in every bucket but the last",
            },
          ];
    }
    if (isOpen) {
      return [
        {
          code: "bad-value",
          path: [...at, "under"],
          summary: "leaves longer lives without a rate",
          value: under,
          expected: 'no "under" in the last bucket',
        },
      ];
    }
    const before = index === 0 ? undefined : entries[index - 1].under;
    return before !== undefined && approximateDays(before) >= approximateDays(under)
      ? [
          {
            code: "bad-value",
            path: [...at, "under"],
            summary: "overlaps the bucket before it",
            value: under,
            expected: `more than ${before}`,
          },
        ]
      : [];
  });
}
