/**
 * The slow, obvious version of pairing: every way of parting a small group into blocks, each block judged by itself by the
 * paragraphs of 4210(f)(2). It shares no code with the pairing. Amounts are dollars of one contract of 100.
 */

/** One contract, or one lot of 100 shares. */
export interface Unit {
  readonly form: "call" | "put" | "stock";
  readonly long: boolean;
  readonly strike: number;
  readonly expiry: number;
  readonly price: number;
  readonly isEuropean: boolean;
  readonly kind: number;
  /** Added to margin equity where it stands by itself. */
  readonly loan: number;
}

export interface Market {
  readonly spot: number;
  readonly longRate: number;
  readonly shortRate: number;
  readonly hedgedStock: boolean;
}

const HUNDRED = 100;

/** The least that the units cost: requirements less what they add to equity. */
export function leastCost(units: readonly Unit[], market: Market): number {
  if (units.length === 0) return 0;
  const [first, ...rest] = units;
  let least = Number.POSITIVE_INFINITY;
  for (let mask = 0; mask < 1 << rest.length; mask++) {
    const block = [first, ...rest.filter((_, index) => (mask >> index) & 1)];
    const cost = blockCost(block, market);
    if (cost === Number.POSITIVE_INFINITY) continue;
    const others = rest.filter((_, index) => !((mask >> index) & 1));
    least = Math.min(least, cost + leastCost(others, market));
  }
  return least;
}

/** What one block costs as one strategy; infinity where it is none. */
function blockCost(block: readonly Unit[], market: Market): number {
  const stock = block.filter(({ form }) => form === "stock");
  const options = block.filter(({ form }) => form !== "stock");
  if (block.length === 1) return stock.length === 1 ? stockAlone(stock[0], market) : optionAlone(options[0], market);
  if (stock.length === 0) return Math.min(straddle(options, market), spread(options), longBox(options));
  if (stock.length === 2 && options.length === 0)
    return stock[0].long === stock[1].long ? Number.POSITIVE_INFINITY : 0.05 * market.spot * HUNDRED;
  return stock.length === 1 ? withStock(stock[0], options, market) : Number.POSITIVE_INFINITY;
}

function stockAlone({ long }: Unit, { spot, longRate, shortRate }: Market): number {
  return (long ? longRate : shortRate) * spot * HUNDRED;
}

function inside({ form, strike }: Unit, spot: number): number {
  return Math.max(0, form === "call" ? spot - strike : strike - spot);
}

function outside({ form, strike }: Unit, spot: number): number {
  return Math.max(0, form === "call" ? strike - spot : spot - strike);
}

function uncovered(unit: Unit, { spot }: Market): number {
  const least = unit.form === "put" ? unit.strike : spot;
  return HUNDRED * (unit.price + Math.max(0.2 * spot - outside(unit, spot), 0.1 * least));
}

function optionAlone(unit: Unit, market: Market): number {
  return unit.long ? -unit.loan * HUNDRED : uncovered(unit, market);
}

function straddle(options: readonly Unit[], market: Market): number {
  if (options.length !== 2 || options.some(({ long }) => long)) return Number.POSITIVE_INFINITY;
  const [one, other] = options;
  if (one.form === other.form || one.kind !== other.kind) return Number.POSITIVE_INFINITY;
  const [a, b] = [uncovered(one, market), uncovered(other, market)];
  if (Math.abs(a - b) < 1e-9) return a + HUNDRED * Math.max(one.price, other.price);
  return a > b ? a + HUNDRED * other.price : b + HUNDRED * one.price;
}

/** (A)(xxxii) a to e, and limited risk and reward; then the greatest loss over a fine walk of prices. */
function spread(options: readonly Unit[]): number {
  const [first] = options;
  if (options.some(({ isEuropean, kind }) => isEuropean !== first.isEuropean || kind !== first.kind))
    return Number.POSITIVE_INFINITY;
  for (const form of ["call", "put"]) {
    const net = options.filter((unit) => unit.form === form).reduce((sum, { long }) => sum + (long ? 1 : -1), 0);
    if (net !== 0) return Number.POSITIVE_INFINITY;
  }
  for (const short of options.filter(({ long }) => !long))
    for (const long of options.filter((unit) => unit.long))
      if (short.expiry > long.expiry) return Number.POSITIVE_INFINITY;
  const prices = [0, ...options.map(({ strike }) => strike), 1000];
  let most = 0;
  for (const price of prices)
    most = Math.max(
      most,
      options.reduce((loss, unit) => loss + (unit.long ? -1 : 1) * inside(unit, price), 0),
    );
  return most * HUNDRED;
}

function longBox(options: readonly Unit[]): number {
  if (options.length !== 4 || options.some(({ isEuropean }) => !isEuropean)) return Number.POSITIVE_INFINITY;
  const find = (form: string, long: boolean) => options.find((unit) => unit.form === form && unit.long === long);
  const [a, b, c, d] = [find("call", true), find("put", false), find("call", false), find("put", true)];
  if (a === undefined || b === undefined || c === undefined || d === undefined) return Number.POSITIVE_INFINITY;
  if (a.strike !== b.strike || c.strike !== d.strike || c.strike <= a.strike) return Number.POSITIVE_INFINITY;
  if (options.some(({ expiry, kind }) => expiry !== a.expiry || kind !== a.kind)) return Number.POSITIVE_INFINITY;
  const value = a.price - b.price - c.price + d.price;
  return HUNDRED * (0.5 * (c.strike - a.strike) - Math.max(0, Math.min(value, c.strike - a.strike)));
}

function withStock(stock: Unit, options: readonly Unit[], market: Market): number {
  const { spot } = market;
  const own = stockAlone(stock, market);
  const none = Number.POSITIVE_INFINITY;
  if (options.length === 1) {
    const [option] = options;
    const covers = !option.long && option.form === (stock.long ? "call" : "put");
    const protects = option.long && option.form === (stock.long ? "put" : "call");
    if (covers) return own + HUNDRED * inside(option, spot);
    if (protects && market.hedgedStock) return Math.min(own, HUNDRED * (0.1 * option.strike + outside(option, spot)));
    return none;
  }
  const call = options.find(({ form }) => form === "call");
  const put = options.find(({ form }) => form === "put");
  if (options.length !== 2 || call === undefined || put === undefined || !market.hedgedStock) return none;
  if (call.expiry !== put.expiry || call.kind !== put.kind) return none;
  if (stock.long && !call.long && put.long && put.strike <= call.strike) {
    const haircut = HUNDRED * inside(call, spot);
    if (put.strike === call.strike) return 0.1 * call.strike * HUNDRED + haircut;
    const hedged = HUNDRED * (0.1 * put.strike + outside(put, spot));
    return Math.min(hedged, 0.25 * call.strike * HUNDRED) + haircut;
  }
  if (!stock.long && call.long && !put.long && put.strike === call.strike)
    return HUNDRED * (0.1 * put.strike + inside(put, spot));
  return none;
}
