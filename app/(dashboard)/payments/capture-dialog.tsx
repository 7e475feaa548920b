"use client";

import type { ListedPayment } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { useSubmit } from "../../_forms/use-submit.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { Button } from "../../_ui/button.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { Modal } from "../../_ui/modal.tsx";

interface CaptureDialogProps {
  readonly payment: ListedPayment;
  readonly paymentId: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Takes what the payer has approved. */
export const CaptureDialog = ({ payment, paymentId, onDone, onClose }: CaptureDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const { amount, operation, next } = payment;
  const capture = (): void =>
    run(async () => {
      await change(async (nexus) => {
        if (operation === "payments.checkout.create")
          await nexus.payments.checkout.capture.mutate({ checkoutId: paymentId });
        else if (next === "authorize") await nexus.payments.order.authorize.mutate({ orderId: paymentId });
        else await nexus.payments.order.capture.mutate({ orderId: paymentId });
      });
      onDone();
    });
  return (
    <Modal
      open
      onClose={onClose}
      title={`Take ${amount === null ? "the money" : formatMoney(amount)}?`}
      description={
        next === "authorize"
          ? "The payer has approved it. The vendor sets the amount aside; it is taken in a second step."
          : "The payer has approved it. Apps usually take it themselves: make sure that nobody is about to deliver something else."
      }
    >
      <div className="space-y-4">
        <RefusalNotice refusal={refusal} />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Not now
          </Button>
          <Button look="primary" disabled={busy} onClick={capture}>
            {busy ? "One moment…" : next === "authorize" ? "Set it aside" : "Take the money"}
          </Button>
        </div>
      </div>
    </Modal>
  );
};
