/** Margin and stress of the small firm of the page's tests: no rules at first; `fill` puts accounts on every rung. */
import { Trouble } from "../../src/base/errors.ts";
import { lineToJson, line } from "../../src/base/line.ts";
import { displayDollars, formatDollars, parseDollars, toCents } from "../../src/base/money.ts";
import type { LiquidationView, LiveMargin, MarginAccountView, MarginCalls } from "../../src/server/live-margin.ts";
import {
  type Liquidations,
  MARGIN_RUNGS,
  type MarginCallView,
  type MarginOverview,
  type MarginRung,
  type MarginStanding,
  type MarginStandings,
  type StandingsQuery,
  type StressKind,
  type StressRow,
  type ReverseView,
  type LiveStress,
  type StressView,
  type SweptView,
} from "../../src/server/live-margin.ts";

const AT = "2026-11-20T14:31:07.000Z";
const POSITION = { seq: 184_113, at: AT };
const COUNTS: Readonly<Record<MarginRung, number>> = {
  healthy: 98_412,
  warning: 1204,
  call: 7,
  restricted: 7,
  liquidating: 7,
  deficit: 7,
  unknown: 3,
};
const TITLES = [
  "Estate of Wilhelmina van der Bergh-Ostrowska, executors jointly and severally",
  "R. Calloway",
  "Harbour Lights Family Office LP",
  "Ng, Priya",
  "Torvald & Daughters Ltd.",
];

const dollars = (amount: number): string => formatDollars(toCents(Math.round(amount * 100)));

function standing(index: number, rung: MarginRung): MarginStanding {
  const requirement = 40_000 + index * 7919;
  const share = {
    healthy: 1.6,
    warning: 1.03,
    call: 0.9,
    restricted: 0.7,
    liquidating: 0.4,
    deficit: -0.5,
    unknown: 0,
  };
  const equity = requirement * share[rung];
  const known = (amount: number): string | null => (rung === "unknown" ? null : dollars(amount));
  return {
    account: `M-${String(4711 + index * 37)}`,
    title: TITLES[index % TITLES.length] ?? null,
    group: index % 5 === 2 ? "harbour-lights" : null,
    regime: index % 4 === 1 ? "portfolio" : "margin",
    rung,
    equity: known(equity),
    requirement: known(requirement),
    excess: known(equity - requirement),
    restricted: rung === "restricted" || rung === "liquidating" || rung === "deficit",
  };
}

const ACCOUNTS: readonly MarginStanding[] = MARGIN_RUNGS.flatMap((rung, order) =>
  Array.from({ length: rung === "unknown" ? 3 : 7 }, (_, index) => standing(order * 7 + index, rung)),
).sort((a, b) => Number(a.excess === null) - Number(b.excess === null) || Number(a.excess) - Number(b.excess));

/** The account whose call was extended, with a deposit on its way. */
const EXTENDED = ACCOUNTS.findLast(({ rung }) => rung === "call")?.account;

const CITED = { paragraph: "FINRA 4210(f)(6)", by: null };

const CALL: MarginCallView = {
  id: "184001.1",
  account: "M-5229",
  layer: "maintenance",
  title: "Maintenance",
  paragraph: "FINRA 4210(f)(6)",
  amount: "15000.00",
  told: "12500.00",
  credited: "2500.00",
  outstanding: "12500.00",
  issued: POSITION,
  covered: null,
  due: "2026-11-24",
  dueBy: "2026-11-25T05:00:00.000Z",
  latest: "2026-12-08",
  overdue: false,
  extensions: [{ until: "2026-11-24", by: "A. Officer", reason: "wire on its way" }],
  announced: [{ amount: "10000.00", expected: "2026-11-23" }],
};

