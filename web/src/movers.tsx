/** The positions that moved net capital most since the day began. */
import type { Mover } from "../../src/server/live-firm.ts";
import { change, dollars, money, quantity, signOf } from "./format.ts";
import type { Explain } from "./net-capital.tsx";
import { store, useStore } from "./store.ts";

const SHARED = <abbr title="Its haircut is taken on a whole group of positions together">group</abbr>;
const UNKNOWN = <abbr title="Cannot say: not known">n/k</abbr>;

function direction(amount: string | null): string {
  if (amount === null) return "number";
  return `number ${["down", "", "up"][signOf(amount) + 1]}`;
}

function Row({
  mover,
  largest,
  explain,
}: {
  readonly mover: Mover;
  readonly largest: number;
  readonly explain: Explain;
}) {
  const { instrument, symbol, description, side, marketValue, price, priceChangePercent, haircut, effect, line } =
    mover;
  const share = largest === 0 ? 0 : (Math.abs(Number(effect)) / largest) * 50;
  const negative = signOf(effect) < 0;
  const name = symbol ?? instrument;
  return (
    <tr className={line === undefined ? "" : "explained"} onClick={() => line !== undefined && explain(line)}>
      <th scope="row">
        {line === undefined ? (
          <span className="name">{name}</span>
        ) : (
          <button type="button" className="name">
            {name}
          </button>
        )}
        {side === "short" && <span className="short-tag">short</span>}
        <span className="description">{description}</span>
      </th>
      <td>
        <span className={`side ${side}`}>{side}</span>
      </td>
      <td className="number quantity">{quantity(mover.quantity)}</td>
      <td className="number">{marketValue === null ? UNKNOWN : dollars(marketValue)}</td>
      <td className="number price">{price === null ? UNKNOWN : money(price)}</td>
      <td className={direction(priceChangePercent)}>
        {priceChangePercent === null ? UNKNOWN : `${change(priceChangePercent)}%`}
      </td>
      <td className="number haircut">{haircut === null ? SHARED : dollars(haircut)}</td>
      <td className={`${direction(effect)} effect`}>
        <span className="balance" aria-hidden="true">
          <i style={{ left: `${negative ? 50 - share : 50}%`, width: `${share}%` }} />
        </span>
        {change(effect, true)}
      </td>
    </tr>
  );
}

const hold = (held: boolean) => (): void => {
  store.moversHeld = held;
};

export function Movers({ explain }: { readonly explain: Explain }) {
  const { movers } = useStore();
  const largest = Math.max(0, ...movers.map(({ effect }) => Math.abs(Number(effect))));
  return (
    <section
      className="panel movers"
      aria-labelledby="movers-title"
      onPointerEnter={hold(true)}
      onPointerLeave={hold(false)}
      onFocus={hold(true)}
      onBlur={hold(false)}
    >
      <h2 id="movers-title">
        What moved it today
        <span className="quiet held">held while you point at it</span>
      </h2>
      {movers.length === 0 ? (
        <p className="empty">No position has moved net capital today.</p>
      ) : (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Position</th>
                <th scope="col">Side</th>
                <th scope="col" className="number quantity">
                  Quantity
                </th>
                <th scope="col" className="number">
                  Market value
                </th>
                <th scope="col" className="number price">
                  Price
                </th>
                <th scope="col" className="number">
                  Today
                </th>
                <th scope="col" className="number haircut">
                  Haircut
                </th>
                <th scope="col" className="number effect" title="Change in net capital since the day began">
                  Effect
                </th>
              </tr>
            </thead>
            <tbody>
              {movers.map((mover) => (
                <Row key={`${mover.instrument} ${mover.side}`} mover={mover} largest={largest} explain={explain} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
