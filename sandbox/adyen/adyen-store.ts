import { JsonRefusal } from "../acting/json-emulator.ts";
import { PaymentStore } from "../acting/payment-store.ts";

export interface AdyenLink {
  readonly id: string;
  readonly createdMs: number;
  readonly value: number;
  readonly currency: string;
  readonly reference: string;
  readonly description: string | null;
  readonly returnUrl: string | null;
  readonly expiresMs: number;
  status: "active" | "completed" | "expired";
}

/** A no of Adyen's: https://docs.adyen.com/development-resources/error-codes */
export const adyenRefusal = (status: number, errorCode: string, message: string): JsonRefusal =>
  new JsonRefusal(status, {
    status,
    errorCode,
    message,
    errorType: status === 401 || status === 403 ? "security" : "validation",
  });

/** All that one account holds. */
export class AdyenStore extends PaymentStore {
  readonly links = this.objects<AdyenLink>();

  /** Of links: capitals and figures. */
  newLinkId(): string {
    return `PL${this.newId(16).toUpperCase()}`;
  }

  link(id: string): AdyenLink | undefined {
    const link = this.links.get(id);
    if (link?.status === "active" && this.now() >= link.expiresMs) link.status = "expired";
    return link;
  }
}
