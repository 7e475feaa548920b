"use client";

import { Waves } from "lucide-react";
import { useMemo } from "react";
import type { OperationAnswer } from "../_data/answers.ts";
import { tokenCounts } from "../_data/tokens.ts";
import { usedWords } from "../_data/used-words.ts";
import { useNames, type Names } from "../_data/use-names.ts";
import { CopyButton } from "../_ui/copy-button.tsx";
import { exactMoney, formatMoney } from "../_ui/format-money.ts";
import { TimeAgo } from "../_ui/time.tsx";
import { DataTable, type DataColumn } from "./data-table.tsx";
import { titleOfCall } from "./title-of-call.ts";
import { SourceBadge, StateBadge, TierBadge } from "./call-badges.tsx";

/** What was metered, in the words of its family: tokens or seconds of a model, recipients of a mail, money that was asked for. */
const Usage = ({ units, payment }: Pick<OperationAnswer, "units" | "payment">) => {
  if (payment !== null && payment.amount !== null) return formatMoney(payment.amount);
  const tokens = tokenCounts(units);
  if (!tokens) return usedWords(units) || <span className="text-muted">–</span>;
  return (
    <span title={`${tokens.input} tokens in, ${tokens.output} out`}>
      {tokens.input.toLocaleString("en-US")} <span className="text-muted">in</span>{" "}
      {tokens.output.toLocaleString("en-US")} <span className="text-muted">out</span>
    </span>
  );
};

const Cost = ({ costNanos, state }: Pick<OperationAnswer, "costNanos" | "state">) => {
  if (costNanos !== null) return <span title={exactMoney(costNanos)}>{formatMoney(costNanos)}</span>;
  return (
    <span className="text-muted">
      {state === "released" ? "$0.00" : state === "uncertain" ? "in doubt" : "pending"}
    </span>
  );
};

const columnsOf = (names: Names, onOpen: (operationId: string) => void): readonly DataColumn<OperationAnswer>[] => [
  {
    id: "call",
    name: "Call",
    always: true,
    look: "w-full max-w-0 sm:w-auto sm:max-w-none",
    cell: (call) => (
      <>
        <button
          type="button"
          data-row
          onClick={() => onOpen(call.operationId)}
          className="w-full rounded text-left outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent sm:max-w-64"
        >
          <span className="sr-only">Details of </span>
          <span className="block truncate font-medium">
            <bdi>{titleOfCall(call)}</bdi>
          </span>
          <span className="flex items-center gap-1.5 text-sm whitespace-nowrap text-muted">
            {`${call.vendor} · ${call.operation}`}
            {call.streamed && <Waves className="size-3.5" />}
          </span>
        </button>
        <div className="mt-1 flex items-center gap-2 text-sm text-muted sm:hidden">
          <StateBadge call={call} />
          <TimeAgo at={call.createdAt} />
        </div>
      </>
    ),
  },
  {
    id: "app",
    name: "App",
    from: "xl",
    look: "max-w-40 truncate",
    cell: ({ appId }) =>
      appId === null ? (
        <span className="text-muted" title="Not attributed to an app">
          unattributed
        </span>
      ) : (
        <bdi title={appId}>{names.app(appId)}</bdi>
      ),
  },
  {
    id: "actor",
    name: "Caller",
    from: "never",
    look: "max-w-40 truncate",
    cell: ({ userId, keyId }) => {
      const caller = userId ?? keyId;
      return caller === null ? "–" : <bdi title={caller}>{names.actor(caller)}</bdi>;
    },
  },
  { id: "credential", name: "Credential", from: "2xl", cell: (call) => <TierBadge tier={call.credentialTier} /> },
  {
    id: "usage",
    name: "Usage",
    from: "md",
    align: "right",
    look: "whitespace-nowrap tabular-nums",
    cell: ({ units, payment }) => <Usage units={units} payment={payment} />,
  },
  {
    id: "cost",
    name: "Cost",
    always: true,
    align: "right",
    look: "font-medium whitespace-nowrap tabular-nums",
    cell: ({ costNanos, state }) => <Cost costNanos={costNanos} state={state} />,
  },
  { id: "source", name: "Usage source", from: "xl", cell: ({ source }) => <SourceBadge source={source} /> },
  { id: "state", name: "State", from: "sm", cell: (call) => <StateBadge call={call} /> },
  {
    id: "operation",
    name: "Operation",
    from: "2xl",
    cell: ({ operationId }) => (
      <span className="flex items-center gap-1 font-mono text-sm text-muted">
        …{operationId.slice(-8)}
        <CopyButton text={operationId} label={`Copy operation id ${operationId}`} className="relative z-10" />
      </span>
    ),
  },
  {
    id: "time",
    name: "Time",
    from: "sm",
    align: "right",
    look: "text-sm text-muted",
    cell: ({ createdAt, latencyMs }) => (
      <>
        <TimeAgo at={createdAt} />
        {latencyMs !== null && <span className="block tabular-nums">{latencyMs.toLocaleString("en-US")} ms</span>}
      </>
    ),
  },
];

interface CallsTableProps {
  readonly calls: readonly OperationAnswer[];
  readonly onOpen: (operationId: string) => void;
  readonly empty: string;
}

const idOf = ({ operationId }: OperationAnswer): string => operationId;

/** Calls, newest first. Narrow screens show what matters most of each; its details show everything. */
export const CallsTable = ({ calls, onOpen, empty }: CallsTableProps) => {
  const names = useNames();
  const columns = useMemo(() => columnsOf(names, onOpen), [names, onOpen]);
  return (
    <DataTable
      list="calls"
      caption="Calls, newest first"
      columns={columns}
      rows={calls}
      idOf={idOf}
      empty={<p>{empty}</p>}
    />
  );
};
