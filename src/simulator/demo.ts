/** The whole demo as facts: the firm opened on the evening before, and its day. Knows how much of it a journal has. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, parseDocument } from "yaml";
import { formatDay } from "../base/time.ts";
import type { FirmState } from "../engine/firm-state.ts";
import type { Fact } from "../facts/kinds.ts";
import { type DemoDay, demoDay, OTHER_SOURCES } from "./demo-day.ts";
import { type DemoFirm, demoFirm, type RulebookGiven } from "./demo-firm.ts";
import { type DemoDate, type MarketDay, marketDay } from "./market-day.ts";
import { strategyBook } from "./strategies.ts";

const RULEBOOKS = join(import.meta.dirname, "../../rulebooks");
const OPENING_SOURCE = "demo-opening";

export interface DemoSetting {
  readonly day: DemoDate;
  readonly accounts: number;
  readonly positions: number;
  readonly seed: number;
}

export class Demo {
  readonly firm: DemoFirm;
  readonly day: DemoDay;

  constructor(firm: DemoFirm, day: DemoDay) {
    this.firm = firm;
    this.day = day;
  }

  /** How many facts of the opening a state has. */
  openingFactsIn({ sources, books }: FirmState): number {
    return sources.of(OPENING_SOURCE, books.names);
  }

  /** How many facts of the day a state has: the number of the next one. */
  dayFactsIn({ sources, books }: FirmState): number {
    const { prints, model } = this.firm.market.source;
    return [prints, model, ...OTHER_SOURCES].reduce((total, source) => total + sources.of(source, books.names), 0);
  }

  /** The facts of the opening from number `from` on, in batches that the engine takes whole. */
  *openingBatches(from: number, size: number): Generator<readonly Fact[]> {
    let batch: Fact[] = [];
    let number = 0;
    for (const fact of this.firm.openingFacts()) {
      if (number++ < from) continue;
      const alone = fact.kind === "rulebook-activated";
      if (batch.length > 0 && (alone || batch.length === size)) {
        yield batch;
        batch = [];
      }
      batch.push({ ...fact, source: OPENING_SOURCE });
      if (alone) {
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }
}

/** Reads the market of a day and makes the firm that lives through it. The same setting gives the same facts. */
export function prepareDemo({ day, accounts, positions, seed }: DemoSetting): Demo {
  const market = marketDay(day);
  const strategies = strategyBook(market, seed);
  const firm = demoFirm({ market, accounts, positions, seed, rulebooks: rulebooksFor(market), strategies });
  return new Demo(firm, demoDay({ firm, seed }));
}

/** The rules as the demo firm would have had them: in force before the day, net capital under the alternative method. */
function rulebooksFor(market: MarketDay): readonly RulebookGiven[] {
  return [
    rulebookFor(market, "net-capital", (document) => document.setIn(["firm", "method"], "alternative")),
    rulebookFor(market, "margin", (document) => document.set("house", houseExample())),
  ];
}

/** The rules of the house that ship as an example. */
function houseExample(): unknown {
  return parseDocument(readFileSync(join(RULEBOOKS, "house-example.yaml"), "utf8")).get("house");
}

function rulebookFor(
  { previousDay }: MarketDay,
  rulebook: string,
  adapt: (document: Document) => void = () => undefined,
): RulebookGiven {
  const document = parseDocument(readFileSync(join(RULEBOOKS, `${rulebook}.yaml`), "utf8"));
  const effective = formatDay(previousDay);
  const version = `demo-${effective}`;
  document.set("version", version);
  document.set("effective", effective);
  adapt(document);
  return {
    rulebook,
    version,
    effective,
    document: String(document),
    approvedBy: "A. Officer",
    secondApproval: "B. Officer",
  };
}
