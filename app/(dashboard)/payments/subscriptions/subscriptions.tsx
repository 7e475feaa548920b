"use client";

import { outranks } from "@topolo/auth-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import { lazy, Suspense, useState } from "react";
import { bothOf, useAnswer } from "../../../_data/use-answer.ts";
import { formText } from "../../../_forms/use-submit.ts";
import { useSession } from "../../../_session/session-provider.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { FailureNotice } from "../../../_ui/failure-notice.tsx";
import { SelectField, TextField } from "../../../_ui/field.tsx";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { Fact, Id, ruled } from "../../facts.tsx";
import { PageTitle } from "../../page-title.tsx";
import { anyText, oneOf, useChoice } from "../../use-choice.ts";
import { PagesOfPayments } from "../pages-of-payments.tsx";

const PortalLink = lazy(() => import("./portal-link.tsx").then((module) => ({ default: module.PortalLink })));
const SubscriptionItem = lazy(() =>
  import("./subscription-item.tsx").then((module) => ({ default: module.SubscriptionItem })),
);

const rarelyMs = 300_000;
const vendors = ["stripe", "paypal"] as const;
const parts = { vendor: oneOf(vendors), id: anyText };
const most = 100;

interface FoundProps {
  readonly provider: string;
  readonly id: string;
}

const OfCustomer = ({ provider, id }: FoundProps) => {
  const { session } = useSession();
  const nexus = useNexus();
  const rarely = { refetchInterval: rarelyMs };
  const { data, failure, retry } = bothOf(
    useAnswer(nexus.payments.customer.get.queryOptions({ provider, customerId: id }, rarely)),
    useAnswer(nexus.payments.subscription.list.queryOptions({ provider, customer: id, limit: most }, rarely)),
  );
  if (failure && !data)
    return <FailureNotice title="The customer could not be read" failure={failure} onRetry={retry} />;
  if (!data) return <SkeletonRows rows={4} label="Asking the vendor" />;
  const [customer, { subscriptions, next }] = data;
  return (
    <div className="mt-6 grid items-start gap-6 lg:grid-cols-[1fr_2fr]">
      <Card title={customer.name ?? customer.email ?? "Customer"}>
        <dl className={ruled}>
          <Fact name="E-mail">{customer.email ?? "–"}</Fact>
          <Fact name={`Id at ${customer.provider}`}>
            <Id id={customer.customerId} label="customer id" />
          </Fact>
        </dl>
        {session !== undefined && outranks(session.role, "member") && (
          <div className="mt-4">
            <PortalLink provider={customer.provider} customerId={customer.customerId} />
          </div>
        )}
      </Card>
      <Card title="Subscriptions" flush>
        {subscriptions.length === 0 && (
          <p className="border-t border-line px-5 py-10 text-center text-muted">This customer has no subscription.</p>
        )}
        <ul aria-label="Subscriptions">
          {subscriptions.map((subscription) => (
            <SubscriptionItem key={subscription.providerObjectId} subscription={subscription} onChanged={retry} />
          ))}
        </ul>
        {next !== null && (
          <p className="border-t border-line px-5 py-3 text-sm text-muted">The newest {most} are shown.</p>
        )}
      </Card>
    </div>
  );
};

const One = ({ provider, id }: FoundProps) => {
  const { data, failure, retry } = useAnswer(
    useNexus().payments.subscription.get.queryOptions({ provider, subscriptionId: id }, { refetchInterval: rarelyMs }),
  );
  if (failure && !data)
    return <FailureNotice title="The subscription could not be read" failure={failure} onRetry={retry} />;
  if (!data) return <SkeletonRows rows={2} label="Asking the vendor" />;
  return (
    <Card title="Subscription" flush className="mt-6">
      <ul aria-label="Subscriptions">
        <SubscriptionItem subscription={data} onChanged={retry} />
      </ul>
    </Card>
  );
};

const Search = () => {
  const { choice, choose } = useChoice(parts);
  const [vendor, setVendor] = useState<string>(choice.vendor ?? vendors[0]);
  const provider = choice.vendor ?? vendors[0];
  return (
    <>
      <Card title="Find a customer or a subscription">
        <p className="mb-4 max-w-2xl text-sm text-pretty text-muted">
          They are kept by their vendors alone, and asked for by the vendor&apos;s id of them: that of a customer (such
          as cus_… at Stripe) shows all subscriptions, that of a subscription (sub_…, or I-… at PayPal) the one.
        </p>
        <form
          aria-label="Find a customer or a subscription"
          className="flex flex-wrap items-end gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            choose({ vendor, id: formText(new FormData(event.currentTarget), "id").trim() });
          }}
        >
          <SelectField label="Vendor" value={vendor} onChange={({ target }) => setVendor(target.value)}>
            {vendors.map((id) => (
              <option key={id}>{id}</option>
            ))}
          </SelectField>
          <TextField
            label="Id of a customer or a subscription"
            name="id"
            placeholder="cus_…"
            defaultValue={choice.id}
            required
            maxLength={255}
            autoComplete="off"
            spellCheck={false}
            className="grow basis-56"
          />
          <Button type="submit" look="primary" className="min-h-10">
            Find
          </Button>
        </form>
      </Card>
      {choice.id !== undefined && (
        <Suspense key={choice.id} fallback={<SkeletonRows rows={4} label="Asking the vendor" />}>
          {/^(sub_|I-)/.test(choice.id) ? (
            <One provider={provider} id={choice.id} />
          ) : (
            <OfCustomer provider={provider} id={choice.id} />
          )}
        </Suspense>
      )}
    </>
  );
};

/** Customers and their subscriptions, as their vendors have them. */
export const Subscriptions = () => (
  <>
    <PageTitle title="Payments" />
    <PagesOfPayments />
    <Search />
  </>
);
