"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import { lazy, Suspense } from "react";
import { useAnswer } from "../../../_data/use-answer.ts";
import { Card } from "../../../_ui/card.tsx";
import { FailureNotice } from "../../../_ui/failure-notice.tsx";
import { SelectField } from "../../../_ui/field.tsx";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { PageTitle } from "../../page-title.tsx";
import { Pager } from "../../pager.tsx";
import { TextFilter } from "../../text-filter.tsx";
import { anyText, oneOf, useChoice, type Choice } from "../../use-choice.ts";
import { PagesOfPayments } from "../pages-of-payments.tsx";

const InvoiceList = lazy(() => import("./invoice-list.tsx").then((module) => ({ default: module.InvoiceList })));

const vendors = ["stripe", "paypal"] as const;
const statuses = [
  "draft",
  "open",
  "pending",
  "partially_paid",
  "paid",
  "partially_refunded",
  "refunded",
  "uncollectible",
  "canceled",
] as const;
const choices = { vendor: oneOf(vendors), status: oneOf(statuses), customer: anyText };
const pageSize = 25;
const everyMs = 300_000;

interface FoundProps {
  readonly provider: string;
  readonly choice: Choice<keyof typeof choices>;
  readonly before: string | undefined;
  readonly onOlder: (from: string) => void;
  readonly onNewest: () => void;
}

const Found = ({ provider, choice, before, onOlder, onNewest }: FoundProps) => {
  const status = statuses.find((each) => each === choice.status);
  const { data, failure, retry } = useAnswer(
    useNexus().payments.invoice.list.queryOptions(
      {
        provider,
        limit: pageSize,
        ...(status === undefined ? {} : { status }),
        ...(choice.customer === undefined ? {} : { customer: choice.customer }),
        ...(before === undefined ? {} : { after: before }),
      },
      { refetchInterval: everyMs, placeholderData: keepPreviousData },
    ),
  );
  return (
    <Card title={before === undefined ? "Newest" : "Older"} flush className="mt-6">
      {failure && <FailureNotice title="The invoices could not be read" failure={failure} onRetry={retry} />}
      <Suspense fallback={<SkeletonRows rows={6} label="Asking the vendor" />}>
        {data ? (
          <InvoiceList
            invoices={data.invoices}
            empty={Object.keys(choice).length === 1 ? "There is no invoice yet." : "No invoice matches."}
          />
        ) : (
          !failure && <SkeletonRows rows={6} label="Asking the vendor" />
        )}
        {(data ?? failure) && (
          <Pager before={before} next={data?.next ?? undefined} onOlder={onOlder} onNewest={onNewest} />
        )}
      </Suspense>
    </Card>
  );
};

const List = () => {
  const { choice, choose, before, older, newest } = useChoice(choices);
  const { vendor, status } = choice;
  const set = (name: keyof typeof choices) => (value: string) => choose({ ...choice, [name]: value });
  return (
    <>
      <search aria-label="Invoices" className="flex flex-wrap items-end gap-3">
        <SelectField label="Vendor" value={vendor ?? ""} onChange={({ target }) => set("vendor")(target.value)}>
          <option value="">Choose a vendor</option>
          {vendors.map((id) => (
            <option key={id}>{id}</option>
          ))}
        </SelectField>
        <SelectField label="State" value={status ?? ""} onChange={({ target }) => set("status")(target.value)}>
          <option value="">Every state</option>
          {statuses.map((each) => (
            <option key={each} value={each}>
              {each.replaceAll("_", " ")}
            </option>
          ))}
        </SelectField>
        <TextFilter
          label="Customer at the vendor"
          placeholder="cus_…"
          value={choice.customer ?? ""}
          onChange={set("customer")}
        />
      </search>
      {vendor === undefined ? (
        <p className="mt-6 rounded-xl bg-raised px-5 py-4">
          Invoices are kept by their vendors alone, which write them for subscriptions, and for people in their own
          dashboards. Choose the vendor that is asked.
        </p>
      ) : (
        <Found provider={vendor} choice={choice} before={before} onOlder={older} onNewest={newest} />
      )}
    </>
  );
};

/** Invoices, as their vendors have them. */
export const Invoices = () => (
  <>
    <PageTitle title="Payments" />
    <PagesOfPayments />
    <List />
  </>
);
