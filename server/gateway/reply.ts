import type { NexusFacts } from "../contracts/ai.ts";
import type { RateAllowance } from "./gateway.ts";

/** A complete answer, with what the call says about itself. */
export interface Reply<R> {
  readonly result: R;
  readonly facts: NexusFacts;
  /** Metered units by class. */
  readonly units: Readonly<Record<string, number>>;
  readonly replayed: boolean;
  readonly allowance: RateAllowance | undefined;
}
