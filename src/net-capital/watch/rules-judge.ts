/**
 * What the schema of tiers and notices cannot say: a ladder in which a graver tier lies inside the milder ones, actions
 * that exist, deadlines where a notice is owed.
 */
import { parseRate } from "../../base/rate.ts";
import type { Problem } from "../../rulebook/problems.ts";
import { parseDeadline } from "../../rulebook/terms.ts";
import { ACTION_FORMS, compareRates, type NoticeDocument, parseAction, type TierDocument } from "./rules.ts";

type Path = readonly (string | number)[];

/** Everything of this kind that is wrong with the tiers; names and shares that stand there twice are said elsewhere. */
export function judgeTiers(tiers: readonly TierDocument[]): readonly Problem[] {
  return [...tiers.flatMap((tier, index) => judgeTier(tier, ["tiers", index])), ...judgeNesting(tiers)];
}

function judgeTier({ below, releasedAbove, actions }: TierDocument, path: Path): Problem[] {
  const problems: Problem[] = [];
  if (releasedAbove !== undefined && compareRates(parseRate(releasedAbove), parseRate(below)) < 0)
    problems.push({
      code: "bad-value",
      path: [...path, "releasedAbove"],
      summary: `is below ${below}, where the tier begins: it would end and begin again at once`,
      value: releasedAbove,
      expected: `${below} or more`,
    });
  if (actions.length === 0)
    problems.push({
      code: "missing-field",
      path: [...path, "actions"],
      summary: "says nothing that is done",
      expected: `at least ${ACTION_FORMS[0]}`,
    });
  for (const [index, words] of actions.entries()) {
    if (parseAction(words) === undefined)
      problems.push({
        code: "bad-value",
        path: [...path, "actions", index],
        summary: "is not an action",
        value: words,
        expected: ACTION_FORMS.join(" or "),
      });
    else if (actions.indexOf(words) !== index)
      problems.push({
        code: "bad-value",
        path: [...path, "actions", index],
        summary: "stands there twice",
        value: words,
        expected: "each action once",
      });
  }
  return problems;
}

/** A graver tier ends no later than a milder one, so that the gravest in force says which others are. */
function judgeNesting(tiers: readonly TierDocument[]): Problem[] {
  const ordered = tiers
    .map((tier, index) => ({ tier, index, released: tier.releasedAbove ?? tier.below }))
    .sort((a, b) => compareRates(parseRate(b.tier.below), parseRate(a.tier.below)));
  return ordered.flatMap(({ tier, index, released }, rank): Problem[] => {
    const milder = ordered[rank - 1];
    if (milder === undefined || compareRates(parseRate(released), parseRate(milder.released)) <= 0) return [];
    return [
      {
        code: "bad-value",
        path: ["tiers", index, tier.releasedAbove === undefined ? "below" : "releasedAbove"],
        summary: `would let this tier outlast ${milder.tier.name}, the milder one above it`,
        value: released,
        expected: `${milder.released} or less, or a higher releasedAbove of ${milder.tier.name}`,
      },
    ];
  });
}

/** Everything of this kind that is wrong with the notices. */
export function judgeNotices(notices: readonly NoticeDocument[]): readonly Problem[] {
  return notices.flatMap((notice, index) => judgeNotice(notice, ["notices", index]));
}

function judgeNotice(notice: NoticeDocument, path: Path): Problem[] {
  const { test, share, grace, due, to, meaning, lasting } = notice;
  const problems: Problem[] = [];
  const needs = (field: string, expected: string): void => {
    problems.push({ code: "missing-field", path: [...path, field], summary: "is missing", expected });
  };
  const stray = (field: string, value: unknown, summary: string): void => {
    problems.push({ code: "bad-value", path: [...path, field], summary, value, expected: `no ${field}` });
  };
  if (test === "cannot-compute") {
    if (grace === undefined) needs("grace", 'how long net capital may be unknown, such as "30 minutes"');
    if (share !== undefined) stray("share", share, "compares nothing: the figure is unknown");
  } else {
    if (share === undefined) needs("share", 'the share that is compared with, such as "120%"');
    if (grace !== undefined) stray("grace", grace, "belongs to the test cannot-compute alone");
  }
  if (due === undefined && meaning === undefined)
    needs("due", "a deadline for the notice, or else a meaning that says what the firm must do");
  if (due !== undefined && to === undefined) needs("to", "who is given the notice");
  if (due === undefined && to !== undefined) stray("to", to, "names recipients of a notice that is never due");
  if (lasting !== undefined && parseDeadline(lasting.longerThan).kind !== "business-days")
    problems.push({
      code: "bad-value",
      path: [...path, "lasting", "longerThan"],
      summary: "is not counted in business days",
      value: lasting.longerThan,
      expected: 'consecutive business days, such as "15 business days"',
    });
  return problems;
}
