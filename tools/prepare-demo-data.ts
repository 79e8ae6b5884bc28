/**
 * Makes data/market-days/ from a directory of source data: `node tools/prepare-demo-data.ts DIRECTORY`.
 *
 * Nothing is estimated here: rows are chosen, columns are chosen, and decimals that a source lost in single precision are
 * given back. data/README.md says which file comes from where and under which licence.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync, constants, gunzipSync, gzipSync } from "node:zlib";
import { packColumns } from "../src/simulator/columns.ts";
import { type CsvRow, csvRows } from "../src/simulator/csv-rows.ts";
import { FUNDS_OF_2015, NAMES_OF_2015, NOT_FUNDS_IN_2015 } from "./demo-names.ts";

const TARGET = join(import.meta.dirname, "..", "data", "market-days");
const CRASH = "2015-08-24";
const TAPE = "2013-10-08";
const TAPE_SYMBOLS = ["AIG", "BAC", "IBM", "SPY"] as const;
const HOUR_SYMBOLS = ["AAPL", "AIG", "SPY", "VXX"] as const;
const SESSION_OPEN_MS = 34_200_000;
const SESSION_CLOSE_MS = 57_600_000;
/** Closing prints reach the tape some seconds after the bell. */
const LAST_PRINT_MS = SESSION_CLOSE_MS + 5_000;
/** Regular, intermarket sweep, opening print, closing print, trade-through exempt: nothing else moves the last price. */
const REGULAR_CONDITIONS = 0x1 | 0x20 | 0x40 | 0x80 | 0x2000_0000;

const source = process.argv[2];
if (source === undefined) throw new Error("usage: node tools/prepare-demo-data.ts DIRECTORY");
const sourceDirectory = source;

function read(path: string): CsvRow[] {
  const bytes = readFileSync(join(sourceDirectory, path));
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return csvRows(text, path);
}

function write(path: string, content: Uint8Array | string): void {
  const file = join(TARGET, path);
  mkdirSync(dirname(file), { recursive: true });
  const bytes = path.endsWith(".gz")
    ? gzipSync(content, { level: 9 })
    : path.endsWith(".br")
      ? brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } })
      : content;
  writeFileSync(file, bytes);
  console.log(`${path.padEnd(40)} ${String(bytes.length).padStart(9)} bytes`);
}

function csv(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const quote = (value: string | number) =>
    /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  return [header, ...rows].map((row) => `${row.map(quote).join(",")}\n`).join("");
}

const cell = (row: CsvRow, column: string): string => row[column] ?? "";

/** The shortest price of at most four decimals that single precision shows as `text`: "94.870003" was 94.87. */
function restorePrice(text: string): string {
  const value = Number(text);
  for (const decimals of [2, 3, 4]) {
    const candidate = value.toFixed(decimals);
    if (Math.fround(Number(candidate)) === Math.fround(value)) return candidate;
  }
  throw new Error(`not a price of at most four decimals: ${text}`);
}

function crossSection(): Map<string, CsvRow> {
  const days = new Map<string, { before?: CsvRow; day?: CsvRow }>();
  for (const row of read("market/cross_section/us_all_20150824.csv.gz")) {
    const entry = days.get(cell(row, "symbol")) ?? {};
    if (row["date"] === CRASH) entry.day = row;
    else entry.before = row;
    days.set(cell(row, "symbol"), entry);
  }
  const kept = new Map<string, CsvRow>();
  const rows: string[][] = [];
  for (const [symbol, { before, day }] of [...days].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (before === undefined || day === undefined) continue;
    kept.set(symbol, day);
    rows.push([
      symbol,
      ...[cell(before, "close"), cell(day, "open"), cell(day, "high"), cell(day, "low"), cell(day, "close")].map(
        restorePrice,
      ),
      cell(day, "volume"),
    ]);
  }
  write(
    `${CRASH}/cross-section.csv.gz`,
    csv(["symbol", "previous_close", "open", "high", "low", "close", "volume"], rows),
  );
  return kept;
}

function hourBars(): void {
  const rows: string[][] = [];
  for (const symbol of HOUR_SYMBOLS) {
    const bars = read(`market/hour/${symbol}.csv.gz`);
    const before = bars.findLast((bar) => cell(bar, "datetime").startsWith("20150821"));
    if (before === undefined) throw new Error(`no bars of ${symbol} on the day before`);
    for (const bar of bars.filter((candidate) => cell(candidate, "datetime").startsWith("20150824"))) {
      rows.push([
        symbol,
        cell(before, "close"),
        cell(bar, "datetime").slice(9),
        cell(bar, "open"),
        cell(bar, "high"),
        cell(bar, "low"),
        cell(bar, "close"),
        cell(bar, "volume"),
      ]);
    }
  }
  write(
    `${CRASH}/hour-bars.csv`,
    csv(["symbol", "previous_close", "from", "open", "high", "low", "close", "volume"], rows),
  );
}

