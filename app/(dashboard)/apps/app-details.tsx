"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { useState } from "react";
import { fieldAt, listAt } from "../../_auth-api/read-answer.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { useAuthAnswer } from "../../_data/use-auth-answer.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../_forms/use-submit.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { TimeAgo } from "../../_ui/time.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { showToast } from "../../_ui/toast.ts";
import { Fact, Id, Part, ruled } from "../facts.tsx";
import { AppCredentials } from "./app-credentials.tsx";
import { standingOf, type ListedApp } from "./app-standing.ts";

const RegisterDialog = whenOpened(() => import("./overlays-of-apps.ts").then((module) => module.RegisterDialog));

const days = 30;
const dayMs = 86_400_000;
const link = "text-accent-strong underline underline-offset-2";

const readOrigins = (body: unknown): readonly string[] =>
  listAt(body, "origins", (one) => (typeof one === "string" ? one : String(fieldAt(one, "origin"))));

const Spend = ({ id, now }: { readonly id: string; readonly now: Date }) => {
  const to = new Date(Math.ceil(now.getTime() / dayMs) * dayMs);
  const from = new Date(to.getTime() - days * dayMs);
  const { data, failure } = useAnswer(
    useNexus().usage.explore.queryOptions({ from: from.toISOString(), to: to.toISOString(), app: id }),
  );
  if (failure) return <Fact name={`Last ${days} days`}>not for your role to see</Fact>;
  if (!data) return <Skeleton className="my-2 h-12" />;
  const { calls, errors, costNanos } = data.totals;
  return (
    <>
      <Fact name={`Calls in ${days} days`}>{calls.toLocaleString("en-US")}</Fact>
      <Fact name="Failed">{errors.toLocaleString("en-US")}</Fact>
      <Fact name="Cost">{formatMoney(costNanos)}</Fact>
    </>
  );
};

const Origins = ({ id, mayManage }: { readonly id: string; readonly mayManage: boolean }) => {
  const [adding, setAdding] = useState(false);
  const { data, refusal, reload } = useAuthAnswer(`/api/services/${encodeURIComponent(id)}`, readOrigins);
  if (refusal) return <p className="text-sm text-muted">Topolo Auth tells members of the app alone.</p>;
  if (!data) return <Skeleton className="h-8" />;
  return (
    <>
      <ul className="space-y-1 font-mono text-sm break-all">
        {data.map((origin) => (
          <li key={origin}>{origin}</li>
        ))}
      </ul>
      <p className="mt-1 text-sm text-pretty text-muted">
        {data.length === 0
          ? "It has none: no page of it may call Nexus from a browser."
          : "Pages at these may call Nexus from a browser (CORS)."}
      </p>
      {mayManage && (
        <Button className="mt-2" onClick={() => setAdding(true)}>
          Add one for development
        </Button>
      )}
      {adding && (
        <RegisterDialog
          slug={id.replace(/^srv_/, "").replaceAll("_", "-")}
          onClose={() => {
            setAdding(false);
            reload();
          }}
        />
      )}
    </>
  );
};

export interface AppDetailsProps {
  readonly app: ListedApp;
  readonly now: Date;
  readonly mayManage: boolean;
}

/** Everything about one app: how it calls, what it spent, and what to do about it. */
export const AppDetails = ({ app, now, mayManage }: AppDetailsProps) => {
  const { id, name, enabled, lastSeenAt } = app;
  const change = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const { tone, word, sentence, help } = standingOf(app, now);
  const of = encodeURIComponent(id);
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={tone}>{word}</Badge> {sentence}{" "}
        {help && (
          <Link href={help} className={link}>
            What to do
          </Link>
        )}
      </p>
      {help === "/docs/failures/bypassed-gateway" && (
        <p className="mt-2 text-sm">
          Look for vendors&apos; packages, addresses and keys in its sources:{" "}
          <code className="font-mono">npx @topolo/nexus-client audit</code>
        </p>
      )}
      <Part title="Calls and spend">
        <dl className={ruled}>
          <Fact name="Last call">{lastSeenAt === null ? "none" : <TimeAgo at={lastSeenAt} />}</Fact>
          <Spend id={id} now={now} />
        </dl>
        <p className="mt-1 flex flex-wrap gap-4">
          <Link href={`/usage?period=30d&by=model&app=${of}`} className={link}>
            Its usage
          </Link>
          <Link href={`/calls?app=${of}&period=30d`} className={link}>
            Its calls
          </Link>
        </p>
      </Part>
      <Part title="Credentials">
        <AppCredentials id={id} now={now} mayCall={enabled && app.registered} mayManage={mayManage} />
      </Part>
      <Part title="Origins of its pages">
        <Origins id={id} mayManage={mayManage && app.kind === "application"} />
      </Part>
      <Part title="Identity">
        <dl className={ruled}>
          <Fact name="Service">
            <Id id={id} label="the id of the app" />
          </Fact>
          <Fact name="Kind">{app.kind}</Fact>
        </dl>
      </Part>
      {mayManage && (
        <Part title={enabled ? "Switch it off" : "Switch it on"}>
          <RefusalNotice refusal={refusal} />
          <div className="mt-1 flex flex-wrap items-center gap-3">
            <Button
              disabled={busy}
              onClick={() =>
                run(async () => {
                  await change((nexus) => nexus.apps.setState.mutate({ appId: id, enabled: !enabled }));
                  showToast({ title: `${name} is switched ${enabled ? "off" : "on"}` });
                })
              }
            >
              {enabled ? "Switch off" : "Switch on"}
            </Button>
            <span className="min-w-0 grow basis-40 text-sm text-muted">
              {enabled ? "Its calls for this organization are refused from then on." : "It may call again at once."}
            </span>
          </div>
        </Part>
      )}
    </>
  );
};
