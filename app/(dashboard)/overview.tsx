"use client";

import type { AuthSession } from "@topolo/auth-client";
import { lazy, Suspense, useEffect, useState } from "react";
import { useSession } from "../_session/session-provider.tsx";
import { Skeleton } from "../_ui/skeleton.tsx";
import { useIsWaiting } from "./admission-notice.tsx";
import { PageTitle } from "./page-title.tsx";
import { TimeZoneField } from "./time-zone-field.tsx";
import { oneOf, useChoice } from "./use-choice.ts";
import { periods } from "./usage/usage-question.ts";
import { useHome } from "./use-home.ts";

const loadReport = () => import("./home-report.tsx");
const HomeReport = lazy(() => loadReport().then((module) => ({ default: module.HomeReport })));

const shownPeriods = periods.filter(({ value }) => value !== "days");
const homeChoices = { period: oneOf(shownPeriods.map(({ value }) => value)) };
const usual = "7d";

const Loading = () => (
  <output aria-label="Loading" className="block space-y-6">
    <Skeleton className="h-28 rounded-xl" />
    <Skeleton className="h-26 rounded-xl" />
    <Skeleton className="h-96 rounded-xl" />
  </output>
);

const Report = ({ organization }: { readonly organization: NonNullable<AuthSession["organization"]> }) => {
  const chosen = useChoice(homeChoices);
  const choice = { period: chosen.choice.period ?? usual };
  const home = useHome(choice);
  const { waits, asked } = useIsWaiting(organization.id);
  // What comes first decides where all else stands: until it is known nothing does, and then it stays.
  const [isReady, setIsReady] = useState(false);
  if (!isReady && asked && home.isTopAnswered) setIsReady(true);
  useEffect(() => void loadReport(), []);
  if (!isReady) return <Loading />;
  return (
    <Suspense fallback={<Loading />}>
      <HomeReport
        home={home}
        choice={choice}
        periods={shownPeriods}
        onPeriod={(period) => chosen.choose(period === usual ? {} : { period })}
        waiting={waits === true ? organization.slug : undefined}
      />
    </Suspense>
  );
};

/** How things stand: what needs somebody, what is spent against the period before, and the last calls. */
export const Overview = () => {
  const organization = useSession().session?.organization;
  return (
    <>
      <PageTitle title="Home">
        <TimeZoneField />
      </PageTitle>
      {organization && <Report organization={organization} />}
    </>
  );
};
