"use client";

import type { CurrentUser } from "../../_auth-api/session.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { ForSignedIn } from "../_parts/for-signed-in.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { AccountLinks } from "./account-links.tsx";
import { Apps } from "./apps.tsx";
import { OwnInvitations } from "./own-invitations.tsx";

const Welcome = ({ me }: { readonly me: CurrentUser }) => {
  const organization = me.organizations.find(({ id }) => id === me.activeOrganizationId)?.name;
  return (
    <div className="space-y-5">
      {!me.emailVerified && (
        <Notice tone="warn">
          Your e-mail address is not verified yet. Open the link in the e-mail we sent you, or{" "}
          <a href="/verify-email" className="font-medium underline underline-offset-2">
            ask for a new one
          </a>
          .
        </Notice>
      )}
      <OwnInvitations />
      <Apps organization={organization} />
      <AccountLinks me={me} organization={organization} />
    </div>
  );
};

/** The page for a signed-in person without a destination: every app they can open, and sign-out. */
export const HomePanel = () => (
  <AuthPage title="Your apps" intro="Choose where to go">
    <ForSignedIn here="/" fields={3}>
      {(me) => <Welcome me={me} />}
    </ForSignedIn>
  </AuthPage>
);
