/**
 * The daily record of FINRA Rule 4220: each call of Regulation T and of 4210 that was made, stood or ended on a day, with its
 * amount, its days and the way in which it was met.
 */
import type { Cents } from "../../base/money.ts";
import type { Day } from "../../base/time.ts";
import { newYorkDay } from "../../books/new-york-time.ts";
import type { CallEnd, MarginCall } from "./call.ts";
import type { CallLayer } from "./rules.ts";

export interface CallRecord {
  readonly call: string;
  readonly account: number;
  readonly layer: CallLayer;
  /** As it was issued, and what its customer was last told would meet it. */
  readonly amount: Cents;
  readonly told: Cents;
  readonly issued: Day;
  readonly due: Day;
  readonly extensions: number;
  /** What was brought in so far. */
  readonly credited: Cents;
  /** Undefined while it stands. */
  readonly ended: { readonly day: Day; readonly how: CallEnd } | undefined;
}

/** The calls of a day, in the order in which they were made. */
export function dailyRecord(calls: readonly MarginCall[], day: Day): readonly CallRecord[] {
  return calls
    .flatMap((call): { readonly call: MarginCall; readonly issued: Day; readonly seq: number }[] =>
      call.issued === null ? [] : [{ call, issued: newYorkDay(call.issued.at), seq: call.issued.seq }],
    )
    .filter(({ call, issued }) => issued <= day && (call.ended === null || newYorkDay(call.ended.at) >= day))
    .sort((a, b) => a.seq - b.seq || a.call.account - b.call.account)
    .map(({ call, issued }) => ({
      call: call.id,
      account: call.account,
      layer: call.layer,
      amount: call.amount,
      told: call.told,
      issued,
      due: call.due,
      extensions: call.extensions.length,
      credited: call.credited,
      ended: endOf(call, day),
    }));
}

/** How it ended, where it had by the end of `day`. */
function endOf({ ended }: MarginCall, day: Day): CallRecord["ended"] {
  if (ended === null || newYorkDay(ended.at) > day) return undefined;
  return { day: newYorkDay(ended.at), how: ended.how };
}
