"use client";

import { useCallback, useState } from "react";
import { sendPassword } from "../../_auth-api/sign-in.ts";
import { leave } from "../_flow/leave.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { useAuthQuery } from "../_flow/use-auth-query.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { WideLink } from "../_parts/wide-button.tsx";
import { MailSent } from "../_parts/mail-sent.tsx";
import { readRegistrationOptions } from "./read-registration-options.ts";
import { RegisterForm } from "./register-form.tsx";

export const Register = ({ to }: { readonly to: string }) => {
  const [query] = useAuthQuery(useCallback(() => readRegistrationOptions(to), [to]));
  const [sentTo, setSentTo] = useState<string>();
  if (sentTo !== undefined) return <MailSent email={sentTo} to={to} />;
  const signIn = thenReturn("/sign-in", to);
  return (
    <AuthPage
      title="Create your account"
      intro="One account for every Topolo app"
      below={
        <>
          Already have an account? <TextLink href={signIn}>Sign in</TextLink>
        </>
      }
    >
      {query.state !== "answered" && <Waiting label="Loading" fields={3} />}
      {query.state === "answered" && query.answer.open && (
        <RegisterForm
          invited={query.answer.invited}
          turnstileSiteKey={query.answer.turnstileSiteKey}
          onSent={setSentTo}
          onReady={async (email, password) => {
            await sendPassword(email, password);
            leave(to);
          }}
        />
      )}
      {query.state === "answered" && !query.answer.open && (
        <div className="space-y-4">
          <Notice tone="warn">
            Registration is by invitation only. Ask an administrator of your organization to invite you.
          </Notice>
          <WideLink href={signIn}>Back to sign-in</WideLink>
        </div>
      )}
    </AuthPage>
  );
};
