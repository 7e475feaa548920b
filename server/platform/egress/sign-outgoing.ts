import type { SignRequest, UnsignedRequest } from "../../contracts/sign-request.ts";
import { EgressError } from "./egress-error.ts";

interface Signable {
  readonly method: UnsignedRequest["method"];
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | string | undefined;
}

interface Signing {
  readonly sign: SignRequest;
  readonly host: string;
  readonly now: number;
  /** Headers that only the connection may set. */
  readonly owned: ReadonlySet<string>;
  readonly sent: boolean;
}

/**
 * A request with the headers that sign it, whose bytes are the very ones that were signed. What a signer throws is not
 * kept: it may hold a key.
 */
export const signOutgoing = async (request: Signable, { sign, host, now, owned, sent }: Signing): Promise<Signable> => {
  const body = typeof request.body === "string" ? Buffer.from(request.body) : request.body;
  const [path = "", ...query] = request.path.split("?");
  const { method, headers } = request;
  let added: Readonly<Record<string, string>>;
  try {
    added = await sign({ method, host, path, query: query.join("?"), headers, body: body ?? new Uint8Array(), now });
  } catch {
    throw new EgressError("request_invalid", { sent });
  }
  const signed = { ...headers };
  for (const [name, value] of Object.entries(added)) {
    const key = name.toLowerCase();
    // It would be signed, and then sent otherwise.
    if (owned.has(key)) throw new EgressError("request_invalid", { sent });
    signed[key] = value;
  }
  return { method, path: request.path, headers: signed, body };
};
