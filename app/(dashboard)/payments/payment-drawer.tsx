"use client";

import { useState } from "react";
import type { NexusClient } from "@topolo/nexus-client";
import type { ListedPayment } from "../../_data/answers.ts";
import { useLiveQuery } from "../../_data/use-live-query.ts";
import type { Names } from "../../_data/use-names.ts";
import { Drawer } from "../../_ui/drawer.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { PaymentFacts } from "./payment-facts.tsx";

const everyMs = 10_000;
const rarelyMs = 600_000;

/** Asks the vendor how it stands; the answer is kept with the payment, and read from there. */
const lookAtVendor = async (
  nexus: NexusClient,
  { operation, paymentId, progress }: ListedPayment,
): Promise<boolean> => {
  if (paymentId === null || progress !== "succeeded") return false;
  if (operation === "payments.order.create") await nexus.payments.order.get.query({ orderId: paymentId });
  else if (operation === "payments.checkout.create") await nexus.payments.checkout.get.query({ checkoutId: paymentId });
  else if (operation === "payments.refund.create") await nexus.payments.refund.get.query({ refundId: paymentId });
  return true;
};

interface ContentProps {
  readonly operationId: string;
  readonly names: Names;
  readonly onChanged: () => void;
  readonly onOpen: (operationId: string) => void;
}

const Content = ({ operationId, names, onChanged, onOpen }: ContentProps) => {
  const [round, setRound] = useState(0);
  const looked = useLiveQuery(
    `payment ${operationId} at its vendor`,
    async (nexus) => lookAtVendor(nexus, (await nexus.payments.operations.get.query({ operationId })).payment),
    rarelyMs,
    String(round),
  );
  const { data, failure, retry } = useLiveQuery(
    `payment ${operationId}`,
    async (nexus) => {
      const [found, call] = await Promise.all([
        nexus.payments.operations.get.query({ operationId }),
        nexus.operations.get.query({ operationId }),
      ]);
      return { ...found, call };
    },
    everyMs,
    `${round} ${looked.data} ${looked.busy}`,
  );
  const changed = (): void => {
    setRound((count) => count + 1);
    onChanged();
  };
  if (data)
    return (
      <PaymentFacts
        payment={data.payment}
        changes={data.changes}
        call={data.call}
        names={names}
        looking={looked.busy}
        unseen={looked.failure}
        onLook={changed}
        onChanged={changed}
        onOpen={onOpen}
      />
    );
  if (failure) return <FailureNotice title="The payment could not be loaded" failure={failure} onRetry={retry} />;
  return (
    <output aria-label="Loading the payment" className="block space-y-4">
      <Skeleton className="h-24" />
      <Skeleton className="h-40" />
      <Skeleton className="h-32" />
    </output>
  );
};

interface PaymentDrawerProps extends Omit<ContentProps, "operationId"> {
  readonly operationId: string | undefined;
  readonly onClose: () => void;
}

/** Everything that is known of one payment, and what can be done with it. */
export const PaymentDrawer = ({ operationId, onClose, ...content }: PaymentDrawerProps) => (
  <Drawer
    open={operationId !== undefined}
    onClose={onClose}
    title="Payment"
    description="Money, what was asked for, and what can be done"
  >
    {operationId !== undefined && <Content key={operationId} operationId={operationId} {...content} />}
  </Drawer>
);
