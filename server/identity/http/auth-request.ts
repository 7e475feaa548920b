/** A request, whichever way it came. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** The query as it came, without its mark. */
  readonly search: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly ip: string;
  readonly requestId: string;
  /** At most 64 KiB; more is refused while reading, and so is a form with text that may not be there. */
  readonly readBody: () => Promise<Buffer>;
}

/** What a route answers; the router adds the headers every answer carries. */
export interface HttpAnswer {
  readonly status: number;
  readonly json?: unknown;
  readonly html?: string;
  /** A body in whatever media type the headers name. */
  readonly text?: string;
  /** A body that goes on for a while, in whatever media type the headers name. */
  readonly stream?: AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookie?: string;
  /** Where more than one is set. */
  readonly cookies?: readonly string[];
}
