/**
 * The rulebook's sections on what follows from the figure: the tiers with their actions, the tests of early warning with
 * their deadlines, who is told and how often the figure is kept. Shape, and reading into numbers.
 */
import { type Static, Type } from "typebox";
import { assertNever } from "../../base/assert.ts";
import { formatRate, parseRate, type Rate } from "../../base/rate.ts";
import {
  closed,
  type Deadline,
  deadlineTerm,
  durationTerm,
  parseDeadline,
  parseDuration,
  rateTerm,
  textTerm,
} from "../../rulebook/terms.ts";

const paragraph = textTerm("The paragraph of law.");
const roles = (description: string) => Type.Array(textTerm("A role, or an office."), { minItems: 1, description });

export const tierSchema = closed({
  name: textTerm("Its name."),
  below: rateTerm("It begins when net capital falls below this share of the requirement."),
  releasedAbove: Type.Optional(
    rateTerm(
      "Once begun, it holds until net capital is at or above this share; where absent, the share at which it began.",
    ),
  ),
  paragraph,
  meaning: textTerm("What it means."),
  notify: roles("Who is told."),
  actions: Type.Array(textTerm("An action."), { description: "What it does." }),
});

const NOTICE_TESTS = [
  "indebtedness-over-net-capital",
  "net-capital-under-debit-items",
  "net-capital-under-requirement",
  "net-capital-under-dollar-minimum",
  "financing-over-tentative-net-capital",
  "tentative-net-capital-under-minimum",
  "tentative-net-capital-under-notice-level",
  "cannot-compute",
] as const;
type NoticeTest = (typeof NOTICE_TESTS)[number];

export const noticeSchema = closed({
  code: textTerm("A name for programs."),
  test: Type.Enum([...NOTICE_TESTS], { description: "What is compared." }),
  share: Type.Optional(rateTerm("With what share.")),
  grace: Type.Optional(durationTerm("How long net capital may be unknown before it counts as not to be computed.")),
  paragraph,
  ifCarrying: Type.Optional(Type.Boolean({ description: "Binds firms that carry or clear accounts; absent: all." })),
  due: Type.Optional(deadlineTerm("How soon notice is due.")),
  to: Type.Optional(roles("Who is given notice.")),
  meaning: Type.Optional(textTerm("What the firm must do or leave.")),
  lasting: Type.Optional(
    closed({
      longerThan: deadlineTerm("After how many consecutive business days."),
      paragraph,
      meaning: textTerm("What the firm must do or leave from then on."),
    }),
  ),
});

export const watchSchema = closed(
  {
    notify: roles("Who is told of notices, of differences in an audit, of a figure that cannot be said."),
    endsAfter: durationTerm(
      "A condition has ended when its test has not been met for so long: one that flickers is one.",
    ),
    keepFigureEvery: durationTerm("How often the figure is kept for its history."),
  },
  "What follows from the figure.",
);

export type TierDocument = Static<typeof tierSchema>;
export type NoticeDocument = Static<typeof noticeSchema>;

/** What a tier does when it begins. */
export type TierAction =
  | { readonly kind: "notify" }
  /** No new proprietary orders in securities whose haircut is above this rate, while the tier holds. */
  | { readonly kind: "block-proprietary"; readonly haircutAbove: Rate }
  /** Nothing that commits capital, until two officers release it. */
  | { readonly kind: "halt-capital-commitments" };

/** The words in which a rulebook says an action, for messages. */
export const ACTION_FORMS = [
  '"notify"',
  '"block proprietary orders with a haircut above 15%"',
  '"halt capital commitments until two officers release them"',
] as const;

const BLOCK = /^block proprietary orders with a haircut above (.+)$/;

