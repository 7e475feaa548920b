"use client";

import { sendAcceptance, sendDecline, type InvitationDetails } from "../../_auth-api/invitations.ts";
import { sendActiveOrganization, signOut } from "../../_auth-api/session.ts";
import { dropInvitation } from "../_flow/kept-invitation.ts";
import { leave } from "../_flow/leave.ts";
import { useCurrentUser } from "../_flow/use-presence.ts";
import { leaving, useSubmit, type Submitting } from "../../_forms/use-submit.ts";
import { AuthSilent } from "../_parts/auth-silent.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { WideButton, WideLink } from "../_parts/wide-button.tsx";

interface InvitationAnswerProps {
  readonly token: string;
  readonly invitation: InvitationDetails;
  readonly onDeclined: () => void;
}

const here = encodeURIComponent("/accept-invitation");

/** Joins. Whoever works in another organization goes on there until they choose this one. */
const join = async (token: string, activeOrganizationId: string | undefined) => {
  const organizationId = await sendAcceptance(token);
  dropInvitation();
  if (activeOrganizationId === undefined) await sendActiveOrganization(organizationId);
  leave(activeOrganizationId === undefined ? "/" : "/choose-organization");
  return leaving;
};

const SignedOutAnswer = ({ accountExists }: Pick<InvitationDetails, "accountExists">) => (
  <>
    <p>{accountExists ? "Sign in to join." : "You need an account to join. Make one with that address."}</p>
    <WideLink href={`/${accountExists ? "sign-in" : "register"}?return_to=${here}`} primary>
      {accountExists ? "Sign in" : "Create an account"}
    </WideLink>
    <WideLink href={`/${accountExists ? "register" : "sign-in"}?return_to=${here}`}>
      {accountExists ? "Create an account" : "I have an account"}
    </WideLink>
  </>
);

const WrongAccount = ({ email, action }: { readonly email: string; readonly action: Submitting }) => (
  <>
    <Notice tone="warn">You are signed in as {email}. The invitation was sent to a different address.</Notice>
    <WideButton
      look="primary"
      busy={action.busy}
      onClick={() =>
        action.run(async () => {
          await signOut();
          leave(`/sign-in?return_to=${here}`);
          return leaving;
        })
      }
    >
      Use a different account
    </WideButton>
  </>
);

/** Yes or no, for the person the invitation was written to. */
export const InvitationAnswer = ({ token, invitation, onDeclined }: InvitationAnswerProps) => {
  const presence = useCurrentUser();
  const action = useSubmit();
  const decline = async (): Promise<void> => {
    await sendDecline(token);
    dropInvitation();
    onDeclined();
  };
  if (presence.state === "unavailable") return <AuthSilent onRetry={presence.retry} />;
  if (presence.state === "asking") return <Waiting label="Restoring your session" fields={1} />;
  const { email, activeOrganizationId } =
    presence.state === "in" ? presence.me : { email: undefined, activeOrganizationId: undefined };
  return (
    <div className="space-y-3">
      <RefusalNotice refusal={action.refusal} />
      {email === undefined && <SignedOutAnswer accountExists={invitation.accountExists} />}
      {email !== undefined && email !== invitation.email && <WrongAccount email={email} action={action} />}
      {email === invitation.email && (
        <WideButton
          look="primary"
          busy={action.busy}
          onClick={() => action.run(() => join(token, activeOrganizationId))}
        >
          Join {invitation.organization}
        </WideButton>
      )}
      <WideButton look="quiet" busy={action.busy} onClick={() => action.run(decline)}>
        Decline
      </WideButton>
    </div>
  );
};
