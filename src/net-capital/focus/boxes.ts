/**
 * Which box each line of the computation goes to, as a table: first by the line's code, then by the paragraph that it cites
 * (what operations report names no code of ours), else the box of its section. A part that enters lines of its own adds a row
 * here, or its lines fall into "other", where the form still adds up.
 */
import type { Line } from "../../base/line.ts";
import { DEBIT_ITEMS, REQUIREMENT_ADDITIONS } from "./common-lines.ts";
import type { FocusPart, Method } from "./form.ts";

/** A line of the computation in a box: it adds to it, or it takes from it. */
export interface BoxLine {
  readonly line: Line;
  readonly sign: 1 | -1;
}

/** A box on Part II, and on Part IIA. A minus sign: the line takes from the box. */
type Boxes = readonly [partII: string, partIIA: string];

const same = (box: string): Boxes => [box, box];
const MONEY_MARKET: Boxes = ["3680", "3733"];
const GOVERNMENTS: Boxes = ["3690", "3735"];
const CANADIAN: Boxes = ["3690", "3733"];
const MUNICIPALS: Boxes = ["3700", "3735"];
const CORPORATES: Boxes = ["3710", "3733"];
const STOCKS: Boxes = ["3720", "3734"];
const ACCOUNTS: Boxes = ["3550", "3610"];
const COMMODITY_ACCOUNTS: Boxes = ["3560", "3610"];
const FAILS: Boxes = ["3570", "3610"];
const DIFFERENCES: Boxes = ["3580", "3610"];
const SPECIALISTS: Boxes = ["3615", "3610"];

const RATIO = "requirement/ratio";
const ADDITIONS = "requirement/additions";

interface Section {
  /** The code of the line whose children are shared out. */
  readonly code: string;
  /** Where what is below goes if nothing else is said. */
  readonly box: Boxes;
  readonly codes?: Readonly<Record<string, Boxes>>;
  readonly paragraphs?: Readonly<Record<string, Boxes>>;
}

const SECTIONS: readonly Section[] = [
  { code: "equity", box: same("3480") },
  { code: "equity-not-allowable", box: same("3490") },
  { code: "subordinated", box: same("3520") },
  { code: "other-credits", box: same("3525") },
  { code: "net-worth", box: same("3525") },
  {
    code: "non-allowable",
    box: same("3540"),
    codes: { "non-allowable/deficit-account-securities": ACCOUNTS },
  },
  {
    code: "charges",
    box: same("3610"),
    codes: {
      "charges/fails-to-deliver": FAILS,
      "charges/short-differences": DIFFERENCES,
      "charges/under-margined": ACCOUNTS,
      "charges/under-margined-accounts": ACCOUNTS,
      "charges/market-maker-accounts": SPECIALISTS,
      "charges/guarantees": SPECIALISTS,
      "charges/secured-demand-note": same("3590"),
    },
    paragraphs: {
      "(c)(2)(ix)": FAILS,
      "(c)(2)(v)(A)": DIFFERENCES,
      "(c)(2)(xii)": ACCOUNTS,
      "(c)(2)(x)": SPECIALISTS,
      "(c)(2)(xi)": SPECIALISTS,
      "15c3-1b": same("3600"),
    },
  },
  {
    code: "commodity-charges",
    box: same("3600"),
    paragraphs: { "15c3-1b(a)(3)(xii)": COMMODITY_ACCOUNTS, "15c3-1b(a)(3)(xiii)": COMMODITY_ACCOUNTS },
  },
  { code: "charges-on-base", box: same("3610") },
  { code: "other-additions", box: same("3630") },
  {
    code: "haircuts",
    box: same("3736"),
    codes: {
      "haircuts/governments": GOVERNMENTS,
      "haircuts/canadian-governments": CANADIAN,
      "haircuts/municipal-notes": MUNICIPALS,
      "haircuts/municipals": MUNICIPALS,
      "haircuts/funds": same("3734"),
      "haircuts/short-paper": MONEY_MARKET,
      "haircuts/corporate-debt": CORPORATES,
      "haircuts/preferred": STOCKS,
      "haircuts/equities": STOCKS,
      "haircuts/limited-market": STOCKS,
      "haircuts/options": same("3730"),
      "haircuts/undue-concentration": same("3650"),
      "haircuts/commitments": same("3660"),
    },
    paragraphs: {
      "(c)(2)(vi)(A)": GOVERNMENTS,
      "(c)(2)(vi)(B)": MUNICIPALS,
      "(c)(2)(vi)(C)": CANADIAN,
      "(c)(2)(vi)(D)": same("3734"),
      "(c)(2)(vi)(E)": MONEY_MARKET,
      "(c)(2)(vi)(F)": CORPORATES,
      "(c)(2)(vi)(G)": CORPORATES,
      "(c)(2)(vi)(H)": STOCKS,
      "(c)(2)(vi)(J)": STOCKS,
      "(c)(2)(vi)(K)": STOCKS,
      "(c)(2)(vi)(M)": same("3650"),
      "(c)(2)(viii)": same("3660"),
      "15c3-1a": same("3730"),
    },
  },
  // What stands in the ledger is on the Statement of Financial Condition; what is reported beside it is not.
  {
    code: "aggregate-indebtedness/owed",
    box: same("3820"),
    codes: {
      "aggregate-indebtedness/accounts": same("3790"),
      "aggregate-indebtedness/ledger": same("3790"),
    },
  },
  {
    code: "aggregate-indebtedness/excluded",
    box: same("-3790"),
    paragraphs: { "(c)(1)(vii)": ["3838", "-3790"] },
  },
  { code: "aggregate-debit-items", box: same(DEBIT_ITEMS) },
  { code: ADDITIONS, box: same(REQUIREMENT_ADDITIONS) },
];

