/** Everything about one margin account: what each regime asks, why, its calls and proposals, and how it got here. */
import type { ReactNode } from "react";
import {
  MARGIN_REGIMES,
  type LiquidationView,
  type MarginAccountView,
  type MarginGroupView,
  type RegimeView,
} from "../../src/server/live-margin.ts";
import { useAsked } from "./asked.ts";
import { CannotSay } from "./cannot-say.tsx";
import { AsOf, Drawer } from "./drawer.tsx";
import { Paragraph, Tree } from "./explanation.tsx";
import { capitalised, count, dollars, moment, money, quantity, signOf, words } from "./format.ts";
import { Call, RungName } from "./margin.tsx";
import { Amount } from "./net-capital.tsx";
import { REGIME_NAMES, RUNG_MEANS } from "./rungs.ts";

const UNKNOWN = <abbr title="Cannot say: something it holds is not known">n/k</abbr>;

function amountOr(amount: string | null): ReactNode {
  return amount === null ? UNKNOWN : money(amount);
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Head({ view }: { readonly view: MarginAccountView }) {
  const { standing, members, netLiquidation, marketValue } = view;
  const { title, group, regime, rung, equity, requirement, excess } = standing;
  const about = [
    `${regime} account`,
    ...(group === null ? [] : [`owner group ${group}`]),
    ...(members.length > 1 ? [`margined with ${members.slice(1).join(", ")}`] : []),
  ];
  return (
    <>
      {title !== null && <p>{title}</p>}
      <p className="quiet">{capitalised(about.join("; "))}</p>
      <p className="rung-now">
        <RungName rung={rung} /> <span className="quiet">{RUNG_MEANS[rung]}</span>
      </p>
      <dl className="figures">
        {(
          [
            ["Equity", equity],
            ["Requirement", requirement],
            ["Excess", excess],
            ["Market value", marketValue],
            ["Net liquidation", netLiquidation],
          ] as const
        ).map(([name, amount]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={amount !== null && signOf(amount) < 0 ? "negative" : ""}>
              {amount === null ? UNKNOWN : <Amount value={amount} />}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Regime({ answer }: { readonly answer: RegimeView }) {
  const { regime, equity, requirement, excess, inForce, binds, troubles } = answer;
  return (
    <tr className={binds ? "binds" : inForce ? "" : "quiet"}>
      <th scope="row" title={troubles.map(({ message }) => message).join("; ")}>
        {REGIME_NAMES[regime]}
        {binds && <span className="tag">binds</span>}
        {!inForce && <span className="tag">for comparison</span>}
      </th>
      <td className="number">{amountOr(equity)}</td>
      <td className="number">{amountOr(requirement)}</td>
      <td className={excess !== null && signOf(excess) < 0 ? "number negative" : "number"}>{amountOr(excess)}</td>
    </tr>
  );
}

function Groups({ groups }: { readonly groups: readonly MarginGroupView[] }) {
  const shown = MARGIN_REGIMES.filter((regime) =>
    groups.some(({ requirements }) => requirements[regime] !== undefined),
  );
  return (
    <div className="wide-table">
      <table>
        <thead>
          <tr>
            <th scope="col">Positions</th>
            <th scope="col" className="number">
              Value
            </th>
            {shown.map((regime) => (
              <th key={regime} scope="col" className="number">
                {REGIME_NAMES[regime]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ underlying, holdings, value, requirements }) => (
            <tr key={underlying}>
              <th scope="row">
                {holdings.map((holding) => (
                  <div key={holding.instrument}>
                    {quantity(holding.quantity)} {holding.instrument}
                  </div>
                ))}
              </th>
              <td className="number">{value === null ? UNKNOWN : dollars(value)}</td>
              {shown.map((regime) => (
                <td key={regime} className="number">
                  {requirements[regime] === undefined ? "–" : dollars(requirements[regime])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Proposal({ proposal }: { readonly proposal: LiquidationView }) {
  const { id, status, orders, policy, exact, cures, cost, before, after, decided } = proposal;
  return (
    <>
      <p>
        {decided === null
          ? `Proposed; an officer decides about ${id}.`
          : `${capitalised(decided.decision)} by ${decided.by}: ${decided.reason}.`}
      </p>
      <div className="wide-table">
        <table>
          <thead>
            <tr>
              <th scope="col">Order</th>
              <th scope="col" className="number">
                Price
              </th>
              <th scope="col" className="number">
                Value
              </th>
              <th scope="col" className="number" title="A model's estimate">
                Expected cost
              </th>
            </tr>
          </thead>
          <tbody>
            {orders.map(({ side, account, instrument, quantity: units, price, value, cost: each }) => (
              <tr key={`${account} ${instrument} ${side}`}>
                <th scope="row">
                  {capitalised(side)} {quantity(units)} {instrument}
                </th>
                <td className="number">{money(price)}</td>
                <td className="number">{dollars(value)}</td>
                <td className="number">{dollars(each)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="quiet">
        Equity {dollars(before.equity)} against {dollars(before.requirement)} becomes {dollars(after.equity)} against{" "}
        {dollars(after.requirement)}
        {cures ? "" : ", which is not enough: there is nothing more to close"}.{" "}
        {exact ? "The smallest set" : "A small set"} by the policy {words(policy)}, {status}; expected cost{" "}
        {dollars(cost)}.
      </p>
    </>
  );
}

function Trail({ view, zone }: { readonly view: MarginAccountView; readonly zone: string }) {
  return (
    <ol className="trail">
      {view.trail.toReversed().map(({ seq, at, kind, layer, amount, paragraph, words: said }, index) => (
        // One fact may make several steps; their order is their identity.
        // eslint-disable-next-line react/no-array-index-key
        <li key={`${seq} ${index}`}>
          <time dateTime={at} title={`Fact ${seq}`}>
            {moment(at, view.at, zone)}
          </time>
          <span>
            <b>{capitalised(words(kind))}</b>
            {layer !== null && words(layer) !== said.toLowerCase() && ` (${words(layer)})`}: {said}
            {paragraph !== null && <span className="quiet"> {paragraph}</span>}
          </span>
          <span className="number">{amount !== null && dollars(amount)}</span>
          <span className="quiet number">fact {count(seq)}</span>
        </li>
      ))}
    </ol>
  );
}

/** Sentences about what would meet something, each by itself. */
function Cures({ of, cures }: { readonly of: string; readonly cures: readonly string[] }) {
  if (cures.length === 0) return null;
  return (
    <>
      <p className="quiet">At present prices any of these would meet {of}:</p>
      <ul className="cures">
        {cures.map((cure) => (
          <li key={cure}>{cure}</li>
        ))}
      </ul>
    </>
  );
}

function FollowUps({ view, zone }: { readonly view: MarginAccountView; readonly zone: string }) {
  const { calls, cures, liquidation, restrictions, severeStress } = view;
  return (
    <>
      {(calls.length > 0 || cures.length > 0) && (
        <Part title="Calls">
          <ol className="standing-list">
            {calls.map((call) => (
              <Call key={call.id} call={call} now={view.at} zone={zone} />
            ))}
          </ol>
          {calls.map((call) => (
            <Cures key={call.id} of={`the ${call.title} call`} cures={call.cures} />
          ))}
          {calls.length === 0 && <Cures of="what binds" cures={cures} />}
        </Part>
      )}
      {liquidation !== null && (
        <Part title="Proposal to close positions">
          <Proposal proposal={liquidation} />
        </Part>
      )}
      {restrictions.length > 0 && (
        <Part title="Closing orders only">
          <ul className="cures">
            {restrictions.map(({ code, words: said, paragraph, at, seq }) => (
              <li key={code}>
                {capitalised(said)}, <span title={`Fact ${seq}`}>since {moment(at, view.at, zone)}</span>{" "}
                <Paragraph text={paragraph} />
              </li>
            ))}
            {severeStress !== null && (
              <li>
                {dollars(severeStress.deficit)} in scenario {severeStress.scenario}, as of fact{" "}
                {count(severeStress.asOfSeq)}
              </li>
            )}
          </ul>
        </Part>
      )}
    </>
  );
}

function Everything({ view, zone }: { readonly view: MarginAccountView; readonly zone: string }) {
  const { regimes, groups, explanation, trail, troubles } = view;
  return (
    <div className="account-view">
      <Head view={view} />
      {troubles.length > 0 && <CannotSay troubles={troubles} />}
      <Part title="Requirements">
        <div className="wide-table regimes">
          <table>
            <thead>
              <tr>
                <th scope="col">Regime</th>
                <th scope="col" className="number">
                  Equity
                </th>
                <th scope="col" className="number">
                  Requirement
                </th>
                <th scope="col" className="number">
                  Excess
                </th>
              </tr>
            </thead>
            <tbody>
              {regimes.map((answer) => (
                <Regime key={answer.regime} answer={answer} />
              ))}
            </tbody>
          </table>
        </div>
      </Part>
      <FollowUps view={view} zone={zone} />
      {groups.length > 0 && (
        <Part title="What each position contributes">
          <Groups groups={groups} />
        </Part>
      )}
      {explanation !== null && (
        <Part title="Why this excess">
          <div className="tree">
            <Tree line={explanation} />
          </div>
        </Part>
      )}
      <Part title="How it got here">
        {trail.length === 0 ? <p className="empty">Nothing has happened to it.</p> : <Trail view={view} zone={zone} />}
      </Part>
    </div>
  );
}

interface AccountDrawerProps {
  readonly account: string;
  /** The newest sequence number on the screen. */
  readonly seq: number;
  readonly zone: string;
  readonly close: () => void;
}

export function AccountDrawer({ account, seq, zone, close }: AccountDrawerProps) {
  const { answer, problem, ask } = useAsked<MarginAccountView>(`/margin/accounts/${encodeURIComponent(account)}`);
  return (
    <Drawer
      title={account}
      subject={account}
      wide
      close={close}
      asOf={answer !== undefined && <AsOf answer={answer} seq={seq} zone={zone} ask={ask} />}
    >
      <div className="drawer-body">
        {problem !== undefined && <p className="empty">It cannot be shown: {problem}.</p>}
        {answer !== undefined && <Everything view={answer} zone={zone} />}
      </div>
    </Drawer>
  );
}
