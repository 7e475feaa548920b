import type { PrincipalUser } from "@topolo/auth-middleware";

/** A person whose address nobody has proven has their own account and nothing else, in every organization. */
export const mayHoldPermissions = ({
  principalType,
  emailVerified,
}: Pick<PrincipalUser, "principalType" | "emailVerified">): boolean =>
  principalType !== "human" || emailVerified === true;
