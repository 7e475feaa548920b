import type { PaymentAttribution } from "../../../contracts/payments/payment-act.ts";
import type { VendorSubscription } from "../../../contracts/payments/vendor-objects.ts";

/** What PayPal keeps of ours on an object is one text of at most 127 characters: `custom_id`. */
const longest = 127;

/**
 * Our operation, and behind it the organization and the app. Where these are too long they are left out: then nobody but
 * the account's owner is shown the object.
 */
export const paypalMarkOf = (operationId: string, { organizationId, appId = "" }: PaymentAttribution): string => {
  const mark = `${operationId}|${organizationId}|${appId}`;
  return mark.length <= longest && /^[\x21-\x7e]+$/.test(mark) ? mark : operationId;
};

interface Marked {
  readonly operationId: string | undefined;
  readonly madeFor: VendorSubscription["madeFor"];
}

const shape = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\|([^|]+)\|([^|]*))?$/;

export const readMark = (mark: string | undefined): Marked => {
  const [, operationId, organizationId, appId = ""] = shape.exec(mark ?? "") ?? [];
  return {
    operationId,
    madeFor: organizationId === undefined ? null : { organizationId, appId: appId === "" ? null : appId },
  };
};
