import type { NexusOutputs } from "@topolo/nexus-client";
import Link from "next/link";
import { Card } from "../../_ui/card.tsx";

const shownDays = 7;
const link = "text-accent-strong underline underline-offset-2";

interface AttributionGapsProps {
  readonly gaps: NexusOutputs["apps"]["attributionGaps"]["gaps"];
  readonly days: number;
  readonly mayManage: boolean;
}

/** Calls that no app could be named for, and how to end that; nothing where there are none. */
export const AttributionGaps = ({ gaps, days, mayManage }: AttributionGapsProps) => {
  if (gaps.length === 0) return null;
  const calls = gaps.reduce((sum, gap) => sum + gap.calls, 0);
  return (
    <Card title="Attribution gap">
      <p className="text-pretty">
        <strong className="tabular-nums">{calls.toLocaleString("en-US")}</strong> {calls === 1 ? "call" : "calls"} of
        the last {days} days {calls === 1 ? "names" : "name"} no app: they are budgeted and in the ledger, but nobody
        can say which app spent the money.
      </p>
      <ul aria-label="Days with calls without an app" className="my-3 flex flex-wrap gap-2">
        {gaps.slice(0, shownDays).map(({ day, calls: ofDay }) => (
          <li key={day} className="rounded-lg bg-warn-soft px-2.5 py-1 text-sm text-warn tabular-nums">
            {day}: {ofDay.toLocaleString("en-US")}
          </li>
        ))}
        {gaps.length > shownDays && (
          <li className="px-1 py-1 text-sm text-muted">and {gaps.length - shownDays} more</li>
        )}
      </ul>
      <ol className="list-decimal space-y-1 pl-5 text-sm">
        <li>
          <Link href={`/calls?unattributed=yes&period=${days}d`} className={link}>
            See the calls
          </Link>{" "}
          and the key of each.
        </li>
        <li>
          Give each app a{" "}
          <Link href="/keys" className={link}>
            key
          </Link>{" "}
          or a{" "}
          <Link href="/keys/service-tokens" className={link}>
            service token
          </Link>{" "}
          of its own. A header alone attributes nothing.{" "}
          <Link href="/docs/failures/missing-attribution" className={link}>
            Read why
          </Link>
          .
        </li>
        <li>
          When the gaps are gone, {mayManage ? "" : "an administrator can "}refuse calls without an app, under{" "}
          <Link href="/routing" className={link}>
            Routing
          </Link>
          .
        </li>
      </ol>
    </Card>
  );
};
