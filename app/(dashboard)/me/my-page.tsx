"use client";

import { skipToken } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import type { ExploredUsage } from "../../_data/answers.ts";
import { useAnswer, type LiveAnswer } from "../../_data/use-answer.ts";
import { useMinute } from "../../_data/use-minute.ts";
import { addDays, dayIn, firstOfMonth } from "../../_data/zoned-days.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { useTimeZone } from "../../_ui/use-time-zone.ts";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { PageTitle } from "../page-title.tsx";
import { TimeZoneField } from "../time-zone-field.tsx";
import { MyBudgets } from "./my-budgets.tsx";
import { SpentBy } from "./spent-by.tsx";

const MyRequests = whenOpened(() => import("./parts-of-me.ts").then((module) => module.MyRequests));

const everyMs = 15_000;

interface TileProps {
  readonly label: string;
  readonly usage: ExploredUsage | undefined;
}

const Tile = ({ label, usage }: TileProps) => (
  <div className="min-w-0 rounded-xl border border-line bg-surface px-5 py-4 shadow-card">
    <dt className="text-sm text-muted">{label}</dt>
    <dd
      title={usage && exactMoney(usage.totals.costNanos)}
      className="mt-1 text-2xl font-semibold tracking-tight break-words tabular-nums"
    >
      {usage ? formatMoney(usage.totals.costNanos) : <Skeleton className="h-8 w-24" />}
    </dd>
    <dd className="mt-0.5 min-h-5 text-sm text-muted tabular-nums">
      {usage && `${usage.totals.calls.toLocaleString("en-US")} ${usage.totals.calls === 1 ? "call" : "calls"}`}
    </dd>
  </div>
);

/** Of one question the failure, where nothing of it is shown. */
const failureOf = (answers: readonly LiveAnswer<unknown>[]) => answers.find(({ data, failure }) => failure && !data);

/** What I spent, what is left for me, and where my keys are. */
export const MyPage = () => {
  const { session } = useSession();
  const nexus = useNexus();
  const now = useMinute();
  const [timeZone] = useTimeZone();
  const user = session?.user.id;
  const today = dayIn(timeZone, now);
  const often = { refetchInterval: everyMs };
  const period = (from: string) => ({ from, to: addDays(today, 1), timeZone, user });
  const month = period(firstOfMonth(today));
  const ofDay = useAnswer(
    nexus.usage.explore.queryOptions(user === undefined ? skipToken : { ...period(today), interval: "hour" }, often),
  );
  const byApp = useAnswer(
    nexus.usage.explore.queryOptions(user === undefined ? skipToken : { ...month, groupBy: ["app"] }, often),
  );
  const byModel = useAnswer(
    nexus.usage.explore.queryOptions(user === undefined ? skipToken : { ...month, groupBy: ["model"] }, often),
  );
  const failed = failureOf([ofDay, byApp, byModel]);
  return (
    <>
      <PageTitle title="Me">
        <TimeZoneField />
      </PageTitle>
      <div className="space-y-6">
        {failed?.failure && (
          <FailureNotice title="What you spent could not be loaded" failure={failed.failure} onRetry={failed.retry} />
        )}
        <dl className="grid grid-cols-2 gap-3 sm:gap-4" aria-busy={ofDay.data === undefined}>
          <Tile label="I spent today" usage={ofDay.data} />
          <Tile label="I spent this month" usage={byApp.data} />
        </dl>
        <MyBudgets />
        <MyRequests />
        <div className="grid gap-6 lg:grid-cols-2">
          <SpentBy title="This month by app" of="app" usage={byApp.data} />
          <SpentBy title="This month by model" of="model" usage={byModel.data} />
        </div>
        {session && session.role !== "guest" && (
          <Card title="My keys">
            <p className="text-muted">
              Programs call in your name with API keys, and what they spend is yours here:{" "}
              <Link href="/keys" className="font-medium text-accent hover:underline">
                see and make keys
              </Link>
              .
            </p>
          </Card>
        )}
      </div>
    </>
  );
};
