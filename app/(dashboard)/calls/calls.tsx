"use client";

import { useLiveQuery } from "../../_data/use-live-query.ts";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { AdmissionNotice } from "../admission-notice.tsx";
import { CallDrawer } from "../call-drawer.tsx";
import { CallsTable } from "../calls-table.tsx";
import { PageTitle } from "../page-title.tsx";
import { Pager } from "../pager.tsx";
import { useChoice } from "../use-choice.ts";
import { useOpenDetails } from "../use-open-details.ts";
import { filterNames, filterOf } from "./call-filter.ts";
import { Filters } from "./filters.tsx";

const pageSize = 50;
const liveEveryMs = 5_000;
const pastEveryMs = 60_000;

/** Every call of the organization, filtered and in pages. */
export const Calls = () => {
  const { id, open, close } = useOpenDetails("call");
  const { choice, choose, before, older, newest } = useChoice(filterNames);
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
          <CallsTable calls={data.operations} onOpen={open} empty={empty} />
        ) : (
          !failure && <SkeletonRows rows={10} label="Loading calls" />
        )}
        <Pager before={before} next={next} onOlder={older} onNewest={newest} />
      </Card>
      <CallDrawer callId={id} onClose={close} />
    </>
  );
};
