"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useAnswer } from "../../_data/use-answer.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { Badge } from "../../_ui/badge.tsx";
import { Card } from "../../_ui/card.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { TimeAgo } from "../../_ui/time.tsx";
import { periodWords } from "../budgets/budget-words.ts";
import { ShortDay } from "../budgets/short-day.tsx";
import { requestStates } from "../budgets/request-words.ts";

const everyMs = 15_000;
const shown = 20;

/** What I asked for, and what was decided; nothing where I asked for nothing. */
export const MyRequests = () => {
  const me = useSession().session?.user.id;
  const { data } = useAnswer(
    useNexus().usage.requests.list.queryOptions({ limit: shown }, { refetchInterval: everyMs }),
  );
  const mine = data?.requests.filter(({ userId }) => userId === me) ?? [];
  if (mine.length === 0) return null;
  return (
    <Card title="What I asked for">
      <ul aria-label="What I asked for" className="divide-y divide-line">
        {mine.map((request) => {
          const { label, tone, title } = requestStates[request.state];
          return (
            <li key={request.id} className="py-2">
              <p className="flex flex-wrap items-center gap-x-2">
                <span className="tabular-nums">
                  {formatMoney(request.limitWantedNanos)} {periodWords(request)}
                </span>
                <Badge tone={tone} title={title}>
                  {label}
                </Badge>
                <span className="ml-auto text-sm text-muted">
                  <TimeAgo at={request.createdAt} />
                </span>
              </p>
              <p className="text-sm wrap-anywhere text-muted">
                <bdi>{request.reason}</bdi>
              </p>
              {request.grantedNanos !== null && request.grantedUntil !== null && (
                <p className="text-sm">
                  {formatMoney(request.grantedNanos)} until <ShortDay at={request.grantedUntil} />
                </p>
              )}
              {request.note !== null && (
                <p className="text-sm wrap-anywhere">
                  An administrator: <bdi>{request.note}</bdi>
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
};
