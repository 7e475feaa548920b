import { actingFaults, documentedFaults, type ActingFault } from "../../../sandbox/acting/acting-rules.ts";
import { num, payIntent } from "../../../sandbox/stripe/payments.ts";
import { createStripeEmulator } from "../../../sandbox/stripe/stripe-emulator.ts";
import type { PaymentEffect } from "../../../sandbox/acting/payment-effects.ts";
import type { FamilyOperation, FamilyVendor } from "./family-vendor.ts";
import { serveWire } from "./serve-wire.ts";

const operationOf: ReadonlyMap<PaymentEffect["kind"], FamilyOperation> = new Map([
  ["checkout", "payments.checkout.create"],
  ["order", "payments.order.create"],
  ["capture", "payments.order.capture"],
  ["refund", "payments.refund.create"],
]);

const isFault = (name: string): name is ActingFault => Object.hasOwn(actingFaults, name);

/** Later than any answer, and before the settle time of the campaign is over. */
const lateMs = 1_200;

export const stripeVendor: FamilyVendor = {
  id: "stripe",
  operations: [...operationOf.values()],
  faults: Object.fromEntries(documentedFaults.map((name) => [name, actingFaults[name].executes])),
  open: async ({ faultOf, callOf }) => {
    const stripe = createStripeEmulator({ now: Date.now, lateMs });
    stripe.setScript(({ key }) => {
      const fault = faultOf({ key: callOf(key) });
      return fault !== undefined && isFault(fault) ? fault : undefined;
    });
    const wire = await serveWire(stripe);
    const { store } = stripe;
    return {
      ...wire,
      secret: stripe.credential,
      pay: (objectId) => {
        const intent = store.of("payment_intent", objectId);
        if (intent === undefined) throw new Error(`${objectId} is none of the vendor's payments`);
        payIntent(store, intent, "pm_card_visa");
      },
      effects: async () =>
        stripe.effects().flatMap(({ kind, objectId, operationId }) => {
          const operation = operationOf.get(kind);
          return operation === undefined
            ? []
            : [
                {
                  vendor: "stripe",
                  operation,
                  objectId,
                  callKey: kind === "capture" ? undefined : callOf(operationId),
                  messageId: null,
                },
              ];
        }),
      payments: () =>
        store.all("payment_intent").map((intent) => ({
          vendor: "stripe",
          objectId: intent.id,
          captured: BigInt(num(intent, "amount_received")),
          refunded: store
            .all("refund")
            .filter((refund) => refund["payment_intent"] === intent.id)
            .reduce((sum, refund) => sum + BigInt(num(refund, "amount")), 0n),
        })),
      close: async () => {
        await wire.close();
        await stripe.close();
      },
    };
  },
};
