import type { HttpExchange } from "../http/exchange.ts";
import type { ProofOfRequest } from "./verify-proof.ts";

/** A token or key of the Authorization header, and how its holder shows that it is theirs. */
export interface PresentedToken {
  readonly token: string;
  /** Undefined: it was presented as a bearer. */
  readonly proof: ProofOfRequest | undefined;
}

/** The request that a proof is for: another one where a service asks about its own. */
type ProvenRequest = Pick<ProofOfRequest, "method" | "url">;

/** What the request presents, by the schemes Bearer and DPoP; undefined where that is neither. */
export const presentedToken = (
  { request, context }: HttpExchange,
  { method, url }: ProvenRequest = { method: request.method, url: context.issuer + request.path },
): PresentedToken | undefined => {
  const [, scheme = "", token] = /^(Bearer|DPoP) ([\x21-\x7e]+)$/i.exec(request.header("authorization") ?? "") ?? [];
  if (token === undefined) return undefined;
  if (scheme.toLowerCase() === "bearer") return { token, proof: undefined };
  return { token, proof: { jwt: request.header("dpop") ?? "", method, url } };
};