export const PROPOSAL: LiquidationView = {
  ...POSITION,
  id: "184002.1",
  account: "M-5747",
  status: "proposed",
  ended: null,
  orders: [
    {
      side: "buy",
      account: "M-5747",
      instrument: "MERIDIAN-2026-12-18-P-45",
      quantity: "12",
      price: "3.10",
      value: "3720.00",
      cost: "84.12",
    },
    {
      side: "sell",
      account: "M-5747",
      instrument: "MERIDIAN",
      quantity: "4206",
      price: "38.00",
      value: "159828.00",
      cost: "1598.28",
    },
  ],
  policy: "least-cost",
  exact: true,
  cures: true,
  cost: "1682.40",
  before: { equity: "96000.00", requirement: "240000.00" },
  after: { equity: "94317.60", requirement: "89600.00" },
  decided: null,
};

function calls(): readonly MarginCallView[] {
  const called = ACCOUNTS.filter(({ rung }) => rung === "call" || rung === "restricted");
  return called
    .map((account, index) => {
      const overdue = account.rung === "restricted";
      const amount = Math.max(0, -Number(account.excess));
      return {
        ...CALL,
        id: `1840${String(index).padStart(2, "0")}.1`,
        account: account.account,
        layer: index % 3 === 0 ? "reg-t" : "maintenance",
        title: index % 3 === 0 ? "Regulation T" : "Maintenance",
        amount: dollars(amount),
        credited: "0.00",
        outstanding: dollars(amount),
        due: overdue ? "2026-11-19" : "2026-11-24",
        dueBy: overdue ? "2026-11-20T05:00:00.000Z" : "2026-11-25T05:00:00.000Z",
        overdue,
        extensions: account.account === EXTENDED ? CALL.extensions : [],
        announced: account.account === EXTENDED ? CALL.announced : [],
      };
    })
    .sort((a, b) => (a.due < b.due ? -1 : Number(a.due > b.due)));
}

const PRICES = [-30, -20, -10, 0, 10, 25];
const VOLATILITIES = [-25, 0, 50, 100];

function row(
  scenario: string,
  title: string,
  kind: StressKind,
  fall: number,
  place: { price: string | null; volatility: string | null } = { price: null, volatility: null },
): StressRow {
  const unsecured = Math.max(0, fall) ** 2.4 * 620;
  const percent = Math.max(-40, 131 - Math.max(0, fall) * 3.1);
  return {
    scenario,
    title,
    kind,
    ...place,
    underWater: Math.round(Math.max(0, fall) ** 1.7),
    unsecured: dollars(unsecured),
    called: Math.round(Math.max(0, fall) * 41),
    calls: dollars(Math.max(0, fall) * 812_345.67),
    capital: {
      netCapital: dollars((18_400_000 * percent) / 100),
      percentOfMinimum: percent.toFixed(2),
      tier: percent < 105 ? "red" : percent < 120 ? "yellow" : null,
    },
    capitalCallsUnmet: null,
    uncovered: dollars(unsecured),
    unknown: 3,
    names:
      unsecured === 0
        ? []
        : [
            { name: "MERIDIAN", unsecured: dollars(unsecured * 0.61) },
            { name: "BROADWATER-CONVERTIBLE-2031", unsecured: dollars(unsecured * 0.3) },
            { name: "XYZ", unsecured: dollars(unsecured * 0.09) },
          ],
    clients:
      fall <= 0
        ? []
        : [
            {
              name: "harbour-lights",
              unsecured: dollars(unsecured * 0.7),
              call: dollars(fall * 400_000),
              loss: dollars(fall * 2_100_000),
              lossElsewhere: dollars(fall * 1_300_000),
            },
            {
              name: "M-5229",
              unsecured: dollars(unsecured * 0.3),
              call: dollars(fall * 12_000),
              loss: null,
              lossElsewhere: null,
            },
          ],
  };
}

