"use client";

import { useCallback, useRef } from "react";
import { sendEmailChangeConfirmation, sendEmailVerification } from "../_api/account.ts";
import { fetchCurrentUser } from "../_api/session.ts";
import { useFragment } from "../_flow/use-fragment.ts";
import { useAuthQuery } from "../_flow/use-auth-query.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { Notice, RefusalNotice } from "../_parts/notice.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { WideButton, WideLink } from "../_parts/wide-button.tsx";
import { ResendForm } from "./resend-form.tsx";

type Link = { readonly kind: "token" | "change"; readonly secret: string };

/** Sends what the link carries; whether somebody is signed in here decides how it goes on. */
const Verifying = ({ link }: { readonly link: Link }) => {
  const { kind, secret } = link;
  const sent = useRef<Promise<void>>(undefined);
  const [query, again] = useAuthQuery(
    useCallback(async () => {
      // It works once, so it is sent once.
      sent.current ??= (kind === "token" ? sendEmailVerification : sendEmailChangeConfirmation)(secret);
      await sent.current.catch((error: unknown) => {
        sent.current = undefined;
        throw error;
      });
      return fetchCurrentUser().then(
        () => true,
        () => false,
      );
    }, [kind, secret]),
  );
  if (query.state === "answered") {
    return (
      <AuthPage title={kind === "token" ? "Your address is verified" : "Your e-mail address was changed"}>
        <div className="space-y-4">
          <Notice tone="good">
            {kind === "token" ? "Thank you. Your account is ready." : "Sign in with it from now on."}
          </Notice>
          <WideLink href={query.answer ? "/add-passkey" : "/sign-in?return_to=%2Fadd-passkey"} primary>
            {query.answer ? "Continue" : "Sign in"}
          </WideLink>
        </div>
      </AuthPage>
    );
  }
  if (query.state === "refused" && query.refusal.code === "link_invalid") {
    return (
      <AuthPage title="This link is no longer valid" intro="It was already used or has expired">
        {kind === "token" ? <ResendForm /> : <WideLink href="/settings">Your settings</WideLink>}
      </AuthPage>
    );
  }
  return (
    <AuthPage title="Verify your e-mail address">
      {query.state === "asking" && <Waiting label="Verifying" fields={1} />}
      {query.state === "refused" && (
        <div className="space-y-4">
          <RefusalNotice refusal={query.refusal} />
          <WideButton onClick={again}>Try again</WideButton>
        </div>
      )}
    </AuthPage>
  );
};

/** Where the links of verification mails lead. Without a link, a new one can be query for. */
export const VerifyEmail = () => {
  const token = useFragment("token");
  const change = useFragment("change");
  if (typeof change === "string") return <Verifying link={{ kind: "change", secret: change }} />;
  if (typeof token === "string") return <Verifying link={{ kind: "token", secret: token }} />;
  return (
    <AuthPage title="Verify your e-mail address" intro="Open the link in the e-mail we sent you, or ask for a new one">
      {token === undefined ? <Waiting label="Loading" fields={1} /> : <ResendForm />}
    </AuthPage>
  );
};
