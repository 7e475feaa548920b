"use client";

import { useState } from "react";
import { FormField } from "../../_forms/form-field.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { useAskAuth } from "../../_data/use-auth-answer.ts";
import { Button } from "../../_ui/button.tsx";
import type { Member } from "../members/organization-people.ts";
import { useStepUp } from "../security/user/_account/step-up.tsx";

/** Asks how the person showed who they are, and gives the account back. */
export const RecoverForm = ({ member, onClose }: { readonly member: Member; readonly onClose: () => void }) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const { busy, refusal, expected, submit } = useSubmit();
  const [done, setDone] = useState(false);
  const recover = submit(async (form) => {
    const path = `/api/users/${encodeURIComponent(member.userId)}/recovery`;
    await withStepUp(() => ask("POST", path, { reason: formText(form, "reason").trim() }));
    setDone(true);
  });
  if (done)
    return (
      <div className="space-y-4">
        <Notice tone="good">
          Nothing opens this account any more. The link was mailed to <bdi>{member.email}</bdi>.
        </Notice>
        <Button look="primary" onClick={onClose} className="w-full">
          Done
        </Button>
      </div>
    );
  return (
    <form onSubmit={recover} aria-label="Recover the account" className="space-y-4">
      <RefusalNotice refusal={refusal} />
      <FormField
        label="How did the person show who they are?"
        name="reason"
        required
        first
        minLength={3}
        maxLength={500}
        autoComplete="off"
        hint="Kept in the audit trail."
        expected={expected("reason")}
      />
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={busy} className="text-bad">
          {busy ? "One moment…" : "Recover the account"}
        </Button>
      </div>
    </form>
  );
};
