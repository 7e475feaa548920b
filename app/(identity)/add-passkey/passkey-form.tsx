"use client";

import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useState } from "react";
import { authRefusalOf } from "../../_auth-api/auth-refusal.ts";
import { enrollPasskey } from "../../_auth-api/passkeys.ts";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { askedAfter, confirmByForm, ProofFields, type AskedProof } from "../_parts/proof-fields.tsx";
import { WideButton } from "../_parts/wide-button.tsx";

/** Names and makes a passkey; where the sign-in is too long ago, the account's factors are asked for first. */
export const PasskeyForm = ({ onAdded }: { readonly onAdded: () => void }) => {
  const { busy, refusal, expected, submit } = useSubmit();
  const [asked, setAsked] = useState<AskedProof>("nothing");
  const add = async (form: FormData): Promise<void> => {
    try {
      await confirmByForm(form);
      setAsked("nothing");
      await enrollPasskey(formText(form, "name").trim());
      onAdded();
    } catch (error) {
      setAsked((before) => askedAfter(authRefusalOf(error).code, before));
      throw error;
    }
  };
  if (!browserSupportsWebAuthn())
    return (
      <Notice tone="warn">This browser does not support passkeys. You can add one from another device later.</Notice>
    );
  return (
    <form method="post" aria-label="Add a passkey" className="space-y-4" onSubmit={submit(add)}>
      <RefusalNotice refusal={refusal} passwordAlone />
      <FormField
        label="Name of the passkey"
        name="name"
        defaultValue="My passkey"
        maxLength={100}
        required
        autoComplete="off"
        hint="So that you recognize it in your settings."
        expected={expected("name")}
      />
      <ProofFields asked={asked} expected={expected} />
      <WideButton type="submit" look="primary" busy={busy} doing="Waiting for your device…">
        Add a passkey
      </WideButton>
    </form>
  );
};
