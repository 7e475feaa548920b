"use client";

import { skipToken } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import { useAnswer } from "../_data/use-answer.ts";
import { useSession } from "../_session/session-provider.tsx";
import { useKept } from "../_ui/use-kept.ts";
import { areStepsShown, stepsFor, type StepFacts, type StepName } from "./first-steps.ts";

const everyMs = 10_000;

/** What calls for the platform itself is no app of anybody's. */
const ownApps: ReadonlySet<string> = new Set(["srv_nexus", "srv_auth"]);

/** What else the page knows of the steps; undefined: not known yet. */
interface KnownFacts {
  readonly hasCalled: boolean | undefined;
  readonly hasBudget: boolean | undefined;
  /** Whether those two have been asked for, with an answer or without. */
  readonly asked: boolean;
}

/** The first steps of a person, which of them are done, and whether they are shown. */
export interface FirstSteps {
  /** Undefined: not decided yet. */
  readonly shown: boolean | undefined;
  readonly steps: readonly StepName[];
  readonly facts: StepFacts;
  readonly hide: () => void;
}

/**
 * Leads newcomers; what they have done is read from what is there, again and again while somebody looks at it. Whether
 * the steps are shown is decided once a visit: nothing appears above what somebody reads, and the last tick is seen.
 */
export const useFirstSteps = ({ hasCalled, hasBudget, asked }: KnownFacts): FirstSteps => {
  const nexus = useNexus();
  const { session } = useSession();
  const [kept, keep] = useKept(`first-steps.${session?.organization?.id ?? ""}`);
  const [decided, decide] = useState<boolean>();
  const steps = kept === "hidden" ? [] : stepsFor(session);
  const often = { refetchInterval: everyMs };
  const asks = (step: StepName) => (steps.includes(step) ? {} : skipToken);
  const keys = useAnswer(nexus.keys.list.queryOptions(asks("key"), often));
  const apps = useAnswer(nexus.apps.list.queryOptions(asks("app"), often));
  const facts: StepFacts = {
    call: hasCalled,
    key: keys.data && keys.data.keys.length > 0,
    budget: hasBudget,
    app: apps.data?.apps.some(({ id, lastSeenAt }) => lastSeenAt !== null && !ownApps.has(id)),
  };
  const isKnown = (["key", "app"] as const).every(
    (step) =>
      !steps.includes(step) || facts[step] !== undefined || { key: keys, app: apps }[step].failure !== undefined,
  );
  if (decided === undefined && asked && isKnown) decide(areStepsShown(kept, steps, facts));
  return {
    shown: decided === undefined ? undefined : steps.length > 0 && (decided || kept === "shown"),
    steps,
    facts,
    hide: () => keep("hidden"),
  };
};
