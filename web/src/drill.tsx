/** The drill, where one is running: what it is about, what its people asked and did. */
import { useEffect, useState } from "react";
import type { DrillHedge, DrillStep, DrillView } from "../../src/server/drill-routes.ts";
import { capitalised, clock, percentText } from "./format.ts";

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

function Step({ step, zone }: { readonly step: DrillStep; readonly zone: string }) {
  return (
    <li>
      <time dateTime={step.at} title={`Fact ${step.seq}`}>
        {clock(step.at, zone)}
      </time>
      {step.what === "released" ? (
        <p>
          {capitalised(step.by)} and {step.secondApproval} released restriction {step.restriction}.
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

/** What is known of the drill, asked again and again. */
function useDrill(): DrillView | undefined {
  const [drill, setDrill] = useState<DrillView>();
  useEffect(() => {
    let timer = 0;
    let stopped = false;
    const ask = async (): Promise<void> => {
      const response = await fetch("/drill").catch(() => undefined);
      if (stopped) return;
      if (response?.ok === true) setDrill((await response.json()) as DrillView);
      timer = window.setTimeout(() => void ask(), POLL_MS);
    };
    void ask();
    return () => {
      stopped = true;
      window.clearTimeout(timer);
    };
  }, []);
  return drill;
}

export function Drill({ zone }: { readonly zone: string }) {
  const drill = useDrill();
  if (drill === undefined) return null;
  const { title, story, steps, lowest } = drill;
  return (
    <section className="panel drill" aria-labelledby="drill-title">
      <h2 id="drill-title">Drill: {title}</h2>
      <p className="quiet">{story}</p>
      <ol>
        {steps.map((step) => (
          <Step key={`${step.seq} ${step.what}`} step={step} zone={zone} />
        ))}
      </ol>
      {lowest !== null && (
        <p className="quiet">
          Lowest so far: {percentText(lowest.percentOfMinimum)} of the minimum at {clock(lowest.at, zone)}.
        </p>
      )}
    </section>
  );
}
