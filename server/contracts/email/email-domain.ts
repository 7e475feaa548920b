import { z } from "zod";

/** What a record of the DNS is for: who may send, what is signed, and what becomes of the rest. */
export const DomainRecordPurpose = z.enum(["spf", "dkim", "dmarc"]);

/** A record that mail of a domain needs, and what the DNS has. */
export const DomainRecord = z.object({
  purpose: DomainRecordPurpose,
  type: z.enum(["TXT", "CNAME"]),
  name: z.string(),
  expected: z.string().describe("What it has to say, by the vendor or by its standard"),
  value: z.string().nullable().describe("What can be set as it is; null where it depends on the vendor"),
  state: z
    .enum(["unchecked", "found", "missing", "wrong", "unknown"])
    .describe("unchecked: nobody has looked; unknown: the DNS did not answer, or only the vendor knows the name"),
  found: z.array(z.string()).describe("What the DNS has, as far as it is about this"),
});
export type DomainRecord = z.infer<typeof DomainRecord>;

/** A domain that the organization may send for with the platform's credentials. */
export const EmailDomain = z.object({
  domain: z.string(),
  addedAt: z.string(),
  records: z.array(DomainRecord),
});
export type EmailDomain = z.infer<typeof EmailDomain>;

export const ListDomainsInput = z.strictObject({});
export const ListDomainsOutput = z.object({ domains: z.array(EmailDomain) });
export type ListDomainsOutput = z.infer<typeof ListDomainsOutput>;

export const VerifyDomainInput = z.strictObject({
  domain: z.string().min(3).max(253),
  selector: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i, { error: "a DKIM selector" })
    .max(128)
    .optional()
    .describe("The name before `._domainkey` that the vendor has given the domain"),
});
export type VerifyDomainInput = z.output<typeof VerifyDomainInput>;
export const VerifyDomainOutput = z.object({ domain: EmailDomain, verified: z.boolean() });
export type VerifyDomainOutput = z.infer<typeof VerifyDomainOutput>;
