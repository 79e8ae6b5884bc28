/** How the chart looks: axes in the firm's time zone, the tiers' zones behind the line, their names at the right. */
import uPlot from "uplot";
import type { Status, Tier } from "../../src/server/live-firm.ts";
import { capitalised, millions } from "./format.ts";
import { tierColour } from "./tier-colour.ts";

export interface ChartInput {
  readonly tiers: readonly Tier[];
  readonly requirement: string | undefined;
  /** Whether the vertical axis reaches the tiers, or fits the movement alone. */
  readonly withLevels: boolean;
  readonly zone: string;
  readonly session: Status["session"];
}

interface Level {
  readonly amount: number;
  readonly name: string;
  readonly colour: string;
}

const LABEL_PIXELS = 13;
const GUTTER_PIXELS = 92;
const AXIS_PIXELS = 62;
const HOUR_SECONDS = 3600;
/** Before the session opens the chart shows so much of what leads to it, afterwards so little. */
const LEAD_SECONDS = 1800;
const OPENING_SECONDS = 300;

const seconds = (at: string): number => Date.parse(at) / 1000;

/** From the mildest tier down to the minimum. */
function levelsOf({ tiers, requirement }: ChartInput): Level[] {
  const levels = tiers.map(({ code, amount, percent }, rank): Level => {
    const name = capitalised(code);
    return {
      amount: Number(amount),
      name: percent === undefined ? name : `${name} ${percent}%`,
      colour: tierColour(rank, tiers.length),
    };
  });
  if (requirement !== undefined)
    levels.push({ amount: Number(requirement), name: "Minimum", colour: "var(--critical)" });
  return levels;
}

/** A canvas knows no CSS variables: what the style sheet makes of `colour` here and now. */
function resolver(host: HTMLElement): (colour: string) => string {
  const probe = host.appendChild(document.createElement("i"));
  probe.hidden = true;
  return (colour) => {
    probe.style.color = colour;
    return getComputedStyle(probe).color;
  };
}

/** The vertical range: what the line needs, and with it the levels if asked, and a little air. */
function verticalRange(input: ChartInput, low: number | null, high: number | null): [number, number] {
  const amounts = input.withLevels ? levelsOf(input).map(({ amount }) => amount) : [];
  const from = Math.min(low ?? Infinity, ...amounts);
  const to = Math.max(high ?? -Infinity, ...amounts);
  if (!Number.isFinite(from) || !Number.isFinite(to)) return [0, 1];
  const air = Math.max((to - from) * 0.08, Math.abs(to) * 0.0005, 1);
  return [from - air, to + air];
}

/** How far the axis reaches: an hour into the session, then two, then four, then to its end; never short of `now`. */
function axisEnd(opens: number, closes: number, now: number): number {
  let hours = 1;
  while (now > opens + hours * HOUR_SECONDS * 0.95) hours *= 2;
  return Math.max(now, Math.min(opens + hours * HOUR_SECONDS, closes));
}

/** The session, once it has begun; before that, what leads to it. Without a session, all there is. */
function horizontalRange({ session }: ChartInput, low: number, high: number): [number, number] {
  if (session === undefined) return [low, Math.max(high, low + 60)];
  const [opens, closes] = [seconds(session.opens), seconds(session.closes)];
  const from = high < opens ? Math.max(low, high - LEAD_SECONDS) : opens - OPENING_SECONDS;
  return [from, axisEnd(opens, closes, high)];
}

function drawLevels(plot: uPlot, levels: readonly Level[], colour: (name: string) => string): void {
  const { ctx, bbox } = plot;
  const pixel = uPlot.pxRatio;
  const bottom = bbox.top + bbox.height;
  ctx.save();
  ctx.font = `${11 * pixel}px system-ui, sans-serif`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  let lastLabel = -Infinity;
  for (const [index, level] of levels.entries()) {
    const y = plot.valToPos(level.amount, "y", true);
    const next = levels[index + 1];
    const low = next === undefined ? bottom : plot.valToPos(next.amount, "y", true);
    const from = Math.min(bottom, Math.max(bbox.top, y));
    ctx.fillStyle = colour(level.colour);
    ctx.globalAlpha = 0.07;
    ctx.fillRect(bbox.left, from, bbox.width, Math.min(bottom, Math.max(bbox.top, low)) - from);
    ctx.globalAlpha = 1;
    if (y < bbox.top || y > bottom) continue;
    ctx.strokeStyle = colour(level.colour);
    ctx.lineWidth = pixel;
    ctx.setLineDash(next === undefined ? [] : [5 * pixel, 4 * pixel]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    // Names of levels that are close together stand below one another.
    lastLabel = Math.max(y, lastLabel + LABEL_PIXELS * pixel);
    ctx.fillStyle = colour("var(--ink-2)");
    ctx.fillText(level.name, bbox.left + bbox.width + 8 * pixel, lastLabel);
  }
  ctx.restore();
}

/** A dot where the line has come to. */
function drawNewest(plot: uPlot, colour: string): void {
  const [at, figures] = plot.data;
  const [x, y] = [at.at(-1), figures?.at(-1)];
  if (x === undefined || y === undefined || y === null) return;
  const { ctx } = plot;
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.arc(plot.valToPos(x, "x", true), plot.valToPos(y, "y", true), 4 * uPlot.pxRatio, 0, 2 * Math.PI);
  ctx.fill();
}

/** `input` is asked at each drawing, `host` is the element that holds the chart, `say` hears of a moved cursor. */
export function options(input: () => ChartInput, host: HTMLElement, say: () => void): uPlot.Options {
  const colour = resolver(host);
  const axis: uPlot.Axis = {
    stroke: () => colour("var(--ink-3)"),
    font: "11px system-ui, sans-serif",
    grid: { stroke: () => colour("var(--line)"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: host.clientWidth,
    height: host.clientHeight,
    padding: [8, GUTTER_PIXELS, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), input().zone),
    scales: {
      x: { range: (_plot, low, high) => horizontalRange(input(), low, high) },
      y: { range: (_plot, low, high) => verticalRange(input(), low, high) },
    },
    axes: [
      {
        ...axis,
        size: 28,
        space: 64,
        // By the step of the axis: what a tick says, and in place of it where a day begins.
        values: [
          [86_400, "{D} {MMM}", null, null, null, null, null, null, 0],
          [3600, "{HH}:{mm}", null, null, "{D} {MMM}", null, null, null, 0],
          [60, "{HH}:{mm}", null, null, null, null, null, null, 0],
          [1, "{HH}:{mm}:{ss}", null, null, null, null, null, null, 0],
        ],
      },
      {
        ...axis,
        size: AXIS_PIXELS,
        space: 34,
        values: (_plot, values, _axis, _space, step) => values.map((value) => millions(value, step)),
      },
    ],
    series: [{}, { stroke: () => colour("var(--accent)"), width: 1.75, points: { show: false } }],
    hooks: {
      drawAxes: [(plot) => drawLevels(plot, levelsOf(input()), colour)],
      draw: [(plot) => drawNewest(plot, colour("var(--accent)"))],
      setCursor: [say],
    },
  };
}
