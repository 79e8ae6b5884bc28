/** Margin: how many accounts stand on each rung, the calls that stand, and the accounts with the least excess. */
import { type CSSProperties, useRef, useState } from "react";
import {
  MARGIN_RUNGS,
  type MarginCalls,
  type MarginCallView,
  type MarginOverview,
  type MarginRung,
  type MarginStanding,
  type MarginStandings,
} from "../../src/server/live-margin.ts";
import { useOnScreen, usePolled } from "./asked.ts";
import { capitalised, count, countdown, dollars, moment, shareOf, signOf } from "./format.ts";
import { RUNG_MEANS, rungColour } from "./rungs.ts";
import { useStore } from "./store.ts";

/** Opens everything about the account of this name. */
export type OpenAccount = (account: string) => void;

const POLL_MS = 2000;
const ACCOUNTS_SHOWN = 60;
const UNKNOWN = <abbr title="Cannot say: something it holds is not known">n/k</abbr>;

export function RungName({ rung }: { readonly rung: MarginRung }) {
  return (
    <span className="rung">
      <i className="swatch" style={{ background: rungColour(rung) }} />
      {capitalised(rung)}
    </span>
  );
}

interface StripProps {
  readonly overview: MarginOverview;
  readonly chosen: MarginRung | undefined;
  readonly choose: (rung: MarginRung | undefined) => void;
}

/** Each rung is a button that shows its accounts alone. */
function Strip({ overview: { rungs }, chosen, choose }: StripProps) {
  return (
    <div className="strip" role="group" aria-label="Accounts by rung">
      {MARGIN_RUNGS.map((rung) => (
        <button
          key={rung}
          type="button"
          className={rungs[rung] === 0 ? "none" : ""}
          style={{ "--rung": rungColour(rung) } as CSSProperties}
          title={RUNG_MEANS[rung]}
          aria-pressed={rung === chosen}
          onClick={() => choose(rung === chosen ? undefined : rung)}
        >
          <span>{capitalised(rung)}</span>
          <b>{count(rungs[rung])}</b>
        </button>
      ))}
    </div>
  );
}

function Totals({ overview }: { readonly overview: MarginOverview }) {
  const { calls, restricted, liquidations, unsecured, capitalCharges, firmLimit } = overview;
  return (
    <dl className="totals">
      <div>
        <dt>Open calls</dt>
        <dd>
          <b>{count(calls.open)}</b>
          {calls.open > 0 && (
            <span title={`${dollars(calls.amount)} as they were issued`}>
              , {dollars(calls.outstanding)} would meet them
            </span>
          )}
          {calls.overdue > 0 && <span className="late">, {count(calls.overdue)} overdue</span>}
        </dd>
      </div>
      <div>
        <dt>Closing orders only</dt>
        <dd>
          <b>{count(restricted)}</b>
        </dd>
      </div>
      <div>
        <dt>Proposals to close</dt>
        <dd>
          <b>{count(liquidations)}</b>
        </dd>
      </div>
      <div>
        <dt>Unsecured exposure</dt>
        <dd className={signOf(unsecured) > 0 ? "late" : ""}>
          <b>{dollars(unsecured)}</b>
        </dd>
      </div>
      <div>
        <dt>Charged to net capital</dt>
        <dd>
          <b>{dollars(capitalCharges)}</b>
        </dd>
      </div>
      {firmLimit !== null && Number(firmLimit.requirement) > 0 && (
        <div>
          <dt>Portfolio margin, of ten times net capital</dt>
          <dd className={firmLimit.over === null ? "" : "late"} title="FINRA 4210(g)(12)">
            <b>{dollars(firmLimit.requirement)}</b> of {dollars(firmLimit.limit)}
            {firmLimit.over !== null &&
              `, no new accounts ${firmLimit.stopped ? "" : `from ${firmLimit.over.stopsFrom}`}`}
          </dd>
        </div>
      )}
    </dl>
  );
}

interface CallProps {
  readonly call: MarginCallView;
  readonly now: string;
  readonly zone: string;
  readonly open?: OpenAccount;
}

/** One call with its clock; without `open`, in the view of its own account. */
export function Call({ call, now, zone, open }: CallProps) {
  const { account, title, amount, outstanding, covered, due, dueBy, overdue, extensions, announced, paragraph } = call;
  const left = countdown(dueBy, now);
  const extended = extensions.at(-1);
  return (
    <li className={overdue ? "critical" : "warning"}>
      <span className="sign" role="img" aria-label={overdue ? "Overdue call" : "Call"}>
        {overdue ? "▼" : "◷"}
      </span>
      <div>
        <p className="title">
          {open !== undefined && (
            <button type="button" onClick={() => open(account)}>
              {account}
            </button>
          )}
          <span title={paragraph}>
            {open !== undefined && " "}
            {title} {dollars(amount)}
          </span>
        </p>
        <p className="quiet">
          {covered === null && signOf(outstanding) > 0
            ? `${dollars(outstanding)} would meet it now`
            : `Prices cover it${covered === null ? "" : ` since ${moment(covered.at, now, zone)}`}`}
          {`; due ${due}`}
          {extended !== undefined && `, extended by ${extended.by}: ${extended.reason}`}
          {announced.map((deposit) => `; ${dollars(deposit.amount)} announced for ${deposit.expected}`).join("")}
        </p>
      </div>
      <time dateTime={dueBy} className={overdue ? "clock late" : "clock"} title={`Due ${moment(dueBy, now, zone)}`}>
        {overdue ? `late ${left}` : left}
      </time>
    </li>
  );
}

