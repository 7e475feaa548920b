import type { AuthCalls } from "./auth-call.ts";
import type { AuthWorld } from "./auth-world.ts";
import { organizationCalls } from "./organization-calls.ts";
import { ownAccountCalls } from "./own-account-calls.ts";
import { peopleCalls } from "./people-calls.ts";
import { serviceCalls } from "./service-calls.ts";
import { signInCalls } from "./sign-in-calls.ts";

/** A call of every operation of Auth that answers once, in an order in which each does what it asks. */
export const allAuthCalls = async (world: AuthWorld): Promise<AuthCalls> => {
  const others = {
    ...(await signInCalls(world)),
    ...(await organizationCalls(world)),
    ...(await peopleCalls(world)),
    ...(await serviceCalls(world)),
  };
  // A code of this minute waits among them: they are prepared last, and come first.
  return { ...(await ownAccountCalls(world)), ...others };
};
