import type { PaymentAttribution } from "../../../contracts/payments/payment-act.ts";

/** What PayPal keeps of ours on an object is one text of at most 127 characters: `custom_id`. */
const longest = 127;

/**
 * Our operation, and behind a point the organization. An organization whose id is too long is left out: then nobody but the
 * account's owner is shown the object.
 */
export const markOf = (operationId: string, { organizationId }: PaymentAttribution): string => {
  const mark = `${operationId}.${organizationId}`;
  return mark.length <= longest && /^[\x21-\x7e]+$/.test(mark) ? mark : operationId;
};

interface Marked {
  readonly operationId: string | undefined;
  readonly organizationId: string | null;
}

const shape = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.(.+))?$/;

export const readMark = (mark: string | undefined): Marked => {
  const [, operationId, organizationId = null] = shape.exec(mark ?? "") ?? [];
  return { operationId, organizationId };
};
