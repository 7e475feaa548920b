"use client";

import type { ReactNode } from "react";
import type { CurrentUser } from "../../_auth-api/session.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { useLeaveWhen } from "../_flow/use-leave-when.ts";
import { useCurrentUser } from "../_flow/use-presence.ts";
import { AuthSilent } from "./auth-silent.tsx";
import { Waiting } from "./waiting.tsx";

interface ForSignedInProps {
  /** This page, to come back to after signing in. */
  readonly here: string;
  readonly fields?: number;
  readonly children: (me: CurrentUser) => ReactNode;
}

/** The part of a page that needs a person: everybody else is led to sign-in and back. */
export const ForSignedIn = ({ here, fields = 1, children }: ForSignedInProps) => {
  const presence = useCurrentUser();
  useLeaveWhen(presence.state === "out", thenReturn("/sign-in", here));
  if (presence.state === "in") return children(presence.me);
  if (presence.state === "unavailable") return <AuthSilent onRetry={presence.retry} />;
  return <Waiting label="Restoring your session" fields={fields} />;
};
