import type { CallContext } from "../../contracts/call-context.ts";
import type { EmailVendor } from "../../contracts/email-vendor.ts";
import type { ComposedEmail } from "../../contracts/email/send-email.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import type { PriceSet } from "../../domain/pricing/index.ts";
import type { VendorQuestion, VendorRoute } from "../../domain/routing/index.ts";
import { NexusError } from "../../errors.ts";
import type { Family } from "../family.ts";
import { EmailRoute } from "./email-route.ts";
import { answeredEmailOf, encodeEmail, readKeptEmail } from "./kept-email.ts";
import { reopenEmail, type SendEmailRequest, type Suppressions } from "./send-email-request.ts";

export interface EmailFamilyDeps {
  /** The e-mail side of a registered vendor. */
  readonly vendorOf: (id: string) => EmailVendor | undefined;
  /** Ordered, never empty; throws a NexusError where there is none. */
  readonly chooseRoutes: (ctx: CallContext, question: VendorQuestion) => readonly VendorRoute<CredentialRef>[];
  /** What the vendor takes for a mail; null where nobody has said. */
  readonly priceSetOf: (organizationId: string, route: VendorRoute<CredentialRef>) => PriceSet | null;
  /** Whether the organization may send for a domain where this credential pays. */
  readonly maySendFor: (ctx: CallContext, domain: string, credential: CredentialRef) => Promise<boolean>;
  /** To whom of its recipients a mail is not sent, as it is now; by their order. */
  readonly suppressedNow: (organizationId: string, mail: ComposedEmail) => Promise<Suppressions>;
}

/** A mail of which nobody can tell for a week is paid for; whether it left stays unknown. */
const reviewMs = 7 * 86_400_000;

const foreignSender = (domain: string): NexusError =>
  new NexusError("INVALID_INPUT", {
    message: `The organization may not send for ${domain} with the platform's credentials: ask a platform operator, or store a key of its own.`,
    issues: [{ field: "from", expected: "an address of a domain that the organization may send for" }],
    details: { domain },
  });

const tooLarge = (bytes: number, recipients: number): NexusError =>
  new NexusError("CAPABILITY_MISSING", {
    message: `No vendor that can be used takes a mail of ${Math.ceil(bytes / 1_000)} kB to ${recipients} recipients.`,
    details: { missing: "size", bytes, recipients },
  });

const nobodyInTo = (recipients: number): NexusError =>
  new NexusError("CAPABILITY_MISSING", {
    message: `Nothing is sent to anybody in to or cc, since all of them are suppressed, and no vendor that can be used sends to ${recipients} blind copies alone. Send to each of them by itself.`,
    details: { missing: "to", recipients },
    issues: [{ field: "to", expected: "somebody who is not suppressed" }],
  });

/** A vendor that cannot recognize a repeat is asked again, where the caller accepts two copies; others are, under their key. */
const withRepeats = (routes: readonly EmailRoute[], { mostTimes }: SendEmailRequest): readonly EmailRoute[] => {
  if (mostTimes === undefined) return routes;
  const keyless = routes.filter(({ vendor }) => vendor.rules.keyLifetimeMs === undefined);
  return [...routes, ...keyless, ...keyless].slice(0, Math.max(routes.length, mostTimes));
};

/** The e-mail operations, as the call path asks of them. */
export const createEmailFamily = (deps: EmailFamilyDeps): Family<SendEmailRequest> => {
  const { vendorOf, chooseRoutes, priceSetOf, maySendFor, suppressedNow } = deps;
  const requireVendor = (id: string): EmailVendor => {
    const vendor = vendorOf(id);
    if (vendor) return vendor;
    throw new NexusError("INTERNAL", { cause: new Error(`${id} has no e-mail operations`) });
  };
  return {
    rateCost: () => 0,
    rateUsed: () => 0,
    routes: async (ctx, request) => {
      const { question, senderDomain, recipients, isBlind, bytes } = request;
      const chosen = chooseRoutes(ctx, question);
      const allowed: EmailRoute[] = [];
      let isSender = false;
      let isSmallEnough = false;
      for (const route of chosen) {
        if (!(await maySendFor(ctx, senderDomain, route.credential))) continue;
        isSender = true;
        const { vendor: vendorId, credential } = route;
        const vendor = requireVendor(vendorId);
        const priceSet = priceSetOf(ctx.organizationId, route);
        const { maxRecipients, maxBytes, needsTo } = vendor.capabilities;
        if (recipients > maxRecipients || bytes > maxBytes) continue;
        isSmallEnough = true;
        if (isBlind && needsTo) continue;
        allowed.push(new EmailRoute({ vendorId, vendor, credential, priceSet, recipients }));
      }
      if (allowed.length === 0) {
        if (!isSender) throw foreignSender(senderDomain);
        throw isSmallEnough ? nobodyInTo(recipients) : tooLarge(bytes, recipients);
      }
      return withRepeats(allowed, request);
    },
    identityOf: ({ identity }) => identity,
    acts: {
      reviewMs,
      reopen: (operationId, content, { organizationId }) =>
        reopenEmail(operationId, content, (mail) => suppressedNow(organizationId, mail)),
      rulesOf: ({ vendor }) => requireVendor(vendor).rules,
      send: async ({ vendor }, bytes, io) => {
        const { head, request } = readKeptEmail(bytes);
        const { result, ...metered } = await requireVendor(vendor).send(request, io);
        const { stored, others } = answeredEmailOf(head, result);
        const rawUsage = others.length === 0 ? metered.rawUsage : { recipients: others };
        return { ...metered, rawUsage, result: encodeEmail(stored) };
      },
    },
  };
};
