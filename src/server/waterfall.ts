/** The lines of a net capital computation as the steps of a waterfall, from equity down. */
import { findLine, type Line } from "../base/line.ts";
import { formatDollars } from "../base/money.ts";
import type { WaterfallStep } from "./live-firm.ts";

/** Steps that are always shown; any other is left out while it is zero. */
const STEPS: readonly { readonly code: string; readonly effect: WaterfallStep["effect"]; readonly always?: true }[] = [
  { code: "equity", effect: "starts", always: true },
  { code: "equity-not-allowable", effect: "deducts" },
  { code: "subordinated", effect: "adds" },
  { code: "other-credits", effect: "adds" },
  { code: "capital", effect: "subtotal", always: true },
  { code: "non-allowable", effect: "deducts" },
  { code: "charges", effect: "deducts" },
  { code: "other-additions", effect: "adds" },
  { code: "tentative-net-capital", effect: "subtotal", always: true },
];

/** `netCapital` is the line "net-capital". */
export function waterfallSteps(netCapital: Line): WaterfallStep[] {
  const haircuts = findLine(netCapital, "haircuts")?.children ?? [];
  const before = STEPS.flatMap(({ code, effect, always }) => {
    const line = findLine(netCapital, code);
    return line !== undefined && (always || line.amount !== 0) ? [step(line, effect)] : [];
  });
  const deductions = haircuts.filter(({ amount }) => amount !== 0).map((line) => step(line, "deducts"));
  return [...before, ...deductions, step(netCapital, "total")];
}

function step({ code, label, paragraph, amount }: Line, effect: WaterfallStep["effect"]): WaterfallStep {
  return {
    code,
    label: label.replace(/^Less: (.)/, (_, first: string) => first.toUpperCase()),
    effect,
    amount: formatDollars(amount),
    paragraph,
  };
}