function Row({ standing, open }: { readonly standing: MarginStanding; readonly open: OpenAccount }) {
  const { account, title, group, regime, rung, equity, requirement, excess, restricted } = standing;
  return (
    <tr className="explained" onClick={() => open(account)}>
      <th scope="row" title={title === null ? account : `${account}: ${title}`}>
        <button type="button" className="name">
          {account}
        </button>
        <span className="description">{title}</span>
      </th>
      <td className="group" title={group === null ? "" : `Owner group ${group}`}>
        {group}
      </td>
      <td className="regime">{regime}</td>
      <td>
        <RungName rung={rung} />
        {restricted && rung !== "restricted" && (
          <abbr className="quiet" title="Closing orders only">
            {" "}
            ■
          </abbr>
        )}
      </td>
      <td className="number equity">{equity === null ? UNKNOWN : dollars(equity)}</td>
      <td className="number requirement">{requirement === null ? UNKNOWN : dollars(requirement)}</td>
      <td className={excess !== null && signOf(excess) < 0 ? "number negative" : "number"}>
        {excess === null ? UNKNOWN : dollars(excess)}
      </td>
      <td className="number share" title="Excess as a share of the requirement">
        {excess === null || requirement === null ? "" : shareOf(excess, requirement)}
      </td>
    </tr>
  );
}

function Accounts({ standings, open }: { readonly standings: MarginStandings; readonly open: OpenAccount }) {
  if (standings.accounts.length === 0) return <p className="empty">No account stands here.</p>;
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Account</th>
            <th scope="col" className="group">
              Group
            </th>
            <th scope="col" className="regime">
              Regime
            </th>
            <th scope="col">Rung</th>
            <th scope="col" className="number equity">
              Equity
            </th>
            <th scope="col" className="number requirement">
              Requirement
            </th>
            <th scope="col" className="number">
              Excess
            </th>
            <th scope="col" className="number share" title="Excess as a share of the requirement">
              %
            </th>
          </tr>
        </thead>
        <tbody>
          {standings.accounts.map((standing) => (
            <Row key={standing.account} standing={standing} open={open} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Ladder({ overview, zone, open }: MarginProps & { readonly overview: MarginOverview }) {
  const { status } = useStore();
  const [chosen, choose] = useState<MarginRung>();
  const [isHeld, hold] = useState(false);
  const panel = useRef<HTMLElement>(null);
  const isWatched = useOnScreen(panel) && !isHeld;
  const query = `/margin/accounts?count=${ACCOUNTS_SHOWN}${chosen === undefined ? "" : `&rung=${chosen}`}`;
  const { answer: standings } = usePolled<MarginStandings>(isWatched ? query : undefined, POLL_MS);
  const { answer: calls } = usePolled<MarginCalls>(isWatched ? "/margin/calls" : undefined, POLL_MS);
  const holding = { onPointerEnter: () => hold(true), onPointerLeave: () => hold(false) };
  return (
    <section className="panel margin" aria-labelledby="margin-title" ref={panel}>
      <h2 id="margin-title">
        Margin <span className="quiet">rulebook {overview.rulebook}</span>
      </h2>
      <Strip overview={overview} chosen={chosen} choose={choose} />
      <Totals overview={overview} />
      <div className="ladder">
        <div className="standing-list calls" {...holding}>
          <h3>
            Open calls
            {calls !== undefined && calls.total > calls.calls.length && (
              <span className="quiet">
                the first {count(calls.calls.length)} of {count(calls.total)}
              </span>
            )}
          </h3>
          {calls?.total === 0 && <p className="empty">No call stands.</p>}
          <ol className="scroll">
            {calls?.calls.map((call) => (
              <Call key={call.id} call={call} now={status?.at ?? call.dueBy} zone={zone} open={open} />
            ))}
          </ol>
        </div>
        <div className="movers accounts" {...holding}>
          <h3>
            {chosen === undefined ? "Least excess" : `Least excess: ${chosen}`}
            {standings !== undefined && (
              <span className="quiet">
                {count(standings.accounts.length)} of {count(standings.total)}
              </span>
            )}
            <span className="quiet held">held while you point at it</span>
          </h3>
          {standings !== undefined && <Accounts standings={standings} open={open} />}
        </div>
      </div>
    </section>
  );
}

interface MarginProps {
  readonly zone: string;
  readonly open: OpenAccount;
}

export function Margin({ zone, open }: MarginProps) {
  const { margin } = useStore();
  if (margin === undefined) return null;
  if (margin.rulebook !== null) return <Ladder overview={margin} zone={zone} open={open} />;
  return (
    <p className="no-margin quiet">
      Margin: {margin.troubles.map(({ message }) => message).join("; ") || "no margin rulebook is in force"}.
    </p>
  );
}
