/** Another computation of the same firm's net capital, as it came in: lines, and the positions behind them where it says. */
import type { Cents } from "../../base/money.ts";
import type { Rate } from "../../base/rate.ts";

export interface TheirLine {
  /** A code of ours, or the number of a FOCUS box; undefined where only the label says what it is. */
  readonly code: string | undefined;
  readonly label: string;
  readonly amount: Cents;
  readonly children: readonly TheirLine[];
}

export interface TheirPosition {
  readonly instrument: string;
  /** Decimals; negative where short. */
  readonly quantity: string;
  /** Undefined: not stated. So are the others. */
  readonly price: string | undefined;
  /** Market value, negative where short. */
  readonly value: Cents | undefined;
  /** The rate of its haircut. */
  readonly haircut: Rate | undefined;
  /** A code of ours for its bucket or family: "haircuts/municipals". */
  readonly bucket: string | undefined;
}

export interface TheirComputation {
  readonly lines: readonly TheirLine[];
  /** All positions that it was computed from; undefined where it does not say. */
  readonly positions: readonly TheirPosition[] | undefined;
}

/** Every line with those below it. */
export function allLines(lines: readonly TheirLine[]): TheirLine[] {
  return lines.flatMap((line) => [line, ...allLines(line.children)]);
}
