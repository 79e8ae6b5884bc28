/**
 * The rulebooks that this program knows: how each is checked, and what a draft of it would do to the firm now. Whatever asks
 * about rulebooks by name (facts, the API, the command line) asks here.
 */
import { type Static, type TSchema } from "typebox";
import { type Origin, Trouble } from "../base/errors.ts";
import { parseDay } from "../base/time.ts";
import { type MarginPreview, previewMargin } from "../margin/house/preview.ts";
import { marginRulesInForce, judgeMargin, readMarginRules } from "../margin/rules.ts";
import { MARGIN, marginSchema } from "../margin/rules-document.ts";
import { type NetCapitalPreview, previewNetCapital } from "../net-capital/preview.ts";
import { NET_CAPITAL, netCapitalSchema } from "../net-capital/rules-document.ts";
import { judgeNetCapital } from "../net-capital/rules-judge.ts";
import { diffRulebooks, type RulebookDiff } from "../rulebook/diff.ts";
import { type Checked, checkRulebook, DocumentRefused, type Judge } from "../rulebook/load.ts";
import type { Problem } from "../rulebook/problems.ts";
import { headerSchema } from "../rulebook/terms.ts";
import type { FirmState } from "./firm-state.ts";

export type RulebookHeader = Static<typeof headerSchema>;

interface KnownRulebook {
  readonly schema: TSchema;
  /** What the schema cannot say of a document that fits it. */
  readonly judge: (document: never) => readonly Problem[];
}

const KNOWN: ReadonlyMap<string, KnownRulebook> = new Map([
  [NET_CAPITAL, { schema: netCapitalSchema, judge: judgeNetCapital }],
  [MARGIN, { schema: marginSchema, judge: judgeMargin }],
]);

/** What a draft would do to the figures. */
export type RulebookPreview = NetCapitalPreview;

export const RULEBOOKS: readonly string[] = [...KNOWN.keys()];

/**
 * The document as the rulebook that it says it is, or everything that is wrong with it. `judgeHeader` adds what is wrong with
 * its name and days beside other versions.
 */
export function checkDocument(
  text: string,
  origin: Origin,
  judgeHeader: Judge<RulebookHeader> = () => [],
): Checked<RulebookHeader> {
  const header = checkRulebook(text, headerSchema, origin, ({ rulebook }) =>
    KNOWN.has(rulebook) ? [] : [unknown(rulebook)],
  );
  if (header.kind === "refused") return header;
  const known = KNOWN.get(header.document.rulebook);
  if (known === undefined) return header;
  const judge = (document: unknown): readonly Problem[] => [
    ...judgeHeader(document as RulebookHeader),
    ...known.judge(document as never),
  ];
  return checkRulebook(text, known.schema, origin, judge) as Checked<RulebookHeader>;
}

/** The document; throws `DocumentRefused` with everything that is wrong with it. */
export function readDocument(text: string, origin: Origin, judgeHeader?: Judge<RulebookHeader>): RulebookHeader {
  const checked = checkDocument(text, origin, judgeHeader);
  if (checked.kind === "document") return checked.document;
  throw new DocumentRefused(checked.troubles);
}

function unknown(rulebook: string): Problem {
  const expected = `one of ${RULEBOOKS.join(", ")}`;
  return { code: "bad-value", path: ["rulebook"], summary: "is not known", value: rulebook, expected };
}

/** What changes from one document to another of the same rulebook, both of which were checked. */
export function diffDocuments(before: RulebookHeader, after: RulebookHeader): RulebookDiff {
  if (before.rulebook !== after.rulebook) {
    throw new Trouble("not-allowed", "the documents are of different rulebooks", {
      field: "rulebook",
      value: after.rulebook,
      expected: before.rulebook,
    });
  }
  return diffRulebooks(KNOWN.get(after.rulebook)?.schema ?? headerSchema, before, after);
}

/** What the figures would be now if this document were in force. It was checked. */
export function previewDocument(state: FirmState, document: string, header: RulebookHeader): RulebookPreview {
  const { rulebook, version } = header;
  if (rulebook !== NET_CAPITAL) {
    const expected = `the command "plimsoll rulebook preview", which says it account by account`;
    throw new Trouble("not-allowed", "has no figures of the firm", { field: "rulebook", value: rulebook, expected });
  }
  const effective = parseDay(header.effective, "effective");
  const candidate = { rulebook, version, effective, document, approvedBy: "", secondApproval: "" };
  return previewNetCapital(state.books, state.netCapital, candidate);
}

/** What the document, a margin rulebook that was checked, would do to every account now. */
export function previewMarginDocument({ books, businessDay }: FirmState, document: string): MarginPreview {
  const before = marginRulesInForce(books.rulebooks, businessDay);
  if (before === undefined) {
    throw new Trouble("missing-rule", "no margin rulebook is in force that a draft could be held against", {
      field: "rulebook",
      value: MARGIN,
    });
  }
  return previewMargin(books, before, readMarginRules(document, { file: MARGIN }), businessDay);
}
