/** What stands: the tier in force, what it forbids, notices with the time that is left, conditions that go on counting. */
import type { ConditionView, RestrictionView, WatchView } from "../../src/server/live-watch.ts";
import { capitalised, countdown, moment } from "./format.ts";
import { useStore } from "./store.ts";

interface Times {
  readonly now: string;
  readonly zone: string;
}

function Restriction({ restriction, now, zone }: Times & { readonly restriction: RestrictionView }) {
  const { title, tier, paragraph, at, seq, kind } = restriction;
  const until = kind === "block-proprietary" ? "while the tier holds" : "until two officers release it";
  return (
    <li className="critical">
      <span className="sign" role="img" aria-label="Restriction">
        ■
      </span>
      <div>
        <p className="title">{title}</p>
        <p className="quiet" title={paragraph}>
          {capitalised(tier)} tier, {until}
        </p>
      </div>
      <time dateTime={at} title={`Fact ${seq}`}>
        {moment(at, now, zone)}
      </time>
    </li>
  );
}

function Notice({ notice, now, zone }: Times & { readonly notice: WatchView["notices"][number] }) {
  const { title, paragraph, due, status, to, ended, sent } = notice;
  const left = countdown(due, now);
  const isLate = status === "overdue";
  return (
    <li className={isLate ? "critical" : status === "sent" ? "good" : "warning"}>
      <span className="sign" role="img" aria-label={`Notice, ${status}`}>
        {status === "sent" ? "✓" : "◷"}
      </span>
      <div>
        <p className="title">{title}</p>
        <p className="quiet" title={`To: ${to.join("; ")}`}>
          {paragraph}
          {ended !== null && ", condition ended"}
        </p>
      </div>
      {sent === null ? (
        <time dateTime={due} className={isLate ? "clock late" : "clock"} title={`Due ${moment(due, now, zone)}`}>
          {isLate ? `late ${left}` : left}
        </time>
      ) : (
        <time dateTime={sent.at}>{moment(sent.at, now, zone)}</time>
      )}
    </li>
  );
}

function Condition({ condition }: { readonly condition: ConditionView }) {
  const { title, paragraph, meaning, lasting, businessDays } = condition;
  const binds = lasting?.binds === true;
  return (
    <li className={binds || lasting === null ? "critical" : "warning"}>
      <span className="sign" role="img" aria-label="Condition">
        ●
      </span>
      <div>
        <p className="title">{title}</p>
        {binds ? <p>{lasting.meaning}</p> : meaning !== "" && <p>{meaning}</p>}
        <p className="quiet">{binds ? lasting.paragraph : paragraph}</p>
      </div>
      {lasting !== null && (
        <span className="clock">
          day {businessDays} <span className="quiet">of {lasting.longerThan}</span>
        </span>
      )}
    </li>
  );
}

export function Standing({ zone }: { readonly zone: string }) {
  const { watch, status, netCapital } = useStore();
  const now = status?.at ?? "";
  const { tierInForce = null, restrictions = [], notices = [], conditions = [] } = watch ?? {};
  const byFigure = netCapital?.answer === "figure" ? netCapital.tier : undefined;
  // A condition that its notice already tells of is not told twice, unless it counts days.
  const told = new Set(notices.map(({ code }) => code));
  const others = conditions.filter(({ code, lasting }) => lasting !== null || !told.has(code));
  const nothing = restrictions.length + notices.length + others.length === 0;
  return (
    <section className="panel standing-list" aria-labelledby="standing-title">
      <h2 id="standing-title">Notices and restrictions</h2>
      {tierInForce !== null && tierInForce !== byFigure && (
        <p className="quiet">{capitalised(tierInForce)} tier still in force</p>
      )}
      {nothing && <p className="empty">No notice is due, and nothing is restricted.</p>}
      <ol className="scroll">
        {restrictions.map((restriction) => (
          <Restriction key={restriction.id} restriction={restriction} now={now} zone={zone} />
        ))}
        {notices.map((notice) => (
          <Notice key={notice.id} notice={notice} now={now} zone={zone} />
        ))}
        {others.map((condition) => (
          <Condition key={condition.code} condition={condition} />
        ))}
      </ol>
    </section>
  );
}
