/** The parts that account states are made of, each knowing those above it. */
import { Adjustments } from "./adjustments.ts";
import { AccountGroups } from "./account-groups.ts";
import { Accounts } from "./accounts.ts";
import { Backlog } from "./backlog.ts";
import { Certificates } from "./certificates.ts";
import { Charges } from "./charges.ts";
import { Glance } from "./glance.ts";
import { Measure } from "./measure.ts";
import { Prices } from "./prices.ts";
import { RungSets } from "./rung-sets.ts";
import { Slots } from "./slots.ts";
import { StandingValues } from "./standing-values.ts";
import { ThresholdIndex } from "./threshold-index.ts";
import { Thresholds } from "./thresholds.ts";
import type { GroupValues, UnitValues } from "./unit-values.ts";
import { WatchList } from "./watch-list.ts";

export interface StateStatistics {
  ticks: number;
  /** Thresholds that a price passed and that were dealt with one by one; of them moved on by borrowing. */
  wakes: number;
  borrows: number;
  certifications: number;
  /** Ticks that passed so many thresholds that they were charged together. */
  gaps: number;
  /** Accounts that became overdue. */
  overdue: number;
}

export interface Parts {
  readonly values: UnitValues;
  readonly accounts: Accounts;
  readonly slots: Slots;
  readonly charges: Charges;
  readonly prices: Prices;
  readonly standing: StandingValues;
  readonly groups: AccountGroups;
  readonly measure: Measure;
  readonly glance: Glance;
  readonly backlog: Backlog;
  readonly index: ThresholdIndex;
  readonly certificates: Certificates;
  readonly adjustments: Adjustments;
  readonly watch: WatchList;
  readonly rungs: RungSets;
  readonly statistics: StateStatistics;
}

export function makeParts(values: UnitValues, groupValues: GroupValues): Parts {
  const accounts = new Accounts();
  const charges = new Charges();
  const slots = new Slots(accounts, charges);
  const rungs = new RungSets(accounts, values.boundaries);
  const prices = new Prices(values.one);
  const standing = new StandingValues(values, prices);
  const groups = new AccountGroups(accounts);
  const known = { accounts, slots, prices, standing, groups };
  const measure = new Measure(values, groupValues, known);
  const glance = new Glance(values, { ...known, measure });
  const backlog = new Backlog();
  const index = new ThresholdIndex(slots, (heap) => backlog.sweeps.add(heap));
  const thresholds = new Thresholds(values);
  const certificates = new Certificates(values, groupValues, { ...known, index, measure, thresholds });
  const adjustments = new Adjustments(values, { ...known, index, thresholds });
  const watch = new WatchList(values, groupValues, known);
  const statistics = { ticks: 0, wakes: 0, borrows: 0, certifications: 0, gaps: 0, overdue: 0 };
  return {
    values,
    accounts,
    slots,
    charges,
    prices,
    standing,
    groups,
    measure,
    glance,
    backlog,
    index,
    certificates,
    adjustments,
    watch,
    rungs,
    statistics,
  };
}
