/** Stress: the whole book under every scenario, as a heat map of moves, lists, and where the worst of it comes from. */
import { type CSSProperties, useRef, useState } from "react";
import type { StressKind, StressNow, StressedClient, StressRow, StressView } from "../../src/server/live-margin.ts";
import { useOnScreen, usePolled } from "./asked.ts";
import { clock, compact, count, dollars, percentText } from "./format.ts";
import {
  gravity,
  gridOf,
  liveRows,
  type Grid,
  type Measure,
  MEASURE_MEANS,
  MEASURE_NAMES,
  measured,
  MEASURES,
  movePercent,
  worst,
} from "./heat.ts";

/** Between two questions to the server: while the panel is looked at, and while it is not. */
const POLL_MS = 1000;
const POLL_UNSEEN_MS = 15_000;

const LISTS: readonly (readonly [kind: StressKind, name: string])[] = [
  ["index", "Index moves, by beta"],
  ["historical", "Days that happened"],
  ["correlation", "Correlations"],
  ["names", "Names and sectors"],
  ["combined", "Together"],
];

/** What the parts of the panel share. */
interface Shown {
  readonly measure: Measure;
  readonly graveness: (row: StressRow) => number;
  readonly chosen: StressRow | undefined;
  readonly choose: (row: StressRow) => void;
}

function Cell({
  row,
  shown,
  label,
}: {
  readonly row: StressRow | undefined;
  readonly shown: Shown;
  readonly label: string;
}) {
  const { measure, graveness, chosen, choose } = shown;
  if (row === undefined) return <td className="not-asked" title="Not asked" />;
  return (
    <td>
      <button
        type="button"
        style={{ "--heat-share": `${(graveness(row) * 100).toFixed(0)}%` } as CSSProperties}
        aria-pressed={row.scenario === chosen?.scenario}
        aria-label={`${label}: ${measured(row, measure) ?? "cannot say"}`}
        title={row.title}
        onClick={() => choose(row)}
      >
        {measured(row, measure) ?? <abbr title="Cannot say">n/k</abbr>}
      </button>
    </td>
  );
}

