"use client";

import { useState } from "react";
import type { ListedCustomer } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { Button } from "../../_ui/button.tsx";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { parseDollars } from "../../_ui/parse-dollars.ts";

interface TopUpDialogProps {
  readonly customer: ListedCustomer;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

const nanosPerCent = 10_000_000n;

/** Whole cents of what was typed; `0` is refused, with the field named. */
const centsOf = (text: string): string => {
  const nanos = BigInt(parseDollars(text) ?? "0");
  return nanos % nanosPerCent === 0n ? (nanos / nanosPerCent).toString() : "0";
};

/** Makes a page on which the customer pays, to be sent to it. */
export const TopUpDialog = ({ customer: { appId, customerId }, onChanged, onClose }: TopUpDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const [link, setLink] = useState<string>();
  const [waiting, setWaiting] = useState(false);
  const make = submit(async (form) => {
    const successUrl = formText(form, "successUrl").trim();
    const { checkout } = await change((nexus) =>
      nexus.wallets.topUp.mutate({
        appId,
        customerId,
        amount: { amount: centsOf(formText(form, "amount")), currency: "USD" },
        ...(successUrl === "" ? {} : { successUrl }),
      }),
    );
    if ("url" in checkout && checkout.url !== null) setLink(checkout.url);
    else setWaiting(true);
    onChanged();
  });
  return (
    <Modal
      open
      onClose={onClose}
      title="Make a top-up link"
      description="The wallet is credited once the customer has paid."
    >
      {link !== undefined && (
        <div className="space-y-4">
          <p className="flex items-start gap-2 rounded-lg bg-raised px-3 py-2">
            <a
              href={link}
              target="_blank"
              rel="noreferrer"
              className="min-w-0 grow font-mono text-sm break-all text-accent-strong underline"
            >
              {link}
            </a>
            <CopyButton text={link} label="Copy the link" />
          </p>
          <div className="flex justify-end">
            <Button look="primary" onClick={onClose}>
              Done
            </Button>
          </div>
        </div>
      )}
      {link === undefined && waiting && <p>The payment waits until a person has approved it.</p>}
      {link === undefined && !waiting && (
        <form onSubmit={make} aria-label="Make a top-up link" className="space-y-4" noValidate>
          <RefusalNotice refusal={refusal} />
          <FormField
            label="USD"
            name="amount"
            inputMode="decimal"
            placeholder="20.00"
            required
            first
            autoComplete="off"
            expected={
              expected("amount.amount") === undefined ? undefined : "USD with at most two decimals, for example 20.00"
            }
          />
          <FormField
            label="Where the customer comes back to (optional)"
            name="successUrl"
            placeholder="https://"
            autoComplete="off"
            hint="A page of the app; its first registered origin where empty."
            expected={expected("successUrl")}
          />
          <div className="flex justify-end gap-2">
            <Button look="quiet" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" look="primary" disabled={busy}>
              {busy ? "One moment…" : "Make it"}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
};
