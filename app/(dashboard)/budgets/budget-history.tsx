"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import type { AuditEvent } from "../../_data/answers.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { useNames, type Names } from "../../_data/use-names.ts";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { FullTime } from "../../_ui/time.tsx";
import { changesBetween } from "./budget-changes.ts";

const who = ({ actor, userId }: AuditEvent, names: Names): string => {
  const person = userId === null ? undefined : names.actor(userId);
  if (actor.kind === "user") return person ?? names.actor(actor.id);
  const means = actor.kind === "api_key" ? "an API key" : names.actor(actor.id);
  return person === undefined ? means : `${means} of ${person}`;
};

/** Who has changed a budget and how, newest first. */
export const BudgetHistory = ({ id, imposed }: { readonly id: string; readonly imposed: boolean }) => {
  const names = useNames();
  const { data, failure, retry } = useAnswer(
    useNexus().usage.audit.queryOptions({ target: id, action: "budget", limit: 50 }),
  );
  if (!data)
    return failure ? (
      <FailureNotice title="The history could not be loaded" failure={failure} onRetry={retry} />
    ) : (
      <SkeletonRows rows={2} label="Loading the history" />
    );
  if (data.events.length === 0)
    return (
      <p className="text-muted">
        {imposed
          ? "Set by the platform."
          : "Set at the command line of the operators, whose changes are on record there."}
      </p>
    );
  return (
    <ol aria-label="History" className="divide-y divide-line text-sm">
      {data.events.map((event, at) => (
        <li key={event.id} className="py-2">
          <p>
            <bdi className="font-medium">{who(event, names)}</bdi>{" "}
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
