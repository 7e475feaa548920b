interface MeterProps {
  readonly label: string;
  /** 0 to 100 and beyond. */
  readonly percent: number;
  readonly tone: "accent" | "warn" | "bad";
}

const fills = { accent: "fill-accent", warn: "fill-warn", bad: "fill-bad" } as const;

/** How much of a limit is used. */
export const Meter = ({ label, percent, tone }: MeterProps) => (
  <div
    role="meter"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={100}
    aria-valuenow={Math.min(percent, 100)}
    aria-valuetext={`${percent} % used`}
  >
    <svg className="block h-2 w-full overflow-hidden rounded-full" aria-hidden="true">
      <rect width="100%" height="100%" className="fill-raised" />
      <rect width={`${Math.min(Math.max(percent, 0), 100)}%`} height="100%" rx="4" className={fills[tone]} />
    </svg>
  </div>
);
