"use client";

import { lazy, Suspense } from "react";
import { keepPreviousData } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useMinute } from "../../_data/use-minute.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { useNames } from "../../_data/use-names.ts";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { Skeleton, SkeletonRows } from "../../_ui/skeleton.tsx";
import { AppField } from "../app-field.tsx";
import { PageTitle } from "../page-title.tsx";
import { Pager } from "../pager.tsx";
import { RangeField } from "../range-field.tsx";
import { TextFilter } from "../text-filter.tsx";
import { TimeZoneField } from "../time-zone-field.tsx";
import { useChoice } from "../use-choice.ts";
import { useOpenDetails } from "../use-open-details.ts";
import { PagesOfPayments } from "./pages-of-payments.tsx";
import { paymentFilters, paymentFilterOf, type PaymentChoice } from "./payment-filter.ts";
import { kindChoices, paymentStateChoices } from "./payment-words.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";

const PaymentsTable = lazy(() => import("./payments-table.tsx").then((module) => ({ default: module.PaymentsTable })));

const PaymentDrawer = whenOpened(() => import("./payment-drawer.tsx").then((module) => module.PaymentDrawer));

const VolumeChart = lazy(() => import("./volume-chart.tsx").then((module) => ({ default: module.VolumeChart })));

const pageSize = 50;
const liveEveryMs = 5_000;
const pastEveryMs = 60_000;

interface FiltersProps {
  readonly choice: PaymentChoice;
  readonly onChoose: (choice: PaymentChoice) => void;
}

const Filters = ({ choice, onChoose }: FiltersProps) => {
  const set = (name: keyof PaymentChoice) => (value: string) => onChoose({ ...choice, [name]: value });
  return (
    <search aria-label="Payments" className="grid grid-cols-2 items-end gap-3 md:grid-cols-3 xl:grid-cols-6">
      <RangeField value={choice.range} onChange={set("range")} />
      <SelectField label="State" value={choice.state ?? ""} onChange={({ target }) => set("state")(target.value)}>
        <option value="">Every state</option>
        {paymentStateChoices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <SelectField label="Kind" value={choice.kind ?? ""} onChange={({ target }) => set("kind")(target.value)}>
        <option value="">Every kind</option>
        {kindChoices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <TextFilter
        label="Reference"
        placeholder="invoice-7"
        value={choice.reference ?? ""}
        onChange={set("reference")}
      />
      <AppField
        chosen={choice.appId}
        none="Every app"
        value={choice.appId ?? ""}
        onChange={({ target }) => set("appId")(target.value)}
      />
      <Button onClick={() => onChoose({})} disabled={Object.keys(choice).length === 0} className="min-h-10">
        Clear
      </Button>
    </search>
  );
};

const emptyOf = (choice: PaymentChoice, next: string | undefined): string => {
  if (next !== undefined) return "No payments match on this page; older ones may.";
  return Object.keys(choice).length === 0
    ? "Nothing was paid yet. Apps ask for money with payments.checkout.create, or POST /api/payments/checkouts."
    : "No payments match.";
};

const Operations = () => {
  const { id, open, close } = useOpenDetails("payment");
  const { choice, choose, before, older, newest } = useChoice(paymentFilters);
  const names = useNames();
  const nexus = useNexus();
  const { data, failure, retry } = useAnswer(
    nexus.payments.operations.list.queryOptions(
      { ...paymentFilterOf(choice, useMinute()), limit: pageSize, ...(before === undefined ? {} : { before }) },
      { refetchInterval: before === undefined ? liveEveryMs : pastEveryMs, placeholderData: keepPreviousData },
    ),
  );
  const next = data?.next ?? undefined;
  const [first] = data?.payments ?? [];

  return (
    <>
      <Suspense fallback={<Skeleton className="h-72 rounded-xl" />}>
        <VolumeChart cause={data && `${first?.operationId} ${first?.state}`} />
      </Suspense>
      <div className="mt-6">
        <Filters choice={choice} onChoose={choose} />
      </div>
      <Card title={before === undefined ? "Newest" : "Older"} flush className="mt-6">
        {failure && <FailureNotice title="The payments could not be loaded" failure={failure} onRetry={retry} />}
        <Suspense fallback={<SkeletonRows rows={10} label="Loading payments" />}>
          {data ? (
            <PaymentsTable payments={data.payments} names={names} onOpen={open} empty={emptyOf(choice, next)} />
          ) : (
            !failure && <SkeletonRows rows={10} label="Loading payments" />
          )}
          {(data ?? failure) && <Pager before={before} next={next} onOlder={older} onNewest={newest} />}
        </Suspense>
      </Card>
      <PaymentDrawer operationId={id} onClose={close} onChanged={retry} onOpen={open} />
    </>
  );
};

/** Everything that was asked of payment vendors, as it stood when each was last asked. */
export const Payments = () => (
  <>
    <PageTitle title="Payments">
      <TimeZoneField />
    </PageTitle>
    <PagesOfPayments />
    <Operations />
  </>
);
