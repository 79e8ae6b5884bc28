/** What opens at the side of the screen: it takes the focus, says which fact it is of, and closes with Escape. */
import { type ReactNode, useEffect, useRef } from "react";
import type { Position } from "../../src/server/live-firm.ts";
import { clock, count } from "./format.ts";

/** Which fact an answer is of; where there are newer ones, how to ask again. */
export function AsOf({
  answer,
  seq,
  zone,
  ask,
}: {
  readonly answer: Position;
  /** The newest on the screen. */
  readonly seq: number;
  readonly zone: string;
  readonly ask: () => void;
}) {
  return (
    <p className="as-of">
      As of fact <b>{count(answer.seq)}</b>, {clock(answer.at, zone)}.{" "}
      <button type="button" onClick={ask} disabled={seq <= answer.seq}>
        {seq > answer.seq ? `${count(seq - answer.seq)} facts since: compute again` : "This is now"}
      </button>
    </p>
  );
}

interface DrawerProps {
  readonly title: string;
  /** What it is about: for another one the focus comes back to the title. */
  readonly subject: string;
  readonly wide?: boolean;
  readonly asOf: ReactNode;
  readonly close: () => void;
  readonly children: ReactNode;
}

export function Drawer({ title, subject, wide = false, asOf, close, children }: DrawerProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [subject]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") close();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [close]);
  return (
    <aside className={wide ? "drawer wide" : "drawer"} role="dialog" aria-labelledby="drawer-title">
      <header>
        <h2 id="drawer-title" ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" className="close" onClick={close} aria-label="Close">
          ×
        </button>
        {asOf}
      </header>
      {children}
    </aside>
  );
}
