"use client";

import { withIdempotencyKey } from "@topolo/nexus-client";
import Link from "next/link";
import { useState } from "react";
import { asCurrency } from "../../_data/as-currency.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { AuthRefusal } from "../../_auth-api/auth-refusal.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { formatMoney, type ShownAmount } from "../../_ui/format-money.ts";
import { amountText, parseAmount } from "../../_ui/parse-amount.ts";
import { Modal } from "../../_ui/modal.tsx";

const reasons = [
  { value: "requested_by_customer", label: "The customer asked for it" },
  { value: "duplicate", label: "It was paid twice" },
  { value: "fraudulent", label: "It was fraud" },
] as const;

interface RefundDialogProps {
  readonly of: { readonly orderId: string } | { readonly checkoutId: string };
  readonly remaining: ShownAmount;
  /** How many refunds were asked for before. */
  readonly earlier: number;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Gives back what was taken, or a part of it. */
export const RefundDialog = ({ of, remaining, earlier, onDone, onClose }: RefundDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const [waits, setWaits] = useState(false);
  // As it was when the question was asked: what is learned meanwhile does not make it another one.
  const [count] = useState(earlier);
  const { currency } = remaining;
  const refund = submit(async (form) => {
    const amount = parseAmount(formText(form, "amount"), currency);
    const reason = reasons.find(({ value }) => value === formText(form, "reason"))?.value;
    if (amount === undefined || BigInt(amount) > BigInt(remaining.amount)) {
      const most = `an amount of at most ${formatMoney(remaining)}, such as ${amountText(remaining)}`;
      throw new AuthRefusal("invalid_request", { issues: [{ field: "amount", expected: most }] });
    }
    // The same question again is the same refund: after a lost answer, and after somebody has approved it.
    const key = ["dashboard", ...Object.values(of), count, amount, reason ?? ""].join(":");
    const answer = await change((nexus) =>
      nexus.payments.refund.create.mutate(
        { ...of, amount: { amount, currency: asCurrency(currency) }, ...(reason && { reason }) },
        withIdempotencyKey(key),
      ),
    );
    if ("approvalId" in answer) setWaits(true);
    else onDone();
  });
  return (
    <Modal
      open
      onClose={onClose}
      title="Refund"
      description={`${formatMoney(remaining)} can still be given back. What is given back cannot be taken again.`}
    >
      {waits ? (
        <div className="space-y-4">
          <output className="block rounded-lg bg-warn-soft px-4 py-3 text-warn">
            It waits for another person, by the organization&apos;s policy. Once somebody has approved it under{" "}
            <Link href="/payments/approvals" className="font-medium underline">
              Approvals
            </Link>
            , ask for the same refund here again within a day: then it is made.
          </output>
          <div className="flex justify-end">
            <Button onClick={onDone}>Close</Button>
          </div>
        </div>
      ) : (
        <form onSubmit={refund} aria-label="Refund" className="space-y-4" noValidate>
          <RefusalNotice refusal={refusal} />
          <FormField
            label={`Amount in ${currency}`}
            name="amount"
            inputMode="decimal"
            autoComplete="off"
            required
            first
            maxLength={20}
            defaultValue={amountText(remaining)}
            expected={expected("amount")}
          />
          <SelectField label="Why" name="reason" defaultValue="requested_by_customer">
            {reasons.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
          <div className="flex justify-end gap-2">
            <Button look="quiet" onClick={onClose}>
              Keep it
            </Button>
            <Button type="submit" look="primary" disabled={busy}>
              {busy ? "One moment…" : "Refund"}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
};
