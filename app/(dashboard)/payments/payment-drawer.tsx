"use client";

import { skipToken, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useEffectEvent } from "react";
import type { NexusClient } from "@topolo/nexus-client";
import { useNexus, useNexusClient } from "@topolo/nexus-client/react-query";
import type { ListedPayment } from "../../_data/answers.ts";
import { failureOf } from "../../_data/failure-of.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { Drawer } from "../../_ui/drawer.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { useSession } from "../../_session/session-provider.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { seesEverybody } from "../sees-everybody.ts";

const PaymentFacts = lazy(() => import("./payment-facts.tsx").then((module) => ({ default: module.PaymentFacts })));

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

const Loading = () => (
  <output aria-label="Loading the payment" className="block space-y-4">
    <Skeleton className="h-24" />
    <Skeleton className="h-40" />
    <Skeleton className="h-32" />
  </output>
);

interface ContentProps {
  readonly operationId: string;
  readonly onChanged: () => void;
  readonly onOpen: (operationId: string) => void;
}

const Content = ({ operationId, onChanged, onOpen }: ContentProps) => {
  const nexus = useNexus();
  const client = useNexusClient();
  const often = { refetchInterval: everyMs };
  const looked = useQuery({
    queryKey: ["payment at its vendor", operationId],
    queryFn: async () => lookAtVendor(client, (await client.payments.operations.get.query({ operationId })).payment),
    refetchInterval: rarelyMs,
  });
  const { session } = useSession();
  const found = useAnswer(nexus.payments.operations.get.queryOptions({ operationId }, often));
  const maySee = seesEverybody(session) || (found.data && found.data.payment.userId === session?.user.id);
  const call = useAnswer(nexus.operations.get.queryOptions(maySee ? { operationId } : skipToken, often));
  // What the vendor said is read from the payment.
  const read = useEffectEvent(found.retry);
  useEffect(() => {
    if (looked.dataUpdatedAt > 0) read();
  }, [looked.dataUpdatedAt]);
  const changed = (): void => {
    void looked.refetch();
    onChanged();
  };
  const failure = found.failure ?? call.failure;
  if (found.data && (call.data ?? maySee !== true)) {
    const { payment, changes } = found.data;
    return (
      <Suspense fallback={<Loading />}>
        <PaymentFacts
          payment={payment}
          changes={changes}
          call={call.data}
          looking={looked.isFetching}
          unseen={looked.error === null ? undefined : failureOf(looked.error)}
          onLook={changed}
          onChanged={changed}
          onOpen={onOpen}
        />
      </Suspense>
    );
  }
  if (failure) return <FailureNotice title="The payment could not be loaded" failure={failure} onRetry={found.retry} />;
  return <Loading />;
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
