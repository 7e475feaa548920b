import { classNames } from "../_ui/class-names.ts";

interface ChangeProps {
  /** Not known, as where nothing was called: nothing is said. */
  readonly now: bigint | number | null | undefined;
  readonly before: bigint | number | null | undefined;
  /** More of it is worse. */
  readonly isBad?: boolean;
}

const mostPercent = 999;

/** By how much something grew or shrank since the period before, in per cent of it. */
export const changePercent = (now: bigint, before: bigint): number | undefined =>
  before === 0n ? undefined : Number(((now - before) * 1_000n) / before) / 10;

/** How something compares with the period before. */
export const Change = ({ now, before, isBad = false }: ChangeProps) => {
  if (now === null || now === undefined || before === null || before === undefined) return null;
  const percent = changePercent(BigInt(now), BigInt(before));
  if (percent === undefined)
    return <span className="text-muted">{BigInt(now) === 0n ? "as before" : "none before"}</span>;
  const shown = Math.abs(percent) >= 10 ? Math.round(Math.abs(percent)) : Math.abs(percent);
  if (shown === 0) return <span className="text-muted">as before</span>;
  return (
    <span className={classNames("whitespace-nowrap tabular-nums", isBad && percent > 0 ? "text-bad" : "text-muted")}>
      <span aria-hidden="true">{percent > 0 ? "↑" : "↓"} </span>
      <span className="sr-only">{percent > 0 ? "up by " : "down by "}</span>
      {shown > mostPercent ? `over ${mostPercent}` : shown} %<span className="sr-only"> against the period before</span>
    </span>
  );
};
