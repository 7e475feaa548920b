import { JsonRefusal } from "../acting/json-emulator.ts";
import { createNewIds } from "../acting/new-ids.ts";
import { PaymentEffects } from "../acting/payment-effects.ts";

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
export class AdyenStore {
  readonly links = new Map<string, AdyenLink>();
  readonly effects: PaymentEffects;
  readonly now: () => number;
  readonly #newId: (length: number) => string;

  constructor(now: () => number) {
    this.now = now;
    this.effects = new PaymentEffects(now);
    this.#newId = createNewIds(now);
  }

  newId(length: number): string {
    return this.#newId(length).toUpperCase();
  }

  link(id: string): AdyenLink | undefined {
    const link = this.links.get(id);
    if (link?.status === "active" && this.now() >= link.expiresMs) link.status = "expired";
    return link;
  }

  clear(): void {
    this.links.clear();
    this.effects.clear();
  }
}
