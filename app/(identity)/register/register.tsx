"use client";

import { useState } from "react";
import { readOptions } from "../_api/sign-in.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { useAsked } from "../_flow/use-asked.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { Notice } from "../_parts/notice.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { WideLink } from "../_parts/wide-button.tsx";
import { MailSent } from "../_parts/mail-sent.tsx";
import { RegisterForm } from "./register-form.tsx";

// Where it cannot be asked, the form is shown: Auth decides when it is sent.
const readRegistration = () =>
  readOptions().then(
    ({ registration }) => registration,
    () => true,
  );

export const Register = ({ to }: { readonly to: string }) => {
  const [asked] = useAsked(readRegistration);
  const [sentTo, setSentTo] = useState<string>();
  if (sentTo !== undefined) return <MailSent email={sentTo} to={to} />;
  const signIn = thenReturn("/sign-in", to);
  return (
    <AuthPage
      title="Create your account"
      intro="One account for every Topolo app"
      below={
        <>
          You have one already? <TextLink href={signIn}>Sign in</TextLink>
        </>
      }
    >
      {asked.state !== "answered" && <Waiting label="Loading" fields={3} />}
      {asked.state === "answered" && asked.answer && <RegisterForm onSent={setSentTo} />}
      {asked.state === "answered" && !asked.answer && (
        <div className="space-y-4">
          <Notice tone="warn">
            Accounts are made by invitation here. Ask an administrator of your organization to invite you.
          </Notice>
          <WideLink href={signIn}>Back to sign-in</WideLink>
        </div>
      )}
    </AuthPage>
  );
};
