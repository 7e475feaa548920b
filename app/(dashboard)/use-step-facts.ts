"use client";

import { skipToken } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useAnswer } from "../_data/use-answer.ts";
import type { StepFacts, StepName } from "./first-steps.ts";

const everyMs = 10_000;

/** What calls for the platform itself is no app of anybody's. */
const ownApps: ReadonlySet<string> = new Set(["srv_nexus", "srv_auth"]);

/** Which of the steps are done, by what is there; asked for while somebody looks at them. */
export const useStepFacts = (
  steps: readonly StepName[],
  { hasCalled, hasBudget }: { readonly hasCalled: boolean | undefined; readonly hasBudget: boolean | undefined },
): StepFacts => {
  const nexus = useNexus();
  const often = { refetchInterval: everyMs };
  const asks = (step: StepName) => (steps.includes(step) ? {} : skipToken);
  const keys = useAnswer(nexus.keys.list.queryOptions(asks("key"), often)).data?.keys;
  const apps = useAnswer(nexus.apps.list.queryOptions(asks("app"), often)).data?.apps;
  return {
    call: hasCalled,
    key: keys && keys.length > 0,
    budget: hasBudget,
    app: apps?.some(({ id, lastSeenAt }) => lastSeenAt !== null && !ownApps.has(id)),
  };
};
