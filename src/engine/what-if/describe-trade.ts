/** A hypothetical trade in the words in which one types it. */
import type { HypotheticalTrade } from "./question.ts";

export function describeTrade({ side, quantity, instrument, price }: HypotheticalTrade): string {
  const size = quantity === undefined ? "" : `${quantity} `;
  return `${side} ${size}${instrument}${price === undefined ? "" : ` @ ${price}`}`;
}
