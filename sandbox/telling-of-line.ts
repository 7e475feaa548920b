import type { JsonObject } from "./read-json.ts";
import { usageTelling } from "./plan-reply.ts";
import { carriedFaults } from "./script.ts";
import type { UsageTelling, SandboxVendorId } from "./vendor.ts";

/** How the usage of one request of a batch is told: by what the request itself carries, as if it were made alone. */
export const tellingOfLine = (asked: {
  readonly vendor: SandboxVendorId;
  readonly path: string;
  readonly model: string;
  readonly body: JsonObject;
}): UsageTelling => usageTelling(carriedFaults(undefined, JSON.stringify(asked.body), ""), asked);
