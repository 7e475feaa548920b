"use client";

import { whenOpened } from "../_ui/when-opened.tsx";
import { useKept } from "../_ui/use-kept.ts";
import { useSession } from "../_session/session-provider.tsx";
import { areStepsShown, stepsFor } from "./first-steps.ts";
import { useStepFacts } from "./use-step-facts.ts";

const FirstStepsCard = whenOpened(() => import("./first-steps-card.tsx").then((module) => module.FirstStepsCard));

interface GuideProps {
  /** Undefined: not known yet. */
  readonly hasCalled: boolean | undefined;
  readonly hasBudget: boolean | undefined;
}

/** Leads newcomers; what they have done is read from what is there. */
export const Guide = (known: GuideProps) => {
  const { session } = useSession();
  const [kept, keep] = useKept(`first-steps.${session?.organization?.id ?? ""}`);
  const steps = kept === "hidden" ? [] : stepsFor(session);
  const facts = useStepFacts(steps, known);
  if (!areStepsShown(kept, steps, facts)) return null;
  return <FirstStepsCard steps={steps} facts={facts} onHide={() => keep("hidden")} />;
};
