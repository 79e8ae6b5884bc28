/** The JSON forms of rulebooks, their drafts and previews, as schemas; their meaning is told in `engine-rulebooks.ts` and `preview-json.ts`. */
import { Type } from "typebox";
import { Amount, At, nullable, object, position } from "./schemas.ts";

const Text = Type.String();
const Day = Type.String({ description: "YYYY-MM-DD." });
const Hash = Type.String({ description: "SHA-256 of the document, in hexadecimal.", pattern: "^[0-9a-f]{64}$" });
const Officer = Type.String({
  minLength: 1,
  maxLength: 200,
  description: "The officer's name; there is no sign-in yet.",
});
const Document = Type.String({ minLength: 1, description: "The whole rulebook, YAML." });
const Trouble = Type.Ref("Trouble#");

const Version = object({
  version: Text,
  effective: Day,
  inForce: Type.Boolean(),
  approvedBy: Text,
  secondApproval: Text,
  at: Text,
});

const draft = {
  rulebook: Text,
  version: Text,
  hash: Hash,
  by: Text,
  at: At,
  status: Type.Enum(["draft", "approved", "superseded", "withdrawn"]),
  closedBy: Type.Optional(Text),
  closedAt: Type.Optional(Text),
  reason: Type.Optional(Text),
};
export const DraftSummary = object(draft);
export const Drafts = object({ drafts: Type.Array(DraftSummary) });

export const Rulebook = object({
  rulebook: Text,
  inForce: nullable(Text),
  versions: Type.Array(Version),
  drafts: Type.Array(DraftSummary),
});
export const Rulebooks = object({ rulebooks: Type.Array(Rulebook) });
export const VersionDocument = object({ rulebook: Text, version: Text, document: Document });

const Head = object({ version: Text, effective: Day });
export const Diff = object({
  rulebook: Text,
  before: Head,
  after: Head,
  changes: Type.Array(
    object({
      kind: Type.Enum(["changed", "added", "removed"]),
      path: Text,
      paragraph: Type.Optional(Text),
      before: Type.Optional(Text),
      after: Type.Optional(Text),
      meaning: Type.Optional(Text),
      text: Type.String({ description: "The change in one sentence." }),
    }),
  ),
});
export const Draft = object({ ...draft, document: Document, diff: nullable(Diff) });

const Codes = Type.Array(Text);
const Figures = Type.Union([
  object({
    answer: Type.Literal("figure"),
    netCapital: Amount,
    requirement: Amount,
    excess: Amount,
    tier: nullable(Text),
    notices: Codes,
  }),
  object({ answer: Type.Literal("unknown"), troubles: Type.Array(Trouble, { minItems: 1 }) }),
]);

export const Preview = object({
  ...position,
  rulebook: Text,
  version: Text,
  before: Figures,
  after: Figures,
  difference: Type.Optional(
    object({
      netCapital: Amount,
      requirement: Amount,
      excess: Amount,
      noticesBegun: Codes,
      noticesEnded: Codes,
      lines: Type.Ref("LineDifference#"),
    }),
  ),
});

const name = Type.String({ minLength: 1, maxLength: 200 });
export const RulebookParams = object({ rulebook: name });
export const VersionParams = object({ rulebook: name, version: name });
export const DiffQuery = object({ from: name, to: name });
export const PreviewQuery = object({
  all: Type.Optional(Type.Boolean({ default: false, description: "Also the lines that stay what they are." })),
});
export const Proposal = object({ document: Document, by: Officer });
export const Candidate = object({ document: Document });
export const Approval = object({ hash: Hash, by: Officer });
export const Withdrawal = object({ by: Officer, reason: Type.Optional(Type.String({ minLength: 1 })) });
