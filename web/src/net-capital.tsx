/** The figure, how it stands to the requirement, and how much room there is to each tier. */
import type { NetCapitalFigure, NetCapitalView } from "../../src/server/live-firm.ts";
import { CannotSay } from "./cannot-say.tsx";
import { calendarDay, capitalised, change, clock, difference, dollars, money, signOf } from "./format.ts";
import { Gauge } from "./gauge.tsx";
import { store } from "./store.ts";
import { tierColour } from "./tier-colour.ts";

export type Explain = (line: string) => void;

/** An amount with its cents set back, so that the eye finds the dollars. */
export function Amount({ value }: { readonly value: string }) {
  const text = money(value);
  const point = text.indexOf(".");
  if (point === -1) return text;
  return (
    <>
      {text.slice(0, point)}
      <span className="cents">{text.slice(point)}</span>
    </>
  );
}

/** In which tier the firm stands, in words, and what that means; above them all, how far the next one is. */
function Standing({ view }: { readonly view: NetCapitalFigure }) {
  const { tiers, tier: code, excess } = view;
  const below = signOf(excess) < 0;
  const rank = tiers.findIndex((tier) => tier.code === code);
  const tier = tiers[rank];
  let words = tiers.length > 0 ? "Above every tier" : "Above the minimum";
  if (tier !== undefined) words = `${capitalised(tier.code)} tier`;
  if (below) words = "Below the minimum";
  const colour = below ? "var(--critical)" : tier && tierColour(rank, tiers.length);
  const [next] = tiers;
  const meaning = tier?.label ?? (next && `The next tier down is ${next.code}, at ${dollars(next.amount)}.`);
  return (
    <>
      <p className="standing" role="status" style={{ "--tier": colour ?? "var(--good)" } as React.CSSProperties}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          {tier === undefined && !below ? <path d="M3 8.5 6.5 12 13 4.5" fill="none" /> : <path d="M8 2 15 14H1Z" />}
        </svg>
        {words}
      </p>
      <p className="meaning">{meaning}</p>
    </>
  );
}

function Room({ view, explain }: { readonly view: NetCapitalFigure; readonly explain: Explain }) {
  const levels = [
    ...view.tiers.map((tier, rank) => ({ ...tier, colour: tierColour(rank, view.tiers.length) })),
    {
      code: "minimum",
      label: "Minimum requirement",
      amount: view.requirement,
      percent: "100",
      paragraph: "",
      colour: "var(--ink)",
    },
  ];
  return (
    <table className="room">
      <thead>
        <tr>
          <th scope="col">Level</th>
          <th scope="col">
            <abbr title="Of the minimum">%</abbr>
          </th>
          <th scope="col">At</th>
          <th scope="col">Room</th>
        </tr>
      </thead>
      <tbody>
        {levels.map(({ code, label, amount, percent, colour }) => {
          const room = difference(view.netCapital, amount);
          return (
            <tr key={code}>
              <th scope="row" title={label}>
                <i className="swatch" style={{ background: colour }} />
                {capitalised(code)}
              </th>
              <td className="quiet">{percent !== undefined && `${percent}%`}</td>
              <td>
                <button type="button" onClick={() => explain(view.lines.requirement)}>
                  {dollars(amount)}
                </button>
              </td>
              <td className={signOf(room) < 0 ? "negative" : ""}>{change(room, true)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface FiguresProps {
  readonly view: NetCapitalFigure;
  readonly zone: string;
  readonly explain: Explain;
}

function Figures({ view, zone, explain }: FiguresProps) {
  const { netCapital, requirement, excess, percentOfMinimum, lines } = view;
  const session = store.status?.session;
  const opening = store.history.opening(session?.opens);
  return (
    <>
      <div className="headline">
        <button type="button" className="figure" data-testid="net-capital" onClick={() => explain(lines.netCapital)}>
          <span className="currency">$</span>
          <Amount value={netCapital} />
        </button>
        <Standing view={view} />
        {typeof opening?.netCapital === "string" && (
          <p className="since quiet" title={`Since ${calendarDay(opening.at, zone)}, ${clock(opening.at, zone)}`}>
            <span className="number">{change(difference(netCapital, opening.netCapital), true)}</span>
            {session === undefined ? ` since ${clock(opening.at, zone)}` : " today"}
          </p>
        )}
      </div>
      <Gauge view={view} />
      <div className="stats">
        <button type="button" onClick={() => explain(lines.requirement)}>
          <span>Requirement</span>
          <b>{dollars(requirement)}</b>
        </button>
        <button type="button" onClick={() => explain(lines.excess)}>
          <span>Excess</span>
          <b className={signOf(excess) < 0 ? "negative" : ""}>{dollars(excess)}</b>
        </button>
        <button type="button" onClick={() => explain(lines.excess)}>
          <span>Of minimum</span>
          <b>{percentOfMinimum === null ? "none required" : `${percentOfMinimum}%`}</b>
        </button>
      </div>
      <Room view={view} explain={explain} />
    </>
  );
}

interface NetCapitalProps {
  readonly view: NetCapitalView;
  readonly zone: string;
  readonly explain: Explain;
}

export function NetCapital({ view, zone, explain }: NetCapitalProps) {
  return (
    <section className="panel net-capital" aria-labelledby="net-capital-title">
      <h2 id="net-capital-title">Net capital</h2>
      {view.answer === "figure" ? (
        <Figures view={view} zone={zone} explain={explain} />
      ) : (
        <CannotSay troubles={view.troubles} large />
      )}
    </section>
  );
}
