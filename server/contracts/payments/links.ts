import { z } from "zod";
import { defineOperation } from "../operation.ts";
import { LinkAnswer, LinkView, MadeLinkAnswer } from "./answers.ts";
import { CredentialPolicy, DryRunFlag, Line, LinkId, Metadata, ProviderName, ReturnUrl } from "./input-parts.ts";

export const CreateLinkInput = z.strictObject({
  mode: z.enum(["payment", "subscription"]),
  lines: z.array(Line).min(1).max(20),
  payments: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe("How many payments it takes; any number where absent. A policy that bounds a day needs it"),
  successUrl: ReturnUrl.optional().describe("Where payers go afterwards; they stay on the vendor's page where absent"),
  metadata: Metadata.optional(),
  provider: ProviderName,
  credentialPolicy: CredentialPolicy,
  dryRun: DryRunFlag,
});
export type CreateLinkInput = z.infer<typeof CreateLinkInput>;

export const LinkOfInput = z.strictObject({ linkId: LinkId });
export const DeactivateLinkInput = z.strictObject({ linkId: LinkId, dryRun: DryRunFlag });

const family = "payments";

/** Operations of payment links: pages that are given to many payers. */
export const links = {
  createLink: defineOperation({
    id: "payments.link.create",
    family,
    effect: "act",
    permission: "srv_nexus.payments:create",
    summary: "Make a payment link: a page on which many payers can pay the same",
    input: CreateLinkInput,
    output: MadeLinkAnswer,
  }),
  getLink: defineOperation({
    id: "payments.link.get",
    family,
    effect: "read",
    permission: "srv_nexus.payments:read",
    summary: "Read a payment link at its vendor",
    input: LinkOfInput,
    output: LinkView,
  }),
  deactivateLink: defineOperation({
    id: "payments.link.deactivate",
    family,
    effect: "act",
    permission: "srv_nexus.payments:create",
    summary: "Close a payment link, so that nobody can pay on it any more",
    input: DeactivateLinkInput,
    output: LinkAnswer,
  }),
} as const;
