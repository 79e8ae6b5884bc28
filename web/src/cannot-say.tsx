/** What stands where a figure cannot be said: that it cannot, and what is missing. Never a zero. */
import type { TroubleJson } from "../../src/server/live-firm.ts";

const KIND: Partial<Record<TroubleJson["code"], string>> = {
  "missing-input": "Missing input",
  "missing-rule": "Missing rule",
};

export function CannotSay({
  troubles,
  large = false,
}: {
  readonly troubles: readonly TroubleJson[];
  readonly large?: boolean;
}) {
  return (
    <div className={large ? "cannot-say large" : "cannot-say"} role="status">
      <p className="words">Cannot say</p>
      <p className="quiet">
        {troubles.length === 1 ? "One thing is missing." : `${troubles.length} things are missing.`} Unknown is never
        taken as zero.
      </p>
      <ul>
        {troubles.map(({ code, message }) => (
          <li key={message}>
            <b>{KIND[code] ?? code}</b>
            <span>{message}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
