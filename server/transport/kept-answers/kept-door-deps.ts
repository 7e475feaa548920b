import type { ResponsesDeps } from "../../domain/responses/index.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Metrics } from "../../platform/metrics.ts";

/** What a door works with whose answers are kept. */
export interface KeptDoorDeps {
  readonly gateway: Gateway;
  readonly deps: ResponsesDeps;
  readonly metrics: Pick<Metrics, "responsesKept" | "responsesRunning">;
}
