"use client";

import type { OperationAnswer } from "../_data/answers.ts";
import { tokenCounts } from "../_data/tokens.ts";
import { classNames } from "../_ui/class-names.ts";
import { CopyButton } from "../_ui/copy-button.tsx";
import { formatAmount } from "../_ui/format-amount.ts";
import { exactMoney, formatMoney } from "../_ui/format-money.ts";
import { Icon } from "../_ui/icon.tsx";
import { TimeAgo } from "../_ui/time.tsx";
import { lookOfCells, ListTable } from "./list-table.tsx";
import { titleOfCall } from "./title-of-call.ts";
import { SourceBadge, StateBadge, TierBadge } from "./call-badges.tsx";

const columns = [
  { name: "Call", shown: "" },
  { name: "App", shown: "hidden lg:table-cell" },
  { name: "Credential", shown: "hidden xl:table-cell" },
  { name: "Usage", shown: "hidden md:table-cell text-right" },
  { name: "Cost", shown: "text-right max-sm:pr-5" },
  { name: "Usage source", shown: "hidden lg:table-cell" },
  { name: "State", shown: "hidden sm:table-cell" },
  { name: "Operation", shown: "hidden xl:table-cell" },
  { name: "Time", shown: "hidden sm:table-cell text-right" },
] as const;

const shownOf = lookOfCells(columns);

/** What was metered, in the words of its family: tokens of a model, recipients of a mail, money that was asked for. */
const Usage = ({ units, model, payment }: Pick<OperationAnswer, "units" | "model" | "payment">) => {
  if (payment !== null && payment.amount !== null) return formatAmount(payment.amount);
  const recipients = units?.recipient;
  if (recipients !== undefined)
    return `${recipients.toLocaleString("en-US")} ${recipients === 1 ? "recipient" : "recipients"}`;
  const tokens = model === null ? null : tokenCounts(units);
  if (!tokens) return <span className="text-muted">–</span>;
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

interface RowProps {
  readonly call: OperationAnswer;
  readonly onOpen: (operationId: string) => void;
}

const Row = ({ call, onOpen }: RowProps) => (
  <tr className="relative border-t border-line transition-colors hover:bg-raised/60 has-[button[data-row]:focus-visible]:bg-raised">
    <th
      scope="row"
      className={classNames(shownOf("Call"), "w-full max-w-0 text-left font-normal sm:w-auto sm:max-w-none")}
    >
      <button
        type="button"
        data-row
        onClick={() => onOpen(call.operationId)}
        className="w-full rounded sm:max-w-64 text-left outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
      >
        <span className="sr-only">Details of </span>
        <span className="block truncate font-medium">
          <bdi>{titleOfCall(call)}</bdi>
        </span>
        <span className="flex items-center gap-1.5 text-sm whitespace-nowrap text-muted">
          {`${call.vendor} · ${call.operation}`}
          {call.streamed && <Icon name="stream" className="size-3.5" />}
        </span>
      </button>
      <div className="mt-1 flex items-center gap-2 text-sm text-muted sm:hidden">
        <StateBadge call={call} />
        <TimeAgo at={call.createdAt} />
      </div>
    </th>
    <td className={classNames(shownOf("App"), "max-w-40 truncate")} title={call.appId ?? "Not attributed to an app"}>
      {call.appId ?? <span className="text-muted">unattributed</span>}
    </td>
    <td className={shownOf("Credential")}>
      <TierBadge tier={call.credentialTier} />
    </td>
    <td className={classNames(shownOf("Usage"), "whitespace-nowrap tabular-nums")}>
      <Usage units={call.units} model={call.model} payment={call.payment} />
    </td>
    <td className={classNames(shownOf("Cost"), "font-medium whitespace-nowrap tabular-nums")}>
      <Cost costNanos={call.costNanos} state={call.state} />
    </td>
    <td className={shownOf("Usage source")}>
      <SourceBadge source={call.source} />
    </td>
    <td className={shownOf("State")}>
      <StateBadge call={call} />
    </td>
    <td className={shownOf("Operation")}>
      <span className="flex items-center gap-1 font-mono text-sm text-muted">
        …{call.operationId.slice(-8)}
        <CopyButton text={call.operationId} label={`Copy operation id ${call.operationId}`} className="relative z-10" />
      </span>
    </td>
    <td className={classNames(shownOf("Time"), "text-sm text-muted")}>
      <TimeAgo at={call.createdAt} />
      {call.latencyMs !== null && (
        <span className="block tabular-nums">{call.latencyMs.toLocaleString("en-US")} ms</span>
      )}
    </td>
  </tr>
);

interface CallsTableProps {
  readonly calls: readonly OperationAnswer[];
  readonly onOpen: (operationId: string) => void;
  readonly empty: string;
}

/** Calls, newest first. Narrow screens show what matters most of each; its details show everything. */
export const CallsTable = ({ calls, onOpen, empty }: CallsTableProps) => (
  <ListTable caption="Calls, newest first" columns={columns} empty={empty}>
    {calls.map((call) => (
      <Row key={call.operationId} call={call} onOpen={onOpen} />
    ))}
  </ListTable>
);
