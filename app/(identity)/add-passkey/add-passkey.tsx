"use client";

import { useState } from "react";
import { fetchCurrentUser } from "../../_auth-api/session.ts";
import { leave } from "../_flow/leave.ts";
import { restPasskeyOffer } from "../_flow/passkey-offers.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { leaving, useSubmit } from "../../_forms/use-submit.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { ForSignedIn } from "../_parts/for-signed-in.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { WideLink } from "../_parts/wide-button.tsx";
import { PasskeyForm } from "./passkey-form.tsx";

const NotNow = ({ to }: { readonly to: string }) => {
  const { busy, run } = useSubmit();
  const decline = async () => {
    // Whoever is not signed in any more has nothing to be remembered.
    await fetchCurrentUser().then(
      ({ id }) => restPasskeyOffer(id),
      () => undefined,
    );
    leave(to);
    return leaving;
  };
  return (
    <button
      type="button"
      disabled={busy}
      onClick={() => run(decline)}
      className="rounded font-medium text-accent underline-offset-4 hover:underline"
    >
      Not now
    </button>
  );
};

/** Offered after an address has been verified and after a sign-in by password: signing in without one. */
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
      below={<NotNow to={to} />}
    >
      <ForSignedIn here={thenReturn("/add-passkey", to)}>
        {() => <PasskeyForm onAdded={() => setAdded(true)} />}
      </ForSignedIn>
    </AuthPage>
  );
};
