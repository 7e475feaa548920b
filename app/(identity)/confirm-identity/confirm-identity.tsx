"use client";

import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useRef, useState } from "react";
import { authRefusalOf } from "../_api/auth-refusal.ts";
import { confirmByPasskey } from "../_api/passkeys.ts";
import { confirmIdentity } from "../_api/session.ts";
import { leave } from "../_flow/leave.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { useHydrated } from "../_flow/use-hydrated.ts";
import { formText, leaving, useSubmit } from "../_flow/use-submit.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { ForSignedIn } from "../_parts/for-signed-in.tsx";
import { FormField } from "../_parts/form-field.tsx";
import { RefusalNotice } from "../_parts/notice.tsx";
import { PasswordField } from "../_parts/password-field.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { WideButton } from "../_parts/wide-button.tsx";

const ConfirmForm = ({ to }: { readonly to: string }) => {
  const { busy, refusal, expected, run, submit } = useSubmit();
  const [both, setBoth] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const passkeys = useHydrated() && browserSupportsWebAuthn();
  const show = async (shown: Promise<void>) => {
    try {
      await shown;
    } catch (error) {
      if (authRefusalOf(error).code === "second_factor_required") setBoth(true);
      throw error;
    }
    leave(to);
    return leaving;
  };
  const byForm = submit((data) =>
    show(confirmIdentity({ password: formText(data, "password"), code: formText(data, "code").trim() })),
  );
  const byPasskey = (): void =>
    run(() => show(confirmByPasskey(form.current ? formText(new FormData(form.current), "password") : "")));
  return (
    <form ref={form} method="post" aria-label="Confirm your identity" className="space-y-4" onSubmit={byForm}>
      <RefusalNotice refusal={refusal} passwordAlone />
      <PasswordField
        label="Your password"
        name="password"
        autoComplete="current-password"
        first
        optional
        hint="Leave empty if your account has none."
      />
      <FormField
        label="Code from your authenticator app, or a recovery code"
        name="code"
        maxLength={64}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        hint={both ? "Your account has one: it is needed as well." : "If your account has one."}
        expected={expected("code")}
      />
      <WideButton type="submit" look="primary" busy={busy} doing="Checking…">
        Confirm
      </WideButton>
      {passkeys && (
        <WideButton busy={busy} onClick={byPasskey}>
          Use a passkey
        </WideButton>
      )}
    </form>
  );
};

/** Where a change that outlives a token sends people: they show again who they are, and go back. */
export const ConfirmIdentity = ({ to }: { readonly to: string }) => (
  <AuthPage
    title="Confirm your identity"
    intro="What you are about to do outlasts your session. Confirming is valid for ten minutes."
    below={
      <>
        <TextLink href={`${thenReturn("/sign-in", to)}${to === "/" ? "?" : "&"}prompt=login`}>
          Sign in another way
        </TextLink>{" "}
        · <TextLink href={to}>Not now</TextLink>
      </>
    }
  >
    <ForSignedIn here={thenReturn("/confirm-identity", to)}>{() => <ConfirmForm to={to} />}</ForSignedIn>
  </AuthPage>
);
