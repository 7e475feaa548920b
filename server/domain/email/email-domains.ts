import type { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import {
  VerifyDomainInput,
  type DomainRecord,
  type EmailDomain,
  type ListDomainsOutput,
  type VerifyDomainOutput,
} from "../../contracts/email/email-domain.ts";
import { mailboxOf } from "../../contracts/email/mailbox.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { createTxtResolver } from "../../platform/txt-resolver.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { EmailDeps, ResolveTxt } from "./email-deps.ts";
import { selectEmailSenders, type EmailSenderRow } from "./store.ts";

const systemTxt = createTxtResolver();

type DomainDeps = Pick<EmailDeps, "db" | "resolveTxt">;

interface WantedRecord extends Pick<DomainRecord, "purpose" | "type" | "expected" | "value"> {
  readonly name: string;
  /** Whether a text is about this at all; two that are make each other void, for SPF and DMARC. */
  readonly isAbout: (text: string) => boolean;
  readonly isGood: (text: string) => boolean;
  /** Only the vendor knows where it is. */
  readonly nameless?: boolean;
}

const spf = (domain: string): WantedRecord => ({
  purpose: "spf",
  type: "TXT",
  name: domain,
  expected:
    "v=spf1 include:<your vendor's name> ~all (RFC 7208; vendors that send with a domain of their own need none)",
  value: null,
  isAbout: (text) => /^v=spf1( |$)/i.test(text),
  // Whoever lets everybody send has said nothing.
  isGood: (text) => !/(^|\s)\+?all(\s|$)/i.test(text),
});

const dkim = (domain: string, selector: string | undefined): WantedRecord => ({
  purpose: "dkim",
  type: "TXT",
  name: `${selector ?? "<selector>"}._domainkey.${domain}`,
  expected: "the key that your vendor shows for the domain (RFC 6376), as TXT or by its CNAME",
  value: null,
  isAbout: (text) => /(^|;)\s*p=/i.test(text),
  // A key that is empty was revoked.
  isGood: (text) => /(^|;)\s*p=\s*[A-Za-z0-9+/]/i.test(text),
  nameless: selector === undefined,
});

const dmarc = (domain: string): WantedRecord => ({
  purpose: "dmarc",
  type: "TXT",
  name: `_dmarc.${domain}`,
  value: "v=DMARC1; p=none",
  expected: "v=DMARC1; p=none (RFC 9989), and quarantine or reject once reports show that all mail is signed",
  isAbout: (text) => /^v=DMARC1\s*(;|$)/i.test(text),
  isGood: (text) => /;\s*p=\s*(none|quarantine|reject)\s*(;|$)/i.test(text),
});

const wantedOf = (domain: string, selector?: string): readonly WantedRecord[] => [
  spf(domain),
  dkim(domain, selector),
  dmarc(domain),
];

const shownOf = ({ purpose, type, name, expected, value }: WantedRecord): DomainRecord => ({
  purpose,
  type,
  name,
  expected,
  value,
  state: "unchecked",
  found: [],
});

const viewOf = ({ domain, addedAt }: EmailSenderRow, records: readonly DomainRecord[]): EmailDomain => ({
  domain,
  addedAt: addedAt.toISOString(),
  records: [...records],
});

const longestText = 500;

const check = async (resolveTxt: ResolveTxt, wanted: WantedRecord): Promise<DomainRecord> => {
  const shown = shownOf(wanted);
  if (wanted.nameless === true) return { ...shown, state: "unknown" };
  const texts = await resolveTxt(wanted.name).catch(() => undefined);
  if (texts === undefined) return { ...shown, state: "unknown" };
  const about = texts.filter(wanted.isAbout);
  const [only, ...others] = about;
  const state = only === undefined ? "missing" : others.length === 0 && wanted.isGood(only) ? "found" : "wrong";
  return { ...shown, state, found: about.slice(0, 5).map((text) => text.slice(0, longestText)) };
};

/** The domains that a platform operator has let the organization send for, with the records that they need. */
export const listEmailDomains = async (
  { db }: Pick<Deps, "db">,
  { organizationId }: CallContext,
): Promise<ListDomainsOutput> => {
  const rows = await selectEmailSenders(db.pool, organizationId);
  return { domains: rows.map((row) => viewOf(row, wantedOf(row.domain).map(shownOf))) };
};

/** Looks up now what the DNS has of a domain's records. It changes nothing: who may send is decided by an operator. */
export const verifyEmailDomain = async (
  { db, resolveTxt = systemTxt }: DomainDeps,
  { organizationId }: CallContext,
  input: z.input<typeof VerifyDomainInput>,
): Promise<VerifyDomainOutput> => {
  const { domain, selector } = parseInput(VerifyDomainInput, input);
  const named = mailboxOf(`a@${domain}`)?.slice(2);
  const row = (await selectEmailSenders(db.pool, organizationId)).find((sender) => sender.domain === named);
  if (row === undefined)
    throw new NexusError("NOT_FOUND", {
      message:
        "The organization may not send for this domain with the platform's credentials: ask a platform operator.",
    });
  const records = await Promise.all(wantedOf(row.domain, selector).map((wanted) => check(resolveTxt, wanted)));
  return { domain: viewOf(row, records), verified: records.every(({ state }) => state === "found") };
};
