"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { lazy, Suspense } from "react";
import { useAnswer } from "../../_data/use-answer.ts";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { LookOnlyNotice } from "../look-only-notice.tsx";
import { PageTitle } from "../page-title.tsx";
import { Pager } from "../pager.tsx";
import { useChoice } from "../use-choice.ts";
import { useMayInvoke } from "../use-may-invoke.ts";

// Most who look here have no batch yet.
const BatchRow = lazy(() => import("./batch-row.tsx").then((module) => ({ default: module.BatchRow })));

const soonMs = 3_000;
const everyMs = 30_000;
const nothingChosen = {};

/** What vendors carry out for the organization within a day. */
export const Batches = () => {
  const { before, older, newest } = useChoice(nothingChosen);
  const mayInvoke = useMayInvoke();
  const { data, failure, retry } = useAnswer(
    useNexus().ai.batches.list.queryOptions(before === undefined ? {} : { before }, {
      refetchInterval: ({ state }) =>
        state.data?.batches.some(({ endedAt }) => endedAt === null) === true ? soonMs : everyMs,
    }),
  );
  const last = data?.batches.at(-1)?.id;
  return (
    <>
      <PageTitle title="Batches" />
      {!mayInvoke && <LookOnlyNotice />}
      <Card title="Requests that vendors carry out within a day" flush>
        {failure && <FailureNotice title="The batches could not be loaded" failure={failure} onRetry={retry} />}
        {data && data.batches.length === 0 && (
          <p className="border-t border-line px-5 py-10 text-center text-muted">
            {before === undefined ? "None yet. " : "No older ones. "}
            Programs send many requests together, at half the price:{" "}
            <Link className="text-accent underline" href="/docs/guides/ai#batches">
              how
            </Link>
            .
          </p>
        )}
        {data && data.batches.length > 0 && (
          <Suspense fallback={<SkeletonRows rows={4} label="Loading the batches" />}>
            <ul aria-label="Batches">
              {data.batches.map((batch) => (
                <BatchRow key={batch.id} batch={batch} mayInvoke={mayInvoke} />
              ))}
            </ul>
          </Suspense>
        )}
        {!data && !failure && <SkeletonRows rows={4} label="Loading the batches" />}
        {(data ?? failure) && (
          <Pager before={before} next={data?.more ? last : undefined} onOlder={older} onNewest={newest} />
        )}
      </Card>
    </>
  );
};
