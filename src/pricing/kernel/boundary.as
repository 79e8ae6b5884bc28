/**
 * American options by their exercise boundary: L. Andersen, M. Lake, D. Offengenden, "High-performance American option
 * pricing", Journal of Computational Finance 20 (2016). The boundary B(τ) does not depend on the spot, so that it is
 * found once for any number of spots. Two options are worked on at once, one in each half of a vector.
 *
 * B is kept as y = ln(X/B) at the Chebyshev nodes of √τ, X being where the boundary starts at expiry; y² is
 * interpolated. The fixed-point system is their FP-B, B = K e^(−(r−q)τ) N(τ)/D(τ), with a Jacobi-Newton step; it
 * converges for small volatilities too, where FP-A does not. The start joins the boundary near expiry (Evans, Kuske,
 * Keller 2002) to the perpetual one, and five sweeps take it to where the nodes decide the accuracy. All options get
 * the same work, and what one is worth does not depend on its neighbour.
 */
import { cdfs, exps, logs, slopes } from "./elementary";
import {
  DEVIATION,
  EDGE,
  PREMIUM_TERMS,
  RATE,
  SIDE,
  TERMS,
  TERM_BYTES,
  TERM_SCALE,
  TERM_SHIFT,
  TERM_SPOT,
  TERM_STRIKE,
  VOLATILITY,
  YEARS,
  YIELD,
} from "./row";

/** Unknown nodes of the boundary; the node at expiry is known. */
const NODES: i32 = 5;
/** Nodes of the quadrature inside the fixed-point system. */
const PARTS: i32 = 5;
const SWEEPS: i32 = 5;

/** √(τᵢ/T) of node i. */
const ROOT = memory.data(8 * NODES, 16);
/**
 * With time from now v = τ c², c = sin(½πz): z in (0, 1) smooths the integrands at both ends, now and at expiry. The
 * nodes c and the weights of dv/τ, for the sweeps and for the premium.
 */
const PART = memory.data(8 * PARTS, 16);
const PART_WEIGHT = memory.data(8 * PARTS, 16);
/** 1/c. */
const PART_INVERSE = memory.data(8 * PARTS, 16);
const SPAN = memory.data(8 * PREMIUM_TERMS, 16);
const SPAN_WEIGHT = memory.data(8 * PREMIUM_TERMS, 16);
/** Weights that interpolate y² at τ = τᵢ(1 − c²) from its nodes; the same for every option. */
const PATH = memory.data(8 * NODES * PARTS * NODES, 16);
const LINE = memory.data(8 * PREMIUM_TERMS * NODES, 16);

/** Of the two options in hand: y and y² at the nodes, and the interest grown by the quadrature's weights. */
const Y = memory.data(16 * NODES, 16);
const SQUARE = memory.data(16 * NODES, 16);
const INTEREST_WEIGHT = memory.data(16 * NODES * PARTS, 16);
const CARRY_WEIGHT = memory.data(16 * NODES * PARTS, 16);

@inline
function at(table: usize, index: i32): f64 {
  return load<f64>(table + (index << 3));
}

@inline
function put(table: usize, index: i32, value: f64): void {
  store<f64>(table + (index << 3), value);
}

@inline
function splatAt(table: usize, index: i32): v128 {
  return v128.load64_splat(table + (index << 3));
}

@inline
function pairAt(table: usize, index: i32): v128 {
  return v128.load(table + (index << 4));
}

@inline
function putPair(table: usize, index: i32, value: v128): void {
  v128.store(table + (index << 4), value);
}

/** Gauss-Legendre in the variable z. */
function fillQuadrature(nodes: usize, weights: usize, count: i32): void {
  for (let index = 0; index < count; index++) {
    let x = Math.cos((Math.PI * (<f64>index + 0.75)) / (<f64>count + 0.5));
    let slope: f64 = 1;
    for (let step = 0; step < 8; step++) {
      let before: f64 = 1;
      let legendre = x;
      for (let degree = 2; degree <= count; degree++) {
        const next = (<f64>(2 * degree - 1) * x * legendre - <f64>(degree - 1) * before) / <f64>degree;
        before = legendre;
        legendre = next;
      }
      slope = (<f64>count * (x * legendre - before)) / (x * x - 1);
      x -= legendre / slope;
    }
    const z = (1 + x) / 2;
    put(nodes, index, Math.sin((Math.PI * z) / 2));
    put(weights, index, (Math.PI * Math.sin(Math.PI * z)) / (2 * (1 - x * x) * slope * slope));
  }
}

