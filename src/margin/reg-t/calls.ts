/**
 * What a margin account still has to deposit for its transactions, by the day that made it: 220.4(c) and 4210(b)(4).
 * Amounts and due days only: how calls are sent, extended and escalated is the ladder's.
 */
import { type Cents, lesser, subtract, ZERO } from "../../base/money.ts";
import type { Day } from "../../base/time.ts";
import type { Calendar } from "../../books/calendar.ts";
import { addBusinessDays } from "../../books/deadlines.ts";
import type { PaymentPeriod } from "./rules.ts";

/** What one day's transactions ask for. */
export interface RegTCall {
  /** The principal's row. */
  readonly account: number;
  /** The day of the transactions. */
  readonly day: Day;
  /** The last day of the payment period. */
  readonly due: Day;
  /** Cents: the greater of the day's deficiency and what the least equity asks. */
  readonly amount: Cents;
  /** Of it, the deficiency under Regulation T, 220.4(c)(1). */
  readonly deficiency: Cents;
  /** What is still to come. */
  readonly remaining: Cents;
  /** How much of it was met by a sale, and how much was no longer asked for because prices rose. */
  readonly bySale: Cents;
  readonly byMarket: Cents;
}

/** The last day of the payment period of a trade, 220.2: T+3 where trades settle on T+1. */
export function paymentDue(calendar: Calendar, tradeDay: Day, period: PaymentPeriod): Day {
  return addBusinessDays(calendar.settlementDay(tradeDay), period.businessDaysAfterSettlement, calendar);
}

/** What of the call is still a deficiency under Regulation T. */
export function owed({ remaining, deficiency }: RegTCall): Cents {
  return lesser(remaining, deficiency);
}

/** By what a call is met. */
export type Met = "deposit" | "sale" | "market";

/** The calls after `amount` more met them, the oldest first; those that are met leave the list. */
export function meet(calls: readonly RegTCall[], amount: Cents, by: Met): readonly RegTCall[] {
  let left = amount;
  return calls.flatMap((call) => {
    const met = lesser(left, call.remaining);
    left = subtract(left, met);
    if (met === call.remaining) return [];
    if (met === ZERO) return [call];
    return [
      {
        ...call,
        remaining: subtract(call.remaining, met),
        bySale: (call.bySale + (by === "sale" ? met : 0)) as Cents,
        byMarket: (call.byMarket + (by === "market" ? met : 0)) as Cents,
      },
    ];
  });
}
