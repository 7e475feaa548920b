"use client";

import type { ListedCustomer } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { parseDollars } from "../../_ui/parse-dollars.ts";

interface AdjustDialogProps {
  readonly customer: ListedCustomer;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Adds to a wallet, or takes from it, with a reason. */
export const AdjustDialog = ({ customer: { appId, customerId }, onDone, onClose }: AdjustDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const save = submit(async (form) => {
    const amount = parseDollars(formText(form, "amount")) ?? "0";
    const sign = formText(form, "direction") === "take" ? "-" : "";
    await change((nexus) =>
      nexus.wallets.adjust.mutate({
        appId,
        customerId,
        amountNanos: amount === "0" ? "0" : `${sign}${amount}`,
        reason: formText(form, "reason").trim(),
      }),
    );
    onDone();
  });
  return (
    <Modal
      open
      onClose={onClose}
      title="Adjust the wallet"
      description="The reason is kept with the entry and in the audit trail."
    >
      <form onSubmit={save} aria-label="Adjust the wallet" className="space-y-4" noValidate>
        <RefusalNotice refusal={refusal} />
        <SelectField label="What to do" name="direction" defaultValue="add">
          <option value="add">Add to the wallet</option>
          <option value="take">Take from the wallet</option>
        </SelectField>
        <FormField
          label="USD"
          name="amount"
          inputMode="decimal"
          placeholder="5.00"
          required
          first
          autoComplete="off"
          expected={expected("amountNanos") === undefined ? undefined : "an amount of USD, for example 5.00"}
        />
        <FormField
          label="Reason"
          name="reason"
          required
          maxLength={1_000}
          autoComplete="off"
          expected={expected("reason") === undefined ? undefined : "a reason"}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : "Book it"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
