/** What officers and customers say about calls and proposals: what keeps each from being taken, and what it does. */
import type { Cursor } from "../../base/effect.ts";
import { Trouble } from "../../base/errors.ts";
import { parseDollars } from "../../base/money.ts";
import { formatDay, parseDay } from "../../base/time.ts";
import type { Calendar } from "../../books/calendar.ts";
import { isBusinessDay } from "../../books/deadlines.ts";
import { newYorkDay } from "../../books/new-york-time.ts";
import type { Fact, FactOfKind } from "../../facts/kinds.ts";
import type { Liquidations } from "../liquidation/liquidations.ts";
import type { MarginCall } from "./call.ts";
import type { Calls } from "./calls.ts";
import { callClocks } from "./clocks.ts";

export type LadderFact = FactOfKind<"margin-call-extended" | "margin-deposit-announced" | "liquidation-decided">;

export function isLadderFact(fact: Fact): fact is LadderFact {
  return (
    fact.kind === "margin-call-extended" ||
    fact.kind === "margin-deposit-announced" ||
    fact.kind === "liquidation-decided"
  );
}

interface Concerned {
  readonly calls: Calls;
  readonly liquidations: Liquidations;
  readonly calendar: Calendar;
  readonly cursor: Cursor;
  /** The margin account that the account of this name is part of; -1 where there is none. */
  readonly find: (name: string) => number;
}

export class Requests {
  readonly #concerned: Concerned;

  constructor(concerned: Concerned) {
    this.#concerned = concerned;
  }

  /** Throws what keeps the fact from being applied. */
  check(fact: LadderFact): void {
    if (fact.kind === "liquidation-decided") this.#concerned.liquidations.check(fact);
    else if (fact.kind === "margin-call-extended") this.#checkExtension(fact);
    else if (!this.#concerned.calls.of(this.#accountNamed(fact.account)).some(({ id }) => id !== ""))
      throw new Trouble("not-allowed", "the account has no open call", { field: "account", value: fact.account });
  }

  /** The fact has been checked. */
  apply(fact: LadderFact): void {
    const { calls, liquidations } = this.#concerned;
    if (fact.kind === "liquidation-decided") liquidations.decide(fact);
    else if (fact.kind === "margin-call-extended")
      calls.extend(this.#callNamed(fact.call), parseDay(fact.until), fact.by, fact.reason);
    else calls.announce(this.#accountNamed(fact.account), parseDollars(fact.amount), parseDay(fact.expected));
  }

  #checkExtension({ call: id, until: text }: FactOfKind<"margin-call-extended">): void {
    const { calls, calendar, cursor } = this.#concerned;
    const call = this.#callNamed(id);
    const until = parseDay(text, "until");
    const rules = calls.layer(call.layer);
    const today = newYorkDay(cursor.at);
    const latest = rules === undefined ? until : callClocks(rules, call.day, calendar).latest;
    if (until > call.due && until >= today && until <= latest && isBusinessDay(until, calendar)) return;
    const after = call.due < today ? `from ${formatDay(today)} on` : `after ${formatDay(call.due)}`;
    throw new Trouble("not-allowed", "the call cannot be extended to this day", {
      field: "until",
      value: text,
      expected: `a business day ${after}, at the latest ${formatDay(latest)}`,
    });
  }

  #callNamed(id: string): MarginCall {
    const call = this.#concerned.calls.byId(id);
    if (call === undefined) throw new Trouble("not-found", "no such open call", { field: "call", value: id });
    return call;
  }

  #accountNamed(name: string): number {
    const account = this.#concerned.find(name);
    if (account < 0)
      throw new Trouble("unknown-account", "no margin account of this name", { field: "account", value: name });
    return account;
  }
}
