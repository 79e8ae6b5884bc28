/** What is said of calls: their titles and the notices that go to the customer and the desk. */
import { displayDollars } from "../../base/money.ts";
import { formatDay } from "../../base/time.ts";
import { formatNewYork } from "../../books/new-york-time.ts";
import type { CallEnd, MarginCall } from "./call.ts";
import type { CallLayer, LayerRules } from "./rules.ts";

const LAYERS: Readonly<Record<CallLayer, string>> = {
  "reg-t": "Regulation T",
  "cash-payment": "Payment",
  maintenance: "Maintenance",
  house: "House",
  portfolio: "Portfolio margin",
  "portfolio-minimum": "Portfolio margin equity",
  "day-trade": "Day-trading",
  intraday: "Intraday margin",
  stress: "Stress",
};

const ENDS: Readonly<Record<CallEnd, string>> = {
  market: "satisfied by the market",
  deposit: "met by a deposit",
  positions: "met by closing or hedging positions",
  rules: "ended by other rules",
  lapsed: "lapsed unmet",
};

export function layerInWords(layer: CallLayer): string {
  return LAYERS[layer];
}

export function endInWords(how: CallEnd): string {
  return ENDS[how];
}

/** "Maintenance call of 1,500.00 on account alice, due 2026-11-24". */
export function callTitle(call: MarginCall, account: string): string {
  return `${layerInWords(call.layer)} call of ${displayDollars(call.amount)} on account ${account}, due ${formatDay(call.due)}`;
}

/** The notice of a call, fit to be sent to its customer. */
export function draftCall(call: MarginCall, account: string, rules: LayerRules, cures: readonly string[]): string {
  return [
    `${LAYERS[call.layer].toUpperCase()} CALL`,
    "",
    `Account: ${account}`,
    `Amount: ${displayDollars(call.amount)}`,
    `Deficiency since: ${formatNewYork(call.since.at)}`,
    `Due: by the end of ${formatDay(call.due)}, New York`,
    "",
    rules.meaning,
    ...(cures.length === 0
      ? []
      : ["", "Any of these would meet it at present prices:", ...cures.map((cure) => `- ${cure}`)]),
    "",
    `Under ${rules.paragraph}. The figures follow from fact ${call.since.seq} of the firm's journal.`,
  ].join("\n");
}

export function dueInWords({ deficiency, due, overdue }: MarginCall): string {
  const verb = overdue === null ? "is" : "was";
  return `${displayDollars(deficiency)} would meet it now; it ${verb} due by the end of ${formatDay(due)}.`;
}

/** With a full stop, where there is none. */
export function withStop(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** With a capital, and a full stop. */
export function sentence(words: string): string {
  return withStop(words.replace(/^./, (letter) => letter.toUpperCase()));
}
