import Link from "next/link";
import type { ReactNode } from "react";
import type { ExploredUsage } from "../../_data/answers.ts";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { Change } from "./change.tsx";

interface TotalProps {
  readonly label: string;
  readonly value: ReactNode;
  readonly title?: string | undefined;
  readonly note: ReactNode;
}

const Total = ({ label, value, title, note }: TotalProps) => (
  <div className="min-w-0 rounded-xl border border-line bg-surface px-5 py-4 shadow-card">
    <dt className="text-sm text-muted">{label}</dt>
    <dd title={title} className="mt-1 text-2xl font-semibold tracking-tight break-words tabular-nums">
      {value ?? <Skeleton className="h-8 w-24" />}
    </dd>
    <dd className="mt-0.5 min-h-5 text-sm text-muted tabular-nums">{note}</dd>
  </div>
);

const count = new Intl.NumberFormat("en-US");
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

const share = (part: number, all: number): string => `${all === 0 ? 0 : Math.round((part / all) * 1_000) / 10} %`;
const ms = (value: number | null): string => (value === null ? "–" : `${count.format(value)} ms`);

interface UsageTotalsProps {
  readonly usage: ExploredUsage | undefined;
  readonly callsHref: string;
}

/** The sums of what the filters leave, and how they compare. */
export const UsageTotals = ({ usage, callsHref }: UsageTotalsProps) => {
  const totals = usage?.totals;
  const before = usage?.before?.totals;
  const tokens = totals && totals.inputUnits + totals.outputUnits;
  const tokensBefore = before && before.inputUnits + before.outputUnits;
  return (
    <dl className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-5" aria-busy={totals === undefined}>
      <Total
        label="Cost"
        value={totals && formatMoney(totals.costNanos)}
        title={totals && exactMoney(totals.costNanos)}
        note={
          <>
            {totals && before && <Change now={BigInt(totals.costNanos)} before={BigInt(before.costNanos)} />}
            {totals && totals.heldNanos !== "0" && <span className="block">{formatMoney(totals.heldNanos)} held</span>}
          </>
        }
      />
      <Total
        label="Calls"
        value={
          totals && (
            <Link href={callsHref} className="rounded hover:underline">
              {count.format(totals.calls)}
            </Link>
          )
        }
        note={totals && before && <Change now={totals.calls} before={before.calls} />}
      />
      <Total
        label="Errors"
        value={totals && share(totals.errors, totals.calls)}
        note={
          <>
            {totals && count.format(totals.errors)}{" "}
            {totals && before && <Change now={totals.errors} before={before.errors} isBad />}
          </>
        }
      />
      <Total
        label="Tokens"
        value={tokens === undefined ? undefined : compact.format(tokens)}
        title={tokens === undefined ? undefined : count.format(tokens)}
        note={tokens !== undefined && tokensBefore !== undefined && <Change now={tokens} before={tokensBefore} />}
      />
      <Total
        label="95 % answered within"
        value={totals && ms(totals.latencyP95Ms)}
        note={totals && `median ${ms(totals.latencyP50Ms)}`}
      />
    </dl>
  );
};
