"use client";

import { queryOptions } from "@tanstack/react-query";
import type { NexusOutputs } from "@topolo/nexus-client";
import { useNexusClient } from "@topolo/nexus-client/react-query";
import { useAnswer, type LiveAnswer } from "../../_data/use-answer.ts";

export type SystemAnswer = NexusOutputs["system"]["get"];

/** How much waited at a moment. */
export interface QueueMoment {
  readonly at: string;
  readonly count: number;
}

export interface SeenSystem {
  readonly system: SystemAnswer;
  /** Since the page was opened, oldest first. */
  readonly waiting: readonly QueueMoment[];
}

const everyMs = 5_000;
const remembered = 60;
const queryKey = ["system"];

/** The installation as it is, and how much waited at each look so far. */
export const useSystem = (): LiveAnswer<SeenSystem> => {
  const nexus = useNexusClient();
  return useAnswer(
    queryOptions({
      queryKey,
      queryFn: async ({ signal, client }): Promise<SeenSystem> => {
        const system = await nexus.system.get.query({}, { signal });
        const before = client.getQueryData<SeenSystem>(queryKey)?.waiting ?? [];
        const count = system.queues.reduce((sum, { waiting }) => sum + waiting, 0);
        return { system, waiting: [...before, { at: system.at, count }].slice(-remembered) };
      },
      refetchInterval: everyMs,
    }),
  );
};
