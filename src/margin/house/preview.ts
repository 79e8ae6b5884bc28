/**
 * What other margin rules than those in force would do to every account now: the same computation over the same books under
 * the one rulebook and under the other, held against each other. Nothing changes, and no day has to come: the candidate
 * counts as in force. Whose rung changes, what is required of whom and for which names, and the calls that would follow.
 */
import { differenceOfLines, type LineDifference } from "../../base/line-difference.ts";
import type { Trouble } from "../../base/errors.ts";
import { findLine } from "../../base/line.ts";
import { add, type Cents, subtract, toCents, ZERO } from "../../base/money.ts";
import type { Day } from "../../base/time.ts";
import { type MarginAccount, marginAccounts, type MarginBooks } from "../account.ts";
import type { AccountMargin } from "../answer.ts";
import { marginOf, type MarginOptions } from "../computation.ts";
import { bandOf, type FigureRung, Rungs } from "../ladder/boundaries.ts";
import { accountFigures } from "../ladder/figures.ts";
import type { LadderRules } from "../ladder/rules.ts";
import type { MarginRules } from "../rules.ts";

/** The rung on which figures alone put an account, as if it had been healthy before; of a cash account, whether it is paid. */
export type Standing = FigureRung | "unknown";

/** An account under one version of the rules; its figures are zero where it is unknown. */
export interface StandingUnder {
  readonly standing: Standing;
  /** Of the regime that binds. */
  readonly requirement: Cents;
  readonly excess: Cents;
  readonly troubles: readonly Trouble[];
}

export interface AccountPreview {
  readonly account: string;
  readonly before: StandingUnder;
  readonly after: StandingUnder;
  /** The whole computation, line by line; undefined where either is unknown. */
  readonly lines: LineDifference | undefined;
}

/** What is required for one name over all accounts that are known under both. */
export interface NamePreview {
  readonly name: string;
  readonly before: Cents;
  readonly after: Cents;
  readonly accounts: number;
}

export interface MarginPreview {
  /** How many accounts there are, and how many of them would not be what they are. */
  readonly accounts: number;
  readonly changed: number;
  /** How many would come to stand elsewhere: "healthy to call", and so on. */
  readonly moves: ReadonlyMap<string, number>;
  /** Of all accounts that are known under both. */
  readonly before: Cents;
  readonly after: Cents;
  /** Accounts that would come into call or deeper into it, and by how much, together. */
  readonly calls: { readonly accounts: number; readonly amount: Cents };
  /** Those that change most: first who would come to stand elsewhere, then the largest increases. */
  readonly largest: readonly AccountPreview[];
  /** Names by what more they would require. */
  readonly names: readonly NamePreview[];
}

/** How many accounts and names a preview lists. */
const LISTED = 50;

/** Every account under both. Candidates that cannot be read are the caller's to refuse. */
export function previewMargin(
  books: MarginBooks,
  before: MarginRules,
  after: MarginRules,
  asOf: Day,
  options: MarginOptions = {},
): MarginPreview {
  const tally = new Tally(books, before.ladder, after.ladder);
  for (const account of marginAccounts(books)) {
    tally.add(account, marginOf(books, before, account, asOf, options), marginOf(books, after, account, asOf, options));
  }
  return tally.preview();
}

class Tally {
  readonly #books: MarginBooks;
  readonly #ladders: Readonly<Record<"before" | "after", LadderRules>>;
  readonly #names = new Map<string, { before: number; after: number; accounts: number }>();
  readonly #moves = new Map<string, number>();
  #largest: AccountPreview[] = [];
  #accounts = 0;
  #changed = 0;
  #before = ZERO;
  #after = ZERO;
  #calls = 0;
  #called = ZERO;

  constructor(books: MarginBooks, before: LadderRules, after: LadderRules) {
    this.#books = books;
    this.#ladders = { before, after };
  }

