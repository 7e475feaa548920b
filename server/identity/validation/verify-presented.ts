import type { IdentityContext } from "../identity-context.ts";
import type { PresentedToken } from "../proofs/presented-token.ts";
import { verifyProof } from "../proofs/verify-proof.ts";
import type { AccessClaims } from "../signing/access-token.ts";
import { isRefusal, type ValidationRefusal } from "./refusal.ts";

/** What a token says, where whoever presents it may: one that is bound to a key counts with a proof of that key alone. */
export const verifyPresented = async (
  context: IdentityContext,
  { token, proof }: PresentedToken,
): Promise<AccessClaims | ValidationRefusal> => {
  const claims = await context.tokens.verify(token);
  if (isRefusal(claims)) return claims;
  const { cnf } = claims;
  if (cnf === undefined) return proof === undefined ? claims : "proof_invalid";
  if (proof === undefined) return "proof_missing";
  return (await verifyProof(context, proof, { token, thumbprint: cnf.jkt })) ?? claims;
};
