import type { NexusFacts } from "../contracts/nexus-facts.ts";
import type { RateAllowance } from "../domain/limits/index.ts";
import type { RouteTarget } from "../families/family.ts";

/** How a call ended, once its row is settled, or kept in doubt. */
export interface Ended {
  readonly facts: NexusFacts;
  /** Metered units by class. */
  readonly units: Readonly<Record<string, number>>;
}

/** A complete answer, with what the call says about itself. */
export interface Reply<A> extends Ended {
  readonly result: A;
  readonly replayed: boolean;
  readonly allowance: RateAllowance | undefined;
}

/** What is known of a stream before it has ended. */
export type StreamStart = { readonly operationId: string } & Omit<RouteTarget, "credentialId">;

/** A stream that may be read once. `end` resolves when the row is settled, also where the reader left early. */
export interface StreamReply<C> {
  readonly start: StreamStart;
  /** Throws a NexusError where the vendor broke off; by then the row is settled. */
  readonly chunks: AsyncGenerator<C, void, void>;
  readonly end: Promise<Ended>;
  readonly replayed: boolean;
  readonly allowance: RateAllowance | undefined;
}
