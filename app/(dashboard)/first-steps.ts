import { outranks, type AuthSession } from "@topolo/auth-client";

/** The first steps with Nexus, in their order. */
export const stepNames = ["call", "key", "budget", "app"] as const;
export type StepName = (typeof stepNames)[number];

/** The steps that a session can take: members call, administrators set up. It saves a refusal; the gateway decides. */
export const stepsFor = (session: Pick<AuthSession, "role"> | undefined): readonly StepName[] => {
  if (session?.role === undefined || !outranks(session.role, "guest")) return [];
  return outranks(session.role, "member") ? stepNames : ["call"];
};

/** What the organization has: undefined is not known yet. */
export type StepFacts = Readonly<Record<StepName, boolean | undefined>>;

/** Whether the steps are shown: until all are done, unless somebody put them away, and again for whoever asks. */
export const areStepsShown = (kept: string | null, steps: readonly StepName[], facts: StepFacts): boolean => {
  if (steps.length === 0 || kept === "hidden") return false;
  if (kept === "shown") return true;
  // Nothing appears only to vanish: what is not known yet shows nothing.
  return steps.some((step) => facts[step] === false) && steps.every((step) => facts[step] !== undefined);
};
