import Link from "next/link";
import type { ReactNode } from "react";
import type { ExploredUsage, UsageMeasured } from "../_data/answers.ts";
import { Card } from "../_ui/card.tsx";
import { exactMoney, formatMoney } from "../_ui/format-money.ts";
import { Skeleton } from "../_ui/skeleton.tsx";
import { Change } from "./change.tsx";
import { callsAddress, wordOf, type UsageChoice } from "./usage/usage-question.ts";

const families = ["ai", "email", "payments"] as const;

const count = new Intl.NumberFormat("en-US");
const ms = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : `${count.format(value)} ms`;

interface SumProps {
  readonly name: string;
  readonly title?: string;
  readonly href: string;
  readonly family: string;
  readonly value: string;
  readonly children: ReactNode;
}

const Sum = ({ name, title, href, family, value, children }: SumProps) => (
  <div className="flex min-h-8 flex-wrap items-baseline justify-between gap-x-3 border-t border-line py-1.5">
    <dt className="text-muted">{name}</dt>
    <dd className="flex items-baseline gap-3 tabular-nums">
      <span className="text-sm">{children}</span>
      <Link href={href} title={title} className="rounded font-medium hover:underline">
        <span className="sr-only">{`${name} of ${family}: `}</span>
        {value}
      </Link>
    </dd>
  </div>
);

interface FamilyProps {
  readonly family: (typeof families)[number];
  readonly now: UsageMeasured | undefined;
  readonly before: UsageMeasured | undefined;
  readonly choice: UsageChoice;
}

const Family = ({ family, now, before, choice }: FamilyProps) => {
  const name = wordOf("family", family, null);
  const of = { ...choice, family };
  const all = callsAddress(of);
  const cost = now?.costNanos ?? "0";
  return (
    <Card title={name}>
      <dl>
        <Sum name="Spend" family={name} href={all} value={formatMoney(cost)} title={exactMoney(cost)}>
          <Change now={BigInt(cost)} before={BigInt(before?.costNanos ?? "0")} />
        </Sum>
        <Sum name="Calls" family={name} href={all} value={count.format(now?.calls ?? 0)}>
          <Change now={now?.calls ?? 0} before={before?.calls ?? 0} />
        </Sum>
        <Sum
          name="Errors"
          family={name}
          href={callsAddress({ ...of, status: "failed" })}
          value={count.format(now?.errors ?? 0)}
        >
          <Change now={now?.errors ?? 0} before={before?.errors ?? 0} isBad />
        </Sum>
        <Sum
          name="95 % within"
          family={name}
          href={callsAddress({ ...of, status: "succeeded" })}
          value={ms(now?.latencyP95Ms)}
        >
          <Change now={now?.latencyP95Ms} before={before?.latencyP95Ms} isBad />
        </Sum>
      </dl>
    </Card>
  );
};

interface FamilySumsProps {
  /** Grouped by family, and compared. */
  readonly usage: ExploredUsage | undefined;
  readonly choice: UsageChoice;
}

/** What each family of operations did, against the period before. */
export const FamilySums = ({ usage, choice }: FamilySumsProps) => (
  <div className="grid gap-4 md:grid-cols-3 md:gap-6">
    {families.map((family) => {
      if (usage === undefined) return <Skeleton key={family} className="h-48 rounded-xl" />;
      const group = usage.groups.find(({ by }) => by[0]?.value === family);
      return (
        <Family key={family} family={family} now={group?.totals} before={group?.before ?? undefined} choice={choice} />
      );
    })}
  </div>
);
