import { useId } from "react";

interface MeterProps {
  readonly label: string;
  /** 0 to 100 and beyond. */
  readonly percent: number;
  readonly tone: "accent" | "warn" | "bad";
  /** The last part of it, which is drawn hatched: not sure. */
  readonly unsurePercent?: number;
}

const fills = { accent: "fill-accent", warn: "fill-warn", bad: "fill-bad" } as const;

/** How much of a limit is used: a meter for screen readers, a drawn one for the eye. */
export const Meter = ({ label, percent, tone, unsurePercent = 0 }: MeterProps) => {
  const hatch = useId();
  const shown = Math.min(Math.max(percent, 0), 100);
  const unsure = Math.min(Math.max(unsurePercent, 0), shown);
  return (
    <div>
      <meter className="sr-only" aria-label={label} min={0} max={100} value={shown}>
        {percent} %
      </meter>
      <svg className="block h-2 w-full overflow-hidden rounded-full" aria-hidden="true">
        <rect width="100%" height="100%" className="fill-raised" />
        <rect width={`${shown}%`} height="100%" rx="4" className={fills[tone]} />
        {unsure > 0 && (
          <>
            <defs>
              <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect width="6" height="6" className="fill-warn-soft" />
                <rect width="3" height="6" className="fill-warn" />
              </pattern>
            </defs>
            <rect x={`${shown - unsure}%`} width={`${unsure}%`} height="100%" className="fill-surface" />
            <rect x={`${shown - unsure}%`} width={`${unsure}%`} height="100%" fill={`url(#${hatch})`} />
          </>
        )}
      </svg>
    </div>
  );
};
