/** Tier crossings and other notable events, newest first. */
import type { FirmEvent } from "../../src/server/live-firm.ts";
import { moment } from "./format.ts";
import type { Explain } from "./net-capital.tsx";
import { useStore } from "./store.ts";

const SIGN = { good: "▲", info: "●", warning: "▼", critical: "▼" } as const;
const IN_WORDS = { good: "Good", info: "For information", warning: "Warning", critical: "Critical" } as const;

function Event({
  event,
  now,
  zone,
  explain,
  open,
}: {
  readonly event: FirmEvent;
  readonly now: string;
  readonly zone: string;
  readonly explain: Explain;
  readonly open: (account: string) => void;
}) {
  const { severity, title, detail, paragraph, line, account, at, seq } = event;
  const show = line !== undefined ? () => explain(line) : account !== undefined ? () => open(account) : undefined;
  return (
    <li className={severity}>
      <span className="sign" role="img" aria-label={IN_WORDS[severity]}>
        {SIGN[severity]}
      </span>
      <div>
        <p className="title">
          {show === undefined ? (
            title
          ) : (
            <button type="button" onClick={show}>
              {title}
            </button>
          )}
        </p>
        {detail !== undefined && <p>{detail}</p>}
        {paragraph !== undefined && <p className="quiet">{paragraph}</p>}
      </div>
      <time dateTime={at} title={`Fact ${seq}`}>
        {moment(at, now, zone)}
      </time>
    </li>
  );
}

export function Events({
  zone,
  explain,
  open,
}: {
  readonly zone: string;
  readonly explain: Explain;
  readonly open: (account: string) => void;
}) {
  const { events, status } = useStore();
  return (
    <section className="panel events" aria-labelledby="events-title">
      <h2 id="events-title">Events</h2>
      {status?.ready === true &&
        status.troubles.map(({ message }) => (
          <p key={message} className="attention" role="status">
            <b>Attention</b> {message}
          </p>
        ))}
      {events.length === 0 && <p className="empty">Nothing notable has happened.</p>}
      <ol className="scroll">
        {events.map((event) => (
          <Event
            key={event.group ?? event.id}
            event={event}
            now={status?.at ?? event.at}
            zone={zone}
            explain={explain}
            open={open}
          />
        ))}
      </ol>
    </section>
  );
}
