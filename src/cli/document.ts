/** The firm of a book document: its books under a rulebook, as if it were live. What `net-capital FILE` and reports read. */
import { parse } from "yaml";
import { lineToJson } from "../base/line.ts";
import { FirmState } from "../engine/firm-state.ts";
import { applyHypothetical } from "../engine/hypothetical.ts";
import { readBookDocument, rulebookFor } from "../net-capital/book-document.ts";
import { documentToFacts } from "../net-capital/book-document-import.ts";
import { type AnsweredProposal, answeredToJson, answerProposal } from "../net-capital/capital/proposals.ts";
import { type CapitalStanding, capitalStanding, standingToJson } from "../net-capital/capital/standing.ts";
import type { NetCapitalAnswer } from "../net-capital/computation.ts";
import { netCapitalJson } from "./common.ts";
import { readText } from "./config.ts";

/** The firm of the document in a file, under the rulebook in another. Throws the first thing that is wrong with either. */
export function firmOfDocument(file: string, rulebook: string): FirmState {
  const document = readBookDocument(readText(file), { file });
  const rules = rulebookFor(document, readText(rulebook));
  const { version, effective } = parse(rules) as { version: string; effective: string };
  const state = new FirmState();
  applyHypothetical(state, documentToFacts(document));
  applyHypothetical(state, [
    {
      kind: "rulebook-activated",
      at: `${document.asOf}T12:00:00Z`,
      rulebook: "net-capital",
      version,
      effective,
      document: rules,
      approvedBy: "file",
      secondApproval: "command line",
    },
  ]);
  return state;
}

/** What there is to say of a document. */
interface DocumentFirm {
  readonly answer: NetCapitalAnswer;
  /** Undefined while net capital is unknown. */
  readonly standing: CapitalStanding | undefined;
  /** The acts that the document proposes, answered. */
  readonly proposals: readonly AnsweredProposal[];
}

export function documentFirm(file: string, rulebook: string): DocumentFirm {
  const firm = firmOfDocument(file, rulebook);
  const position = firm.capitalPosition();
  const { proposals = [] } = readBookDocument(readText(file), { file });
  return {
    answer: firm.netCapital.answer(Number.POSITIVE_INFINITY),
    standing: position && capitalStanding(position, firm.debtEquity.overSince),
    proposals: position === undefined ? [] : proposals.map((proposal) => answerProposal(position, proposal)),
  };
}

/** What `plimsoll net-capital FILE --json` prints: the computation, where capital stands, and what is said to proposals. */
export function documentJson({ answer, standing, proposals }: DocumentFirm): object {
  return {
    ...computationJson(answer),
    ...(standing !== undefined && { standing: standingToJson(standing) }),
    ...(proposals.length > 0 && { proposals: proposals.map(answeredToJson) }),
  };
}

/** The part of it that is the computation: the figures and the whole tree of lines, or what is missing. */
export function computationJson(answer: NetCapitalAnswer): object {
  return answer.kind === "unknown"
    ? netCapitalJson(answer)
    : { ...netCapitalJson(answer), computation: lineToJson(answer.computation) };
}
