"use client";

import { useCallback } from "react";
import { fetchCurrentUser } from "../../_auth-api/session.ts";
import { fetchSignInOptions, type SignInOptions } from "../../_auth-api/sign-in.ts";
import { continueTo } from "../_flow/leave.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { useAuthQuery } from "../_flow/use-auth-query.ts";
import { usePresence } from "../_flow/use-presence.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { AuthSilent } from "../_parts/auth-silent.tsx";
import { OrLine } from "../_parts/or-line.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { WideLink } from "../_parts/wide-button.tsx";
import { SignInChoices } from "./sign-in-choices.tsx";

interface SignInProps {
  readonly to: string;
  /** Why an earlier attempt did not succeed. */
  readonly error: string | undefined;
  /** Somebody who is signed in shall show again that it is them. */
  readonly anew: boolean;
  /** An app asks which account it is to be; whoever is signed in may go on as that one. */
  readonly chooses: boolean;
}

const plain: SignInOptions = { registration: true, turnstileSiteKey: undefined, providers: [] };
// Without an answer the ways that are always there are offered.
const readOptions = () => fetchSignInOptions().catch(() => plain);

/** Asks first whether a session lives; the form is for those of whom Auth has said that they have none. */
export const SignInPanel = ({ to, error, anew, chooses }: SignInProps) => {
  const stays = anew || chooses || error !== undefined;
  const presence = usePresence(
    useCallback(async () => {
      const me = await fetchCurrentUser();
      if (stays) return me;
      return continueTo(to) ? "gone" : "circles";
    }, [stays, to]),
  );
  const [query] = useAuthQuery(readOptions);
  const isGone = presence.state === "in" && presence.me === "gone";
  const circles = presence.state === "in" && presence.me === "circles";
  const ready = query.state === "answered" && presence.state !== "asking" && !isGone;
  const me = presence.state === "in" && typeof presence.me === "object" ? presence.me : undefined;
  const registers = ready && query.answer.registration;
  return (
    <AuthPage
      title="Sign in"
      intro="One account for every Topolo app"
      below={
        registers && (
          <>
            New here? <TextLink href={thenReturn("/register", to)}>Create an account</TextLink>
          </>
        )
      }
    >
      {presence.state === "unavailable" && <AuthSilent onRetry={presence.retry} />}
      {presence.state !== "unavailable" && !ready && <Waiting label="Restoring your session" />}
      {ready && chooses && me !== undefined && (
        <>
          <WideLink href={`${to}?account=${encodeURIComponent(me.id)}`} primary>
            Continue as {me.name || me.email}
          </WideLink>
          <p className="mt-2 text-center text-sm break-all text-muted">{me.email}</p>
          <OrLine />
        </>
      )}
      {presence.state !== "unavailable" && ready && (
        <SignInChoices to={to} error={circles ? "session_circles" : error} providers={query.answer.providers} />
      )}
    </AuthPage>
  );
};
