import { z } from "zod";
import { defineProvider, type ProviderDefinition } from "../../../server/contracts/provider.ts";
import { actingVendorNames } from "./acting-vendors.ts";

/** The acting vendors, as the product knows vendors: for their credentials. */
export const actingProviders: ReadonlyMap<string, ProviderDefinition> = new Map(
  actingVendorNames.map((id) => [
    id,
    defineProvider({
      id,
      name: id,
      family: "payments",
      credential: z.strictObject({ apiKey: z.string().min(1).max(100) }),
      defaultBaseUrl: "http://127.0.0.1",
      customBaseUrl: true,
      docsUrl: "https://docs.stripe.com/api/idempotent_requests",
    }),
  ]),
);
