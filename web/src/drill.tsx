/** The drill, where one is running: what it is about, what its people asked and did. */
import type { DrillHedge, DrillStep, DrillView } from "../../src/server/drill-routes.ts";
import { usePolled } from "./asked.ts";
import { capitalised, moment, percentText } from "./format.ts";

const POLL_MS = 1000;

function Hedge({ name, before, after, tierAfter }: DrillHedge) {
  return (
    <tr className={tierAfter === null ? "good" : "critical"}>
      <th scope="row">{capitalised(name)}</th>
      <td>{percentText(before)}</td>
      <td>{percentText(after)}</td>
      <td>{tierAfter ?? "none"}</td>
    </tr>
  );
}

interface StepProps {
  readonly step: DrillStep;
  /** When the newest step was: those of its day show their time alone. */
  readonly newest: string;
  readonly zone: string;
}

function Step({ step, newest, zone }: StepProps) {
  return (
    <li>
      <time dateTime={step.at} title={`Fact ${step.seq}`}>
        {moment(step.at, newest, zone)}
      </time>
      {step.what === "act" ? (
        <p>
          {capitalised(step.by)} {step.words}.
        </p>
      ) : (
        <table>
          <caption>What if? {step.title}</caption>
          <thead>
            <tr>
              <th scope="col">Hedge</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
              <th scope="col">Tier after</th>
            </tr>
          </thead>
          <tbody>
            {step.hedges.map((hedge) => (
              <Hedge key={hedge.name} {...hedge} />
            ))}
          </tbody>
        </table>
      )}
    </li>
  );
}

export function Drill({ zone }: { readonly zone: string }) {
  const { answer: drill } = usePolled<DrillView>("/drill", POLL_MS);
  if (drill === undefined) return null;
  const { title, story, steps, lowest } = drill;
  const newest = steps.at(-1)?.at ?? lowest?.at ?? "";
  return (
    <section className="panel drill" aria-labelledby="drill-title">
      <h2 id="drill-title">Drill: {title}</h2>
      <p className="quiet">{story}</p>
      <ol>
        {steps.map((step) => (
          <Step key={`${step.seq} ${step.what}`} step={step} newest={newest} zone={zone} />
        ))}
      </ol>
      {lowest !== null && (
        <p className="quiet">
          Lowest so far: {percentText(lowest.percentOfMinimum)} of the minimum at {moment(lowest.at, newest, zone)}.
        </p>
      )}
    </section>
  );
}
