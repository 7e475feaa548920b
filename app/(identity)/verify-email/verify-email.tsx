"use client";

import { useFragment } from "../_flow/use-fragment.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { ConfirmLink } from "./confirm-link.tsx";
import { ResendForm } from "./resend-form.tsx";

/** Where the links of verification mails lead. Without a link, a new one can be asked for. */
export const VerifyEmail = () => {
  const token = useFragment("token");
  const change = useFragment("change");
  if (typeof change === "string") return <ConfirmLink kind="change" secret={change} />;
  if (typeof token === "string") return <ConfirmLink kind="verify" secret={token} />;
  return (
    <AuthPage title="Verify your e-mail address" intro="Open the link in the e-mail we sent you, or ask for a new one">
      {token === undefined ? <Waiting label="Loading" fields={1} /> : <ResendForm />}
    </AuthPage>
  );
};
