"use client";

import { useState } from "react";
import { authRefusalOf } from "../../_auth-api/auth-refusal.ts";
import { sendWaysInDrop } from "../../_auth-api/ways-in.ts";
import { useSubmit } from "../../_forms/use-submit.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { askedAfter, confirmByForm, ProofFields, type AskedProof } from "../_parts/proof-fields.tsx";
import { WideButton } from "../_parts/wide-button.tsx";

interface DropFormProps {
  /** How many keys of organizations would go. */
  readonly organizationKeys: number;
  readonly onDropped: () => void;
}

/** The button; where the sign-in is too long ago, the account's factors are asked for first. */
export const DropForm = ({ organizationKeys, onDropped }: DropFormProps) => {
  const { busy, refusal, expected, submit } = useSubmit();
  const [asked, setAsked] = useState<AskedProof>("nothing");
  const drop = async (form: FormData): Promise<void> => {
    try {
      await confirmByForm(form);
      setAsked("nothing");
      await sendWaysInDrop(form.get("organization-keys") !== null);
      onDropped();
    } catch (error) {
      setAsked((before) => askedAfter(authRefusalOf(error).code, before));
      throw error;
    }
  };
  return (
    <form
      method="post"
      aria-label="Remove them"
      className="space-y-4 border-t border-line pt-4"
      onSubmit={submit(drop)}
    >
      <RefusalNotice refusal={refusal} passwordAlone />
      <p className="text-sm text-pretty text-muted">
        If you do not know one of these, remove them all. Your password and this browser stay; whatever you still need,
        you set up again.
      </p>
      {organizationKeys > 0 && (
        <label className="flex items-start gap-2.5">
          <input type="checkbox" name="organization-keys" defaultChecked className="mt-1 size-4 accent-accent" />
          <span className="text-pretty">
            Revoke the keys of your organization that you made as well. Programs that use them stop working.
          </span>
        </label>
      )}
      <ProofFields asked={asked} expected={expected} />
      <WideButton type="submit" look="primary" busy={busy} doing="Removing…">
        Remove all of these
      </WideButton>
    </form>
  );
};
