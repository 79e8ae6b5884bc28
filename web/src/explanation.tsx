/** The drawer that says why a figure is what it is: the tree of lines under it, as of one sequence number. */
import { useState } from "react";
import type { LineJson } from "../../src/base/line.ts";
import type { Explanation, NetCapitalUnknown } from "../../src/server/live-firm.ts";
import { useAsked } from "./asked.ts";
import { CannotSay } from "./cannot-say.tsx";
import { AsOf, Drawer } from "./drawer.tsx";
import { count, inputValue, paragraphAddress, words } from "./format.ts";
import { Amount } from "./net-capital.tsx";

/** Children shown at first, and added at each request: a line may stand on thousands of positions. */
const CHILDREN_SHOWN = 60;

type Answer = Explanation | NetCapitalUnknown;

export function Paragraph({ text }: { readonly text: string }) {
  const address = paragraphAddress(text);
  if (address === undefined) return <span className="paragraph">{text}</span>;
  return (
    <a className="paragraph" href={address} target="_blank" rel="noreferrer" title="Read the rule">
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

export function Tree({ line }: { readonly line: LineJson }) {
  return (
    <ul key={line.code}>
      <Node line={line} initiallyOpen />
    </ul>
  );
}

interface ExplanationProps {
  readonly code: string;
  /** The newest sequence number on the screen. */
  readonly seq: number;
  readonly zone: string;
  readonly close: () => void;
}

export function ExplanationDrawer({ code, seq, zone, close }: ExplanationProps) {
  const { answer, problem, ask } = useAsked<Answer>(`/net-capital/explain?line=${encodeURIComponent(code)}`);
  return (
    <Drawer
      title="Why this figure"
      subject={code}
      close={close}
      asOf={answer !== undefined && <AsOf answer={answer} seq={seq} zone={zone} ask={ask} />}
    >
      <div className="tree">
        {problem !== undefined && <p className="empty">It cannot be explained: {problem}.</p>}
        {answer?.answer === "unknown" && <CannotSay troubles={answer.troubles} />}
        {answer?.answer === "figure" && <Tree line={answer.line} />}
      </div>
    </Drawer>
  );
}
