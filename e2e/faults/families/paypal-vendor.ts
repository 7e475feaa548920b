import { actingFaults, documentedFaults, isActingFault } from "../../../sandbox/acting/acting-rules.ts";
import type { PaymentEffect } from "../../../sandbox/acting/payment-effects.ts";
import { createPaypalEmulator } from "../../../sandbox/paypal/paypal-emulator.ts";
import type { FamilyEffect, FamilyOperation, FamilyVendor } from "./family-vendor.ts";
import { serveWire } from "./serve-wire.ts";

/** A checkout is an order there: what it was asked for as, its call says. */
const operationOf: ReadonlyMap<PaymentEffect["kind"], FamilyOperation> = new Map([
  ["order", "payments.order.create"],
  ["capture", "payments.order.capture"],
  ["refund", "payments.refund.create"],
]);

/** Later than any answer, and before the settle time of the campaign is over. */
const lateMs = 1_200;

export const paypalVendor: FamilyVendor = {
  id: "paypal",
  redirects: true,
  operations: ["payments.checkout.create", ...operationOf.values()],
  faults: Object.fromEntries(documentedFaults.map((name) => [name, actingFaults[name].executes])),
  open: async ({ faultOf, callOf }) => {
    const paypal = createPaypalEmulator({ now: Date.now, lateMs });
    paypal.setScript(({ key }) => {
      const fault = faultOf({ key: callOf(key) });
      return fault !== undefined && isActingFault(fault) ? fault : undefined;
    });
    const wire = await serveWire(paypal);
    const { store } = paypal;
    const orderOf = (captureId: string): string | undefined =>
      [...store.orders.values()].find(({ captures }) => captures.some(({ id }) => id === captureId))?.id;
    const effectOf = ({ kind, objectId, operationId }: PaymentEffect): FamilyEffect | undefined => {
      const operation = operationOf.get(kind);
      if (operation === undefined) return undefined;
      const isCapture = kind === "capture";
      return {
        vendor: "paypal",
        operation,
        objectId: isCapture ? (orderOf(objectId) ?? objectId) : objectId,
        callKey: isCapture ? undefined : callOf(operationId),
        messageId: null,
      };
    };
    return {
      ...wire,
      secret: paypal.credential,
      pay: (objectId) => {
        const order = store.order(objectId);
        if (order === undefined) throw new Error(`${objectId} is none of the vendor's orders`);
        Object.assign(order, { funding: "balance", status: "APPROVED", email: "payer@example.com" });
      },
      effects: async () => paypal.effects().flatMap((effect) => effectOf(effect) ?? []),
      payments: () =>
        [...store.orders.values()].map(({ id, captures, refunds }) => ({
          vendor: "paypal",
          objectId: id,
          captured: captures.reduce((sum, { units }) => sum + BigInt(units), 0n),
          refunded: refunds.reduce((sum, { units }) => sum + BigInt(units), 0n),
        })),
      close: async () => {
        await wire.close();
        await paypal.close();
      },
    };
  },
};
