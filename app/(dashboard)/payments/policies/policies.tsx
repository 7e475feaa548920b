"use client";

import { outranks } from "@topolo/auth-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import { bothOf, useAnswer } from "../../../_data/use-answer.ts";
import { useSession } from "../../../_session/session-provider.tsx";
import { Button } from "../../../_ui/button.tsx";
import { FailureNotice } from "../../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { PageTitle } from "../../page-title.tsx";
import { PagesOfPayments } from "../pages-of-payments.tsx";
import { PolicyCard } from "./policy-card.tsx";
import { whenOpened } from "../../../_ui/when-opened.tsx";

const PolicyDialog = whenOpened(() => import("./policy-dialog.tsx").then((module) => module.PolicyDialog));

const everyMs = 30_000;
const together = "All apps together";

const List = () => {
  const { session } = useSession();
  const mayManage = session !== undefined && outranks(session.role, "member");
  const [adding, setAdding] = useState(false);
  const nexus = useNexus();
  const rarely = { refetchInterval: everyMs };
  const { data, failure, retry } = bothOf(
    useAnswer(nexus.spending.list.queryOptions({}, rarely)),
    useAnswer(nexus.apps.list.queryOptions({}, rarely)),
  );
  if (!data)
    return failure ? (
      <FailureNotice title="The policies could not be loaded" failure={failure} onRetry={retry} />
    ) : (
      <SkeletonRows rows={4} label="Loading the policies" />
    );
  const [{ policies }, { apps }] = data;
  const has = (appId: string | null): boolean => policies.some((policy) => policy.appId === appId);
  const without = apps.filter(({ id, registered }) => registered && !has(id));
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <p className="max-w-2xl text-pretty text-muted">
          Budgets limit what vendors bill. A policy limits the money and the mail themselves: what an app with a bug, or
          a stolen token, can do in a day. That of an app and that of all together both hold.
        </p>
        {mayManage && (without.length > 0 || !has(null)) && (
          <Button look="primary" onClick={() => setAdding(true)}>
            New policy
          </Button>
        )}
      </div>
      {policies.length === 0 ? (
        <p className="rounded-xl border border-line bg-surface px-5 py-10 text-center text-pretty text-muted shadow-card">
          There is no policy: apps pay and send within their budgets alone.
          {mayManage ? "" : " An administrator of the organization can set one."}
        </p>
      ) : (
        <div className="grid items-start gap-6 lg:grid-cols-2">
          {policies.map((policy) => (
            <PolicyCard
              key={policy.appId}
              policy={policy}
              title={
                policy.appId === null ? together : (apps.find(({ id }) => id === policy.appId)?.name ?? policy.appId)
              }
              mayManage={mayManage}
              onChanged={retry}
            />
          ))}
        </div>
      )}
      {adding && (
        <PolicyDialog
          apps={without}
          forAll={!has(null)}
          onClose={() => setAdding(false)}
          onSaved={() => {
            setAdding(false);
            retry();
          }}
        />
      )}
    </>
  );
};

/** What apps may spend and send, beside budgets. */
export const Policies = () => (
  <>
    <PageTitle title="Payments" />
    <PagesOfPayments />
    <List />
  </>
);
