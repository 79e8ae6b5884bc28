/** Customers for tests of the house's margin rules, and a section `house` of their own. What the rules require is 25% and 30%. */
import assert from "node:assert/strict";
import { parseDecimal } from "../../src/base/decimal.ts";
import { findLine, line } from "../../src/base/line.ts";
import { type Cents, formatDollars } from "../../src/base/money.ts";
import { parseDay, parseInstant } from "../../src/base/time.ts";
import { Books } from "../../src/books/books.ts";
import { isPosted, Postings } from "../../src/books/postings.ts";
import { isReport } from "../../src/books/reports.ts";
import { PRICE_SCALE } from "../../src/facts/define.ts";
import type { Fact, FactOfKind, UnstampedFact } from "../../src/facts/kinds.ts";
import { holdingsOf, type MarginAccount, marginAccountOf } from "../../src/margin/account.ts";
import { groupsOf } from "../../src/margin/group.ts";
import type { HouseContext, HousePart } from "../../src/margin/house/exposures.ts";
import { type HouseAnswer, houseRequirement } from "../../src/margin/house/requirement.ts";
import { houseSchema } from "../../src/margin/house/rules-document.ts";
import { judgeHouse } from "../../src/margin/house/rules-judge.ts";
import { houseRulesOf } from "../../src/margin/house/rules.ts";
import type { Tape } from "../../src/margin/house/statistics.ts";
import type { MarginRules } from "../../src/margin/rules.ts";
import { checkRulebook } from "../../src/rulebook/load.ts";
import { placedMessage } from "../../src/rulebook/problems.ts";
import { closed } from "../../src/rulebook/terms.ts";

export const AS_OF = parseDay("2026-11-20");
const AT = "2026-11-20T15:00:00Z";

const SECTIONS = ["rates", "concentration", "blockSize", "liquidity", "betaWeighted", "lossCapacity"] as const;
type Section = (typeof SECTIONS)[number];

/** A rulebook that is the section alone; each rule is written on lines of its own, without its paragraph and meaning. */
export function houseText(rules: Partial<Record<Section, readonly string[]>>): string {
  const written = SECTIONS.map((section) => {
    const entries = (rules[section] ?? []).map(
      (rule) => `    - ${rule.trim().replaceAll("\n", "\n      ")}\n      paragraph: Policy 7\n      meaning: A test.`,
    );
    return entries.length === 0 ? `  ${section}: []` : `  ${section}:\n${entries.join("\n")}`;
  });
  return `house:
  paragraph: 4210(d)(1)(B)
  statistics: { market: MKT, volatilityReturns: 5, betaReturns: 5, volumeSessions: 3, sessionsPerYear: 252 }
${written.join("\n")}
`;
}

const DOCUMENT = closed({ house: houseSchema });

function checkHouse(text: string) {
  return checkRulebook(text, DOCUMENT, { file: "house.yaml" }, ({ house }) => judgeHouse(house));
}

/** What is wrong with a text, as an officer reads it. */
export function saidOf(text: string): string[] {
  const checked = checkHouse(text);
  return checked.kind === "document" ? [] : checked.troubles.map(placedMessage);
}

export function houseRules(rules: Parameters<typeof houseText>[0]): MarginRules {
  const text = houseText(rules);
  const checked = checkHouse(text);
  assert.ok(checked.kind === "document", saidOf(text).join("\n"));
  return { house: houseRulesOf(checked.document.house) } as MarginRules;
}

type Listing = Partial<Omit<FactOfKind<"instrument-listed">, "kind" | "at">>;

export class HouseFirm {
  readonly books = new Books();
  readonly #postings = new Postings(this.books);
  tape: Tape | undefined;

  constructor() {
    this.apply({ kind: "instrument-listed", instrument: "USD", type: "currency", currency: "USD" });
    for (const [account, type] of [
      ["bank", "bank"],
      ["clearing", "clearing"],
      ["alice", "customer-margin"],
      ["bob", "customer-margin"],
      ["carol", "customer-portfolio-margin"],
    ] as const)
      this.apply({ kind: "account-opened", account, type });
    this.apply({ kind: "business-day-opened", day: "2026-11-20" });
  }

