import type { NexusOperations } from "../operations.ts";
import { nexusRefusal } from "./refusal.ts";

type Send = NexusOperations["email.send"];
type Mailbox = Send["input"]["to"][number];

const addressOf = (party: Mailbox): string => {
  const text = typeof party === "string" ? (/<([^>]+)>\s*$/.exec(party)?.[1] ?? party) : party.address;
  return text.trim();
};

const fields = ["to", "cc", "bcc"] as const;

/** What a call is answered with beside its input. */
export interface TestCallFacts {
  readonly operationId: string;
  readonly costNanoUsd: bigint;
  readonly replayed: boolean;
}

/** Takes a mail as the real one does: none to suppressed addresses, none at all where nobody is left. */
export const sendTestMail = (
  mail: Send["input"],
  suppressed: ReadonlySet<string>,
  facts: TestCallFacts,
): Send["output"] => {
  const recipients = fields.flatMap((field) =>
    (mail[field] ?? []).map((party) => {
      const address = addressOf(party);
      const isSuppressed = suppressed.has(address.toLowerCase());
      return { address, field, status: isSuppressed ? ("suppressed" as const) : ("accepted" as const) };
    }),
  );
  if (recipients.every(({ status }) => status === "suppressed")) throw nexusRefusal("RECIPIENT_SUPPRESSED");
  const { operationId, costNanoUsd, replayed } = facts;
  const delivery = {
    mode: mail.delivery ?? "at_most_once",
    chosenBy: mail.delivery ? ("caller" as const) : ("default" as const),
  };
  const named = {
    dryRun: false as const,
    emailId: operationId,
    messageId: `<${operationId}@nexus.test>`,
    delivery,
    replayed,
  };
  if (mail.accept === "queued" || mail.sendAt !== undefined) {
    const dueAt = mail.sendAt ?? new Date().toISOString();
    const expiresAt = mail.expiresAt ?? new Date(Date.parse(dueAt) + 86_400_000).toISOString();
    return { ...named, status: "queued", effect: "none", dueAt, expiresAt, heldNanoUsd: String(costNanoUsd) };
  }
  return {
    ...named,
    status: "sent",
    effect: "done",
    recipients,
    duplicatePossible: false,
    providerObjectId: `mail_${operationId}`,
    nexus: {
      operationId,
      vendor: "test",
      credentialTier: "platform_default",
      costNanoUsd: String(costNanoUsd),
      usageSource: "provider",
      attempts: [{ vendor: "test", credentialTier: "platform_default", outcome: "answered" }],
    },
  };
};
