/** The load line: net capital as a mark on a scale of the tiers' zones. */
import type { CSSProperties } from "react";
import type { NetCapitalFigure } from "../../src/server/live-firm.ts";
import { money } from "./format.ts";
import { gaugeScale, labelRows } from "./gauge-scale.ts";
import { tierColour } from "./tier-colour.ts";

/** Labels closer than this share of the gauge take two rows. */
const LABEL_GAP = 0.105;

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

export function Gauge({ view }: { readonly view: NetCapitalFigure }) {
  const minimum = Number(view.requirement);
  const levels = view.tiers.map((tier, rank) => ({
    key: tier.code,
    amount: Number(tier.amount),
    text: tier.percent === undefined ? tier.code : `${tier.percent}%`,
    colour: tierColour(rank, view.tiers.length),
  }));
  const scale = gaugeScale(
    Number(view.netCapital),
    minimum,
    levels.map(({ amount }) => amount),
  );
  // From the minimum upwards; each zone ends at its tier's level.
  const marks = [{ key: "minimum", amount: minimum, text: "100%", colour: "var(--below)" }, ...levels.toReversed()];
  const places = marks.map(({ amount }) => scale.position(amount));
  const rows = labelRows(places, LABEL_GAP);
  const standing = view.percentOfMinimum === null ? "" : `, ${view.percentOfMinimum} percent of the minimum`;

  return (
    <div className="gauge" role="img" aria-label={`Net capital ${money(view.netCapital)}${standing}`}>
      <div className="track">
        {marks.map(({ key, colour }, index) => {
          const from = index === 0 ? 0 : (places[index - 1] ?? 0);
          const width = (places[index] ?? 0) - from;
          return (
            <i
              key={key}
              className={`zone ${key}`}
              style={{ left: percent(from), width: percent(width), background: colour }}
            />
          );
        })}
      </div>
      <i className="needle" style={{ left: percent(scale.position(Number(view.netCapital))) }}>
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <circle cx="16" cy="16" r="9" />
          <path d="M2 16h28" />
        </svg>
      </i>
      {marks.map(({ key, text, colour }, index) => (
        <span
          key={key}
          className={`tick row-${rows[index]}`}
          style={{ left: percent(places[index] ?? 0), "--tier": colour } as CSSProperties}
        >
          {text}
        </span>
      ))}
      <span className="tick row-0 end">{minimum > 0 ? `${Math.round((scale.top / minimum) * 100)}%` : ""}</span>
    </div>
  );
}
