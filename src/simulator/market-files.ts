/**
 * Reads the files of data/market-days/. Prices become whole units of 10^-8 as facts hold them; whatever is missing or
 * malformed is refused with file, row and column.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { parseDecimal } from "../base/decimal.ts";
import { type Origin, Trouble } from "../base/errors.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import { unpackColumns } from "./columns.ts";
import { type CsvRow, csvRows } from "./csv-rows.ts";
import type { ParCurve } from "./treasury-price.ts";

const SHIPPED_DIRECTORY = join(import.meta.dirname, "..", "..", "data", "market-days");

/** Units of 10^-8 in a ten-thousandth: the tape files hold prices in ten-thousandths. */
const UNITS_PER_TEN_THOUSANDTH = 10 ** (PRICE_SCALE - 4);

export interface InstrumentReference {
  readonly symbol: string;
  readonly type: "equity" | "etf";
  readonly name: string;
  readonly leverage: string;
  readonly sector: string;
  readonly listing: string;
  readonly cusip: string;
}

/** The day's prices of one stock, units of 10^-8, and its volume in shares. */
export interface DayBar {
  readonly symbol: string;
  readonly previousClose: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** A bar of a part of the day; `fromMs` counts from New York midnight. */
export interface HourBar extends DayBar {
  readonly fromMs: number;
}

/** Columns of one symbol's tape, in time order; times in milliseconds from New York midnight. */
export interface TapeOfSymbol {
  readonly trades: { readonly time: Float64Array; readonly price: Float64Array; readonly size: Float64Array };
  readonly quotes: {
    readonly time: Float64Array;
    readonly bid: Float64Array;
    readonly ask: Float64Array;
    readonly bidSize: Float64Array;
    readonly askSize: Float64Array;
  };
}

/** The fields of one row, each read with a check that names where it stands. */
class RowReader {
  readonly #row: CsvRow;
  readonly #origin: Origin;

  constructor(row: CsvRow, origin: Origin) {
    this.#row = row;
    this.#origin = origin;
  }

  text(column: string): string {
    const value = this.#row[column];
    if (value === undefined)
      throw new Trouble("bad-document", "the column is missing", { field: column, origin: this.#origin });
    return value;
  }

  decimal(column: string, scale: number): number {
    try {
      return parseDecimal(this.text(column), scale, column);
    } catch (error) {
      throw error instanceof Trouble ? error.at({ ...this.#origin, column }) : error;
    }
  }

  price(column: string): number {
    const units = this.decimal(column, PRICE_SCALE);
    if (units > 0) return units;
    throw new Trouble("bad-document", "a price must be positive", {
      field: column,
      value: this.text(column),
      origin: this.#origin,
    });
  }

  bar(): DayBar {
    const [open, high, low, close] = [this.price("open"), this.price("high"), this.price("low"), this.price("close")];
    if (low > Math.min(open, close) || high < Math.max(open, close)) {
      throw new Trouble("bad-document", "open and close must lie between low and high", { origin: this.#origin });
    }
    return {
      symbol: this.text("symbol"),
      previousClose: this.price("previous_close"),
      open,
      high,
      low,
      close,
      volume: this.decimal("volume", 0),
    };
  }
}

export class MarketFiles {
  readonly #directory: string;

  constructor(directory = SHIPPED_DIRECTORY) {
    this.#directory = directory;
  }

  instruments(day: string): InstrumentReference[] {
    return this.#rows(`${day}/instruments.csv.gz`).map((row) => ({
      symbol: row.text("symbol"),
      type: row.text("type") === "etf" ? "etf" : "equity",
      name: row.text("name"),
      leverage: row.text("leverage"),
      sector: row.text("sector"),
      listing: row.text("listing"),
      cusip: row.text("cusip"),
    }));
  }

  dayBars(day: string): DayBar[] {
    return this.#rows(`${day}/cross-section.csv.gz`).map((row) => row.bar());
  }

  hourBars(day: string): HourBar[] {
    return this.#rows(`${day}/hour-bars.csv`).map((row) => {
      const [hours = "", minutes = ""] = row.text("from").split(":");
      return { ...row.bar(), fromMs: (Number(hours) * 60 + Number(minutes)) * 60_000 };
    });
  }

  previousCloses(day: string): Map<string, number> {
    return new Map(
      this.#rows(`${day}/previous-closes.csv`).map((row) => [row.text("symbol"), row.price("previous_close")]),
    );
  }

  tape(day: string, symbol: string): TapeOfSymbol {
    const scale = (column: Float64Array, factor: number) => column.map((value) => value * factor);
    const tradesFile = `${day}/${symbol}-trades.br`;
    const quotesFile = `${day}/${symbol}-quotes.br`;
    const [time, price, size] = unpackColumns(this.#bytes(tradesFile), 3, tradesFile) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const [second, bid, ask, bidSize, askSize] = unpackColumns(this.#bytes(quotesFile), 5, quotesFile) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    return {
      trades: { time, price: scale(price, UNITS_PER_TEN_THOUSANDTH), size },
      quotes: {
        // A bar's quote is the last one of its second: it is known when the second ends.
        time: second.map((value) => (value + 1) * 1000),
        bid: scale(bid, UNITS_PER_TEN_THOUSANDTH),
        ask: scale(ask, UNITS_PER_TEN_THOUSANDTH),
        bidSize,
        askSize,
      },
    };
  }

  /** The Treasury par curve published for a day. */
  curve(day: string): ParCurve {
    const file = "treasury-curve.csv";
    const row = this.#rows(file).find((candidate) => candidate.text("day") === day);
    if (row === undefined)
      throw new Trouble("missing-input", "no Treasury curve of this day", {
        field: "day",
        value: day,
        origin: { file },
      });
    const terms = [
      ["1month", 1 / 12],
      ["3month", 1 / 4],
      ["6month", 1 / 2],
      ["1year", 1],
      ["2year", 2],
      ["3year", 3],
      ["5year", 5],
      ["7year", 7],
      ["10year", 10],
      ["20year", 20],
      ["30year", 30],
    ] as const;
    return { years: terms.map(([, years]) => years), yields: terms.map(([column]) => row.decimal(column, 6) / 1e6) };
  }

  #rows(path: string): RowReader[] {
    const text = Buffer.from(this.#bytes(path)).toString("utf8");
    return csvRows(text, path).map((row, index) => new RowReader(row, { file: path, row: index + 2 }));
  }

  #bytes(path: string): Uint8Array {
    try {
      const bytes = readFileSync(join(this.#directory, path));
      return path.endsWith(".gz") ? gunzipSync(bytes) : path.endsWith(".br") ? brotliDecompressSync(bytes) : bytes;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Trouble("bad-document", `market data could not be read: ${reason}`, { origin: { file: path } });
    }
  }
}
