"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { Card } from "../_ui/card.tsx";
import { FailureNotice } from "../_ui/failure-notice.tsx";
import { SelectField } from "../_ui/field.tsx";
import { SkeletonRows } from "../_ui/skeleton.tsx";
import { AdmissionWords } from "./admission-words.tsx";
import { AttentionList } from "./attention-list.tsx";
import { Budgets } from "./budgets.tsx";
import { CallsTable } from "./calls-table.tsx";
import { FamilySums } from "./family-sums.tsx";
import { FirstStepsCard } from "./first-steps-card.tsx";
import { HomeTiles } from "./home-tiles.tsx";
import { OwnReachNotice } from "./own-reach-notice.tsx";
import { SpendChart } from "./spend-chart.tsx";
import { TopModels } from "./top-models.tsx";
import type { UsageChoice } from "./usage/usage-question.ts";
import type { HomeAnswers } from "./use-home.ts";

interface HomeReportProps {
  readonly home: HomeAnswers;
  readonly choice: UsageChoice & { readonly period: string };
  readonly periods: readonly { readonly value: string; readonly label: string }[];
  readonly onPeriod: (period: string) => void;
  /** By which name an organization waits to be admitted; undefined: it does not. */
  readonly waiting: string | undefined;
}

/** What Home says, once what stands at its top is known. */
export const HomeReport = ({ home, choice, periods, onPeriod, waiting }: HomeReportProps) => {
  const router = useRouter();
  const { calls, sums, models, hours, hoursPeriod, budgets, attention, firstSteps } = home;
  return (
    <>
      {waiting !== undefined && <AdmissionWords slug={waiting} />}
      <div className="space-y-6">
        {firstSteps.shown === true && (
          <FirstStepsCard steps={firstSteps.steps} facts={firstSteps.facts} onHide={firstSteps.hide} />
        )}
        <AttentionList attention={attention} />
        <section aria-label="Totals" className="space-y-3">
          <div className="flex flex-wrap items-end justify-between gap-3">
            <SelectField label="Period" value={choice.period} onChange={({ target }) => onPeriod(target.value)}>
              {periods.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </SelectField>
            <p className="text-sm text-muted">Against the period of the same length before</p>
          </div>
          {sums.failure && !sums.data ? (
            <FailureNotice title="The totals could not be loaded" failure={sums.failure} onRetry={sums.retry} />
          ) : (
            <>
              <HomeTiles
                usage={sums.data}
                choice={choice}
                budgets={budgets?.data?.budgets}
                seesBudgets={budgets !== undefined}
              />
              <FamilySums usage={sums.data} choice={choice} />
            </>
          )}
          <OwnReachNotice reach={sums.data?.reach} />
        </section>
        <div className="grid gap-6 lg:grid-cols-3">
          <SpendChart
            className={budgets ? "lg:col-span-2" : "lg:col-span-3"}
            hours={hours.data?.sums}
            hoursPeriod={hoursPeriod}
          />
          {budgets && (
            <Card title="Budgets">
              <Budgets query={budgets} />
            </Card>
          )}
        </div>
        <Card
          title="Last calls"
          flush
          aside={
            <Link href="/calls" className="rounded text-sm font-medium text-accent hover:underline">
              All calls
            </Link>
          }
        >
          {calls.failure && (
            <FailureNotice title="The last calls could not be loaded" failure={calls.failure} onRetry={calls.retry} />
          )}
          {calls.data ? (
            <CallsTable
              calls={calls.data.operations}
              onOpen={(id) => router.push(`/calls?call=${id}`)}
              empty="No calls yet."
            />
          ) : (
            !calls.failure && <SkeletonRows rows={6} label="Loading calls" />
          )}
        </Card>
        <TopModels usage={models.data} choice={choice} />
      </div>
    </>
  );
};
