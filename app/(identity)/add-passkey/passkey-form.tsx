"use client";

import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useState } from "react";
import { authRefusalOf } from "../_api/auth-refusal.ts";
import { enrollPasskey } from "../_api/passkeys.ts";
import { confirmIdentity } from "../_api/session.ts";
import { formText, useSubmit } from "../_flow/use-submit.ts";
import { FormField } from "../_parts/form-field.tsx";
import { Notice, RefusalNotice } from "../_parts/notice.tsx";
import { PasswordField } from "../_parts/password-field.tsx";
import { WideButton } from "../_parts/wide-button.tsx";

type Asked = "nothing" | "password" | "both";

/** What else must be shown after a refusal; a wrong password or code is asked for again. */
const askedAfter = (code: string, before: Asked): Asked => {
  if (code === "second_factor_required") return "both";
  return code === "reauthentication_required" && before === "nothing" ? "password" : before;
};

/** Names and makes a passkey; where the sign-in is too long ago, the account's factors are asked for first. */
export const PasskeyForm = ({ onAdded }: { readonly onAdded: () => void }) => {
  const { busy, refusal, expected, submit } = useSubmit();
  const [asked, setAsked] = useState<Asked>("nothing");
  const add = async (form: FormData): Promise<void> => {
    try {
      const proof = { password: formText(form, "password"), code: formText(form, "code").trim() };
      if (proof.password !== "" || proof.code !== "") await confirmIdentity(proof);
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
      <RefusalNotice refusal={refusal} />
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
      {asked !== "nothing" && (
        <PasswordField
          label="Confirm your password"
          name="password"
          autoComplete="current-password"
          first
          optional={asked === "both"}
          hint={asked === "both" ? "Leave empty if your account has none." : undefined}
        />
      )}
      {asked === "both" && (
        <FormField
          label="Code from your authenticator app, or a recovery code"
          name="code"
          required
          maxLength={64}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          expected={expected("code")}
        />
      )}
      <WideButton type="submit" look="primary" busy={busy} doing="Waiting for your device…">
        Add a passkey
      </WideButton>
    </form>
  );
};
