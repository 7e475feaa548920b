"use client";

import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { addPasskey } from "../_api/passkeys.ts";
import { confirmPassword } from "../_api/session.ts";
import { textOf, useSubmit } from "../_flow/use-submit.ts";
import { FormField } from "../_parts/form-field.tsx";
import { Notice, RefusalNotice } from "../_parts/notice.tsx";
import { PasswordField } from "../_parts/password-field.tsx";
import { WideButton } from "../_parts/wide-button.tsx";

/** Names and makes a passkey; where the sign-in is too long ago, the password is asked for first. */
export const PasskeyForm = ({ onAdded }: { readonly onAdded: () => void }) => {
  const { busy, refusal, expected, submit } = useSubmit();
  const confirms = refusal?.code === "reauthentication_required" || refusal?.code === "invalid_credentials";
  if (!browserSupportsWebAuthn())
    return <Notice tone="warn">This browser cannot use passkeys. You can add one from another device later.</Notice>;
  return (
    <form
      method="post"
      aria-label="Add a passkey"
      className="space-y-4"
      onSubmit={submit(async (form) => {
        const password = textOf(form, "password");
        if (password !== "") await confirmPassword(password);
        await addPasskey(textOf(form, "name").trim());
        onAdded();
      })}
    >
      <RefusalNotice refusal={refusal} />
      <FormField
        label="Name of the passkey"
        name="name"
        defaultValue="My passkey"
        maxLength={100}
        required
        autoComplete="off"
        hint="So that you know it again in your settings."
        expected={expected("name")}
      />
      {confirms && (
        <PasswordField label="Your password, once more" name="password" autoComplete="current-password" first />
      )}
      <WideButton type="submit" look="primary" busy={busy} doing="Waiting for your device…">
        Add a passkey
      </WideButton>
    </form>
  );
};
