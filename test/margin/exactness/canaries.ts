/** Account states with something wrong, put there through what they are given: the walk must find each of them out. */
import { AccountStates, type RungObserver } from "../../../src/margin/certificates/account-states.ts";
import type { GroupValues, UnitValues } from "../../../src/margin/certificates/unit-values.ts";
import type { GroupSlopes } from "../../../src/margin/group.ts";
import type { MakeStates } from "./firm.ts";

/** Values of which the states are told something else. */
function lying(other: (values: UnitValues) => Partial<UnitValues>): MakeStates {
  return (values, observer, groups) => {
    const lies: UnitValues = {
      boundaries: values.boundaries,
      one: values.one,
      rounding: values.rounding,
      long: (...of) => values.long(...of),
      short: (...of) => values.short(...of),
      contribution: (...of) => values.contribution(...of),
      ...other(values),
    };
    return new AccountStates(lies, observer, groups);
  };
}

function lyingSlopes(other: (slopes: GroupSlopes) => Partial<GroupSlopes>): MakeStates {
  return (values, observer, groups) => {
    const lies: GroupValues = {
      measure: (...of) => groups.measure(...of),
      slopes: (group) => {
        const slopes = groups.slopes(group);
        return { ...slopes, ...other(slopes) };
      },
      rounding: (group) => groups.rounding(group),
    };
    return new AccountStates(values, observer, lies);
  };
}

/** What states can be told, and may not hear. */
type Told = "price" | "cash" | "units" | "group" | "rule" | "settle";

/** States that do not hear one thing, or hear it wrong by one, once in so many times. */
class HardOfHearing extends AccountStates {
  readonly #what: Told;
  readonly #every: number;
  #times = 0;

  constructor([values, observer, groups]: Parameters<MakeStates>, what: Told, every: number) {
    super(values, observer, groups);
    this.#what = what;
    this.#every = every;
  }

  #isMissed(what: Told): boolean {
    return what === this.#what && ++this.#times % this.#every === 0;
  }

  override priceChanged(instrument: number, price: number): void {
    if (!this.#isMissed("price")) super.priceChanged(instrument, price);
  }

  override cashChanged(account: number, change: number): void {
    super.cashChanged(account, this.#isMissed("cash") ? change + 1 : change);
  }

  override unitsChanged(account: number, instrument: number, change: number): void {
    super.unitsChanged(account, instrument, this.#isMissed("units") ? change + 1 : change);
  }

  override groupChanged(account: number, group: number): void {
    if (!this.#isMissed("group")) super.groupChanged(account, group);
  }

  override valuesChanged(instrument: number): void {
    if (!this.#isMissed("rule")) super.valuesChanged(instrument);
  }

  override settle(): void {
    if (!this.#isMissed("settle")) super.settle();
  }
}

function mishears(what: Told, every: number): MakeStates {
  return (...of) => new HardOfHearing(of, what, every);
}

/** Does not tell of one move in a hundred. */
const forgetful: MakeStates = (values, observer, groups) => {
  let times = 0;
  const forgets: RungObserver = {
    rungChanged: (...of) => {
      if (++times % 100 !== 0) observer.rungChanged(...of);
    },
  };
  return new AccountStates(values, forgets, groups);
};

export interface Canary {
  readonly what: string;
  /** It must be found within so many ticks. */
  readonly within: number;
  readonly make: MakeStates;
}

export const CANARIES: readonly Canary[] = [
  {
    what: "a long is worth a thousandth more than it is",
    within: 100_000,
    make: lying((values) => ({ long: (...of) => values.long(...of) * 1.001 })),
  },
  {
    what: "a short costs a thousandth less than it does",
    within: 200_000,
    make: lying((values) => ({ short: (...of) => values.short(...of) * 0.999 })),
  },
  {
    what: "rounding, it is said, takes nothing",
    within: 1_000_000,
    make: lying(() => ({ rounding: 0 })),
  },
  {
    what: "one instrument adds a cent too much",
    within: 200_000,
    make: lying((values) => ({
      contribution: (...of) => values.contribution(...of) + (of[1] === 0 ? 1 : 0),
    })),
  },
  {
    what: "a group falls a tenth faster than it says",
    within: 1_000_000,
    make: lyingSlopes(({ slope }) => ({ slope: slope.map((each) => each * 0.9) })),
  },
  {
    what: "what a group says holds for less than it says",
    within: 1_000_000,
    make: lyingSlopes(({ low, high }) => ({
      low: low.map((price) => price * 0.98),
      high: high.map((price) => price * 1.02),
    })),
  },
  { what: "one tick of a thousand is not heard", within: 500_000, make: mishears("price", 1000) },
  { what: "one amount of a hundred is a cent too much", within: 500_000, make: mishears("cash", 100) },
  { what: "one trade of a hundred is a unit too much", within: 200_000, make: mishears("units", 100) },
  { what: "one group of ten is not heard of", within: 500_000, make: mishears("group", 10) },
  { what: "one other rule of three is not heard of", within: 500_000, make: mishears("rule", 3) },
  { what: "one fact of a hundred is not settled", within: 200_000, make: mishears("settle", 100) },
  { what: "one move of a hundred is not told", within: 100_000, make: forgetful },
];
