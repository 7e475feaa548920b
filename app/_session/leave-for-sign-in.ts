import { createLoopBreaker } from "@topolo/auth-client";

const breaker = () =>
  createLoopBreaker({
    storage: typeof sessionStorage === "undefined" ? undefined : sessionStorage,
    name: "topolo-nexus.sign-ins",
  });

/** Whether the page may go to Auth's sign-in by itself once more: a session that does not hold must not turn into a loop. */
export const mayLeaveUnasked = (): boolean => breaker().mayRedirect();

/** The session holds. */
export const signInHeld = (): void => breaker().reset();

/** Goes to Auth's sign-in, and from there back to the path. */
export const leaveForSignIn = async (returnTo: string): Promise<void> => {
  const { goToSignIn } = await import("./relying-party.ts");
  await goToSignIn(returnTo);
};
