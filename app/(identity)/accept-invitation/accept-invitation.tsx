"use client";

import { useCallback, useEffect, useState } from "react";
import { fetchInvitation, type InvitationDetails } from "../../_auth-api/invitations.ts";
import { explainError } from "../../_auth-api/explain.ts";
import { dropInvitation, keepInvitation, keptInvitation } from "../_flow/kept-invitation.ts";
import { useAuthQuery } from "../_flow/use-auth-query.ts";
import { useFragment } from "../_flow/use-fragment.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { WideLink } from "../_parts/wide-button.tsx";
import { InvitationAnswer } from "./invitation-answer.tsx";

const roleNames: Readonly<Record<string, string>> = {
  owner: "an owner",
  super_admin: "a super administrator",
  admin: "an administrator",
  member: "a member",
  guest: "a guest",
};

const introOf = ({ role, email }: InvitationDetails) => (
  <>
    You are invited as {roleNames[role] ?? role.replaceAll("_", " ")}, with the address{" "}
    <strong className="font-medium text-ink">{email}</strong>
  </>
);

const Gone = ({ words }: { readonly words: string }) => (
  <AuthPage title="This invitation is no longer valid">
    <div className="space-y-4">
      <Notice tone="warn">{words}</Notice>
      <WideLink href="/">Your apps</WideLink>
    </div>
  </AuthPage>
);

const Invited = ({ token }: { readonly token: string }) => {
  const [query] = useAuthQuery(useCallback(() => fetchInvitation(token), [token]));
  const [declined, setDeclined] = useState(false);

  useEffect(() => {
    if (query.state === "answered") keepInvitation(token);
    else if (query.state === "refused") dropInvitation();
  }, [query.state, token]);

  if (declined) {
    return (
      <AuthPage title="You declined the invitation">
        <p>Nothing was changed. If that was a mistake, ask to be invited again. You can close this page.</p>
      </AuthPage>
    );
  }
  if (query.state === "refused")
    return (
      <Gone
        words={
          query.refusal.code === "link_invalid" || query.refusal.code === "invalid_request"
            ? "It was already answered, withdrawn or has expired. Ask the person who invited you for a new one."
            : explainError(query.refusal)
        }
      />
    );
  const invitation = query.state === "answered" ? query.answer : undefined;
  return (
    <AuthPage
      title={invitation === undefined ? "Invitation" : `Join ${invitation.organization}`}
      intro={invitation === undefined ? undefined : introOf(invitation)}
    >
      {invitation === undefined ? (
        <Waiting label="Loading the invitation" fields={1} />
      ) : (
        <InvitationAnswer token={token} invitation={invitation} onDeclined={() => setDeclined(true)} />
      )}
    </AuthPage>
  );
};

/** Where the links of invitation mails lead; the link is remembered while its reader signs in. */
export const AcceptInvitation = () => {
  const fragment = useFragment("token");
  if (fragment === undefined) {
    return (
      <AuthPage title="Invitation">
        <Waiting label="Loading the invitation" fields={1} />
      </AuthPage>
    );
  }
  const token = fragment ?? keptInvitation();
  return token === undefined ? (
    <Gone words="This link is incomplete. Open it from the mail once more." />
  ) : (
    <Invited token={token} />
  );
};
