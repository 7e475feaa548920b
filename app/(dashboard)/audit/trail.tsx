"use client";

import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { Pager } from "../pager.tsx";
import { useChoice } from "../use-choice.ts";
import { useOpenDetails } from "../use-open-details.ts";
import { auditChoices } from "./audit-choice.ts";
import { ExportTrail } from "./export-trail.tsx";
import { TrailDrawer } from "./trail-drawer.tsx";
import { TrailFilters } from "./trail-filters.tsx";
import { TrailTable } from "./trail-table.tsx";
import { useAuditTrail } from "./use-audit-trail.ts";

/** The list, with its filters, pages and files. */
export const Trail = () => {
  const { id, open, close } = useOpenDetails("event");
  const { choice, choose, before, older, newest } = useChoice(auditChoices);
  const { data, failure, retry } = useAuditTrail(choice, before);
  // What stands below a list comes with it: the list is as long as it is.
  const isAnswered = data !== undefined || failure !== undefined;
  const isFiltered = Object.keys(choice).length > 0;
  const targetName = data?.events.find(({ target }) => target?.id === choice.target)?.target?.name;
  const empty =
    data?.next !== undefined
      ? "Nothing to show on this page; older ones may have more."
      : isFiltered
        ? "No change matches."
        : "Nothing was changed yet. Whatever people, keys and operators change will be here.";
  return (
    <>
      <TrailFilters choice={choice} onChoose={choose} targetName={targetName} />
      <Card title={before === undefined ? "Newest" : "Older"} flush className="mt-6">
        {failure && <FailureNotice title="The changes could not be loaded" failure={failure} onRetry={retry} />}
        {data ? (
          <TrailTable events={data.events} onOpen={open} empty={empty} />
        ) : (
          !failure && <SkeletonRows rows={10} label="Loading changes" />
        )}
        {isAnswered && <Pager before={before} next={data?.next} onOlder={older} onNewest={newest} />}
      </Card>
      {isAnswered && <ExportTrail choice={choice} />}
      <TrailDrawer
        event={data?.events.find((event) => event.id === id)}
        onClose={close}
        onFilter={(filter) => {
          close();
          choose({ ...(choice.whose === undefined ? {} : { whose: choice.whose }), ...filter });
        }}
      />
    </>
  );
};
