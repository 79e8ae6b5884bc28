/** Reports of a running firm, as of the last fact. The thread that takes facts composes them; another one lays out the PDF. */
import type { Engine } from "../engine/engine.ts";
import { pdfApart } from "../reports/pdf-apart.ts";
import { compose } from "../reports/render.ts";
import type { Reports } from "../server/reports.ts";
import { unknownFigure } from "./common.ts";
import { givenFor, reportHeader } from "./report.ts";

export function liveReports(engine: Pick<Engine, "state">, firm: string): Reports {
  return async (wanted) => {
    const { state } = engine;
    const answer = state.netCapital.answer();
    if (answer.kind === "unknown") throw unknownFigure(answer.troubles);
    const composed = compose(wanted, reportHeader(state, firm), answer, givenFor(state));
    return composed.kind === "text" ? Buffer.from(composed.text, "utf8") : Buffer.from(await pdfApart(composed.report));
  };
}
