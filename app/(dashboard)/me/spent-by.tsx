import Link from "next/link";
import type { ExploredUsage } from "../../_data/answers.ts";
import { Card } from "../../_ui/card.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { wordOf } from "../usage/usage-question.ts";

interface SpentByProps {
  readonly title: string;
  readonly of: "app" | "model";
  readonly usage: ExploredUsage | undefined;
}

/** Where it went, most first. */
export const SpentBy = ({ title, of, usage }: SpentByProps) => (
  <Card title={title}>
    {!usage && <SkeletonRows rows={3} label={`Loading ${title.toLowerCase()}`} />}
    {usage?.groups.length === 0 && <p className="text-muted">Nothing yet.</p>}
    {usage && usage.groups.length > 0 && (
      <ul aria-label={title} className="divide-y divide-line">
        {usage.groups.map(({ by: [found], other, totals }) => (
          <li key={other ? "other" : (found?.value ?? "none")} className="flex justify-between gap-4 py-2">
            <bdi className="min-w-0 truncate" title={found?.value ?? undefined}>
              {other ? "Others" : wordOf(of, found?.value ?? null, found?.name ?? null)}
            </bdi>
            <span className="shrink-0 text-muted tabular-nums">
              {totals.calls.toLocaleString("en-US")} {totals.calls === 1 ? "call" : "calls"} ·{" "}
              <span className="font-medium text-ink">{formatMoney(totals.costNanos)}</span>
            </span>
          </li>
        ))}
      </ul>
    )}
    {usage && usage.groups.length > 0 && (
      <Link
        href={`/usage?by=${of}`}
        className="mt-2 inline-block rounded text-sm font-medium text-accent hover:underline"
      >
        More under Usage
      </Link>
    )}
  </Card>
);
