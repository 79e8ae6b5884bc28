/** From equity to net capital, step by step; each step opens its explanation. */
import type { NetCapitalView, WaterfallStep } from "../../src/server/live-firm.ts";
import { bars } from "./bars.ts";
import { dollars } from "./format.ts";
import type { Explain } from "./net-capital.tsx";

/** As the step changes the sum: a deduction in brackets. */
function shown({ effect, amount }: WaterfallStep): string {
  const text = dollars(amount);
  return effect === "deducts" && text !== "0" && !text.startsWith("(") ? `(${text})` : text;
}

export function Waterfall({ view, explain }: { readonly view: NetCapitalView; readonly explain: Explain }) {
  const all = view.answer === "figure" ? bars(view.waterfall) : [];
  const low = Math.min(0, ...all.map(({ from, to }) => Math.min(from, to)));
  const high = Math.max(1, ...all.map(({ from, to }) => Math.max(from, to)));
  const place = (dollarsAt: number): number => ((dollarsAt - low) / (high - low)) * 100;

  return (
    <section className="panel waterfall" aria-labelledby="waterfall-title">
      <h2 id="waterfall-title">From equity to net capital</h2>
      {view.answer === "unknown" && <p className="empty">Cannot say while an input is missing.</p>}
      <ol>
        {all.map(({ step, from, to }, index) => (
          // A code may stand on two steps, a subtotal and its total.
          // eslint-disable-next-line react/no-array-index-key
          <li key={`${index} ${step.code}`} className={step.effect}>
            <button type="button" onClick={() => explain(step.code)} title={step.paragraph}>
              <span className="label">{step.label}</span>
              <span className="bar">
                <i
                  style={{
                    left: `${place(Math.min(from, to))}%`,
                    width: `${Math.max(0.3, Math.abs(place(to) - place(from)))}%`,
                  }}
                />
              </span>
              <span className="number">{shown(step)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
