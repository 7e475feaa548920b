"use client";

import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useRef, useState } from "react";
import { authRefusalOf } from "../../_auth-api/auth-refusal.ts";
import { fetchOwnProofs, type OwnProofs } from "../../_auth-api/own-proofs.ts";
import { confirmByPasskey } from "../../_auth-api/passkeys.ts";
import { confirmIdentity } from "../../_auth-api/session.ts";
import { leave } from "../_flow/leave.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { useAuthQuery } from "../_flow/use-auth-query.ts";
import { useHydrated } from "../_flow/use-hydrated.ts";
import { formText, leaving, useSubmit } from "../../_forms/use-submit.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { ForSignedIn } from "../_parts/for-signed-in.tsx";
import { FormField } from "../../_forms/form-field.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { PasswordField } from "../../_forms/password-field.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { WideButton } from "../_parts/wide-button.tsx";

/** What is not known is offered. */
const anything: OwnProofs = { password: true, passkey: true, authenticator: true, recoveryCodes: true };

const codeLabel = ({ authenticator, recoveryCodes }: OwnProofs): string => {
  if (!recoveryCodes) return "Code from your authenticator app";
  return authenticator ? "Code from your authenticator app, or a recovery code" : "One of your recovery codes";
};

interface ConfirmFormProps {
  readonly to: string;
  readonly proofs: OwnProofs;
}

const ConfirmForm = ({ to, proofs }: ConfirmFormProps) => {
  const { busy, refusal, expected, run, submit } = useSubmit();
  const [both, setBoth] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const hasCode = proofs.authenticator || proofs.recoveryCodes;
  const passkeys = useHydrated() && proofs.passkey && browserSupportsWebAuthn();
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
  if (!proofs.password && !hasCode && !proofs.passkey)
    return (
      <Notice tone="warn">Your account has no password, passkey or code to confirm with. Sign in another way.</Notice>
    );
  return (
    <form ref={form} method="post" aria-label="Confirm your identity" className="space-y-4" onSubmit={byForm}>
      <RefusalNotice refusal={refusal} passwordAlone />
      {proofs.password && (
        <PasswordField
          label="Your password"
          name="password"
          autoComplete="current-password"
          first
          optional={hasCode || proofs.passkey}
        />
      )}
      {hasCode && (
        <FormField
          label={codeLabel(proofs)}
          name="code"
          maxLength={64}
          first={!proofs.password}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          hint={both ? "It is needed as well." : undefined}
          expected={expected("code")}
        />
      )}
      {(proofs.password || hasCode) && (
        <WideButton type="submit" look="primary" busy={busy} doing="Checking…">
          Confirm
        </WideButton>
      )}
      {passkeys && (
        <WideButton look={proofs.password || hasCode ? "secondary" : "primary"} busy={busy} onClick={byPasskey}>
          Use a passkey
        </WideButton>
      )}
    </form>
  );
};

const Asking = ({ to }: { readonly to: string }) => {
  const [query] = useAuthQuery(fetchOwnProofs);
  if (query.state === "asking") return <Waiting label="Loading" fields={1} />;
  return <ConfirmForm to={to} proofs={query.state === "answered" ? query.answer : anything} />;
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
    <ForSignedIn here={thenReturn("/confirm-identity", to)}>{() => <Asking to={to} />}</ForSignedIn>
  </AuthPage>
);
