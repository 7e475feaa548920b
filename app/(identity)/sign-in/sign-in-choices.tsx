"use client";

import { KeyRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { explainCode } from "../../_auth-api/explain.ts";
import { signInWithPasskey } from "../../_auth-api/passkeys.ts";
import {
  sendPassword,
  providerPath,
  type SecondFactorChallenge,
  type SignInProvider,
} from "../../_auth-api/sign-in.ts";
import { afterPassword } from "../_flow/after-password.ts";
import { leave } from "../_flow/leave.ts";
import { keepPending } from "../_flow/pending-sign-in.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { usePasskeyAutofill } from "../_flow/use-passkey-autofill.ts";
import { leaving, formText, useSubmit } from "../../_forms/use-submit.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { OrLine } from "../_parts/or-line.tsx";
import { PasswordField } from "../../_forms/password-field.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { WideButton, WideLink } from "../_parts/wide-button.tsx";

interface SignInChoicesProps {
  readonly to: string;
  readonly error: string | undefined;
  readonly providers: readonly SignInProvider[];
}

/** Password, passkey, and the other services that are set up. */
export const SignInChoices = ({ to, error, providers }: SignInChoicesProps) => {
  const router = useRouter();
  const password = useSubmit();
  const passkey = useSubmit();
  const goOn = (pending: SecondFactorChallenge | undefined, next = to): void => {
    if (pending === undefined) return leave(next);
    keepPending(pending);
    router.push(thenReturn("/sign-in/second-factor", to));
  };
  const [offered, keepOffering] = usePasskeyAutofill(goOn);
  const busy = password.busy || passkey.busy;

  const withPasskey = async () => {
    // The browser has one ceremony at a time: the waiting one ends here and is offered again if this one fails.
    goOn(await signInWithPasskey().finally(keepOffering));
    return leaving;
  };

  return (
    <>
      <form
        method="post"
        aria-label="Sign in"
        className="space-y-4"
        onSubmit={password.submit(async (form) => {
          const pending = await sendPassword(formText(form, "email"), formText(form, "password"));
          goOn(pending, pending === undefined ? await afterPassword(to) : to);
          return leaving;
        })}
      >
        {error !== undefined && !password.refusal && !passkey.refusal && (
          <Notice tone="warn">{explainCode(error)}</Notice>
        )}
        <RefusalNotice refusal={password.refusal ?? passkey.refusal} />
        <FormField
          label="E-mail"
          name="email"
          type="email"
          inputMode="email"
          autoComplete="username webauthn"
          required
          maxLength={254}
          first
          expected={password.expected("email")}
        />
        <PasswordField
          label="Password"
          name="password"
          autoComplete="current-password"
          expected={password.expected("password")}
          aside={<TextLink href="/forgot-password">Forgot password?</TextLink>}
        />
        <WideButton type="submit" look="primary" busy={busy} doing="Signing in…">
          Sign in
        </WideButton>
      </form>
      <OrLine />
      <div className="space-y-2.5">
        <WideButton busy={busy || !offered} onClick={() => passkey.run(withPasskey)}>
          <KeyRound className="size-4" />
          Sign in with a passkey
        </WideButton>
        {providers.map(({ id, name }) => (
          <WideLink key={id} href={providerPath(id, to)}>
            Continue with {name}
          </WideLink>
        ))}
        <WideLink href={thenReturn("/organization-sign-in", to)}>Sign in with your organization</WideLink>
      </div>
    </>
  );
};