const STRESS: StressView = {
  ...POSITION,
  took: 412,
  accounts: 99_997,
  capital: { netCapital: "24104000.00", percentOfMinimum: "131.00", tier: null },
  rows: [
    ...PRICES.flatMap((price) =>
      VOLATILITIES.map((volatility) =>
        row(
          `all${price}v${volatility}`,
          `Everything ${price < 0 ? "falls" : "rises"} ${Math.abs(price)}%, volatility ${volatility}%`,
          "grid",
          price === 0 && volatility <= 0 ? 0 : -price + volatility / 20 - 4,
          { price: String(price), volatility: String(volatility) },
        ),
      ),
    ),
    row("index-down-15", "The index falls 15%", "index", 15),
    row("1987-10-19", "Black Monday", "historical", 24),
    row("2018-02-05", "The largest rise of volatility in a day", "historical", 7),
    row("2008-10-13", "The largest rise of 2008", "historical", -9),
    row("correlation-one", "Every name falls by five of its own daily deviations", "correlation", 19),
    row("gap-to-zero", "The largest long name goes to zero", "names", 28),
    row(
      "crisis",
      "The index falls 10%, the five largest names another 15%, over as long as selling takes",
      "combined",
      31,
    ),
  ],
};

const REVERSE: ReverseView = {
  ...POSITION,
  sentences: [
    "loses more than it may when everything falls 17.42%",
    "does not lose more than it may however far the index rises",
    "has too little capital when the index falls 21.08%",
  ],
};

const FIRM_LIMIT = {
  seq: 4,
  at: "2026-11-20T15:00:00Z",
  requirement: "5000000.00",
  limit: "4000000.00",
  unknown: 0,
  over: { seq: 2, at: "2026-11-20T13:00:00Z", stopsFrom: "2026-11-26" },
  stopped: false,
};

export class FakeMargin implements LiveMargin {
  rulebook: string | null = null;
  counts: Readonly<Record<MarginRung, number>> = {
    ...COUNTS,
    healthy: 0,
    warning: 0,
    call: 0,
    restricted: 0,
    liquidating: 0,
    deficit: 0,
    unknown: 0,
  };
  accounts: readonly MarginStanding[] = [];
  callList: readonly MarginCallView[] = [];
  stressed: StressView | undefined;
  reverse: ReverseView | null = null;
  swept: SweptView | null = null;
  /** What a test says of every account that is asked for. */
  about: Partial<MarginAccountView> = {};

  /** Accounts on every rung, calls, a proposal, a grid. */
  fill(): void {
    this.rulebook = "2026-06-04";
    this.counts = COUNTS;
    this.accounts = ACCOUNTS;
    this.callList = calls();
    this.stressed = STRESS;
    this.reverse = REVERSE;
  }

  overview(): MarginOverview {
    const { rulebook, counts, callList } = this;
    return {
      ...POSITION,
      rulebook,
      rungs: counts,
      calls: {
        open: callList.length,
        amount: formatDollars(toCents(callList.reduce((sum, { amount }) => sum + Number(amount) * 100, 0))),
        outstanding: formatDollars(
          toCents(callList.reduce((sum, { outstanding }) => sum + Number(outstanding) * 100, 0)),
        ),
        overdue: callList.filter(({ overdue }) => overdue).length,
      },
      restricted: counts.restricted + counts.liquidating + counts.deficit,
      liquidations: counts.liquidating,
      unsecured: rulebook === null ? "0.00" : "1203345.67",
      capitalCharges: rulebook === null ? "0.00" : "412900.00",
      firmLimit: rulebook === null ? null : FIRM_LIMIT,
      troubles: rulebook === null ? [{ code: "missing-rule", message: "no margin rulebook is in force" }] : [],
    };
  }

  standings({ rung, count }: StandingsQuery): MarginStandings {
    const found = this.accounts.filter((account) => rung === undefined || account.rung === rung);
    const total = rung === undefined ? Object.values(this.counts).reduce((a, b) => a + b, 0) : this.counts[rung];
    return { ...POSITION, accounts: found.slice(0, count), total };
  }

