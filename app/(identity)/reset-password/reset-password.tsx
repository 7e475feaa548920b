"use client";

import { useState } from "react";
import { sendNewPassword } from "../../_auth-api/account.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { useFragment } from "../_flow/use-fragment.ts";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { NewPasswordField } from "../../_forms/new-password-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { WideButton, WideLink } from "../_parts/wide-button.tsx";

const ResetForm = ({ token, onDone }: { readonly token: string; readonly onDone: () => void }) => {
  const { busy, refusal, expected, submit } = useSubmit();
  return (
    <form
      method="post"
      aria-label="New password"
      className="space-y-4"
      onSubmit={submit(async (form) => {
        await sendNewPassword(token, formText(form, "password"));
        onDone();
      })}
    >
      <RefusalNotice refusal={refusal} />
      {refusal?.code === "link_invalid" ? (
        <WideLink href="/forgot-password" primary>
          Ask for a new link
        </WideLink>
      ) : (
        <>
          <NewPasswordField label="New password" first expected={expected("password")} />
          <WideButton type="submit" look="primary" busy={busy} doing="Saving…">
            Save password
          </WideButton>
        </>
      )}
    </form>
  );
};

/** Where the links of reset mails lead. */
export const ResetPassword = () => {
  const token = useFragment("token");
  const [done, setDone] = useState(false);
  if (done) {
    return (
      <AuthPage title="Your password was changed">
        <div className="space-y-4">
          <p>
            You have been signed out everywhere. Sign in with the new password, then look at what else opens your
            account, such as passkeys, keys and connected apps.
          </p>
          <WideLink href={thenReturn("/sign-in", "/ways-in")} primary>
            Sign in
          </WideLink>
        </div>
      </AuthPage>
    );
  }
  if (token === null) {
    return (
      <AuthPage title="This link is incomplete" below={<TextLink href="/sign-in">Back to sign-in</TextLink>}>
        <div className="space-y-4">
          <p>Open the complete link from the e-mail, or ask for a new one.</p>
          <WideLink href="/forgot-password" primary>
            Ask for a new link
          </WideLink>
        </div>
      </AuthPage>
    );
  }
  return (
    <AuthPage title="Choose a new password" intro="Every current session of your account will be signed out">
      {token === undefined ? (
        <Waiting label="Loading" fields={1} />
      ) : (
        <ResetForm token={token} onDone={() => setDone(true)} />
      )}
    </AuthPage>
  );
};