/**
 * Barycentric weights at `root` for the Chebyshev points (1 + cos(iπ/n))/2; the last point, where y is nothing, is left
 * out.
 */
function fillInterpolation(weights: usize, first: i32, root: f64): void {
  let sum: f64 = 0;
  for (let node = 0; node <= NODES; node++) {
    const point = (1 + Math.cos((Math.PI * <f64>node) / <f64>NODES)) / 2;
    const half: f64 = node === 0 || node === NODES ? 0.5 : 1;
    const weight = ((node & 1) === 0 ? half : -half) / (root - point);
    sum += weight;
    if (node < NODES) put(weights, first + node, weight);
  }
  for (let node = 0; node < NODES; node++) put(weights, first + node, at(weights, first + node) / sum);
}

export function fillNodes(): void {
  fillQuadrature(PART, PART_WEIGHT, PARTS);
  fillQuadrature(SPAN, SPAN_WEIGHT, PREMIUM_TERMS);
  for (let part = 0; part < PARTS; part++) put(PART_INVERSE, part, 1 / at(PART, part));
  for (let node = 0; node < NODES; node++) {
    const root = (1 + Math.cos((Math.PI * <f64>node) / <f64>NODES)) / 2;
    put(ROOT, node, root);
    for (let part = 0; part < PARTS; part++) {
      const c = at(PART, part);
      fillInterpolation(PATH, (node * PARTS + part) * NODES, root * sqrt(1 - c * c));
    }
  }
  for (let span = 0; span < PREMIUM_TERMS; span++) {
    const c = at(SPAN, span);
    fillInterpolation(LINE, span * NODES, sqrt(1 - c * c));
  }
}

/** y² at one point of the path, and from it y. */
@inline
function interpolated(weights: usize, first: i32): v128 {
  let sum = f64x2.mul(splatAt(weights, first), pairAt(SQUARE, 0));
  for (let node = 1; node < NODES; node++) {
    sum = f64x2.add(sum, f64x2.mul(splatAt(weights, first + node), pairAt(SQUARE, node)));
  }
  return f64x2.sqrt(f64x2.pmax(sum, f64x2.splat(0)));
}

/** y of the perpetual option's boundary, beyond which no boundary goes. */
function perpetual(interest: v128, carry: v128, variance: v128, logStart: v128): v128 {
  const zero = f64x2.splat(0);
  const half = f64x2.sub(f64x2.div(f64x2.sub(interest, carry), variance), f64x2.splat(0.5));
  const product = f64x2.div(f64x2.mul(f64x2.splat(2), interest), variance);
  const root = f64x2.sqrt(f64x2.add(f64x2.mul(half, half), product));
  // The negative root of ½σ²β² + (r − q − ½σ²)β − r, in the form that does not cancel.
  const exponent = v128.bitselect(
    f64x2.neg(f64x2.add(half, root)),
    f64x2.div(product, f64x2.sub(half, root)),
    f64x2.gt(half, zero),
  );
  const limit = logs(f64x2.sub(f64x2.splat(1), f64x2.div(f64x2.splat(1), exponent)));
  return f64x2.pmax(f64x2.add(limit, logStart), f64x2.splat(1e-12));
}

/** The start: y = y∞ (1 − exp(−σ√τ · √(½ + ln(1 + σ²/(8π r²τ))) / y∞)). */
@inline
function start(interest: v128, years: v128, variance: v128, limit: v128, root: v128): v128 {
  const tau = f64x2.mul(years, f64x2.mul(root, root));
  const paid = f64x2.mul(f64x2.mul(interest, interest), tau);
  const ratio = f64x2.div(variance, f64x2.mul(paid, f64x2.splat(25.132741228718345)));
  const steep = f64x2.sqrt(f64x2.add(f64x2.splat(0.5), logs(f64x2.add(f64x2.splat(1), ratio))));
  const way = f64x2.mul(f64x2.sqrt(f64x2.mul(variance, tau)), steep);
  return f64x2.mul(limit, f64x2.sub(f64x2.splat(1), exps(f64x2.neg(f64x2.div(way, limit)))));
}