  add({ account }: MarginAccount, now: AccountMargin, then: AccountMargin): void {
    const before = standingOf(this.#books, this.#ladders.before, now);
    const after = standingOf(this.#books, this.#ladders.after, then);
    this.#accounts++;
    const known = before.standing !== "unknown" && after.standing !== "unknown";
    if (known) {
      this.#before = add(this.#before, before.requirement);
      this.#after = add(this.#after, after.requirement);
      this.#call(before, after);
      this.#addNames(requirementByName(this.#books, now), requirementByName(this.#books, then));
    }
    const moved = before.standing !== after.standing;
    if (moved) {
      const move = `${before.standing} to ${after.standing}`;
      this.#moves.set(move, (this.#moves.get(move) ?? 0) + 1);
    }
    if (!moved && before.requirement === after.requirement && before.excess === after.excess) return;
    this.#changed++;
    const name = this.#books.names.text(this.#books.accounts.nameId(account));
    const lines = known ? differenceOfLines(now.lines, then.lines) : undefined;
    this.#largest.push({ account: name, before, after, lines });
    if (this.#largest.length >= LISTED * 2) this.#largest = largestOf(this.#largest);
  }

  #call(before: StandingUnder, after: StandingUnder): void {
    const deeper = Math.min(0, before.excess) - Math.min(0, after.excess);
    if (deeper <= 0) return;
    this.#calls++;
    this.#called = add(this.#called, toCents(deeper));
  }

  #addNames(now: ReadonlyMap<string, number>, then: ReadonlyMap<string, number>): void {
    for (const name of new Set([...now.keys(), ...then.keys()])) {
      const before = now.get(name) ?? 0;
      const after = then.get(name) ?? 0;
      if (before === after) continue;
      const sums = this.#names.get(name) ?? { before: 0, after: 0, accounts: 0 };
      this.#names.set(name, {
        before: sums.before + before,
        after: sums.after + after,
        accounts: sums.accounts + 1,
      });
    }
  }

  preview(): MarginPreview {
    const names = [...this.#names]
      .map(([name, { before, after, accounts }]) => ({
        name,
        before: toCents(before),
        after: toCents(after),
        accounts,
      }))
      .sort((a, b) => b.after - b.before - (a.after - a.before) || (a.name < b.name ? -1 : 1));
    return {
      accounts: this.#accounts,
      changed: this.#changed,
      moves: this.#moves,
      before: this.#before,
      after: this.#after,
      calls: { accounts: this.#calls, amount: this.#called },
      largest: largestOf(this.#largest),
      names: names.slice(0, LISTED),
    };
  }
}

function standingOf(books: MarginBooks, ladder: LadderRules, margin: AccountMargin): StandingUnder {
  const { account, troubles, requirements, equity, excess } = margin;
  const figures = troubles.length > 0 ? undefined : accountFigures(books, margin, ladder);
  if (figures === undefined) return { standing: "unknown", requirement: ZERO, excess: ZERO, troubles };
  const { binding } = requirements;
  const requirement = binding === undefined ? undefined : requirements[binding]?.requirement;
  const rungs = new Rungs(ladder);
  return {
    standing:
      account.regime === "cash"
        ? excess < 0
          ? "call"
          : "healthy"
        : rungs.after("healthy", bandOf(rungs.boundaries, figures)),
    requirement: requirement ?? subtract(equity, excess),
    excess,
    troubles,
  };
}

/** Those whose standing changes first, then by what more they are required; by name where that is equal. */
function largestOf(accounts: readonly AccountPreview[]): AccountPreview[] {
  const moved = ({ before, after }: AccountPreview): number => (before.standing === after.standing ? 0 : 1);
  const more = ({ before, after }: AccountPreview): number => after.requirement - before.requirement;
  return [...accounts]
    .sort((a, b) => moved(b) - moved(a) || more(b) - more(a) || (a.account < b.account ? -1 : 1))
    .slice(0, LISTED);
}

/** What the rules require of each group, and what the rules of the house add for it: cents. */
function requirementByName({ instruments }: MarginBooks, { groups, lines, name: account }: AccountMargin) {
  const byName = new Map<string, number>();
  for (const { underlying, requirement } of groups) {
    const ruled = requirement.portfolio ?? requirement.maintenance ?? requirement.cash ?? ZERO;
    byName.set(instruments.attributes(underlying).instrument, ruled);
  }
  for (const rule of findLine(lines, `margin/${account}/house`)?.children ?? [])
    for (const { label, amount } of rule.children) byName.set(label, (byName.get(label) ?? 0) + amount);
  return byName;
}
