/** The units of all items that stand: each item's own, and for all repos with one party one of their own. */
import type { ChargeContext, ChargedUnit } from "./charge.ts";
import type { OpenItem } from "./item.ts";
import { isRepo, partyUnits, unitsOf } from "./units.ts";

/** What a change of one item made and unmade. */
export interface UnitChange {
  readonly opened: readonly ChargedUnit[];
  readonly closed: readonly ChargedUnit[];
}

export class StandingUnits {
  readonly #context: ChargeContext;
  readonly #byItem = new Map<OpenItem, readonly ChargedUnit[]>();
  readonly #byParty = new Map<string, readonly ChargedUnit[]>();

  constructor(context: ChargeContext, items: readonly OpenItem[]) {
    this.#context = context;
    for (const item of items) if (!isRepo(item)) this.#byItem.set(item, unitsOf(context, item));
    for (const [party, repos] of Map.groupBy(items.filter(isRepo), partyOf))
      this.#byParty.set(party, partyUnits(context, party, repos));
  }

  /** All units, in the order of the items. */
  inOrder(items: readonly OpenItem[]): readonly ChargedUnit[] {
    const parties = new Set<string>();
    return items.flatMap((item): readonly ChargedUnit[] => {
      if (!isRepo(item)) return this.#byItem.get(item) ?? [];
      if (parties.has(partyOf(item))) return [];
      parties.add(partyOf(item));
      return this.#byParty.get(partyOf(item)) ?? [];
    });
  }

  /** One item stands in place of another, or is new, or went; `items` lists all that stand now. */
  change(before: OpenItem | undefined, after: OpenItem | undefined, items: () => readonly OpenItem[]): UnitChange {
    const opened: ChargedUnit[] = [];
    const closed: ChargedUnit[] = [];
    if (before !== undefined) {
      closed.push(...(this.#byItem.get(before) ?? []));
      this.#byItem.delete(before);
    }
    if (after !== undefined && !isRepo(after)) {
      const units = unitsOf(this.#context, after);
      this.#byItem.set(after, units);
      opened.push(...units);
    }
    const parties = [before, after].flatMap((item) => (item !== undefined && isRepo(item) ? [partyOf(item)] : []));
    for (const party of new Set(parties)) {
      closed.push(...(this.#byParty.get(party) ?? []));
      const repos = items().filter((item) => isRepo(item) && partyOf(item) === party);
      const units = repos.length === 0 ? [] : partyUnits(this.#context, party, repos);
      this.#byParty.set(party, units);
      opened.push(...units);
    }
    return { opened, closed };
  }
}

function partyOf({ party = "" }: OpenItem): string {
  return party;
}
