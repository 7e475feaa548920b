"use client";

import { useState } from "react";
import { thenReturn } from "../_flow/return-to.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { ForSignedIn } from "../_parts/for-signed-in.tsx";
import { Notice } from "../_parts/notice.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { WideLink } from "../_parts/wide-button.tsx";
import { PasskeyForm } from "./passkey-form.tsx";

/** Offered once after an address has been verified: signing in without a password. */
export const AddPasskey = ({ to }: { readonly to: string }) => {
  const [added, setAdded] = useState(false);
  if (added) {
    return (
      <AuthPage title="Your passkey is ready">
        <div className="space-y-4">
          <Notice tone="good">Next time, choose it at sign-in: no password, nothing to type.</Notice>
          <WideLink href={to} primary>
            Continue
          </WideLink>
        </div>
      </AuthPage>
    );
  }
  return (
    <AuthPage
      title="Sign in without a password"
      intro="A passkey uses your fingerprint, face or screen lock, and cannot be phished"
      below={<TextLink href={to}>Not now</TextLink>}
    >
      <ForSignedIn here={thenReturn("/add-passkey", to)}>
        {() => <PasskeyForm onAdded={() => setAdded(true)} />}
      </ForSignedIn>
    </AuthPage>
  );
};
