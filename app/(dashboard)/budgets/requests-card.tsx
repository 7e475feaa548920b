"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { ListedBudgetRequest } from "../../_data/answers.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { useNames } from "../../_data/use-names.ts";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { TimeAgo } from "../../_ui/time.tsx";
import { periodWords } from "./budget-words.ts";
import { DecideRequestDialog } from "./decide-request-dialog.tsx";
import { useScopeNames } from "./use-scope-names.ts";

const everyMs = 15_000;

interface Deciding {
  readonly request: ListedBudgetRequest;
  readonly decision: "grant" | "decline";
}

/** Who asks for more than a budget lets them spend; nothing where nobody does. */
export const RequestsCard = () => {
  const names = useNames();
  const nameOf = useScopeNames();
  const [deciding, setDeciding] = useState<Deciding>();
  const { data } = useAnswer(
    useNexus().usage.requests.list.queryOptions({ state: "open" }, { refetchInterval: everyMs }),
  );
  const budgets = useAnswer(useNexus().usage.budgets.list.queryOptions({})).data;
  if (!data || data.requests.length === 0) return null;
  return (
    <Card title="Asked for more" flush>
      <ul aria-label="Asked for more">
        {data.requests.map((request) => {
          const who = names.actor(request.userId);
          return (
            <li key={request.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-5 py-3">
              <div className="min-w-0 grow basis-64">
                <p className="wrap-anywhere">
                  <bdi className="font-medium">{who}</bdi> asks for{" "}
                  <span className="font-medium tabular-nums">{formatMoney(request.limitWantedNanos)}</span> in place of{" "}
                  <span className="tabular-nums">{formatMoney(request.limitBeforeNanos)}</span> {periodWords(request)}
                </p>
                <p className="text-sm wrap-anywhere text-muted">
                  Budget of <bdi>{nameOf(request)}</bdi> · <TimeAgo at={request.createdAt} />
                </p>
                <blockquote className="mt-1 border-l-2 border-line-strong pl-3 text-sm wrap-anywhere">
                  <bdi>{request.reason}</bdi>
                </blockquote>
              </div>
              <div className="flex gap-2">
                <Button
                  aria-label={`Grant the request of ${who}`}
                  onClick={() => setDeciding({ request, decision: "grant" })}
                >
                  Grant
                </Button>
                <Button
                  look="quiet"
                  aria-label={`Decline the request of ${who}`}
                  onClick={() => setDeciding({ request, decision: "decline" })}
                >
                  Decline
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
      {deciding && (
        <DecideRequestDialog
          request={deciding.request}
          decision={deciding.decision}
          who={names.actor(deciding.request.userId)}
          budget={budgets?.budgets.find(({ id }) => id === deciding.request.budgetId)}
          onClose={() => setDeciding(undefined)}
        />
      )}
    </Card>
  );
};
