/** Net capital over the day, with the tiers as levels. Drawn outside React: a few times a second, whatever the update rate. */
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { NetCapitalView, Status } from "../../src/server/live-firm.ts";
import { options, type ChartInput } from "./chart-options.ts";
import { moment, money } from "./format.ts";
import { store } from "./store.ts";

const REDRAW_MS = 200;
const DAY_MS = 86_400_000;

/** What stands above the chart: the point under the cursor, or the newest. */
function readout(index: number | null | undefined, zone: string): string {
  const { points } = store.history;
  const point = points[index ?? points.length - 1];
  if (point === undefined) return "";
  const figure = point.netCapital === null ? "cannot say" : `$${money(point.netCapital)}`;
  const minimum = Number(point.requirement);
  const percent =
    point.netCapital !== null && minimum > 0
      ? `  ${(Math.floor((Number(point.netCapital) / minimum) * 10_000) / 100).toFixed(2)}%`
      : "";
  const newest = points[points.length - 1]?.at ?? point.at;
  return `${moment(point.at, newest, zone)}  ${figure}${percent}  fact ${point.seq}`;
}

/** Makes the chart once in `box`, keeps it at the size of the box, and redraws it while data comes. */
function useChart(
  box: React.RefObject<HTMLDivElement | null>,
  text: React.RefObject<HTMLElement | null>,
  input: ChartInput,
) {
  const chart = useRef<uPlot>(undefined);
  const latest = useRef(input);
  latest.current = input;

  useEffect(() => {
    const host = box.current;
    if (host === null) return undefined;
    const say = (): void => {
      if (text.current !== null) text.current.textContent = readout(chart.current?.cursor.idx, latest.current.zone);
    };
    const { at, netCapital } = store.history;
    const made = new uPlot(
      options(() => latest.current, host, say),
      [at, netCapital],
      host,
    );
    chart.current = made;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = (): void => {
      timer = undefined;
      made.setData([store.history.at, store.history.netCapital]);
      say();
    };
    const unsubscribe = store.subscribe(() => {
      timer ??= setTimeout(draw, REDRAW_MS);
    });
    const sized = new ResizeObserver(() => made.setSize({ width: host.clientWidth, height: host.clientHeight }));
    sized.observe(host);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const recolour = (): void => made.redraw(false, true);
    scheme.addEventListener("change", recolour);
    draw();
    return () => {
      clearTimeout(timer);
      unsubscribe();
      sized.disconnect();
      scheme.removeEventListener("change", recolour);
      made.destroy();
    };
  }, [box, text]);

  return chart;
}

/** Left and right move the cursor by one point, for those without a pointer. */
function moveCursor(chart: uPlot | undefined, event: React.KeyboardEvent): void {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (by === undefined || chart === undefined) return;
  event.preventDefault();
  const last = chart.data[0].length - 1;
  const index = Math.min(last, Math.max(0, (chart.cursor.idx ?? last + 1) + by * (event.shiftKey ? 20 : 1)));
  chart.setCursor({ left: chart.valToPos(chart.data[0][index] ?? 0, "x"), top: 10 });
}

export function Chart({ view, status }: { readonly view: NetCapitalView; readonly status: Status }) {
  const [withLevels, setWithLevels] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLOutputElement>(null);
  const lastFigure = useRef(view.answer === "figure" ? view : undefined);
  if (view.answer === "figure") lastFigure.current = view;
  const { tiers = [], requirement } = lastFigure.current ?? {};
  const chart = useChart(box, text, { tiers, requirement, withLevels, zone: status.timeZone, session: status.session });

  const choose = (levels: boolean) => (): void => {
    setWithLevels(levels);
    requestAnimationFrame(() => chart.current?.redraw(true, true));
  };
  const { session } = status;
  const lastsDays = session !== undefined && Date.parse(session.closes) - Date.parse(session.opens) > DAY_MS;
  return (
    <section className="panel chart" aria-labelledby="chart-title">
      <h2 id="chart-title">
        {lastsDays ? "Over the days" : "Over the day"}
        <output className="readout" ref={text} />
        <span className="choice" role="group" aria-label="Scale of the chart">
          <button type="button" aria-pressed={withLevels} onClick={choose(true)}>
            With tiers
          </button>
          <button type="button" aria-pressed={!withLevels} onClick={choose(false)}>
            Movement
          </button>
        </span>
      </h2>
      <div
        className="plot"
        ref={box}
        role="group"
        aria-label="Net capital over the day. Left and right arrow keys read out points."
        tabIndex={0}
        onKeyDown={(event) => moveCursor(chart.current, event)}
      />
    </section>
  );
}
