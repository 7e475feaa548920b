"use client";

import { AuthRefusal } from "../_auth-api/auth-refusal.ts";
import { serviceId } from "../_session/service-id.ts";
import { useSession } from "../_session/session-provider.tsx";

/** Reads what a route of Nexus or Auth answers as a file; `words` are for where it does not. */
export const useReadFile = (words: string): ((address: string) => Promise<Blob>) => {
  const { auth } = useSession();
  return async (address) => {
    const token = await auth.accessToken();
    const answer = await fetch(address, {
      headers: {
        Authorization: `Bearer ${token ?? ""}`,
        "X-Service-ID": serviceId,
      },
      cache: "no-store",
    }).catch(() => undefined);
    if (answer?.ok !== true)
      throw new AuthRefusal(answer?.status === 401 ? "unauthenticated" : "unavailable", { words });
    return answer.blob();
  };
};
