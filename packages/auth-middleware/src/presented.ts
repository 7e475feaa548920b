import { Unauthenticated } from "./errors.ts";

/** The proof with which a token bound to a key comes (DPoP, RFC 9449), and the request it was sent with. */
export interface PresentedProof {
  /** The header `DPoP`. */
  readonly proof: string;
  readonly method: string;
  /** The address that the caller asked, as the caller knows it: behind a proxy that of the proxy. */
  readonly url: string;
}

/** What a request presents. */
export interface Presented {
  readonly credential: string;
  /** Undefined: the credential is presented as a bearer. */
  readonly proof: PresentedProof | undefined;
}

interface PresentingRequest {
  readonly authorization: string | null | undefined;
  /** The header `DPoP`. */
  readonly dpop: string | null | undefined;
  readonly method: string;
  readonly url: string;
}

/** The credential of a request's headers, and its proof. It is looked for nowhere else: addresses end up in logs. */
export const readPresented = ({ authorization, dpop, method, url }: PresentingRequest): Presented => {
  if (!authorization) throw new Unauthenticated("credential_missing");
  const [, scheme = "", credential] = /^(Bearer|DPoP) +([\x21-\x7e]+)$/i.exec(authorization.trim()) ?? [];
  if (credential === undefined) throw new Unauthenticated("token_malformed");
  if (scheme.toLowerCase() === "bearer") return { credential, proof: undefined };
  if (!dpop) throw new Unauthenticated("proof_missing");
  return { credential, proof: { proof: dpop, method, url } };
};