function treasuryCurve(): void {
  const days = new Set(["2013-10-07", "2013-10-08", "2015-08-21", "2015-08-24"]);
  const curve = read("rates/us_treasury_curve_1990_2017.csv.gz").filter((row) =>
    days.has(cell(row, "Time Period").slice(0, 10)),
  );
  const tenors = Object.keys(curve[0] ?? {}).slice(1);
  write(
    "treasury-curve.csv",
    csv(
      ["day", ...tenors],
      curve.map((row) => [cell(row, "Time Period").slice(0, 10), ...tenors.map((tenor) => cell(row, tenor))]),
    ),
  );
}

/** Weighted digit sum of a CUSIP's first eight characters, modulo ten. */
function cusipIsValid(cusip: string): boolean {
  if (!/^[0-9A-Z]{8}[0-9]$/.test(cusip)) return false;
  let sum = 0;
  for (const [index, character] of Array.from(cusip.slice(0, 8)).entries()) {
    const value = Number.parseInt(character, 36) * (index % 2 === 0 ? 1 : 2);
    sum += Math.floor(value / 10) + (value % 10);
  }
  return (10 - (sum % 10)) % 10 === Number(cusip[8]);
}

/** CUSIPs that the map gives to one symbol only, of symbols to which it gives one CUSIP only. */
function unambiguousCusips(): Map<string, string> {
  const byTicker = new Map<string, string[]>();
  const tickersOf = new Map<string, number>();
  for (const row of read("secmaster/cusip_ticker.csv.gz")) {
    const [cusip, ticker] = [cell(row, "cusip"), cell(row, "ticker")];
    byTicker.set(ticker, [...(byTicker.get(ticker) ?? []), cusip]);
    tickersOf.set(cusip, (tickersOf.get(cusip) ?? 0) + 1);
  }
  const found = new Map<string, string>();
  for (const [ticker, [first = "", ...others]] of byTicker) {
    if (others.length === 0 && tickersOf.get(first) === 1 && cusipIsValid(first)) found.set(ticker, first);
  }
  return found;
}

/** "Agilent Technologies, Inc. Common Stock" and "Apple Inc. - Common Stock" without what kind of share it is. */
function plainName(text: string): string {
  return text
    .replace(/\s+-\s.*$/, "")
    .replace(/\s+(New )?(Class [A-Z] )?(Common|Ordinary) (Stock|Shares?).*$/, "")
    .trim();
}

interface Reference {
  readonly type: "equity" | "etf";
  readonly name: string;
  readonly leverage: string;
  readonly sector: string;
  readonly listing: string;
  readonly cusip: string;
}

function references(): (symbol: string) => Reference {
  const index = (path: string, key: string) => new Map(read(path).map((row) => [cell(row, key), row]));
  const nasdaq = index("secmaster/nasdaq_listed.csv.gz", "Symbol");
  const other = index("secmaster/other_listed.csv.gz", "ACT Symbol");
  const funds = index("secmaster/etfs_us.csv.gz", "symbol");
  const leverages = index("secmaster/etf_leverage_from_names.csv", "symbol");
  const sectors = new Map([
    ...read("secmaster/identifiers_equities_ngm_ncm_ase.csv.gz").map(
      (row) => [cell(row, "symbol"), cell(row, "sector")] as const,
    ),
    ...read("secmaster/sp500_constituents.csv.gz").map(
      (row) => [cell(row, "Symbol"), cell(row, "GICS Sector")] as const,
    ),
  ]);
  const cusips = unambiguousCusips();
  const oldNames = new Map(
    NAMES_OF_2015.trim()
      .split("\n")
      .map((line) => line.split("=", 2) as [string, string]),
  );
  const oldFunds = new Map(
    FUNDS_OF_2015.trim()
      .split("\n")
      .map((line) => [line.split(",", 1)[0] ?? "", line.split(",")] as const),
  );
  return (symbol) => {
    const oldFund = oldFunds.get(symbol);
    if (oldFund !== undefined) {
      const [, leverage = "1", name = ""] = oldFund;
      return { type: "etf", name, leverage: leverage === "1" ? "" : leverage, sector: "", listing: "", cusip: "" };
    }
    const onNasdaq = nasdaq.get(symbol);
    const fund = funds.get(symbol);
    if (onNasdaq?.["ETF"] === "Y" && fund !== undefined && !NOT_FUNDS_IN_2015.has(symbol)) {
      const leverage = leverages.get(symbol)?.["leverage_factor"] ?? "";
      return {
        type: "etf",
        name: cell(fund, "name"),
        leverage,
        sector: "",
        listing: "NASDAQ",
        cusip: cusips.get(symbol) ?? "",
      };
    }
    const oldName = oldNames.get(symbol);
    const elsewhere = other.get(symbol);
    const today = onNasdaq ?? elsewhere;
    if (oldName !== undefined || today === undefined || today["ETF"] === "Y") {
      return { type: "equity", name: oldName ?? "", leverage: "", sector: "", listing: "", cusip: "" };
    }
    const exchange = onNasdaq !== undefined ? "NASDAQ" : ({ N: "NYSE", A: "NYSE MKT" }[cell(today, "Exchange")] ?? "");
    return {
      type: "equity",
      name: plainName(cell(today, "Security Name")),
      leverage: "",
      sector: sectors.get(symbol) ?? "",
      listing: exchange,
      cusip: cusips.get(symbol) ?? "",
    };
  };
}

