/** Between cents and the units that prices are in. */
import { PRICE_SCALE } from "../../facts/define.ts";

/** Units of 10^-8 in a cent. */
export const CENTS_TO_PRICE = 10 ** (PRICE_SCALE - 2);
