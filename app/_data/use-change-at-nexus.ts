"use client";

import { useQueryClient } from "@tanstack/react-query";
import { NexusClientError, type NexusClient } from "@topolo/nexus-client";
import { useNexusClient } from "@topolo/nexus-client/react-query";
import { useCallback } from "react";
import { AuthRefusal } from "../_auth-api/auth-refusal.ts";
import { useStepUp } from "../(dashboard)/security/user/_account/step-up.tsx";

/** Of the gateway's codes those that say the same as one of Auth's; anything else it says in words of its own. */
const sameAtAuth: Readonly<Record<string, string>> = {
  REAUTHENTICATION_REQUIRED: "reauthentication_required",
  INVALID_INPUT: "invalid_request",
  UNAUTHENTICATED: "unauthenticated",
};

const refusalOf = (error: unknown): unknown => {
  if (!NexusClientError.is(error)) return error;
  const { code, message, requestId, issues, retryAfterMs } = error;
  const details = {
    ...(issues === undefined ? {} : { issues }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  const same = sameAtAuth[code];
  return same === undefined
    ? new AuthRefusal(code.toLowerCase(), { ...details, words: message })
    : new AuthRefusal(same, details);
};

/**
 * Changes something at the gateway; forms tell its refusals as they tell Auth's, and a sign-in that is too old is asked
 * for. A change may show in any list, sum or budget, so everything on the page is asked for again.
 */
export const useChangeAtNexus = () => {
  const nexus = useNexusClient();
  const queryClient = useQueryClient();
  const { withStepUp } = useStepUp();
  return useCallback(
    async <T>(change: (nexus: NexusClient) => Promise<T>): Promise<T> => {
      const answer = await withStepUp(() =>
        change(nexus).catch((error: unknown) => {
          throw refusalOf(error);
        }),
      );
      void queryClient.invalidateQueries();
      return answer;
    },
    [nexus, queryClient, withStepUp],
  );
};
