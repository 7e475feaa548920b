import type { IncomingMessage, ServerResponse } from "node:http";

/** A vendor that does things: it keeps what it was told, and answers by its own wire below its mount. */
export interface ActingWire {
  /** As Nexus names the vendor. */
  readonly id: string;
  readonly mount: string;
  /** A credential that it takes. */
  readonly credential: Readonly<Record<string, string>>;
  readonly serve: (path: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Forgets all of it, the faults that were asked for too. */
  readonly reset: () => void;
}
