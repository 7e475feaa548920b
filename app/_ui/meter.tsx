interface MeterProps {
  readonly label: string;
  /** 0 to 100 and beyond. */
  readonly percent: number;
  readonly tone: "accent" | "warn" | "bad";
}

const fills = { accent: "fill-accent", warn: "fill-warn", bad: "fill-bad" } as const;

/** How much of a limit is used: a meter for screen readers, a drawn one for the eye. */
export const Meter = ({ label, percent, tone }: MeterProps) => {
  const shown = Math.min(Math.max(percent, 0), 100);
  return (
    <div>
      <meter className="sr-only" aria-label={label} min={0} max={100} value={shown}>
        {percent} %
      </meter>
      <svg className="block h-2 w-full overflow-hidden rounded-full" aria-hidden="true">
        <rect width="100%" height="100%" className="fill-raised" />
        <rect width={`${shown}%`} height="100%" rx="4" className={fills[tone]} />
      </svg>
    </div>
  );
};
