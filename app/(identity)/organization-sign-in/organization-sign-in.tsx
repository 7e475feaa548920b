"use client";

import { useState } from "react";
import { findOrganizationStart } from "../../_auth-api/sign-in.ts";
import { leave } from "../_flow/leave.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { useHydrated } from "../_flow/use-hydrated.ts";
import { formText, leaving, useSubmit } from "../../_forms/use-submit.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { FormField } from "../../_forms/form-field.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { WideButton } from "../_parts/wide-button.tsx";

/** Asks for the address at work and goes on to the provider of the organization that has verified its domain. */
export const OrganizationSignIn = ({ to }: { readonly to: string }) => {
  const { busy, refusal, expected, submit } = useSubmit();
  const [unknown, setUnknown] = useState(false);
  const hydrated = useHydrated();
  return (
    <AuthPage
      title="Your organization"
      intro="Sign in where you sign in at work"
      below={<TextLink href={thenReturn("/sign-in", to)}>Sign in another way</TextLink>}
    >
      {!hydrated && <Waiting label="Loading" fields={1} />}
      {hydrated && (
        <form
          method="post"
          aria-label="Sign in with your organization"
          className="space-y-4"
          onSubmit={submit(async (form) => {
            setUnknown(false);
            const start = await findOrganizationStart(formText(form, "email"));
            if (start === undefined) return setUnknown(true);
            leave(thenReturn(start, to));
            return leaving;
          })}
        >
          <RefusalNotice refusal={refusal} />
          {unknown && !refusal && (
            <Notice tone="warn">
              No organization has set up its own sign-in for this address. Sign in another way.
            </Notice>
          )}
          <FormField
            label="E-mail at work"
            name="email"
            type="email"
            inputMode="email"
            autoComplete="username"
            required
            maxLength={254}
            first
            expected={expected("email")}
          />
          <WideButton type="submit" look="primary" busy={busy} doing="Looking…">
            Continue
          </WideButton>
        </form>
      )}
    </AuthPage>
  );
};