/** Reads an action; undefined where the words are none of the forms. */
export function parseAction(words: string): TierAction | undefined {
  const text = words.trim();
  if (text === "notify") return { kind: "notify" };
  if (text === "halt capital commitments until two officers release them") return { kind: "halt-capital-commitments" };
  const [, haircut] = BLOCK.exec(text) ?? [];
  const haircutAbove = haircut === undefined ? undefined : rateOrNothing(haircut);
  return haircutAbove === undefined ? undefined : { kind: "block-proprietary", haircutAbove };
}

/** The same in the words of the rulebook. */
export function actionInWords(action: TierAction): string {
  switch (action.kind) {
    case "notify":
      return "notify";
    case "block-proprietary":
      return `block proprietary orders with a haircut above ${formatRate(action.haircutAbove)}`;
    case "halt-capital-commitments":
      return "halt capital commitments until two officers release them";
    default:
      return assertNever(action);
  }
}

function rateOrNothing(text: string): Rate | undefined {
  try {
    return parseRate(text);
  } catch {
    return undefined;
  }
}

export interface Tier {
  readonly name: string;
  /** Begins when net capital falls below this share of the requirement. */
  readonly below: Rate;
  /** Once begun, holds while net capital is below this share. */
  readonly releasedAbove: Rate;
  readonly paragraph: string;
  readonly meaning: string;
  readonly notify: readonly string[];
  readonly actions: readonly TierAction[];
}

export interface NoticeRule {
  readonly code: string;
  readonly test: NoticeTest;
  /** Nothing is compared with it where net capital cannot be computed. */
  readonly share: Rate;
  /** Microseconds. */
  readonly grace: number;
  readonly paragraph: string;
  /** Whether it binds only firms that carry or clear accounts. */
  readonly ifCarrying: boolean;
  /** Undefined: no notice is owed. */
  readonly due: Deadline | undefined;
  readonly dueInWords: string;
  readonly to: readonly string[];
  readonly meaning: string;
  readonly lasting: LastingRule | undefined;
}

export interface LastingRule {
  /** Consecutive business days. */
  readonly longerThan: number;
  readonly paragraph: string;
  readonly meaning: string;
}

export interface WatchRules {
  readonly notify: readonly string[];
  /** Microseconds. */
  readonly endsAfter: number;
  readonly keepFigureEvery: number;
}

/** From the mildest, which holds first, to the gravest. */
export function tiersOf(documents: readonly TierDocument[]): readonly Tier[] {
  return documents
    .map((tier) => ({
      ...tier,
      below: parseRate(tier.below),
      releasedAbove: parseRate(tier.releasedAbove ?? tier.below),
      actions: tier.actions.flatMap((words) => parseAction(words) ?? []),
    }))
    .sort((a, b) => compareRates(b.below, a.below));
}

export function noticesOf(documents: readonly NoticeDocument[]): readonly NoticeRule[] {
  return documents.map(({ code, test, share, grace, paragraph: cited, ifCarrying, due, to, meaning, lasting }) => ({
    code,
    // The constant, not the text of the document: after every fact it is compared by identity.
    test: NOTICE_TESTS[NOTICE_TESTS.indexOf(test)],
    share: parseRate(share ?? "0%"),
    grace: grace === undefined ? 0 : parseDuration(grace),
    paragraph: cited,
    ifCarrying: ifCarrying ?? false,
    due: due === undefined ? undefined : parseDeadline(due),
    dueInWords: due ?? "",
    to: to ?? [],
    meaning: meaning ?? "",
    lasting: lasting && { ...lasting, longerThan: businessDays(parseDeadline(lasting.longerThan)) },
  }));
}

function businessDays(deadline: Deadline): number {
  return deadline.kind === "business-days" ? deadline.count : 0;
}

export function watchRulesOf({ notify, endsAfter, keepFigureEvery }: Static<typeof watchSchema>): WatchRules {
  return { notify, endsAfter: parseDuration(endsAfter), keepFigureEvery: parseDuration(keepFigureEvery) };
}

/** Below zero where `a` is the smaller. */
export function compareRates(a: Rate, b: Rate): number {
  return a.numerator * b.denominator - b.numerator * a.denominator;
}
