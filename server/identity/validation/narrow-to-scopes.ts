import type { ValidationAnswer } from "@topolo/auth-middleware";
import { serviceOf } from "../catalogue/catalogue.ts";

/**
 * What a third party's token tells and allows: of the person what userinfo tells, and of the person's permissions those
 * that were granted. Without one in these services there is no organization, and a role there never is: whoever guards by
 * role must not be talked into more than was granted.
 */
export const narrowToScopes = (
  answer: ValidationAnswer,
  scope: string,
  audience: readonly string[],
): ValidationAnswer => {
  const scopes = scope === "" ? [] : scope.split(" ");
  const granted = new Set(scopes);
  const { user, organization, permissions } = answer;
  const actsHere = scopes.some((name) => audience.includes(serviceOf(name)));
  const seesProfile = granted.has("profile");
  const seesEmail = granted.has("email");
  return {
    ...answer,
    user: user && {
      id: user.id,
      email: seesEmail ? user.email : null,
      emailVerified: seesEmail ? user.emailVerified : null,
      name: seesProfile ? user.name : null,
      pictureUrl: seesProfile ? user.pictureUrl : null,
      principalType: null,
      principalServices: [],
      launcherEligible: null,
    },
    organization: actsHere ? organization : null,
    role: null,
    platformBypass: false,
    lastSignIn: null,
    scopes,
    permissions: permissions.filter((permission) => granted.has(permission)),
  };
};
