/**
 * Thresholds as keys: the price itself where a falling price passes it, its negative where a rising one does.
 */
import { FALLING, type Side } from "./threshold-index.ts";

/** A threshold so near the price, as a share of it, would be passed by the next tick. */
const NEAREST = 2e-5;

/** The price of a threshold. */
export function priceOf(key: number): number {
  return key < 0 ? -key : key;
}

/** The price as a key on a side: what it is compared with. */
export function keyOf(price: number, side: Side): number {
  return side === FALLING ? price : -price;
}

/** A greater key is passed by a price, or nearly so: the threshold is too near. */
export function nearestKey(price: number, side: Side): number {
  return side === FALLING ? price * (1 - NEAREST) : -price * (1 + NEAREST);
}
