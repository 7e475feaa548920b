import { interactionPolicy, type KoaContextWithOIDC } from "oidc-provider";
import { liveSessionOf } from "./live-session-of.ts";

const { Check, Prompt, base } = interactionPolicy;

/** Whether the engine acts for somebody else than the person signed in on this browser, or for nobody. */
const differs = ({ req, oidc }: KoaContextWithOIDC): boolean => {
  const live = liveSessionOf(req);
  return live === undefined || oidc.session?.uid !== live.sessionId || oidc.session.accountId !== live.user.id;
};

/** Someone with memberships acts for one of them; which, they say themselves. */
export const needsOrganization = (live: {
  readonly organization: unknown;
  readonly user: { readonly launcherEligible: boolean };
}): boolean => live.organization === undefined && live.user.launcherEligible;

/** When the browser is sent to our pages before a code is issued. */
export const createInteractionPolicy = (): interactionPolicy.DefaultPolicy => {
  const policy = base();
  const login = policy.get("login");
  if (!login) throw new Error("the engine has no login prompt");
  login.checks.add(new Check("session_differs", "the person signed in has changed", "login_required", differs));
  login.checks.add(
    new Check("organization_needed", "an organization must be chosen", "interaction_required", ({ req }) => {
      const live = liveSessionOf(req);
      return live !== undefined && needsOrganization(live);
    }),
  );
  // Before the sign-in: whoever is chosen, or has just made an account, is who signs in.
  policy.add(new Prompt({ name: "create", requestable: true }), 0);
  policy.add(new Prompt({ name: "select_account", requestable: true }), 0);
  return policy;
};
