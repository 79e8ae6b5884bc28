/** The drawer that says why a figure is what it is: the tree of lines under it, as of one sequence number. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { LineJson } from "../../src/base/line.ts";
import type { Explanation, NetCapitalUnknown } from "../../src/server/live-firm.ts";
import { CannotSay } from "./cannot-say.tsx";
import { clock, count, inputValue, paragraphAddress, words } from "./format.ts";
import { Amount } from "./net-capital.tsx";

/** Children shown at first, and added at each request: a line may stand on thousands of positions. */
const CHILDREN_SHOWN = 60;

type Answer = Explanation | NetCapitalUnknown;

function Paragraph({ text }: { readonly text: string }) {
  const address = paragraphAddress(text);
  if (address === undefined) return <span className="paragraph">{text}</span>;
  return (
    <a className="paragraph" href={address} target="_blank" rel="noreferrer" title="Read the rule at ecfr.gov">
      {text}
    </a>
  );
}

function Inputs({ inputs }: { readonly inputs: Readonly<Record<string, string>> }) {
  return (
    <dl className="inputs">
      {Object.entries(inputs).map(([name, value]) => (
        <div key={name}>
          <dt>{words(name)}</dt>
          <dd>{inputValue(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Children({ lines }: { readonly lines: readonly LineJson[] }) {
  const [shown, setShown] = useState(CHILDREN_SHOWN);
  return (
    <ul>
      {/* Codes may be absent and the tree is fixed: its order is its identity. */}
      {/* eslint-disable-next-line react/no-array-index-key */}
      {lines.slice(0, shown).map((child, index) => (
        <Node key={index} line={child} />
      ))}
      {lines.length > shown && (
        <li>
          <button type="button" className="more" onClick={() => setShown(shown + CHILDREN_SHOWN)}>
            Show more: {count(lines.length - shown)} of {count(lines.length)} are hidden
          </button>
        </li>
      )}
    </ul>
  );
}

function Node({ line, initiallyOpen = false }: { readonly line: LineJson; readonly initiallyOpen?: boolean }) {
  const [open, setOpen] = useState(initiallyOpen);
  const { label, amount, paragraph, inputs, children } = line;
  const title = (
    <>
      <span className="label">{label}</span>
      <span className="number">
        <Amount value={amount} />
      </span>
    </>
  );
  return (
    <li className="node">
      {children === undefined ? (
        <div className="title leaf">{title}</div>
      ) : (
        <button type="button" className="title" aria-expanded={open} onClick={() => setOpen(!open)}>
          {title}
        </button>
      )}
      <div className="reasons">
        {paragraph !== "" && <Paragraph text={paragraph} />}
        {inputs !== undefined && <Inputs inputs={inputs} />}
      </div>
      {open && children !== undefined && <Children lines={children} />}
    </li>
  );
}

/** The explanation of `code`, and how to ask for it again. */
function useExplanation(code: string): { answer: Answer | undefined; problem: string | undefined; ask: () => void } {
  const [answer, setAnswer] = useState<Answer>();
  const [problem, setProblem] = useState<string>();
  const asked = useRef(0);
  const ask = useCallback(() => {
    const ours = ++asked.current;
    const take = async (): Promise<void> => {
      try {
        const response = await fetch(`/net-capital/explain?line=${encodeURIComponent(code)}`);
        const body = (await response.json()) as Answer & { readonly message?: string };
        if (ours !== asked.current) return;
        setAnswer(response.ok ? body : undefined);
        setProblem(response.ok ? undefined : body.message);
      } catch {
        if (ours === asked.current) setProblem("the server does not answer");
      }
    };
    void take();
  }, [code]);
  useEffect(ask, [ask]);
  return { answer, problem, ask };
}

interface DrawerProps {
  readonly code: string;
  /** The newest sequence number on the screen. */
  readonly seq: number;
  readonly zone: string;
  readonly close: () => void;
}

export function ExplanationDrawer({ code, seq, zone, close }: DrawerProps) {
  const { answer, problem, ask } = useExplanation(code);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [code]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") close();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [close]);

  return (
    <aside className="drawer" role="dialog" aria-labelledby="explanation-title">
      <header>
        <h2 id="explanation-title" ref={heading} tabIndex={-1}>
          Why this figure
        </h2>
        <button type="button" className="close" onClick={close} aria-label="Close">
          ×
        </button>
        {answer !== undefined && (
          <p className="as-of">
            As of fact <b>{count(answer.seq)}</b>, {clock(answer.at, zone)}.{" "}
            <button type="button" onClick={ask} disabled={seq <= answer.seq}>
              {seq > answer.seq ? `${count(seq - answer.seq)} facts since: compute again` : "This is now"}
            </button>
          </p>
        )}
      </header>
      <div className="tree">
        {problem !== undefined && <p className="empty">It cannot be explained: {problem}.</p>}
        {answer?.answer === "unknown" && <CannotSay troubles={answer.troubles} />}
        {answer?.answer === "figure" && (
          <ul key={answer.line.code}>
            <Node line={answer.line} initiallyOpen />
          </ul>
        )}
      </div>
    </aside>
  );
}
