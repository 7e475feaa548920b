import { NexusError } from "../../errors.ts";
import type { UsageReader } from "../reach/index.ts";

/** Customers of apps are shown to those who may read them. */
export const requireCustomersRead = (reader: UsageReader): void => {
  if ("permissions" in reader && !reader.permissions.has("srv_nexus.customers:read"))
    throw new NexusError("SCOPE_DENIED", {
      message: "Usage by customer needs the permission srv_nexus.customers:read.",
      details: { permission: "srv_nexus.customers:read" },
    });
};
