"use client";

import type { NexusInputs } from "@topolo/nexus-client";
import { useNexusClient } from "@topolo/nexus-client/react-query";
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import type { OperationAnswer } from "../../_data/answers.ts";
import { followCalls, type FollowState } from "./follow-calls.ts";

const subscribe = (notice: () => void): (() => void) => {
  document.addEventListener("visibilitychange", notice);
  return () => document.removeEventListener("visibilitychange", notice);
};

/** A browser has few connections to one origin: a page that nobody sees keeps none. */
const useVisible = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => document.visibilityState === "visible",
    () => false,
  );

interface Followed {
  readonly filters: NonNullable<NexusInputs["operations"]["follow"]>;
  readonly onGap: () => void;
  readonly onTold: (calls: readonly OperationAnswer[]) => void;
}

/** Follows the calls that the filters leave while the page is seen; says how what comes in reaches it. */
export const useFollow = ({ filters, onGap, onTold }: Followed): FollowState => {
  const client = useNexusClient();
  const isVisible = useVisible();
  const [state, setState] = useState<FollowState>("beginning");
  const gap = useEffectEvent(onGap);
  const told = useEffectEvent(onTold);
  const question = JSON.stringify(filters);
  useEffect(() => {
    if (!isVisible) return;
    const over = new AbortController();
    const asked: Followed["filters"] = JSON.parse(question);
    void followCalls({
      open: (signal) => client.operations.follow.query(asked, { signal }),
      signal: over.signal,
      onState: setState,
      onGap: () => gap(),
      onTold: (calls) => told(calls),
    });
    return () => over.abort();
  }, [client, isVisible, question]);
  return state;
};
