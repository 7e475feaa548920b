/** A request just before it leaves: of all that is sent, only headers are still added, by the signature over the rest. */
export interface UnsignedRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As the `host` header will say it: with a port where it is not the scheme's own. */
  readonly host: string;
  /** Encoded as it is sent, without the query. */
  readonly path: string;
  /** Encoded as it is sent, without the question mark; empty where there is none. */
  readonly query: string;
  /** All but those that the connection adds itself, such as `content-length`. Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Wall clock, ms since the epoch. */
  readonly now: number;
}

/** Gives the headers that sign a request. Called for every request that is sent, so again for each attempt. */
export type SignRequest = (
  request: UnsignedRequest,
) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
