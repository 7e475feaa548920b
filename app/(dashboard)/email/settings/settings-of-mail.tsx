"use client";

import { outranks } from "@topolo/auth-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import { lazy, Suspense } from "react";
import { useAnswer } from "../../../_data/use-answer.ts";
import { useSession } from "../../../_session/session-provider.tsx";
import { FailureNotice } from "../../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { PageTitle } from "../../page-title.tsx";
import { PagesOfMail } from "../pages-of-mail.tsx";

const CapsForm = lazy(() => import("./caps-form.tsx").then((module) => ({ default: module.CapsForm })));
const ContentForm = lazy(() => import("./content-form.tsx").then((module) => ({ default: module.ContentForm })));

const everyMs = 300_000;

const Forms = () => {
  const { session } = useSession();
  const mayManage = session !== undefined && outranks(session.role, "member");
  const { data, failure, retry } = useAnswer(
    useNexus().email.settings.get.queryOptions({}, { refetchInterval: everyMs }),
  );
  if (!data)
    return failure ? (
      <FailureNotice title="The settings could not be loaded" failure={failure} onRetry={retry} />
    ) : (
      <SkeletonRows rows={4} label="Loading the settings" />
    );
  return (
    <div className="space-y-6">
      {!mayManage && <p className="text-muted">Administrators of the organization change these.</p>}
      <Suspense fallback={<SkeletonRows rows={4} label="Loading the settings" />}>
        <CapsForm settings={data} mayManage={mayManage} onSaved={retry} />
        <ContentForm settings={data} mayManage={mayManage} onSaved={retry} />
      </Suspense>
    </div>
  );
};

/** What holds for all of the organization's mail. */
export const SettingsOfMail = () => (
  <>
    <PageTitle title="E-mail" />
    <PagesOfMail />
    <Forms />
  </>
);