/** The quadrature's weights times r e^(r(τ−v)) and q e^(q(τ−v)), which no sweep changes. */
function fillWeights(interest: v128, carry: v128, years: v128): void {
  for (let node = 0; node < NODES; node++) {
    const root = at(ROOT, node);
    const tau = f64x2.mul(years, f64x2.splat(root * root));
    for (let part = 0; part < PARTS; part++) {
      const c = at(PART, part);
      const left = f64x2.mul(tau, f64x2.splat(1 - c * c));
      const weight = f64x2.mul(tau, splatAt(PART_WEIGHT, part));
      const index = node * PARTS + part;
      const grown = exps(f64x2.mul(interest, left));
      const carried = exps(f64x2.mul(carry, left));
      putPair(INTEREST_WEIGHT, index, f64x2.mul(f64x2.mul(weight, interest), grown));
      putPair(CARRY_WEIGHT, index, f64x2.mul(f64x2.mul(weight, carry), carried));
    }
  }
}

/**
 * One Jacobi-Newton step of every node. `drift` is (r − q − ½σ²)T, `gap` is (r − q)T; `carried` is false where q is
 * nothing.
 */
function sweep(deviation: v128, drift: v128, gap: v128, logStart: v128, limit: v128, carried: bool): void {
  const zero = f64x2.splat(0);
  for (let node = 0; node < NODES; node++) {
    const y = pairAt(Y, node);
    putPair(SQUARE, node, f64x2.mul(y, y));
  }
  const perDeviation = f64x2.div(f64x2.splat(1), deviation);
  const driftPerDeviation = f64x2.mul(drift, perDeviation);
  for (let node = 0; node < NODES; node++) {
    const root = at(ROOT, node);
    const y = pairAt(Y, node);
    const sigma = f64x2.mul(deviation, f64x2.splat(root));
    const perSigma = f64x2.mul(perDeviation, f64x2.splat(1 / root));
    const lean = f64x2.mul(driftPerDeviation, f64x2.splat(root));
    const low = f64x2.add(f64x2.mul(f64x2.sub(logStart, y), perSigma), lean);
    const high = f64x2.add(low, sigma);
    let top = cdfs(low);
    let below = cdfs(high);
    const topSlope = f64x2.mul(slopes(low), perSigma);
    const belowSlope = f64x2.mul(slopes(high), perSigma);
    for (let part = 0; part < PARTS; part++) {
      const index = node * PARTS + part;
      const apart = f64x2.sub(interpolated(PATH, index * NODES), y);
      const d = f64x2.add(
        f64x2.mul(f64x2.mul(apart, perSigma), splatAt(PART_INVERSE, part)),
        f64x2.mul(lean, splatAt(PART, part)),
      );
      top = f64x2.add(top, f64x2.mul(pairAt(INTEREST_WEIGHT, index), cdfs(d)));
      if (carried) {
        const dHigh = f64x2.add(d, f64x2.mul(sigma, splatAt(PART, part)));
        below = f64x2.add(below, f64x2.mul(pairAt(CARRY_WEIGHT, index), cdfs(dHigh)));
      }
    }
    const wanted = f64x2.sub(logs(f64x2.div(top, below)), f64x2.mul(gap, f64x2.splat(root * root)));
    const error = f64x2.sub(wanted, f64x2.sub(logStart, y));
    const bend = f64x2.sub(f64x2.div(topSlope, top), f64x2.div(belowSlope, below));
    const slope = f64x2.sub(f64x2.splat(1), bend);
    const divisor = v128.bitselect(slope, f64x2.splat(1), f64x2.gt(slope, f64x2.splat(0.05)));
    const next = f64x2.sub(y, f64x2.div(error, divisor));
    putPair(Y, node, f64x2.pmax(f64x2.pmin(next, limit), zero));
  }
}

