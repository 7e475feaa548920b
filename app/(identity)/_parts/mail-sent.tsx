"use client";

import { requestVerificationEmail } from "../../_auth-api/account.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { AuthPage } from "./auth-page.tsx";
import { SendAgain } from "./send-again.tsx";
import { TextLink } from "./text-link.tsx";

/** After a registration: the same words whether or not the address was known. */
export const MailSent = ({ email, to }: { readonly email: string; readonly to: string }) => (
  <AuthPage
    title="Check your e-mail"
    intro={
      <>
        A message is on its way to <strong className="font-medium text-ink">{email}</strong>
      </>
    }
    below={<TextLink href={thenReturn("/sign-in", to)}>Back to sign-in</TextLink>}
  >
    <div className="space-y-4">
      <p>Open the link in it to verify your address. If you already have an account, the e-mail says so.</p>
      <SendAgain send={() => requestVerificationEmail(email)} />
    </div>
  </AuthPage>
);