  account(name: string): MarginAccountView | undefined {
    const found = this.accounts.find(({ account }) => account === name);
    if (found === undefined) return undefined;
    const { equity, requirement, excess, rung } = found;
    const isKnown = equity !== null && requirement !== null && excess !== null;
    const cents = (amount: string | null) => toCents(Math.round(Number(amount) * 100));
    const lines = line(`margin/${name}`, `Margin excess of ${name}`, "4210(b)-(f)", cents(excess), {}, [
      line(`margin/${name}/equity`, "Margin equity", "4210(a)(5)", cents(equity), {}, [
        line(`margin/${name}/equity/cash`, "Cash", "4210(a)(5)", cents("-30000.00")),
      ]),
      line(`margin/${name}/maintenance`, "Maintenance requirement", "4210(c)(1)", cents(requirement), {}, [
        line(`margin/${name}/maintenance/MERIDIAN`, "Long MERIDIAN", "4210(c)(1)", cents(requirement), {
          "market value": toCents(cents(requirement) * 4),
          rate: "25%",
        }),
      ]),
    ]);
    const regime = { equity, requirement, excess, inForce: true, binds: false, troubles: [] } as const;
    return {
      ...POSITION,
      standing: found,
      members: [name, `${name}-SHORT`],
      netLiquidation: equity,
      marketValue: requirement === null ? null : dollars(Number(requirement) * 4),
      regimes: [
        { ...regime, regime: "regT", inForce: false },
        { ...regime, regime: "maintenance", binds: isKnown },
        { ...regime, regime: "portfolio", inForce: false, requirement: "5700.00", excess: "2300.00" },
        { ...regime, regime: "house" },
      ],
      groups: [
        {
          underlying: "MERIDIAN",
          holdings: [
            { instrument: "MERIDIAN", quantity: "11000" },
            { instrument: "MERIDIAN-2026-12-18-P-45", quantity: "-12" },
          ],
          value: "414280.00",
          requirements: { maintenance: "103570.00", regT: "207140.00", house: "124284.00" },
        },
        { underlying: "XYZ", holdings: [{ instrument: "XYZ", quantity: "-300" }], value: null, requirements: {} },
      ],
      explanation: isKnown ? lineToJson(lines) : null,
      calls: this.callList
        .filter((call) => call.account === name)
        .map((call) => ({ ...call, cures: [`${displayDollars(parseDollars(call.outstanding))} in cash`] })),
      cures:
        rung === "call"
          ? [
              "12,500.00 in cash",
              "marginable securities worth 16,666.67",
              "closing 530 MERIDIAN, worth 20,140.00, before costs",
            ]
          : [],
      liquidation: rung === "liquidating" ? { ...PROPOSAL, account: name } : null,
      restrictions: found.restricted
        ? [{ ...POSITION, code: "call-maintenance", words: "Maintenance deficiency", paragraph: "FINRA 4210(f)(6)" }]
        : [],
      severeStress: found.restricted ? { scenario: "crisis", deficit: "18400.00", asOfSeq: 184_020 } : null,
      trail: [
        { ...POSITION, kind: "deficiency", layer: "maintenance", amount: "12500.00", ...CITED, words: "Maintenance" },
        {
          ...POSITION,
          seq: 184_150,
          kind: "called",
          layer: "maintenance",
          amount: "15000.00",
          ...CITED,
          words: "due 2026-11-24",
        },
        { ...POSITION, seq: 184_150, kind: "rung", layer: null, amount: null, ...CITED, words: "warning to call" },
      ],
      troubles: isKnown ? [] : [{ code: "missing-input", message: "no price for BROADWATER" }],
      ...this.about,
    };
  }

  calls(): MarginCalls {
    return { ...POSITION, calls: this.callList, total: this.callList.length };
  }

  liquidations(): Liquidations {
    return { ...POSITION, liquidations: this.rulebook === null ? [] : [PROPOSAL] };
  }

  readonly stress: LiveStress = {
    now: () => ({ exact: this.stressed ?? null, reverse: this.reverse, swept: this.swept }),
    ask: (scenarios) =>
      this.stressed === undefined
        ? Promise.reject(new Trouble("not-ready", "the first stress of the firm has not been completed"))
        : Promise.resolve({ ...this.stressed, rows: this.stressed.rows.slice(0, scenarios.length) }),
  };
}
