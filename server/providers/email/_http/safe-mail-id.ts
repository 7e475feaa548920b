import { safeRequestId, type Secrets } from "../../_wire/safe-message.ts";

/**
 * A vendor's id for a mail: one machine word, or a Message-ID without its brackets, and no part of a secret. Undefined for
 * everything else, which may repeat what was sent.
 */
export const safeMailId = (id: string, secrets: Secrets): string | undefined => {
  const bare = id.replace(/^<(.*)>$/, "$1");
  const parts = bare.split("@");
  // A Message-ID may be the one that was sent.
  const spoken = parts.length === 2 ? { ...secrets, payload: "" } : secrets;
  const areSafe = parts.length <= 2 && parts.every((part) => safeRequestId(part, spoken) !== undefined);
  return areSafe ? bare : undefined;
};
