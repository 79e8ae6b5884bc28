/**
 * What net capital is charged for accounts without their margin, from the calls that stand: 15c3-1(c)(2)(xii) from the sixth
 * business day, portfolio margin from the close of the next one, 4210(g)(10), an intraday deficit from the sixth to the
 * fifteenth, 4210(d)(2). One charge for an account and a layer, with what it rests on, so that it can be reported as an open
 * item (`under-margined-account`: amount, calls, callsSince) or be added as it is.
 */
import { type Cents, ZERO } from "../../base/money.ts";
import type { Day, Instant } from "../../base/time.ts";
import type { Calendar } from "../../books/calendar.ts";
import { addBusinessDays, endOfDay } from "../../books/deadlines.ts";
import { newYorkDay } from "../../books/new-york-time.ts";
import type { MarginCall } from "./call.ts";
import { callClocks } from "./clocks.ts";
import type { CallLayer, ChargeRules, LayerRules } from "./rules.ts";
import { layerInWords } from "./words.ts";

export interface CapitalCharge {
  readonly account: number;
  readonly layer: CallLayer;
  /** Cents that net capital is reduced by; zero while fresh calls cover the deficiency. */
  readonly amount: Cents;
  /** The cash that brings the account to its margin. */
  readonly deficiency: Cents;
  /** Calls outstanding against it, and the day on which they were made. */
  readonly calls: Cents;
  readonly callsSince: Day | undefined;
  readonly paragraph: string;
  readonly label: string;
}

/** What a deficiency is charged at `at`; undefined where its layer charges nothing. `deficiency` is that of now. */
export function chargeOf(
  call: MarginCall,
  deficiency: Cents,
  rules: LayerRules,
  calendar: Calendar,
  at: Instant,
): CapitalCharge | undefined {
  const { charge } = rules;
  if (charge === undefined || deficiency <= 0) return undefined;
  const callsSince = call.issued === null ? undefined : newYorkDay(call.issued.at);
  return {
    account: call.account,
    layer: call.layer,
    amount: charge.freshCalls
      ? lessFreshCalls(call, deficiency, charge, calendar, at)
      : isCharged(call, rules, calendar, at)
        ? deficiency
        : ZERO,
    deficiency,
    calls: call.told,
    callsSince,
    paragraph: charge.paragraph,
    label: `${layerInWords(call.layer)} deficiency`,
  };
}

/** (xii): what was asked for, and is not in yet, counts as if it were in, while its call is no older than so many business days. */
function lessFreshCalls(
  call: MarginCall,
  deficiency: Cents,
  charge: ChargeRules,
  calendar: Calendar,
  at: Instant,
): Cents {
  if (call.issued === null) return deficiency;
  const fresh = at < staleFrom(call.issued.at, charge, calendar) ? call.told : ZERO;
  return deficiency > fresh ? ((deficiency - fresh) as Cents) : ZERO;
}

/** From when a call that was made at `issued` spares nothing any more. */
function staleFrom(issued: Instant, { after }: ChargeRules, calendar: Calendar): Instant {
  return endOfDay((addBusinessDays(newYorkDay(issued), after + 1, calendar) - 1) as Day);
}

function isCharged(call: MarginCall, rules: LayerRules, calendar: Calendar, at: Instant): boolean {
  const { chargedFrom, chargedUntil } = callClocks(rules, call.day, calendar);
  if (chargedFrom === undefined || at < chargedFrom) return false;
  return chargedUntil === undefined || at < endOfDay(chargedUntil);
}

/** When a charge becomes another by the clock alone, after `at`; Infinity where it does not. */
export function chargeChangesAt(call: MarginCall, rules: LayerRules, calendar: Calendar, at: Instant): number {
  const { charge } = rules;
  if (charge === undefined) return Number.POSITIVE_INFINITY;
  const later = (instant: number): number => (instant > at ? instant : Number.POSITIVE_INFINITY);
  if (charge.freshCalls)
    return call.issued === null ? Number.POSITIVE_INFINITY : later(staleFrom(call.issued.at, charge, calendar));
  const { chargedFrom, chargedUntil } = callClocks(rules, call.day, calendar);
  return Math.min(
    chargedFrom === undefined ? Number.POSITIVE_INFINITY : later(chargedFrom),
    chargedUntil === undefined ? Number.POSITIVE_INFINITY : later(endOfDay(chargedUntil)),
  );
}
