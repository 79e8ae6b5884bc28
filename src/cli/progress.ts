/** What the demo says in the terminal: lines that stay, and on a terminal one line that changes. */
import { displayDollars, type Cents } from "../base/money.ts";
import { formatInstant } from "../base/time.ts";
import type { Engine } from "../engine/engine.ts";

const REFRESH_MS = 200;
/** Without a terminal to rewrite, a line now and then. */
const LOG_MS = 10_000;

export class Progress {
  readonly #on: boolean;
  readonly #rewrites = process.stderr.isTTY;
  #shownAt = Number.NEGATIVE_INFINITY;
  #open = false;
  #lastSeq = 0;

  constructor(on: boolean) {
    this.#on = on;
  }

  /** A line that stays. */
  note(text: string): void {
    this.end();
    if (this.#on) process.stderr.write(`${text}\n`);
  }

  /** The line that changes. */
  show(text: string): void {
    if (!this.#due()) return;
    process.stderr.write(this.#rewrites ? `\r\u001B[2K${text}` : `${text}\n`);
    this.#open = this.#rewrites;
  }

  showDay({ state, seq }: Engine): void {
    if (performance.now() - this.#shownAt < (this.#rewrites ? REFRESH_MS : LOG_MS)) return;
    const { unknown, netCapitalCents, requirementCents } = state.netCapital.figures;
    const seconds = (performance.now() - this.#shownAt) / 1000;
    const rate = Number.isFinite(seconds) ? `, ${Math.round((seq - this.#lastSeq) / seconds)} a second` : "";
    this.#lastSeq = seq;
    const figure = unknown
      ? "net capital: cannot say"
      : `net capital ${displayDollars(netCapitalCents as Cents)}, ${Math.floor((netCapitalCents / requirementCents) * 100)}% of the minimum`;
    this.show(`${formatInstant(state.at).slice(11, 19)} UTC  ${figure}  fact ${seq}${rate}`);
  }

  #due(): boolean {
    if (!this.#on) return false;
    const now = performance.now();
    if (now - this.#shownAt < (this.#rewrites ? REFRESH_MS : LOG_MS)) return false;
    this.#shownAt = now;
    return true;
  }

  /** Ends the line that changes. */
  end(): void {
    if (this.#open) process.stderr.write("\n");
    this.#open = false;
  }
}
