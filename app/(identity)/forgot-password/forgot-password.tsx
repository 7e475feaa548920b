"use client";

import { useState } from "react";
import { requestPasswordReset } from "../../_auth-api/account.ts";
import { useHydrated } from "../_flow/use-hydrated.ts";
import { AskByMail } from "../_parts/ask-by-mail.tsx";
import { AuthPage } from "../_parts/auth-page.tsx";
import { SendAgain } from "../_parts/send-again.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { Waiting } from "../_parts/waiting.tsx";

const back = <TextLink href="/sign-in">Back to sign-in</TextLink>;

/** Asks for the mail with which a new password can be chosen; the same words whether or not the address is known. */
export const ForgotPassword = () => {
  const [sentTo, setSentTo] = useState<string>();
  const hydrated = useHydrated();
  if (sentTo !== undefined) {
    return (
      <AuthPage title="Check your e-mail" below={back}>
        <div className="space-y-4">
          <p className="break-words">
            If there is an account for <strong className="font-medium">{sentTo}</strong>, a message with a link is on
            its way. The link works once and for a short time.
          </p>
          <SendAgain send={() => requestPasswordReset(sentTo)} />
        </div>
      </AuthPage>
    );
  }
  return (
    <AuthPage title="Forgot your password?" intro="We send you a link to choose a new one" below={back}>
      {hydrated ? (
        <AskByMail label="Ask for a link" ask={requestPasswordReset} onAsked={setSentTo} action="Send the link" />
      ) : (
        <Waiting label="Loading" fields={1} />
      )}
    </AuthPage>
  );
};
