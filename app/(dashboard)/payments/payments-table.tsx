"use client";

import type { ListedPayment } from "../../_data/answers.ts";
import type { Names } from "../../_data/use-names.ts";
import { classNames } from "../../_ui/class-names.ts";
import { formatMoney } from "../../_ui/format-money.ts";
import { TimeAgo } from "../../_ui/time.tsx";
import { lookOfCells, ListTable } from "../list-table.tsx";
import { PaymentStateBadge, wordOfNext, wordOfPayment } from "./payment-words.tsx";

const columns = [
  { name: "Payment", shown: "" },
  { name: "Amount", shown: "text-right max-sm:pr-5" },
  { name: "State", shown: "hidden sm:table-cell" },
  { name: "Acts next", shown: "hidden md:table-cell" },
  { name: "App", shown: "hidden lg:table-cell" },
  { name: "Vendor", shown: "hidden xl:table-cell" },
  { name: "Time", shown: "hidden sm:table-cell text-right" },
] as const;

const shownOf = lookOfCells(columns);

const aboutOf = ({ reference, of }: ListedPayment): string | undefined =>
  reference ?? (of === null ? undefined : `of ${of.reference ?? wordOfPayment(of.operation).toLowerCase()}`);

const Amount = ({ payment: { amount, refunded, operation } }: { readonly payment: ListedPayment }) => {
  if (amount === null) return <span className="text-muted">–</span>;
  return (
    <>
      <span className="block">
        {operation === "payments.refund.create" && <span title="Given back">−</span>}
        {formatMoney(amount)}
      </span>
      {refunded !== null && refunded.amount !== "0" && (
        <span className="block text-sm font-normal text-muted">{formatMoney(refunded)} back</span>
      )}
    </>
  );
};

interface RowProps {
  readonly payment: ListedPayment;
  readonly names: Names;
  readonly onOpen: (operationId: string) => void;
}

const Row = ({ payment, names, onOpen }: RowProps) => {
  const { operation, operationId, appId, provider, createdAt, providerStatus } = payment;
  return (
    <tr className="relative border-t border-line transition-colors hover:bg-raised/60 has-[button[data-row]:focus-visible]:bg-raised">
      <th scope="row" className={classNames(shownOf("Payment"), "w-full max-w-0 text-left font-normal")}>
        <button
          type="button"
          data-row
          onClick={() => onOpen(operationId)}
          className="w-full rounded text-left outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          <span className="sr-only">Details of </span>
          <span className="block truncate font-medium">{wordOfPayment(operation)}</span>
          <span className="block truncate text-sm text-muted">
            <bdi>{aboutOf(payment)}</bdi>
          </span>
        </button>
        <div className="mt-1 flex items-center gap-2 text-sm text-muted sm:hidden">
          <PaymentStateBadge payment={payment} />
          <TimeAgo at={createdAt} />
        </div>
      </th>
      <td className={classNames(shownOf("Amount"), "font-medium whitespace-nowrap tabular-nums")}>
        <Amount payment={payment} />
      </td>
      <td className={shownOf("State")}>
        <PaymentStateBadge payment={payment} />
        {providerStatus !== null && (
          <span title="The vendor's own word" className="mt-0.5 hidden font-mono text-xs text-muted lg:block">
            {providerStatus}
          </span>
        )}
      </td>
      <td className={classNames(shownOf("Acts next"), "whitespace-nowrap")}>
        {wordOfNext(payment) ?? <span className="text-muted">–</span>}
      </td>
      <td className={classNames(shownOf("App"), "max-w-40 truncate")} title={appId ?? "Not attributed to an app"}>
        {appId === null ? <span className="text-muted">unattributed</span> : <bdi>{names.app(appId)}</bdi>}
      </td>
      <td className={shownOf("Vendor")}>{provider}</td>
      <td className={classNames(shownOf("Time"), "text-sm text-muted")}>
        <TimeAgo at={createdAt} />
      </td>
    </tr>
  );
};

interface PaymentsTableProps {
  readonly payments: readonly ListedPayment[];
  readonly names: Names;
  readonly onOpen: (operationId: string) => void;
  readonly empty: string;
}

/** Payments and what was asked for of them, newest first. */
export const PaymentsTable = ({ payments, names, onOpen, empty }: PaymentsTableProps) => (
  <ListTable caption="Payments, newest first" columns={columns} empty={empty}>
    {payments.map((payment) => (
      <Row key={payment.operationId} payment={payment} names={names} onOpen={onOpen} />
    ))}
  </ListTable>
);
