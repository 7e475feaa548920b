/** What the in-memory Nexus knows of a procedure: what the real one declares. */
export interface TestedProcedure {
  readonly type: "query" | "mutation";
  readonly permissions: readonly string[];
  readonly metered: boolean;
  readonly streaming: boolean;
  /** The input as the real one reads it; throws the server's own INVALID_INPUT. */
  readonly parse: (input: unknown) => unknown;
}

/** What the server says of an error code. */
export interface TestedError {
  readonly message: string;
  readonly retryable: boolean;
}
