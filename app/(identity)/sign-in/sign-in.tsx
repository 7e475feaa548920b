"use client";

import { useCallback } from "react";
import { fetchCurrentUser } from "../_api/session.ts";
import { fetchSignInOptions, type SignInOptions } from "../_api/sign-in.ts";
import { continueTo } from "../_flow/leave.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { useAuthQuery } from "../_flow/use-auth-query.ts";
import { usePresence } from "../_flow/use-presence.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { AuthSilent } from "../_parts/auth-silent.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { SignInChoices } from "./sign-in-choices.tsx";

interface SignInProps {
  readonly to: string;
  /** Why an earlier attempt did not succeed. */
  readonly error: string | undefined;
  /** Somebody who is signed in shall show again that it is them. */
  readonly anew: boolean;
}

const plain: SignInOptions = { registration: true, providers: [] };
// Without an answer the ways that are always there are offered.
const readOptions = () => fetchSignInOptions().catch(() => plain);

/** Asks first whether a session lives; the form is for those of whom Auth has said that they have none. */
export const SignInPanel = ({ to, error, anew }: SignInProps) => {
  const stays = anew || error !== undefined;
  const presence = usePresence(
    useCallback(async () => {
      await fetchCurrentUser();
      if (stays) return "stays";
      return continueTo(to) ? "gone" : "circles";
    }, [stays, to]),
  );
  const [query] = useAuthQuery(readOptions);
  const isGone = presence.state === "in" && presence.me === "gone";
  const circles = presence.state === "in" && presence.me === "circles";
  const ready = query.state === "answered" && presence.state !== "asking" && !isGone;
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
      {presence.state !== "unavailable" && ready && (
        <SignInChoices to={to} error={circles ? "session_circles" : error} providers={query.answer.providers} />
      )}
    </AuthPage>
  );
};
