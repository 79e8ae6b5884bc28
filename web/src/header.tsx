/** Who and when: the firm, the market's time, how far the journal has come, and whether what is shown is current. */
import type { Status } from "../../src/server/live-firm.ts";
import { calendarDay, clock, count, zoneName } from "./format.ts";
import type { Store } from "./store.ts";

const STATE = { replaying: "Replaying", live: "Live", paused: "Paused", finished: "Finished" } as const;

const CONNECTION = { connecting: "Connecting", open: "Connected", lost: "Disconnected" } as const;

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Header({ status, connection }: { readonly status: Status; readonly connection: Store["connection"] }) {
  const { firm, at, timeZone, seq, durableSeq, factsPerSecond, state, speed, ready, troubles } = status;
  return (
    <header className="header">
      <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
        <circle cx="16" cy="16" r="9" />
        <path d="M2 16h28" />
      </svg>
      <h1>
        {firm}
        <span>Plimsoll: net capital under 15c3-1, after every fact</span>
      </h1>
      <dl>
        <Fact name={`Market time, ${zoneName(at, timeZone)}`}>
          <time dateTime={at}>
            <b>{clock(at, timeZone)}</b> <span className="day">{calendarDay(at, timeZone)}</span>
          </time>
        </Fact>
        <Fact name="State">
          <span className={`state ${state}`}>
            {STATE[state]}
            {state === "replaying" && speed !== undefined && ` ${speed}×`}
          </span>
        </Fact>
        <Fact name="Journal, last fact">{count(seq)}</Fact>
        <Fact name="Durable up to">{count(durableSeq)}</Fact>
        <Fact name="Facts per second">{count(factsPerSecond)}</Fact>
        <Fact name="Connection">
          <span className={`connection ${connection}`} role="status">
            {CONNECTION[connection]}
          </span>
        </Fact>
      </dl>
      {connection === "lost" && (
        <p className="banner" role="alert">
          Disconnected. Every figure is as of {clock(at, timeZone)}, not of now. Trying again…
        </p>
      )}
      {connection === "open" && !ready && (
        <p className="banner" role="alert">
          No facts are being taken: {troubles.map(({ message }) => message).join("; ") || "no reason was given"}.
        </p>
      )}
    </header>
  );
}
