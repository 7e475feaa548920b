"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { bothOf, useAnswer } from "../../_data/use-answer.ts";
import type { Names } from "../../_data/use-names.ts";
import { Drawer } from "../../_ui/drawer.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { CustomerFacts } from "./customer-facts.tsx";

const everyMs = 10_000;

interface ContentProps {
  readonly names: Names;
  readonly appId: string;
  readonly customerId: string;
  readonly onChanged: () => void;
}

const Content = ({ names, appId, customerId, onChanged }: ContentProps) => {
  const of = { appId, customerId };
  const nexus = useNexus();
  const often = { refetchInterval: everyMs };
  const { data, failure, retry } = bothOf(
    bothOf(
      useAnswer(nexus.customers.get.queryOptions(of, often)),
      useAnswer(nexus.customers.spend.queryOptions(of, often)),
    ),
    bothOf(
      useAnswer(nexus.wallets.entries.queryOptions({ ...of, limit: 20 }, often)),
      useAnswer(nexus.wallets.topUps.queryOptions({ ...of, limit: 5 }, often)),
    ),
  );
  const changed = (): void => {
    retry();
    onChanged();
  };
  if (data) {
    const [[customer, { days }], [{ entries }, { topUps }]] = data;
    return (
      <CustomerFacts
        names={names}
        customer={customer}
        days={days}
        entries={entries}
        topUps={topUps}
        onChanged={changed}
      />
    );
  }
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
  /** What the app calls the customer, where it is known. */
  readonly name: string | undefined;
  readonly names: Names;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** Everything that is known of one customer. */
export const CustomerDrawer = ({ of, name, names, onClose, onChanged }: CustomerDrawerProps) => {
  const [appId = "", customerId = ""] = of?.split(" ") ?? [];
  return (
    <Drawer
      open={of !== undefined}
      onClose={onClose}
      title={name ?? (customerId || "Customer")}
      description={`Of ${names.app(appId)}`}
    >
      {of !== undefined && <Content names={names} appId={appId} customerId={customerId} onChanged={onChanged} />}
    </Drawer>
  );
};
