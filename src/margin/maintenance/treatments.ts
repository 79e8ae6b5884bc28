/** The treatment of each instrument of the books, found once for one day: until it is listed anew, or its size is stated anew. */
import { parseDecimal } from "../../base/decimal.ts";
import type { Day } from "../../base/time.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import type { Reports } from "../../books/reports.ts";
import { QUANTITY_SCALE } from "../../facts/define.ts";
import type { MarginBooks } from "../account.ts";
import type { MaintenanceRules } from "./rules.ts";
import { type Size, type Treatment, treatmentOf } from "./treatment.ts";

interface Known {
  readonly attributes: InstrumentAttributes;
  readonly underlying: InstrumentAttributes | undefined;
  readonly treatment: Treatment;
}

export class Treatments {
  readonly rules: MaintenanceRules;
  readonly asOf: Day;
  readonly exempt: boolean;
  readonly #books: MarginBooks;
  readonly #known: (Known | undefined)[] = [];

  constructor(books: MarginBooks, rules: MaintenanceRules, asOf: Day, exempt: boolean) {
    this.#books = books;
    this.rules = rules;
    this.asOf = asOf;
    this.exempt = exempt;
  }

  of(instrument: number): Treatment {
    const { instruments } = this.#books;
    const known = this.#known[instrument];
    const on = instruments.columns.underlying[instrument];
    const attributes = instruments.attributes(instrument);
    const underlying = on === -1 ? undefined : instruments.attributes(on);
    // A listing anew makes other attributes.
    if (known !== undefined && known.attributes === attributes && known.underlying === underlying)
      return known.treatment;
    const terms = { rules: this.rules, asOf: this.asOf, exempt: this.exempt };
    const treatment = treatmentOf(attributes, terms, { underlying, size: () => sizeOf(this.#books, instrument) });
    this.#known[instrument] = { attributes, underlying, treatment };
    return treatment;
  }

  /** What the tape says of the instrument was stated anew. */
  forget(instrument: number): void {
    this.#known[instrument] = undefined;
  }
}

type Statistics = ReturnType<typeof statisticsBy>;
const read = new WeakMap<Reports, { readonly revision: number; readonly statistics: Statistics }>();

function statisticsBy(reports: Reports) {
  return new Map(reports.list("market-statistics-stated").map((report) => [report.instrument, report]));
}

/** What was stated of the size of an instrument, in its own units. */
function sizeOf({ instruments, reports }: MarginBooks, instrument: number): Size {
  const revision = reports.revision("market-statistics-stated");
  const known = read.get(reports);
  const statistics = known?.revision === revision ? known.statistics : statisticsBy(reports);
  if (known?.revision !== revision) read.set(reports, { revision, statistics });
  const stated = statistics.get(instruments.attributes(instrument).instrument);
  const wireUnits = instruments.columns.wireUnits[instrument];
  const units = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : Math.floor(parseDecimal(text, QUANTITY_SCALE, "quantity") / wireUnits);
  return { outstanding: units(stated?.outstanding), averageDailyVolume: units(stated?.averageDailyVolume) };
}
