import type { ResponsesDeps } from "../../domain/responses/index.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Metrics } from "../../platform/metrics.ts";

/** What the door to responses works with. */
export interface ResponsesDoorDeps {
  readonly gateway: Gateway;
  readonly deps: ResponsesDeps;
  readonly metrics: Pick<Metrics, "responsesKept" | "responsesRunning">;
}
