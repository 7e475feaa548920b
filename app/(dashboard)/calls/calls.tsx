"use client";

import { useLiveQuery } from "../../_data/use-live-query.ts";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { Icon } from "../../_ui/icon.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { AdmissionNotice } from "../admission-notice.tsx";
import { CallDrawer } from "../call-drawer.tsx";
import { CallsTable } from "../calls-table.tsx";
import { PageTitle } from "../page-title.tsx";
import { useOpenCall } from "../use-open-call.ts";
import { filterOf } from "./call-filter.ts";
import { Filters } from "./filters.tsx";
import { useCallFilter } from "./use-call-filter.ts";

const pageSize = 50;
const liveEveryMs = 5_000;
const pastEveryMs = 60_000;

/** Every call of the organization, filtered and in pages. */
export const Calls = () => {
  const { callId, openCall, closeCall } = useOpenCall();
  const { choice, choose, before, older, newest } = useCallFilter();
  const { data, failure, retry } = useLiveQuery(
    `calls ${JSON.stringify(choice)} ${before}`,
    (nexus) =>
      nexus.operations.list.query({
        ...filterOf(choice, new Date()),
        limit: pageSize,
        ...(before === undefined ? {} : { before }),
      }),
    before === undefined ? liveEveryMs : pastEveryMs,
  );
  const next = data?.next ?? undefined;
  const empty = next === undefined ? "No calls match." : "No calls match on this page; older ones may.";

  return (
    <>
      <PageTitle title="Calls" />
      <AdmissionNotice />
      <Filters choice={choice} onChoose={choose} />
      <Card title={before === undefined ? "Newest" : "Older"} flush className="mt-6">
        {failure && <FailureNotice title="The calls could not be loaded" failure={failure} onRetry={retry} />}
        {data ? (
          <CallsTable calls={data.operations} onOpen={openCall} empty={empty} />
        ) : (
          !failure && <SkeletonRows rows={10} label="Loading calls" />
        )}
        <nav aria-label="Pages" className="flex justify-between gap-3 border-t border-line px-5 py-3">
          <Button onClick={newest} disabled={before === undefined}>
            <Icon name="left" />
            Newest
          </Button>
          <Button onClick={() => next !== undefined && older(next)} disabled={next === undefined}>
            Older
            <Icon name="right" />
          </Button>
        </nav>
      </Card>
      <CallDrawer callId={callId} onClose={closeCall} />
    </>
  );
};
