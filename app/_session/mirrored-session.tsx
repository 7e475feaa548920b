"use client";

import type { AuthClient, AuthSession } from "@topolo/auth-client";
import { SessionProvider as RelyingPartySession } from "next-auth/react";
import { useMirroredSession } from "./use-mirrored-session.ts";

interface MirroredSessionProps {
  readonly auth: AuthClient;
  readonly session: AuthSession | undefined;
}

const Mirror = ({ auth, session }: MirroredSessionProps) => {
  useMirroredSession(auth, session);
  return null;
};

/** The dashboard's own session, kept beside Auth's. */
export const MirroredSession = (props: MirroredSessionProps) => (
  <RelyingPartySession refetchOnWindowFocus={false}>
    <Mirror {...props} />
  </RelyingPartySession>
);
