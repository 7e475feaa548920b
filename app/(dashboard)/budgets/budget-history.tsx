"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import type { ListedAuditEvent } from "../../_data/answers.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { FullTime } from "../../_ui/time.tsx";
import { changesBetween } from "./budget-changes.ts";

const who = ({ actor, userName }: ListedAuditEvent): string => {
  if (actor.kind === "user") return actor.name ?? actor.id;
  const means = actor.name ?? (actor.kind === "api_key" ? "an API key" : actor.id);
  return userName === null ? means : `${means} of ${userName}`;
};

/** Who has changed a budget and how, newest first. */
export const BudgetHistory = ({ id }: { readonly id: string }) => {
  const { data, failure, retry } = useAnswer(
    useNexus().audit.list.queryOptions({ target: id, action: "budget", limit: 50 }),
  );
  if (!data)
    return failure ? (
      <FailureNotice title="The history could not be loaded" failure={failure} onRetry={retry} />
    ) : (
      <SkeletonRows rows={2} label="Loading the history" />
    );
  if (data.events.length === 0)
    return <p className="text-muted">Set at the command line of the operators, whose changes are on record there.</p>;
  return (
    <ol aria-label="History" className="divide-y divide-line text-sm">
      {data.events.map((event, at) => (
        <li key={event.id} className="py-2">
          <p>
            <bdi className="font-medium">{who(event)}</bdi>{" "}
            <span className="text-muted">
              <FullTime at={event.createdAt} />
            </span>
          </p>
          <p className="text-muted wrap-anywhere">{changesBetween(event, data.events.slice(at + 1))}</p>
        </li>
      ))}
    </ol>
  );
};
