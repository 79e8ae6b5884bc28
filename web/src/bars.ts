/** The waterfall as bars: where each step begins and ends. */
import type { WaterfallStep } from "../../src/server/live-firm.ts";

interface Bar {
  readonly step: WaterfallStep;
  readonly from: number;
  readonly to: number;
}

/** Where each step's bar begins and ends, in dollars. Totals stand on zero; the rest hang from where the last one ended. */
export function bars(steps: readonly WaterfallStep[]): Bar[] {
  let running = 0;
  return steps.map((step) => {
    const amount = Number(step.amount);
    const from = step.effect === "adds" || step.effect === "deducts" ? running : 0;
    running = step.effect === "deducts" ? from - amount : from + amount;
    return { step, from, to: running };
  });
}
