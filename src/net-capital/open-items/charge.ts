/**
 * What an open item costs, and how that is said. An item has its charges; each belongs to a group, which is a line of the
 * computation over the items of one sort, and stands at one place of the waterfall.
 */
import { type Line, type LineInput, line, total } from "../../base/line.ts";
import type { Cents } from "../../base/money.ts";
import type { Trouble } from "../../base/errors.ts";
import type { Day } from "../../base/time.ts";
import type { Classifier } from "../classify.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import { PLACE, type Place } from "../part.ts";
import type { NetCapitalRules } from "../rules.ts";
import type { Ages } from "./ages.ts";
import type { ItemSecurity } from "./item.ts";

/** What charges are worked out from. */
export interface ChargeContext {
  readonly books: NetCapitalBooks;
  readonly rules: NetCapitalRules;
  readonly classifier: Classifier;
  readonly ages: Ages;
  readonly asOf: Day;
}

interface GroupTerms {
  readonly place: Place;
  readonly label: string;
}

/** The groups at their places, in the order in which their lines stand. */
export const GROUPS = {
  "dividends-receivable": { place: "non-allowable", label: "Dividends and interest receivable, aged" },
  "commissions-receivable": { place: "non-allowable", label: "Commissions, concessions and fees receivable, aged" },
  "good-faith-deposits": { place: "non-allowable", label: "Good-faith deposits, aged" },
  "municipal-good-faith-deposits": { place: "non-allowable", label: "Good-faith deposits for municipals, aged" },
  "municipal-syndicate-receivables": { place: "non-allowable", label: "Municipal syndicate receivables, aged" },
  "municipal-joint-account-receivables": {
    place: "non-allowable",
    label: "Municipal joint trading account receivables, aged",
  },
  "fund-redemptions": { place: "non-allowable", label: "Redemptions receivable from funds, aged" },
  "free-shipments": { place: "non-allowable", label: "Free shipments" },
  "insurance-claims": { place: "non-allowable", label: "Insurance claims, aged" },
  "unsecured-receivables": { place: "non-allowable", label: "Other unsecured receivables" },
  "account-deficits": { place: "non-allowable", label: "Deficits in accounts of customers and non-customers" },
  "deficit-account-securities": { place: "non-allowable", label: "Haircuts of securities in accounts with a deficit" },
  "unsecured-accounts": { place: "non-allowable", label: "Unsecured debits in accounts without securities" },
  "omnibus-deficits": { place: "non-allowable", label: "Deficits in omnibus accounts" },
  "stock-loaned": { place: "non-allowable", label: "Securities loaned, worth more than their collateral" },
  "stock-borrowed": { place: "non-allowable", label: "Securities borrowed, worth less than the cash given" },
  "fails-to-deliver": { place: "charges", label: "Aged fails to deliver" },
  "fails-to-receive": { place: "charges", label: "Aged fails to receive" },
  "matched-fails": { place: "charges", label: "Fails to deliver and borrows matched with fails to receive" },
  "short-differences": { place: "charges", label: "Short securities differences, aged" },
  "long-differences": { place: "charges", label: "Long securities differences that were sold" },
  "unconfirmed-transfers": { place: "charges", label: "Transfers neither counted nor confirmed, aged" },
  "money-differences": { place: "charges", label: "Money differences, suspense, and breaks with banks, aged" },
  "under-margined-accounts": { place: "charges", label: "Under-margined accounts" },
  "swap-shortfalls": { place: "charges", label: "Shortfalls of cleared swap accounts" },
  "swap-margin-exceptions": { place: "charges", label: "Margin exceptions of swap accounts" },
  "market-maker-accounts": { place: "charges", label: "Accounts carried for market makers" },
  guarantees: { place: "charges", label: "Guaranteed accounts" },
  "letter-of-credit-borrows": { place: "charges", label: "Borrows secured by letters of credit" },
  "reverse-repos": { place: "charges", label: "Reverse repurchase agreement deficits" },
  "exempted-collateral-debt": { place: "charges", label: "Debt secured by exempted or municipal securities" },
  "exempted-collateral-debt-excluded": {
    place: "indebtedness-excluded",
    label: "Debt secured by exempted or municipal securities",
  },
  "collateralized-debt": { place: "indebtedness-excluded", label: "Debt secured by the firm's own securities" },
  "reverse-repo-excess": { place: "requirement-additions", label: "Securities held above reverse repurchase prices" },
} as const satisfies Readonly<Record<string, GroupTerms>>;
export type Group = keyof typeof GROUPS;

const GROUP_NAMES = Object.keys(GROUPS) as readonly Group[];

/** How the codes of lines at a place begin. */
const CODES: Readonly<Partial<Record<Place, string>>> = {
  "indebtedness-excluded": "aggregate-indebtedness/excluded",
  "requirement-additions": "requirement/additions",
};

export type Inputs = Readonly<Record<string, LineInput>>;

/** What an item that stands by itself is charged. */
export interface ItemCharge {
  /** What moves it; undefined where no price does. */
  readonly security: ItemSecurity | undefined;
  readonly group: Group;
  readonly paragraph: string;
  /** At a market value of the security, which is zero where there is none. Allocates nothing. */
  readonly amountAt: (value: Cents) => Cents;
  /** What explains the amount; the security and its market value are added to it. */
  readonly inputsAt: (value: Cents) => Inputs;
}

/** A line, and the group it belongs to. */
export interface GroupedLine {
  readonly group: Group;
  readonly line: Line;
}

export function chargeLine(
  group: Group,
  name: string,
  label: string,
  paragraph: string,
  amount: Cents,
  inputs: Inputs,
  children: readonly Line[] = [],
): GroupedLine {
  return { group, line: line(`${codeOf(group)}/${name}`, label, paragraph, amount, inputs, children) };
}

function codeOf(group: Group): string {
  const { place } = GROUPS[group];
  const name = group.replace(/-excluded$/, "");
  return `${CODES[place] ?? place}/${name}`;
}

/**
 * What is worked out together because its parts reduce each other: one item, all repos with one party, the accounts without
 * securities. Amounts stand at their places; `revalue` makes them anew from present prices.
 */
export interface ChargedUnit {
  /** Rows of the instruments whose prices matter, each once. A posting may add to them, at the end. */
  readonly instruments: readonly number[];
  /** False where something it needs is unknown. Allocates nothing. */
  revalue(): boolean;
  /** Adds the amounts to sums by `PLACE`, or takes them out (`sign` -1). Nothing where they are unknown. */
  addTo(sums: Float64Array, sign: 1 | -1): void;
  /** Nothing while they are unknown. */
  lines(): readonly GroupedLine[];
  /** Why they are. */
  troubles(): readonly Trouble[];
}

/** The lines of groups at their places. */
export function groupLines(lines: readonly GroupedLine[]): Readonly<Partial<Record<Place, readonly Line[]>>> {
  const byGroup = Map.groupBy(lines, ({ group }) => group);
  const places: Partial<Record<Place, Line[]>> = {};
  for (const group of GROUP_NAMES) {
    const children = byGroup.get(group)?.map((grouped) => grouped.line);
    if (children === undefined) continue;
    const { place, label } = GROUPS[group];
    const { paragraph } = children[0];
    (places[place] ??= []).push(total(codeOf(group), label, paragraph, children));
  }
  return places;
}

/** The index of the place of a group in an array of sums. */
export function placeOf(group: Group): number {
  return PLACE[GROUPS[group].place];
}
