"use client";

import { useLiveQuery } from "../../_data/use-live-query.ts";
import { Drawer } from "../../_ui/drawer.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { CustomerFacts } from "./customer-facts.tsx";

const everyMs = 10_000;

interface ContentProps {
  readonly appId: string;
  readonly customerId: string;
  readonly onChanged: () => void;
}

const Content = ({ appId, customerId, onChanged }: ContentProps) => {
  const of = { appId, customerId };
  const { data, failure, retry } = useLiveQuery(
    `customer ${appId} ${customerId}`,
    async (nexus) => {
      const [customer, { days }, { entries }, { topUps }] = await Promise.all([
        nexus.customers.get.query(of),
        nexus.customers.spend.query(of),
        nexus.wallets.entries.query({ ...of, limit: 20 }),
        nexus.wallets.topUps.query({ ...of, limit: 5 }),
      ]);
      return { customer, days, entries, topUps };
    },
    everyMs,
  );
  const changed = (): void => {
    retry();
    onChanged();
  };
  if (data) return <CustomerFacts {...data} onChanged={changed} />;
  if (failure) return <FailureNotice title="The customer could not be loaded" failure={failure} onRetry={retry} />;
  return (
    <output aria-label="Loading the customer" className="block space-y-4">
      <Skeleton className="h-24" />
      <Skeleton className="h-48" />
      <Skeleton className="h-40" />
    </output>
  );
};

interface CustomerDrawerProps {
  /** App and customer, as the address has them. */
  readonly of: string | undefined;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** Everything that is known of one customer. */
export const CustomerDrawer = ({ of, onClose, onChanged }: CustomerDrawerProps) => {
  const [appId = "", customerId = ""] = of?.split(" ") ?? [];
  return (
    <Drawer open={of !== undefined} onClose={onClose} title={customerId || "Customer"} description={appId}>
      {of !== undefined && <Content appId={appId} customerId={customerId} onChanged={onChanged} />}
    </Drawer>
  );
};
