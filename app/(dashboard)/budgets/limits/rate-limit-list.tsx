"use client";

import { outranks } from "@topolo/auth-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { ListedRateLimit } from "../../../_data/answers.ts";
import { useAnswer } from "../../../_data/use-answer.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { useSession } from "../../../_session/session-provider.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { FailureNotice } from "../../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { whenOpened } from "../../../_ui/when-opened.tsx";
import { PageTitle } from "../../page-title.tsx";
import { ConfirmRemoval } from "../../security/user/_parts/confirm-removal.tsx";
import { PagesOfBudgets } from "../pages-of-budgets.tsx";
import { useScopeNames } from "../use-scope-names.ts";
import { eachOf, limitWords } from "./limit-words.ts";

const LimitDialog = whenOpened(() => import("./limit-dialog.tsx").then((module) => module.LimitDialog));

const everyMs = 30_000;

interface RowProps {
  readonly limit: ListedRateLimit;
  readonly name: string;
  readonly mayManage: boolean;
  readonly onEdit: () => void;
}

const Row = ({ limit, name, mayManage, onEdit }: RowProps) => {
  const change = useChangeAtNexus();
  const [removing, setRemoving] = useState(false);
  const { scope, scopeId } = limit;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-5 py-3">
      <div className="min-w-0 grow basis-64">
        <p className="font-medium wrap-anywhere" title={scopeId ?? undefined}>
          <bdi>{name}</bdi>
        </p>
        <p className="text-sm text-muted tabular-nums">{limitWords(limit)} a minute</p>
      </div>
      {mayManage && (
        <div className="flex gap-2">
          <Button look="quiet" aria-label={`Change the limit of ${name}`} onClick={onEdit}>
            Change
          </Button>
          <Button look="quiet" aria-label={`Remove the limit of ${name}`} onClick={() => setRemoving(true)}>
            Remove
          </Button>
        </div>
      )}
      {removing && (
        <ConfirmRemoval
          title={`Remove the limit of ${name}?`}
          description="From then on calls are limited by what else holds for them."
          action="Remove it"
          onClose={() => setRemoving(false)}
          remove={async () =>
            void (await change((nexus) =>
              nexus.usage.rateLimits.set.mutate({ scope, scopeId, requestsPerMinute: null, tokensPerMinute: null }),
            ))
          }
        />
      )}
    </li>
  );
};

const List = () => {
  const { session } = useSession();
  const mayManage = session !== undefined && outranks(session.role, "member");
  const [editing, setEditing] = useState<{ readonly limit: ListedRateLimit | undefined }>();
  const { data, failure, retry } = useAnswer(
    useNexus().usage.rateLimits.list.queryOptions({}, { refetchInterval: everyMs }),
  );
  const nameOf = useScopeNames();
  const named = (limit: ListedRateLimit): string => (limit.scopeId === null ? eachOf(limit.scope) : nameOf(limit));
  return (
    <Card
      title="Rate limits"
      flush
      aside={
        mayManage && (
          <Button look="primary" onClick={() => setEditing({ limit: undefined })}>
            Set a limit
          </Button>
        )
      }
    >
      <p className="max-w-2xl px-5 pb-3 text-sm text-pretty text-muted">
        How many calls, and tokens of AI calls, may begin within any minute. A call that comes too fast is refused and
        told when to try again; it costs nothing. All limits that fit a call hold.
      </p>
      {failure && <FailureNotice title="The limits could not be loaded" failure={failure} onRetry={retry} />}
      {data?.limits.length === 0 && (
        <p className="border-t border-line px-5 py-10 text-center text-pretty text-muted">
          There is no limit: calls may come as fast as vendors allow
          {mayManage ? "." : ". An administrator of the organization sets one."}
        </p>
      )}
      {data && data.limits.length > 0 && (
        <ul aria-label="Rate limits">
          {data.limits.map((limit) => (
            <Row
              key={`${limit.scope} ${limit.scopeId ?? ""}`}
              limit={limit}
              name={named(limit)}
              mayManage={mayManage}
              onEdit={() => setEditing({ limit })}
            />
          ))}
        </ul>
      )}
      {!data && !failure && <SkeletonRows rows={3} label="Loading the limits" />}
      {editing && (
        <LimitDialog
          limit={editing.limit}
          name={editing.limit && named(editing.limit)}
          onClose={() => setEditing(undefined)}
        />
      )}
    </Card>
  );
};

/** How fast calls may come. */
export const RateLimitList = () => {
  const { session } = useSession();
  return (
    <>
      <PageTitle title="Budgets" />
      <PagesOfBudgets />
      <List key={session?.organization?.id} />
    </>
  );
};
