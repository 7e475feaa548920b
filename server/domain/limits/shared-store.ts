import type { ScopeUsage } from "./decide.ts";
import type { TakeRequest } from "./limit-scope.ts";

/** What the shared windows said about a call: counted, or not, with what had been counted before. */
export interface SharedTake {
  readonly admitted: boolean;
  readonly slot: number;
  readonly usages: readonly ScopeUsage[];
}

/** Windows that several processes share. Every function may fail or be slow; the limiter then continues with its own windows. */
export interface SharedStore {
  readonly take: (request: TakeRequest) => Promise<SharedTake>;
  /** Changes the tokens of a counted call by so many. */
  readonly correct: (request: TakeRequest, slot: number, change: number) => Promise<void>;
  readonly close: () => Promise<void>;
}
