import { z } from "zod";
import { recordAudit } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer } from "../http/exchange.ts";
import { auditActor } from "../organizations/actor.ts";
import { asOwner, type OfOrganization } from "../organizations/as-owner.ts";
import { findUnregisteredApps, putUnregisteredApps } from "./store.ts";
import { UnregisteredAppsPolicy } from "./unregistered-apps.ts";

/** A host as an address of it has it: in small letters, other scripts as `xn--`, a port only where it is named. */
const host = z
  .string()
  .max(253)
  .refine((text) => /^[a-z0-9.-]+(:\d{1,5})?$/.test(text) && URL.parse(`https://${text}/`)?.host === text, {
    error: "a host name such as app.example.com",
  });

export const PutUnregisteredAppsInput = z
  .strictObject({
    policy: UnregisteredAppsPolicy.describe(
      "Whether apps without a registration act for the organization's people: none, those at the hosts, or any",
    ),
    hosts: z.array(host).max(100).default([]).describe("Of the documents that describe the apps; with `listed` alone"),
  })
  .refine(({ policy, hosts }) => (policy === "listed") === hosts.length > 0, {
    path: ["hosts"],
    error: "hosts with the policy listed, and only then",
  })
  .refine(({ hosts }) => new Set(hosts).size === hosts.length, { path: ["hosts"], error: "each host once" });
export type PutUnregisteredAppsInput = z.infer<typeof PutUnregisteredAppsInput>;

const answer = async ({ context, params }: OfOrganization): Promise<HttpAnswer> => {
  const organizationId = params["id"] ?? "";
  const found = await findUnregisteredApps(context.db, organizationId);
  if (!found) throw new AuthError("organization_not_found");
  // Where the installation lets none in, the organization's own word changes nothing.
  return okAnswer({ organizationId, ...found, available: context.clientDocuments !== undefined });
};

/** Which apps without a registration the organization lets in. */
export const readUnregisteredApps = (exchange: OfOrganization): Promise<HttpAnswer> => answer(exchange);

/** Changes which ones; tokens of an app that is let in no more end with the same commit. */
export const changeUnregisteredApps = async (
  exchange: OfOrganization & { readonly input: PutUnregisteredAppsInput },
): Promise<HttpAnswer> => {
  const { context, caller, input } = exchange;
  const now = new Date(context.clock.now());
  await asOwner(exchange, async ({ client, organization, actor }) => {
    await putUnregisteredApps(client, organization.id, input, { by: actor.userId, now });
    await recordAudit(
      client,
      {
        ...auditActor(exchange, caller),
        organizationId: organization.id,
        action: "unregistered-apps.update",
        target: organization.id,
        details: input,
      },
      now,
    );
  });
  return answer(exchange);
};
