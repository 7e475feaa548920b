import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { randomBase62 } from "../crypto/random-secret.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { auditActor } from "./actor.ts";
import { organizationAnswer } from "./organization-answer.ts";
import { insertOrganization } from "./write/store.ts";
import { displayName } from "../../platform/display-name.ts";

export const organizationName = displayName().min(1);

export const CreateOrganizationInput = z.strictObject({
  name: organizationName,
  slug: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and hyphens, at most 63")
    .optional(),
});
export type CreateOrganizationInput = z.infer<typeof CreateOrganizationInput>;

/** A short name made of the long one, with a random end. */
export const slugOf = (name: string): string => {
  const stem = name
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40);
  return `${stem === "" ? "organization" : stem}-${randomBase62(8).toLowerCase()}`;
};

/** Makes an organization whose creator owns it, with the services that every organization receives. */
export const createOrganization = async (
  exchange: HttpExchange & { readonly caller: Caller; readonly input: CreateOrganizationInput },
): Promise<HttpAnswer> => {
  const { context, caller, input } = exchange;
  const { user, platformBypass } = caller.session;
  const organization = await insertOrganization(
    context.db,
    {
      name: input.name,
      slug: input.slug ?? slugOf(input.name),
      kind: "standard",
      ownerId: user.id,
      admitted: platformBypass,
      atMost: platformBypass ? undefined : context.limits.organizationsPerPerson,
    },
    auditActor(exchange, caller),
    new Date(context.clock.now()),
  );
  if (!organization) throw new AuthError("slug_taken");
  return { status: 201, json: { ...organizationAnswer(organization), role: "owner" } };
};
