import type { Metered, ProviderError, SessionIo, WireSocket } from "./vendor-call.ts";

/** What opens a session at a vendor. */
export type RealtimeIo = Pick<SessionIo, "credential" | "openSocket" | "signal"> & { readonly model: string };

/**
 * Sessions in which people talk to a model, in the events of OpenAI's Realtime API. A vendor of another wire translates
 * them in its adapter.
 */
export interface AiVendorRealtime {
  readonly open: (io: RealtimeIo) => Promise<WireSocket>;
  /** What the last event of a response says that it used. */
  readonly meterOf: (response: unknown) => Metered;
  /** What an event of the type `error` says of the request that it answers. */
  readonly refusalOf: (error: unknown, io: Pick<RealtimeIo, "credential" | "model">) => ProviderError;
  /** What the end of the socket says of a response that was under way. */
  readonly lost: (cause: Error | undefined) => ProviderError;
  /** The most that a model makes in one response, in tokens. */
  readonly outputTokensMax: (model: string) => number;
}