@inline
function storeLanes(first: usize, second: usize, offset: usize, pair: v128): void {
  store<f64>(first + offset, f64x2.extract_lane(pair, 0));
  store<f64>(second + offset, f64x2.extract_lane(pair, 1));
}

@inline
function lanes(first: f64, second: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}

@inline
function loadLanes(first: usize, second: usize, offset: usize): v128 {
  return lanes(load<f64>(first + offset), load<f64>(second + offset));
}

/** Enters the terms of the premium, ∫ r K e^(−rv) N(−d₂) − q S e^(−qv) N(−d₁) dv along the boundary, into both rows. */
function storeTerms(first: usize, second: usize, interest: v128, carry: v128, drift: v128, logStart: v128): void {
  const deviation = loadLanes(first, second, DEVIATION);
  const years = loadLanes(first, second, YEARS);
  for (let span = 0; span < PREMIUM_TERMS; span++) {
    const c = at(SPAN, span);
    const passed = f64x2.mul(years, f64x2.splat(c * c));
    const weight = f64x2.mul(years, splatAt(SPAN_WEIGHT, span));
    const scale = f64x2.div(f64x2.splat(1 / c), deviation);
    const away = f64x2.sub(interpolated(LINE, span * NODES), logStart);
    const shift = f64x2.mul(f64x2.add(away, f64x2.mul(drift, f64x2.splat(c * c))), scale);
    const onStrike = f64x2.mul(f64x2.mul(weight, interest), exps(f64x2.neg(f64x2.mul(interest, passed))));
    const onSpot = f64x2.mul(f64x2.mul(weight, carry), exps(f64x2.neg(f64x2.mul(carry, passed))));
    const term = TERMS + TERM_BYTES * <usize>(span + 1);
    storeLanes(first, second, term + TERM_STRIKE, onStrike);
    storeLanes(first, second, term + TERM_SPOT, onSpot);
    storeLanes(first, second, term + TERM_SHIFT, shift);
    storeLanes(first, second, term + TERM_SCALE, scale);
  }
}

/** σ√c of premium term `index` (from 1) over σ√T. */
@inline
export function spanOf(index: i32): f64 {
  return at(SPAN, index - 1);
}

/** Finds the boundaries of two rows and enters what their values need. The rows may be the same. */
export function prepareTwo(first: usize, second: usize): void {
  const isPut = f64x2.gt(loadLanes(first, second, SIDE), f64x2.splat(0));
  const rate = loadLanes(first, second, RATE);
  const yields = loadLanes(first, second, YIELD);
  const interest = v128.bitselect(rate, yields, isPut);
  const carry = v128.bitselect(yields, rate, isPut);
  const years = loadLanes(first, second, YEARS);
  const volatility = loadLanes(first, second, VOLATILITY);
  const variance = f64x2.mul(volatility, volatility);
  const deviation = loadLanes(first, second, DEVIATION);
  const gap = f64x2.mul(f64x2.sub(interest, carry), years);
  const drift = f64x2.sub(gap, f64x2.mul(f64x2.mul(variance, years), f64x2.splat(0.5)));
  // The boundary starts at the strike, or below it where the yield is the greater: X = K min(1, r/q).
  const below = v128.bitselect(f64x2.div(interest, carry), f64x2.splat(1), f64x2.gt(carry, interest));
  const logStart = logs(below);
  const limit = perpetual(interest, carry, variance, logStart);
  for (let node = 0; node < NODES; node++) {
    putPair(Y, node, start(interest, years, variance, limit, splatAt(ROOT, node)));
  }
  fillWeights(interest, carry, years);
  const carried = v128.any_true(f64x2.ne(carry, f64x2.splat(0)));
  for (let round = 0; round < SWEEPS; round++) sweep(deviation, drift, gap, logStart, limit, carried);
  for (let node = 0; node < NODES; node++) {
    const y = pairAt(Y, node);
    putPair(SQUARE, node, f64x2.mul(y, y));
  }
  storeLanes(first, second, EDGE, f64x2.sub(logStart, pairAt(Y, 0)));
  storeTerms(first, second, interest, carry, drift, logStart);
}
