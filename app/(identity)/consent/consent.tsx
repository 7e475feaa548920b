"use client";

import { useCallback } from "react";
import {
  sendDecision,
  fetchInteraction,
  type ConsentDecision,
  type Interaction,
} from "../../_auth-api/interactions.ts";
import { explainError } from "../../_auth-api/explain.ts";
import { leaveForApp } from "../_flow/leave.ts";
import { orConfirmIdentity } from "../_flow/or-confirm-identity.ts";
import { leaving, useSubmit } from "../../_forms/use-submit.ts";
import { useLeaveWhen } from "../_flow/use-leave-when.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { usePresence } from "../_flow/use-presence.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { AccessChoice } from "../_parts/access-choice.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { WideLink } from "../_parts/wide-button.tsx";
import { authRefusalOf, type AuthRefusal } from "../../_auth-api/auth-refusal.ts";
import { AuthSilent } from "../_parts/auth-silent.tsx";

type Found = { readonly interaction: Interaction } | { readonly refusal: AuthRefusal };

const ended = /^(interaction_not_found|not_found|forbidden|invalid_request|account_mismatch|app_not_let_in)$/;

const find = (uid: string): Promise<Found> =>
  fetchInteraction(uid).then(
    (interaction) => ({ interaction }),
    (error: unknown) => {
      const refusal = authRefusalOf(error);
      if (ended.test(refusal.code)) return { refusal };
      throw error;
    },
  );

const Ended = ({ words }: { readonly words: string }) => (
  <AuthPage title="This request cannot continue">
    <div className="space-y-4">
      <Notice tone="warn">{words}</Notice>
      <WideLink href="/">Your apps</WideLink>
    </div>
  </AuthPage>
);

const Asking = ({ uid }: { readonly uid: string }) => {
  const presence = usePresence(useCallback(() => find(uid), [uid]));
  const { busy, refusal, run } = useSubmit();
  useLeaveWhen(presence.state === "out", thenReturn("/sign-in", `/interaction/${uid}`));
  const decide = (decision: ConsentDecision): void =>
    run(async () => {
      leaveForApp(await orConfirmIdentity(`/interaction/${uid}`, sendDecision(uid, decision)));
      return leaving;
    });
  if (presence.state === "in" && "refusal" in presence.me) return <Ended words={explainError(presence.me.refusal)} />;
  const interaction = presence.state === "in" && "interaction" in presence.me ? presence.me.interaction : undefined;
  const name = interaction?.client.name;
  return (
    <AuthPage
      title={name === undefined ? "Allow access" : `Allow ${name}?`}
      intro="Decide what it may do with your account"
    >
      {presence.state === "unavailable" && <AuthSilent onRetry={presence.retry} />}
      {(presence.state === "asking" || presence.state === "out") && <Waiting label="Loading" fields={2} />}
      {interaction !== undefined && (
        <div className="space-y-5">
          <RefusalNotice refusal={refusal} />
          <AccessChoice interaction={interaction} busy={busy} onDecide={decide} />
        </div>
      )}
    </AuthPage>
  );
};

/** Asks whether an app may have what it asks for. */
export const Consent = ({ uid }: { readonly uid: string | undefined }) =>
  uid === undefined ? (
    <Ended words="This link is incomplete. Go back to the app and start again." />
  ) : (
    <Asking uid={uid} />
  );
