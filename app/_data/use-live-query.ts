"use client";

import { useCallback, useEffect, useEffectEvent, useState } from "react";
import type { ShownFailure } from "../_ui/failure-notice.tsx";
import { useSession } from "../_session/session-provider.tsx";
import { failureOf } from "./failure-of.ts";
import type { NexusClient } from "@topolo/nexus-client";
import { useNexus } from "./nexus-provider.tsx";

export interface LiveQuery<T> {
  /** The last answer to the present question; kept through failures that follow it. */
  readonly data: T | undefined;
  readonly failure: ShownFailure | undefined;
  /** A new question, or a repetition somebody asked for, is not answered yet. */
  readonly busy: boolean;
  readonly retry: () => void;
}

interface Settled<T> {
  readonly key: string;
  readonly question: string;
  readonly data: T | undefined;
  readonly failure: ShownFailure | undefined;
}

/**
 * Asks the gateway, and asks again every so often while the page is visible. The key names the question: answers to an
 * earlier one are dropped. `load` must depend on nothing that the key does not say. A new `cause` asks at once.
 */
export const useLiveQuery = <T>(
  key: string,
  load: (nexus: NexusClient) => Promise<T>,
  everyMs: number,
  cause = "",
): LiveQuery<T> => {
  const nexus = useNexus();
  const { auth } = useSession();
  const [settled, setSettled] = useState<Settled<T>>();
  const [round, setRound] = useState(0);
  const question = `${key} ${cause} ${round}`;
  const answer = useEffectEvent(() => load(nexus));

  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const ask = async (): Promise<void> => {
      try {
        const data = await answer();
        if (current) setSettled({ key, question, data, failure: undefined });
      } catch (error) {
        const failure = failureOf(error);
        // Auth may have ended the session: ask it, since its word alone counts.
        if (failure.code === "UNAUTHENTICATED") await auth.refresh().catch(() => undefined);
        if (current)
          setSettled((before) => ({ key, question, data: before?.key === key ? before.data : undefined, failure }));
      }
      if (current) timer = setTimeout(() => void turn(), everyMs);
    };
    const turn = async (): Promise<void> => {
      if (!document.hidden) await ask();
    };
    const onVisible = (): void => {
      clearTimeout(timer);
      void turn();
    };

    void ask();
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      current = false;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [key, question, auth, everyMs]);

  const retry = useCallback(() => setRound((count) => count + 1), []);
  const present = settled?.key === key ? settled : undefined;
  return { data: present?.data, failure: present?.failure, busy: settled?.question !== question, retry };
};
