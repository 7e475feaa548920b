"use client";

import { outranks } from "@topolo/auth-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import { bothOf, useAnswer } from "../../_data/use-answer.ts";
import { useMinute } from "../../_data/use-minute.ts";
import { useSession } from "../../_session/session-provider.tsx";
import type { Tone } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { TextField } from "../../_ui/field.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { PageTitle } from "../page-title.tsx";
import { useOpenDetails } from "../use-open-details.ts";
import { AppDrawer } from "./app-drawer.tsx";
import { AppListItem } from "./app-list-item.tsx";
import { standingOf, type ListedApp } from "./app-standing.ts";
import { AttributionGaps } from "./attribution-gaps.tsx";

const RegisterDialog = whenOpened(() => import("./overlays-of-apps.ts").then((module) => module.RegisterDialog));

const everyMs = 60_000;
const days = 30;
const searchedFrom = 8;

/** What needs somebody first, then what calls, then what never did. */
const urgencies: Readonly<Record<Tone, number>> = { bad: 3, warn: 2, accent: 1, good: 1, plain: 0 };
const urgencyOf = (app: ListedApp, now: Date): number => urgencies[standingOf(app, now).tone];

const List = () => {
  const nexus = useNexus();
  const { session } = useSession();
  const now = useMinute();
  const [search, setSearch] = useState("");
  const [registering, setRegistering] = useState(false);
  const details = useOpenDetails("app");
  const often = { refetchInterval: everyMs };
  const { data, failure, retry } = bothOf(
    useAnswer(nexus.apps.list.queryOptions({}, often)),
    useAnswer(nexus.apps.attributionGaps.queryOptions({ days }, often)),
  );
  const apps = data?.[0].apps ?? [];
  const word = search.trim().toLowerCase();
  const shown = apps
    .filter(({ id, name }) => `${name} ${id}`.toLowerCase().includes(word))
    .toSorted((left, right) => urgencyOf(right, now) - urgencyOf(left, now));
  const mayManage = session !== undefined && outranks(session.role, "member");
  return (
    <div className="space-y-6">
      {data && <AttributionGaps gaps={data[1].gaps} days={days} mayManage={mayManage} />}
      <Card title="Apps" flush aside={<Button onClick={() => setRegistering(true)}>Register an app</Button>}>
        <p className="px-5 pb-3 text-sm text-pretty text-muted">
          The apps that may call for the organization. Calls are attributed to an app by a credential of its own: a key
          made for it, a service token, or tokens that it obtained itself.
        </p>
        {failure && <FailureNotice title="The apps could not be loaded" failure={failure} onRetry={retry} />}
        {!data && !failure && <SkeletonRows rows={5} label="Loading apps" />}
        {apps.length >= searchedFrom && (
          <TextField
            label="Search by name or id"
            type="search"
            value={search}
            maxLength={100}
            onChange={({ currentTarget }) => setSearch(currentTarget.value)}
            className="max-w-sm px-5 pb-3"
          />
        )}
        {data && shown.length === 0 && (
          <p className="border-t border-line px-5 py-10 text-center text-muted">
            {apps.length === 0
              ? "No app may call for the organization yet. Register one, or give it access at Topolo Auth."
              : "No app is called that."}
          </p>
        )}
        {shown.length > 0 && (
          <ul aria-label="Apps">
            {shown.map((app) => (
              <AppListItem key={app.id} app={app} now={now} onOpen={() => details.open(app.id)} />
            ))}
          </ul>
        )}
      </Card>
      <AppDrawer
        id={data ? details.id : undefined}
        app={apps.find(({ id }) => id === details.id)}
        now={now}
        mayManage={mayManage}
        onClose={details.close}
      />
      {registering && <RegisterDialog onClose={() => setRegistering(false)} />}
    </div>
  );
};

/** The organization's apps: whose calls are attributed, who may go past Nexus, and what to do about it. */
export const AppsOfOrganization = () => (
  <>
    <PageTitle title="Apps" />
    <List />
  </>
);