  apply(unstamped: UnstampedFact): void {
    const fact = { at: AT, ...unstamped } as Fact;
    const { books } = this;
    if (isPosted(fact)) this.#postings.post(fact);
    else if (fact.kind === "instrument-listed") {
      books.instruments.check(fact);
      books.instruments.list(fact, books.names.intern(fact.instrument));
    } else if (fact.kind === "account-opened") {
      books.accounts.check(fact);
      books.accounts.open(fact, books.names.intern(fact.account));
    } else if (fact.kind === "mark") {
      books.market.mark(
        this.row(fact.instrument),
        parseDecimal(fact.price, PRICE_SCALE),
        fact.basis,
        parseInstant(fact.at),
      );
    } else {
      assert.ok(isReport(fact), fact.kind);
      books.reports.check(fact);
      books.reports.report(fact);
    }
  }

  row(instrument: string): number {
    return this.books.instruments.findText(instrument);
  }

  stock(instrument: string, price: string, listing: Listing = {}): void {
    this.apply({ kind: "instrument-listed", instrument, type: "equity", currency: "USD", listing: "XNYS", ...listing });
    this.mark(instrument, price);
  }

  mark(instrument: string, price: string): void {
    this.apply({ kind: "mark", instrument, price, basis: "manual" });
  }

  hold(account: string, instrument: string, units: number): void {
    const [from, to] = units > 0 ? ["clearing", account] : [account, "clearing"];
    const quantity = String(Math.abs(units));
    this.apply({ kind: "securities-moved", from, to, instrument, quantity, reason: "opening", cost: "0" });
  }

  /** A credit, or a debit where negative. */
  cash(account: string, dollars: number): void {
    const [from, to] = dollars > 0 ? ["bank", account] : [account, "bank"];
    this.apply({
      kind: "cash-moved",
      from,
      to,
      currency: "USD",
      amount: String(Math.abs(dollars)),
      reason: "adjustment",
    });
  }

  account(name: string): MarginAccount {
    return marginAccountOf(this.books, this.books.accounts.findText(name)) ?? assert.fail("a margin account");
  }

  context(rules: MarginRules, name: string): HouseContext {
    return {
      books: this.books,
      rules,
      account: this.account(name),
      asOf: AS_OF,
      ...(this.tape !== undefined && { tape: this.tape }),
    };
  }

  /** Each group by itself: 25% of what is long, 30% of what is short, options at what they are worth short. */
  parts(name: string, rates = { long: 25, short: 30 }): HousePart[] {
    const { books } = this;
    return groupsOf(books, holdingsOf(books, this.account(name))).map(({ underlying, holdings }) => {
      let requirement = 0;
      for (const { instrument, units } of holdings) {
        const value = Math.abs(books.instruments.value(instrument, units, books.market.price(instrument)));
        const isOption = books.instruments.type(instrument) === "option";
        if (isOption) requirement += units < 0 ? value : 0;
        else requirement += Math.round((value * (units < 0 ? rates.short : rates.long)) / 100);
      }
      return { underlying, holdings, requirement: requirement as Cents };
    });
  }

  answer(rules: MarginRules, name = "alice", rates?: { long: number; short: number }): HouseAnswer {
    return houseRequirement(this.context(rules, name), this.parts(name, rates));
  }

  /** The requirement in dollars, and each line by its code after "house/". */
  figures(rules: MarginRules, name = "alice", rates?: { long: number; short: number }): Record<string, string> {
    const { requirement, lines, troubles } = this.answer(rules, name, rates);
    assert.deepEqual(
      troubles.map(({ message }) => message),
      [],
    );
    const said: Record<string, string> = { requirement: formatDollars(requirement) };
    for (const { code, amount } of lines) said[code.replace(/^.*?\/house\//, "")] = formatDollars(amount);
    return said;
  }

  troubles(rules: MarginRules, name = "alice"): string[] {
    return this.answer(rules, name).troubles.map(({ code, message }) => `${code}: ${message}`);
  }
}

export function inputsOf({ lines }: HouseAnswer, code: string) {
  const root = line("root", "", "", 0 as Cents, {}, lines);
  return (findLine(root, code) ?? assert.fail(`there is a line ${code}`)).inputs;
}
