import { z } from "zod";
import { recordAudit } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { okAnswer, type HttpAnswer } from "../http/exchange.ts";
import { auditActor } from "../organizations/actor.ts";
import { asOwner, type OfOrganization } from "../organizations/as-owner.ts";
import { domainName } from "./domain-name.ts";
import { hasRecord, recordOf } from "./domain-record.ts";
import {
  countDomains,
  deleteDomain,
  insertDomain,
  listDomainRows,
  lockDomain,
  markVerified,
  type DomainRow,
} from "./store.ts";

const maxDomains = 50;

const domainAnswer = (row: DomainRow) => ({
  id: row.id,
  domain: row.domain,
  status: row.verified_at === null ? "pending" : row.missing_since === null ? "verified" : "missing",
  record: { type: "TXT", ...recordOf(row) },
  verifiedAt: row.verified_at?.toISOString() ?? null,
  checkedAt: row.checked_at?.toISOString() ?? null,
  missingSince: row.missing_since?.toISOString() ?? null,
});

/** The organization's domains, and the record that each has to have. */
export const listDomains = async ({ context, params }: OfOrganization): Promise<HttpAnswer> =>
  okAnswer({ domains: (await listDomainRows(context.db, params["id"] ?? "")).map(domainAnswer) });

export const AddDomainInput = z.strictObject({ domain: domainName });
export type AddDomainInput = z.infer<typeof AddDomainInput>;

/** Claims a domain. It counts for nothing before its DNS says so. */
export const addDomain = async (exchange: OfOrganization & { readonly input: AddDomainInput }): Promise<HttpAnswer> => {
  const { context, caller, input } = exchange;
  const now = new Date(context.clock.now());
  const made = await asOwner(exchange, async ({ client, organization, actor }) => {
    if ((await countDomains(client, organization.id)) >= maxDomains)
      throw new AuthError("too_many_domains", { limit: maxDomains });
    const row = await insertDomain(
      client,
      { organizationId: organization.id, domain: input.domain, challenge: randomSecret(), createdBy: actor.userId },
      now,
    );
    if (!row) throw new AuthError("domain_exists");
    await recordAudit(
      client,
      {
        ...auditActor(exchange, caller),
        organizationId: organization.id,
        action: "domain.add",
        target: row.id,
        details: { domain: row.domain },
      },
      now,
    );
    return row;
  });
  return { status: 201, json: domainAnswer(made) };
};

const readRecords = async ({ context }: OfOrganization, domain: string): Promise<readonly string[]> => {
  try {
    return await context.txtRecords(recordOf({ domain, challenge: "" }).name);
  } catch (error) {
    context.log.warn({ err: error, domain }, "the DNS of a domain did not answer");
    throw new AuthError("dns_unavailable");
  }
};

/** Looks the record up; from then on the domain is the organization's. */
export const verifyDomain = async (exchange: OfOrganization): Promise<HttpAnswer> => {
  const { context, params, caller } = exchange;
  const organizationId = params["id"] ?? "";
  const claimed = (await listDomainRows(context.db, organizationId)).find(({ id }) => id === params["domainId"]);
  if (!claimed) throw new AuthError("domain_not_found");
  const found = hasRecord(await readRecords(exchange, claimed.domain), claimed);
  if (!found) throw new AuthError("domain_record_missing");
  const now = new Date(context.clock.now());
  const verified = await asOwner(exchange, async ({ client }) => {
    const row = await lockDomain(client, organizationId, claimed.id);
    if (!row || row.challenge !== claimed.challenge) throw new AuthError("domain_not_found");
    await markVerified(client, row.id, now);
    await recordAudit(
      client,
      {
        ...auditActor(exchange, caller),
        organizationId,
        action: "domain.verify",
        target: row.id,
        details: { domain: row.domain },
      },
      now,
    );
    return lockDomain(client, organizationId, row.id);
  });
  if (!verified) throw new AuthError("internal");
  return okAnswer(domainAnswer(verified));
};

/** Gives a domain up. */
export const removeDomain = async (exchange: OfOrganization): Promise<HttpAnswer> => {
  const { context, params, caller } = exchange;
  const now = new Date(context.clock.now());
  await asOwner(exchange, async ({ client, organization }) => {
    const row = await lockDomain(client, organization.id, params["domainId"] ?? "");
    if (!row) throw new AuthError("domain_not_found");
    await deleteDomain(client, row.id);
    await recordAudit(
      client,
      {
        ...auditActor(exchange, caller),
        organizationId: organization.id,
        action: "domain.remove",
        target: row.id,
        details: { domain: row.domain, verified: row.verified_at !== null },
      },
      now,
    );
  });
  return okAnswer({ id: params["domainId"] ?? "", removed: true });
};
