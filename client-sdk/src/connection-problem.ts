/** What stands between an app and Nexus. */
export type ConnectionReason =
  /** The address itself is wrong: no scheme, a path too much. */
  | "address"
  /** The name of the host is not known. */
  | "unknown_host"
  /** Nobody listens there. */
  | "refused"
  /** Nobody answered in time; the connection never stood. */
  | "unreachable"
  /** The certificate is not trusted. */
  | "certificate"
  /** `https` was spoken where `http` is, or the other way round. */
  | "protocol"
  /** The browser may not call from this origin. */
  | "cors"
  /** Another server answered. */
  | "not_nexus"
  /** The connection broke; what happened meanwhile is not known. */
  | "lost";

/** What never mends itself by trying again. */
const lasting: ReadonlySet<ConnectionReason> = new Set([
  "address",
  "unknown_host",
  "certificate",
  "protocol",
  "cors",
  "not_nexus",
]);

/** Why no answer of Nexus came back, in words that say what to change. */
export class ConnectionProblem extends Error {
  readonly reason: ConnectionReason;
  /** `none` where nothing can have left. */
  readonly effect: "none" | "unknown";
  /** Nothing left, and the next try may find somebody there. */
  readonly retryable: boolean;

  constructor(
    reason: ConnectionReason,
    message: string,
    options?: { readonly cause?: unknown; readonly effect?: "unknown" },
  ) {
    super(message, options);
    this.name = "ConnectionProblem";
    this.reason = reason;
    this.effect = options?.effect ?? (reason === "lost" ? "unknown" : "none");
    this.retryable = this.effect === "none" && !lasting.has(reason);
  }
}
