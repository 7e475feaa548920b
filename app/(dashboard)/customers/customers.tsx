"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { ListedCustomer } from "../../_data/answers.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { useNames, type Names } from "../../_data/use-names.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { AppField } from "../app-field.tsx";
import { ListTable, lookOfCells, type ListColumn } from "../list-table.tsx";
import { PageTitle } from "../page-title.tsx";
import { Pager } from "../pager.tsx";
import { TextFilter } from "../text-filter.tsx";
import { anyText, useChoice } from "../use-choice.ts";
import { useOpenDetails } from "../use-open-details.ts";
import { MeterNotice } from "./meter-notice.tsx";
import { PagesOfCustomers } from "./pages-of-customers.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";

const CustomerDialog = whenOpened(() => import("./customer-dialog.tsx").then((module) => module.CustomerDialog));
const CustomerDrawer = whenOpened(() => import("./customer-drawer.tsx").then((module) => module.CustomerDrawer));

const everyMs = 10_000;
const filters = { search: anyText, appId: anyText };

const columns = [
  { name: "Customer", shown: "" },
  { name: "App", shown: "hidden md:table-cell" },
  { name: "Plan", shown: "hidden sm:table-cell" },
  { name: "Balance", shown: "text-right" },
  { name: "Spent", shown: "hidden text-right sm:table-cell" },
  { name: "Held", shown: "hidden text-right lg:table-cell" },
] as const satisfies readonly ListColumn<string>[];

const look = lookOfCells(columns);

/** How a customer stands in the address. */
const keyOf = ({ appId, customerId }: ListedCustomer): string => `${appId} ${customerId}`;

const Amount = ({ nanos }: { readonly nanos: string }) => (
  <span className="tabular-nums" title={exactMoney(nanos)}>
    {formatMoney(nanos)}
  </span>
);

interface RowProps {
  readonly customer: ListedCustomer;
  readonly names: Names;
  readonly onOpen: (id: string) => void;
}

const Row = ({ customer, names, onOpen }: RowProps) => {
  const { customerId, appId, name, plan, blocked, wallet } = customer;
  return (
    <tr className="border-t border-line">
      <td className={look("Customer")}>
        <button
          type="button"
          className="text-left font-medium wrap-anywhere hover:underline"
          onClick={() => onOpen(keyOf(customer))}
        >
          <bdi>{name ?? customerId}</bdi>
        </button>
        {name !== null && (
          <p className="text-sm wrap-anywhere text-muted">
            <bdi>{customerId}</bdi>
          </p>
        )}
        {blocked && <Badge tone="bad">Blocked</Badge>}
      </td>
      <td className={look("App")} title={appId}>
        <bdi>{names.app(appId)}</bdi>
      </td>
      <td className={look("Plan")}>{plan ?? "At cost"}</td>
      <td className={look("Balance")}>
        <Amount nanos={wallet.balanceNanos} />
      </td>
      <td className={look("Spent")}>
        <Amount nanos={wallet.spentNanos} />
      </td>
      <td className={look("Held")}>
        <Amount nanos={wallet.heldNanos} />
      </td>
    </tr>
  );
};

/** Customers of the organization's apps, with what they have. */
export const Customers = () => {
  const { id, open, close } = useOpenDetails("customer");
  const { choice, choose, before, older, newest } = useChoice(filters);
  const [adding, setAdding] = useState(false);
  const names = useNames();
  const nexus = useNexus();
  const { data, failure, retry } = useAnswer(
    nexus.customers.list.queryOptions(
      { ...choice, ...(before === undefined ? {} : { after: before }) },
      { refetchInterval: everyMs },
    ),
  );
  const filtered = Object.keys(choice).length > 0;
  const done = (): void => {
    setAdding(false);
    retry();
  };
  return (
    <>
      <PageTitle title="Customers" />
      <PagesOfCustomers />
      <MeterNotice />
      <search aria-label="Customers" className="grid grid-cols-2 items-end gap-3 md:grid-cols-4">
        <TextFilter
          label="Id or name"
          placeholder="ann"
          value={choice.search ?? ""}
          onChange={(search) => choose({ ...choice, search })}
        />
        <AppField
          chosen={choice.appId}
          none="Every app"
          value={choice.appId ?? ""}
          onChange={({ target }) => choose({ ...choice, appId: target.value })}
        />
      </search>
      <Card
        title="Wallets"
        flush
        className="mt-6"
        aside={
          <Button look="primary" onClick={() => setAdding(true)}>
            Add a customer
          </Button>
        }
      >
        {failure && <FailureNotice title="The customers could not be loaded" failure={failure} onRetry={retry} />}
        {data ? (
          <ListTable
            caption="Customers with their wallets"
            columns={columns}
            empty={
              filtered
                ? "No customers match."
                : "There are no customers yet. Apps create them with customers.set, and name them in the header x-nexus-customer-id."
            }
          >
            {data.customers.map((customer) => (
              <Row key={keyOf(customer)} customer={customer} names={names} onOpen={open} />
            ))}
          </ListTable>
        ) : (
          !failure && <SkeletonRows rows={8} label="Loading customers" />
        )}
        {(data ?? failure) && (
          <Pager before={before} next={data?.next ?? undefined} onOlder={older} onNewest={newest} />
        )}
      </Card>
      <CustomerDrawer
        of={id}
        name={data?.customers.find((customer) => keyOf(customer) === id)?.name ?? undefined}
        names={names}
        onClose={close}
        onChanged={retry}
      />
      {adding && <CustomerDialog customer={undefined} onDone={done} onClose={() => setAdding(false)} />}
    </>
  );
};
