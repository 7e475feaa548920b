"use client";

import { outranks } from "@topolo/auth-client";
import { useState } from "react";
import type { ListedPayment, PaymentDetails } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { useSubmit } from "../../_forms/use-submit.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";
import type { ShownAmount } from "../../_ui/format-money.ts";
import { ConfirmRemoval } from "../security/user/_parts/confirm-removal.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";

const CaptureDialog = whenOpened(() => import("./payment-dialogs.ts").then((module) => module.CaptureDialog));
const RefundDialog = whenOpened(() => import("./payment-dialogs.ts").then((module) => module.RefundDialog));

type Action = "refund" | "capture" | "cancel";

interface PaymentActionsProps {
  readonly payment: ListedPayment;
  readonly changes: PaymentDetails["changes"];
  readonly remaining: ShownAmount | undefined;
  readonly onChanged: () => void;
}

const isMade = ({ operation, progress, paymentId }: ListedPayment): boolean =>
  paymentId !== null && progress === "succeeded" && operation !== "payments.refund.create";

const cancel = {
  title: "Cancel this order?",
  description: "Nothing is taken from the payer. An order that was taken is not canceled but refunded.",
  action: "Cancel the order",
} as const;

/** How what waits for a payer is ended, in words. */
const endings: Readonly<Record<string, { readonly [K in keyof typeof cancel]: string }>> = {
  "payments.checkout.create": {
    title: "Close the checkout's page?",
    description: "Nobody can pay on it any more, and its reference is free for another payment.",
    action: "Close the page",
  },
  "payments.link.create": {
    title: "Close the payment link?",
    description: "Nobody can pay by it any more. What was paid stays paid.",
    action: "Close the link",
  },
};

/** What of a payment the reader may be able to do now; the gateway decides. */
const actionsOn = (payment: ListedPayment, remaining: ShownAmount | undefined): readonly Action[] => {
  if (!isMade(payment)) return [];
  const actions: Action[] = [];
  if (payment.state === "to_capture") actions.push("capture");
  if (remaining !== undefined && remaining.amount !== "0") actions.push("refund");
  if (payment.state === "open" || payment.state === "to_capture") actions.push("cancel");
  return actions;
};

/** The buttons of a payment: what may be done with it, and asking after it where nobody knows how it ended. */
export const PaymentActions = ({ payment, changes, remaining, onChanged }: PaymentActionsProps) => {
  const { session } = useSession();
  const change = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const [open, setOpen] = useState<Action>();
  const { operationId, operation, paymentId, state } = payment;
  const isCheckout = operation === "payments.checkout.create";
  const isLink = operation === "payments.link.create";
  const end = endings[operation] ?? cancel;
  const manages = session !== undefined && outranks(session.role, "member");
  const actions = manages ? actionsOn(payment, remaining) : [];
  const inDoubt = manages && (state === "unknown" || state === "needs_review");
  const close = (): void => setOpen(undefined);
  const done = (): void => {
    close();
    onChanged();
  };
  if (actions.length === 0 && !inDoubt) return null;
  return (
    <div className="mt-3 space-y-3">
      <RefusalNotice refusal={refusal} />
      <div className="flex flex-wrap gap-2">
        {actions.includes("capture") && (
          <Button look="primary" onClick={() => setOpen("capture")}>
            Take the money
          </Button>
        )}
        {actions.includes("refund") && <Button onClick={() => setOpen("refund")}>Refund</Button>}
        {actions.includes("cancel") && <Button onClick={() => setOpen("cancel")}>{end.action}</Button>}
        {inDoubt && (
          <Button
            disabled={busy}
            onClick={() =>
              run(async () => {
                await change((nexus) => nexus.operations.reconcile.mutate({ operationId }));
                onChanged();
              })
            }
          >
            {busy ? "One moment…" : "Look up again"}
          </Button>
        )}
      </div>
      {open === "refund" && remaining !== undefined && paymentId !== null && (
        <RefundDialog
          of={isCheckout ? { checkoutId: paymentId } : { orderId: paymentId }}
          remaining={remaining}
          earlier={changes.filter((one) => one.operation === "payments.refund.create").length}
          onDone={done}
          onClose={close}
        />
      )}
      {open === "capture" && paymentId !== null && (
        <CaptureDialog payment={payment} paymentId={paymentId} onDone={done} onClose={close} />
      )}
      {open === "cancel" && paymentId !== null && (
        <ConfirmRemoval
          {...end}
          onClose={close}
          remove={async () => {
            await change(async (nexus) => {
              if (isCheckout) await nexus.payments.checkout.expire.mutate({ checkoutId: paymentId });
              else if (isLink) await nexus.payments.link.deactivate.mutate({ linkId: paymentId });
              else await nexus.payments.order.cancel.mutate({ orderId: paymentId, reason: "abandoned" });
            });
            onChanged();
          }}
        />
      )}
    </div>
  );
};