function instruments(day: string, symbols: Iterable<string>, reference: (symbol: string) => Reference): void {
  const rows = [...symbols].sort().map((symbol) => {
    const { type, name, leverage, sector, listing, cusip } = reference(symbol);
    return [symbol, type, name, leverage, sector, listing, cusip];
  });
  write(`${day}/instruments.csv.gz`, csv(["symbol", "type", "name", "leverage", "sector", "listing", "cusip"], rows));
}

const tenThousandths = (text: string): number => Math.round(Number(text) * 10_000);

/** Last price of the day before, where a source has it; of BAC the first print of the day, hours before the open. */
function previousCloseOf(symbol: string): string {
  if (symbol === "BAC") return cell(read("market/tick/BAC_20131008_trades.csv.gz")[0] ?? {}, "price");
  const bars = read(`market/minute/${symbol}_20131004-10_trades.csv.gz`);
  const last = bars.findLast((bar) => bar["date"] === "20131007" && Number(bar["time_ms"]) < SESSION_CLOSE_MS);
  if (last === undefined) throw new Error(`no bars of ${symbol} on the day before`);
  return cell(last, "close");
}

function tape(): void {
  const closes: string[][] = [];
  for (const symbol of TAPE_SYMBOLS) {
    closes.push([symbol, previousCloseOf(symbol)]);
    const prints = read(`market/tick/${symbol}_20131008_trades.csv.gz`).filter((row) => {
      const time = Number(row["time_ms"]);
      const conditions = Number.parseInt(cell(row, "condition_hex"), 16);
      return (
        time >= SESSION_OPEN_MS &&
        time <= LAST_PRINT_MS &&
        (conditions & ~REGULAR_CONDITIONS) === 0 &&
        row["suspicious"] === "0"
      );
    });
    write(
      `${TAPE}/${symbol}-trades.br`,
      packColumns([
        prints.map((row) => Number(row["time_ms"])),
        prints.map((row) => tenThousandths(cell(row, "price"))),
        prints.map((row) => Number(row["size"])),
      ]),
    );
    const file = symbol === "SPY" ? "SPY_20131007-09_quotes" : `${symbol}_20131008_quotes`;
    const quotes = read(`market/second/${file}.csv.gz`).filter(
      (row) =>
        row["date"] === "20131008" &&
        Number(row["time_ms"]) >= SESSION_OPEN_MS &&
        Number(row["time_ms"]) < SESSION_CLOSE_MS,
    );
    write(
      `${TAPE}/${symbol}-quotes.br`,
      packColumns([
        quotes.map((row) => Number(row["time_ms"]) / 1000),
        quotes.map((row) => tenThousandths(cell(row, "bid_close"))),
        quotes.map((row) => tenThousandths(cell(row, "ask_close"))),
        quotes.map((row) => Number(row["bid_size"])),
        quotes.map((row) => Number(row["ask_size"])),
      ]),
    );
  }
  write(`${TAPE}/previous-closes.csv`, csv(["symbol", "previous_close"], closes));
}

const reference = references();
const symbols = crossSection();
hourBars();
treasuryCurve();
instruments(CRASH, new Set([...symbols.keys(), ...HOUR_SYMBOLS]), reference);
instruments(TAPE, TAPE_SYMBOLS, reference);
tape();
