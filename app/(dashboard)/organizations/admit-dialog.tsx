"use client";

import { useState } from "react";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { useAskAuth } from "../../_data/use-auth-answer.ts";
import { Button } from "../../_ui/button.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { parseDollars } from "../../_ui/parse-dollars.ts";
import { useStepUp } from "../security/user/_account/step-up.tsx";
import { admissionPath, type OrganizationAdmission } from "./admissions.ts";

interface AdmitDialogProps {
  readonly organization: OrganizationAdmission;
  readonly onAdmitted: () => void;
  readonly onClose: () => void;
}

const nanosDigits = 9;

/** Nano-USD as the field takes them. */
const dollarsOf = (nanos: string): string => {
  const digits = nanos.padStart(nanosDigits + 1, "0");
  return `${digits.slice(0, -nanosDigits)}.${digits.slice(-nanosDigits)}`.replace(/\.?0+$/, "");
};

/** Admits an organization, or changes what it may spend. */
export const AdmitDialog = ({ organization, onAdmitted, onClose }: AdmitDialogProps) => {
  const { id, name, admittedAt, limitNanos } = organization;
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const { busy, refusal, expected, submit } = useSubmit();
  const [unlimited, setUnlimited] = useState(admittedAt !== undefined && limitNanos === undefined);
  const [wrong, setWrong] = useState<string>();
  const send = submit(async (form) => {
    const typed = formText(form, "budget").trim();
    const limit = unlimited ? null : typed === "" ? undefined : parseDollars(typed);
    const isWrong = !unlimited && typed !== "" && limit === undefined;
    setWrong(isWrong ? "an amount in US dollars, as 25 or 0.50" : undefined);
    if (isWrong) return;
    await withStepUp(() => ask("PUT", admissionPath(id), limit === undefined ? {} : { monthlyLimitNanos: limit }));
    onAdmitted();
    onClose();
  });
  return (
    <Modal
      open
      onClose={onClose}
      title={admittedAt === undefined ? `Admit ${name}?` : `Budget of ${name}`}
      description="Its calls may use the platform's vendor credentials, within a hard budget that the organization cannot change."
    >
      <form onSubmit={send} aria-label="Admit the organization" className="space-y-4">
        <RefusalNotice refusal={refusal} />
        <FormField
          label="Budget a month, in US dollars"
          name="budget"
          inputMode="decimal"
          autoComplete="off"
          maxLength={20}
          disabled={unlimited}
          defaultValue={limitNanos === undefined ? undefined : dollarsOf(limitNanos)}
          hint="Leave empty for the budget of this installation (AUTH_SELF_SERVICE_BUDGET)."
          expected={wrong ?? expected("monthlyLimitNanos")}
        />
        <label className="flex items-center gap-2.5">
          <input
            type="checkbox"
            className="size-4"
            checked={unlimited}
            onChange={({ currentTarget }) => setUnlimited(currentTarget.checked)}
          />
          No limit
        </label>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : admittedAt === undefined ? "Admit" : "Save"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
