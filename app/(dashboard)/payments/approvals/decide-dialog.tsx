"use client";

import type { ListedApproval } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { FormField } from "../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { Button } from "../../../_ui/button.tsx";
import { formatMoney } from "../../../_ui/format-money.ts";
import { Modal } from "../../../_ui/modal.tsx";
import { wordOfPayment } from "../payment-words.tsx";

interface DecideDialogProps {
  readonly approval: ListedApproval;
  readonly decision: "approve" | "decline";
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Lets a payment that waits go on, or refuses it for good. */
export const DecideDialog = ({ approval, decision, onDone, onClose }: DecideDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const { approvalId, amount, operation } = approval;
  const approves = decision === "approve";
  const decide = submit(async (form) => {
    const reason = formText(form, "reason").trim();
    await change(async (nexus) => {
      if (approves) await nexus.approvals.approve.mutate({ approvalId, ...(reason !== "" && { reason }) });
      else await nexus.approvals.decline.mutate({ approvalId, reason });
    });
    onDone();
  });
  return (
    <Modal
      open
      onClose={onClose}
      title={`${approves ? "Approve" : "Decline"}: ${wordOfPayment(operation)}, ${formatMoney(amount)}`}
      description={
        approves
          ? "It is not sent yet: whoever asked can carry it out within a day, once."
          : "It is refused for good, and whoever asked is told your reason."
      }
    >
      <form onSubmit={decide} aria-label="Decision" className="space-y-4" noValidate>
        <RefusalNotice refusal={refusal} />
        <FormField
          label={approves ? "Reason (optional)" : "Reason"}
          name="reason"
          first
          required={!approves}
          maxLength={500}
          autoComplete="off"
          expected={expected("reason")}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Not now
          </Button>
          <Button
            type="submit"
            look={approves ? "primary" : "secondary"}
            disabled={busy}
            className={approves ? "" : "text-bad"}
          >
            {busy ? "One moment…" : approves ? "Approve it" : "Decline it"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