/** Where the requirement by the firm's ratio stands, and the greatest of all others. */
const REQUIREMENT_BOXES = {
  "indebtedness-to-net-capital": { ratio: "3756", minimum: "3758" },
  "net-capital-to-debit-items": { ratio: "3870", minimum: "3880" },
} as const;

/** The minimums below the line "requirement", each whole. */
export function requirementByBox(requirement: Line, method: Method): [box: string, lines: BoxLine[]][] {
  const { ratio, minimum } = REQUIREMENT_BOXES[method];
  const whole = (keep: (code: string) => boolean): BoxLine[] =>
    requirement.children.filter(({ code }) => keep(code)).map((line) => ({ line, sign: 1 }));
  return [
    [ratio, whole((code) => code === RATIO)],
    [minimum, whole((code) => code !== RATIO && code !== ADDITIONS)],
  ];
}

/** Shares out everything below `computation` to the boxes of a part, each line once. */
export function linesByBox(sections: readonly Line[], part: FocusPart): Map<string, BoxLine[]> {
  const byBox = new Map<string, BoxLine[]>();
  const column = part === "II" ? 0 : 1;
  for (const root of sections) {
    const section = SECTIONS.find(({ code }) => code === root.code);
    if (section === undefined) continue;
    const own = root.children.length > 0 ? root.children : [root];
    for (const [line, boxes] of own.flatMap((child) => shareOut(child, section))) {
      const target = boxes[column];
      const sign = target.startsWith("-") ? -1 : 1;
      const box = sign === -1 ? target.slice(1) : target;
      byBox.set(box, [...(byBox.get(box) ?? []), { line, sign }]);
    }
  }
  return byBox;
}

/** The codes of the sections, each of which stands at most once in a computation. */
export const SECTION_CODES: ReadonlySet<string> = new Set(SECTIONS.map(({ code }) => code));

/** The line with its box; or, where the line has none but something below has, what is below: if it adds up to the line. */
function shareOut(line: Line, section: Section): [Line, Boxes][] {
  const own = boxOf(line, section);
  if (own !== undefined) return [[line, own]];
  const below = line.children.reduce((sum, { amount }) => sum + amount, 0);
  if (below === line.amount && line.children.some((child) => hasBoxBelow(child, section)))
    return line.children.flatMap((child) => shareOut(child, section));
  return [[line, section.box]];
}

function hasBoxBelow(line: Line, section: Section): boolean {
  return boxOf(line, section) !== undefined || line.children.some((child) => hasBoxBelow(child, section));
}

function boxOf({ code, paragraph }: Line, { codes = {}, paragraphs = {} }: Section): Boxes | undefined {
  const byCode = Object.entries(codes).find(([prefix]) => code === prefix || code.startsWith(`${prefix}/`));
  const byParagraph = Object.entries(paragraphs).find(([cited]) => paragraph.includes(cited));
  return (byCode ?? byParagraph)?.[1];
}
