"use client";

import { useState } from "react";
import { answerOwnInvitation, fetchOwnInvitations, type OwnInvitation } from "../../_auth-api/invitations.ts";
import { orConfirmIdentity } from "../_flow/or-confirm-identity.ts";
import { useAuthQuery } from "../_flow/use-auth-query.ts";
import { useSubmit } from "../../_forms/use-submit.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { WideButton } from "../_parts/wide-button.tsx";

const Invitation = ({ id, organization, role, onAnswered }: OwnInvitation & { readonly onAnswered: () => void }) => {
  const { busy, refusal, run } = useSubmit();
  const answer = (how: "accept" | "decline"): void =>
    run(async () => {
      await orConfirmIdentity("/", answerOwnInvitation(id, how));
      onAnswered();
    });
  return (
    <li className="space-y-3 rounded-xl border border-line p-4">
      <p>
        You are invited to <bdi className="font-medium">{organization}</bdi> as {role.replaceAll("_", " ")}.
      </p>
      <RefusalNotice refusal={refusal} />
      <div className="grid grid-cols-2 gap-2">
        <WideButton look="primary" busy={busy} onClick={() => answer("accept")} aria-label={`Join ${organization}`}>
          Join
        </WideButton>
        <WideButton look="quiet" busy={busy} onClick={() => answer("decline")} aria-label={`Decline ${organization}`}>
          Decline
        </WideButton>
      </div>
    </li>
  );
};

/** Invitations that wait for an answer. Joining changes nothing about where the person works now. */
export const OwnInvitations = () => {
  const [query] = useAuthQuery(fetchOwnInvitations);
  const [answered, setAnswered] = useState<readonly string[]>([]);
  const open = query.state === "answered" ? query.answer.filter(({ id }) => !answered.includes(id)) : [];
  if (open.length === 0) return null;
  return (
    <ul aria-label="Invitations" className="space-y-3">
      {open.map((invitation) => (
        <Invitation
          key={invitation.id}
          {...invitation}
          onAnswered={() => setAnswered((before) => [...before, invitation.id])}
        />
      ))}
    </ul>
  );
};