function HeatMap({ grid, shown }: { readonly grid: Grid; readonly shown: Shown }) {
  const { prices, volatilities } = grid;
  const columns = volatilities.length === 0 ? [undefined] : volatilities;
  return (
    <table className={volatilities.length === 0 ? "heat-map one-column" : "heat-map"}>
      <caption>
        {volatilities.length === 0 ? "" : "Prices down, volatilities across: "}
        {MEASURE_MEANS[shown.measure]}
      </caption>
      <thead>
        <tr>
          <th scope="col">{volatilities.length === 0 ? "Prices, volatilities" : "Prices"}</th>
          {columns.map((volatility) => (
            <th key={volatility ?? ""} scope="col">
              {volatility === undefined ? MEASURE_NAMES[shown.measure] : movePercent(volatility)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {prices.map((price) => (
          <tr key={price}>
            <th scope="row">
              {movePercent(price)}
              {volatilities.length === 0 && (
                <span className="quiet"> vol {movePercent(grid.at(price, undefined)?.volatility ?? "0")}</span>
              )}
            </th>
            {columns.map((volatility) => (
              <Cell
                key={volatility ?? ""}
                row={grid.at(price, volatility)}
                shown={shown}
                label={`Prices ${movePercent(price)}${volatility === undefined ? "" : `, volatilities ${movePercent(volatility)}`}`}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Lists({ rows, shown }: { readonly rows: readonly StressRow[]; readonly shown: Shown }) {
  const { measure, graveness, chosen, choose } = shown;
  return (
    <div className="scenarios scroll" role="group" aria-label="Scenarios">
      {LISTS.map(([kind, name]) => {
        const own = rows.filter((row) => row.kind === kind);
        if (own.length === 0) return null;
        return (
          <section key={kind}>
            <h3>{name}</h3>
            <ul>
              {own.map((row) => (
                <li key={row.scenario}>
                  <button
                    type="button"
                    aria-pressed={row.scenario === chosen?.scenario}
                    title={row.scenario}
                    onClick={() => choose(row)}
                  >
                    <span className="label">
                      {kind === "historical" && <span className="quiet">{row.scenario} </span>}
                      {row.title}
                    </span>
                    <span className="meter" aria-hidden="true">
                      <i style={{ width: `${(graveness(row) * 100).toFixed(1)}%` }} />
                    </span>
                    <span className="number">{measured(row, measure) ?? "n/k"}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

/** What else is known of a client. */
function inAll({ call, loss, lossElsewhere }: Partial<StressedClient>): string {
  if (call === undefined) return "";
  const called = `Called for ${dollars(call)}`;
  if (typeof loss !== "string" || typeof lossElsewhere !== "string") return `${called}; what it loses is not known`;
  return `${called}; loses ${dollars(loss)}, of it ${dollars(lossElsewhere)} at other firms`;
}

function Losses({
  title,
  losses,
}: {
  readonly title: string;
  readonly losses: readonly (Pick<StressedClient, "name" | "unsecured"> & Partial<StressedClient>)[];
}) {
  const largest = Math.max(1, ...losses.map(({ unsecured }) => Number(unsecured)));
  if (losses.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul className="losses">
        {losses.map(({ name, unsecured, ...client }) => (
          <li key={name}>
            <span className="label" title={name}>
              {name}
            </span>
            <span className="meter" aria-hidden="true">
              <i style={{ width: `${((Number(unsecured) / largest) * 100).toFixed(1)}%` }} />
            </span>
            <span className="number" title={inAll(client)}>
              {compact(unsecured)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the last exact run said, where the sweep says something else by now. */
function Exactly({ now, then }: { readonly now: string; readonly then: string | undefined }) {
  return then === undefined || then === now ? null : <span className="quiet"> exactly {then}</span>;
}

/** `row` as it is live, `exact` as the exact run said; the same where there is no sweep. */
function Detail({ row, exact }: { readonly row: StressRow; readonly exact: StressRow | undefined }) {
  const {
    title,
    underWater,
    unsecured,
    called,
    calls,
    capital,
    capitalCallsUnmet,
    unknown,
    names,
    clients,
    uncovered,
  } = row;
  const tier = capital?.tier ?? null;
  return (
    <div className="detail" aria-live="polite">
      <h3>{title}</h3>
      <dl>
        <div>
          <dt>Under water</dt>
          <dd>
            {count(underWater)} accounts
            <Exactly now={count(underWater)} then={exact && count(exact.underWater)} />
          </dd>
        </div>
        <div>
          <dt>Unsecured</dt>
          <dd>
            {dollars(unsecured)}
            <Exactly now={compact(unsecured)} then={exact && compact(exact.unsecured)} />
          </dd>
        </div>
        <div>
          <dt>Called</dt>
          <dd>
            {count(called)} accounts, {compact(calls)}
            <Exactly now={compact(calls)} then={exact && compact(exact.calls)} />
          </dd>
        </div>
        <div>
          <dt>Net capital</dt>
          <dd>
            {capital === null ? "cannot say" : `${percentText(capital.percentOfMinimum)} of the minimum`}
            {tier !== null && `, ${tier}`}
          </dd>
        </div>
        {Number(uncovered) > 0 && (
          <div>
            <dt title="Of the calls, at these prices, as of the exact run">Selling all leaves</dt>
            <dd>{compact(uncovered)} uncovered</dd>
          </div>
        )}
        {capitalCallsUnmet !== null && (
          <div>
            <dt>If no call is met</dt>
            <dd>{percentText(capitalCallsUnmet.percentOfMinimum)}</dd>
          </div>
        )}
        {unknown > 0 && (
          <div>
            <dt>Not known</dt>
            <dd>{count(unknown)} accounts, in no sum</dd>
          </div>
        )}
      </dl>
      <Losses title="Unsecured by name" losses={names} />
      <Losses title="By client group" losses={clients} />
    </div>
  );
}

function Swept({ now, view, zone }: { readonly now: StressNow; readonly view: StressView; readonly zone: string }) {
  const [measure, setMeasure] = useState<Measure>("unsecured");
  const [name, setName] = useState<string>();
  const { swept, reverse } = now;
  const rows = liveRows(view.rows, swept);
  const chosen = rows.find(({ scenario }) => scenario === name) ?? worst(rows);
  const shown: Shown = {
    measure,
    graveness: gravity(rows, measure),
    chosen,
    choose: ({ scenario }) => setName(scenario),
  };
  const grid = gridOf(rows);
  return (
    <>
      <h2 id="stress-title">
        Stress
        <span className="quiet">
          {count((swept ?? view).accounts)} accounts as of fact {count((swept ?? view).seq)},{" "}
          {clock((swept ?? view).at, zone)}
          {swept !== null && `; net capital, names and clients as of fact ${count(view.seq)}`}
        </span>
        <span className="choice" role="group" aria-label="Measured by">
          {MEASURES.map((each) => (
            <button
              key={each}
              type="button"
              title={MEASURE_MEANS[each]}
              aria-pressed={each === measure}
              onClick={() => setMeasure(each)}
            >
              {MEASURE_NAMES[each]}
            </button>
          ))}
        </span>
      </h2>
      <div className="swept">
        <div className="map">
          {grid === undefined ? <p className="empty">No grid was asked for.</p> : <HeatMap grid={grid} shown={shown} />}
          {reverse !== null && reverse.sentences.length > 0 && (
            <ul
              className="reverse"
              aria-label="The smallest moves that break the firm"
              title={`As of fact ${count(reverse.seq)}`}
            >
              {reverse.sentences.map((sentence) => (
                <li key={sentence}>The firm {sentence}.</li>
              ))}
            </ul>
          )}
        </div>
        <Lists rows={rows} shown={shown} />
        {chosen !== undefined && (
          <Detail row={chosen} exact={view.rows.find(({ scenario }) => scenario === chosen.scenario)} />
        )}
      </div>
    </>
  );
}

export function Stress({ zone }: { readonly zone: string }) {
  const panel = useRef<HTMLElement>(null);
  const { answer } = usePolled<StressNow>("/stress", useOnScreen(panel) ? POLL_MS : POLL_UNSEEN_MS);
  return (
    <section className="panel stress" aria-labelledby="stress-title" ref={panel}>
      {answer?.exact == null ? (
        <>
          <h2 id="stress-title">Stress</h2>
          {answer !== undefined && <p className="empty">No stress has been run yet.</p>}
        </>
      ) : (
        <Swept now={answer} view={answer.exact} zone={zone} />
      )}
    </section>
  );
}
