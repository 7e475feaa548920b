import { route, type AuthRoute } from "../http/route.ts";
import { signedIn } from "../http/steps.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import { finishAtProvider } from "./finish-at-provider.ts";
import { listOwnIdentities, removeIdentity } from "./manage-identities.ts";
import { startAtProvider } from "./start-at-provider.ts";

/** Signing in with another service's account. */
export const federatedRoutes: readonly AuthRoute[] = [
  route.get("/federated/:provider/start").answer(startAtProvider),
  route.get("/federated/:provider/callback").answer(finishAtProvider),
  route.get("/api/me/identities").step(signedIn).answer(listOwnIdentities),
  route.remove("/api/me/identities/:provider").step(signedIn).step(requireRecentSignIn).answer(removeIdentity),
];
