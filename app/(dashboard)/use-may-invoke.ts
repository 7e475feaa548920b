"use client";

import { useAuthAnswer } from "../_data/use-auth-answer.ts";
import { useSession } from "../_session/session-provider.tsx";
import { holdsInvoke } from "./holds-invoke.ts";

/**
 * Whether the reader may call AI: a role gives that, and an administrator can take it from a person. It saves a refusal, and
 * counts as given until Auth has said otherwise; the gateway decides.
 */
export const useMayInvoke = (): boolean => {
  const { session } = useSession();
  const path =
    session?.organization === undefined
      ? undefined
      : `/api/users/${encodeURIComponent(session.user.id)}/permissions?organizationId=${encodeURIComponent(session.organization.id)}`;
  return useAuthAnswer(path, holdsInvoke).data ?? true;
};
