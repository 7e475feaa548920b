import { actingFaults, documentedFaults, isActingFault } from "../../../sandbox/acting/acting-rules.ts";
import type { JsonEmulator } from "../../../sandbox/acting/json-emulator.ts";
import type { PaymentEffect, PaymentEffects } from "../../../sandbox/acting/payment-effects.ts";
import type { FamilyEffect, FamilyOperation, FamilyVendor, VendorPayment } from "./family-vendor.ts";
import { runOfPayment } from "./payment-keys.ts";
import { serveWire } from "./serve-wire.ts";

/** A checkout may be an order there: what it was asked for as, its call says. */
const operationOf: ReadonlyMap<PaymentEffect["kind"], FamilyOperation> = new Map([
  ["checkout", "payments.checkout.create"],
  ["order", "payments.order.create"],
  ["capture", "payments.order.capture"],
  ["refund", "payments.refund.create"],
]);

/** Later than any answer, and before the settle time of the campaign is over. */
export const lateMs = 1_200;

type Store = { readonly effects: PaymentEffects; readonly clear: () => void };

interface JsonFamilyVendor<S extends Store> extends Pick<FamilyVendor, "id" | "redirects" | "formToken"> {
  /** All of them where absent. */
  readonly operations?: readonly FamilyOperation[];
  readonly openEmulator: () => JsonEmulator<S>;
  /** The payer does their part for an order. */
  readonly pay: (emulator: JsonEmulator<S>, objectId: string) => void | Promise<void>;
  /** Whether money was taken by a call of ours; a payer takes none. */
  readonly isCapture: (emulator: JsonEmulator<S>, effect: PaymentEffect) => boolean;
  /** Of a path to a payment: the operation that made it, or its order. A capture may bear neither key nor mark of its own. */
  readonly operationAt?: (emulator: JsonEmulator<S>, path: string) => string | null;
  /** What an effect is about, as Nexus names it: of a capture, the order. */
  readonly objectOf?: (emulator: JsonEmulator<S>, effect: PaymentEffect) => string;
  readonly payments: (emulator: JsonEmulator<S>) => readonly Omit<VendorPayment, "vendor">[];
}

/** A vendor with a JSON API, for the campaign. */
export const jsonFamilyVendor = <S extends Store>(vendor: JsonFamilyVendor<S>): FamilyVendor => ({
  id: vendor.id,
  ...(vendor.redirects === undefined ? {} : { redirects: vendor.redirects }),
  ...(vendor.formToken === undefined ? {} : { formToken: vendor.formToken }),
  operations: vendor.operations ?? [...operationOf.values()],
  faults: Object.fromEntries(documentedFaults.map((name) => [name, actingFaults[name].executes])),
  open: async ({ faultOf, callOf }) => {
    const emulator = vendor.openEmulator();
    emulator.setScript(({ key, path }) => {
      const made = key === null ? (vendor.operationAt?.(emulator, path) ?? null) : null;
      const fault = faultOf({ key: callOf(key) ?? runOfPayment(callOf(made)) });
      return fault !== undefined && isActingFault(fault) ? fault : undefined;
    });
    const wire = await serveWire(emulator);
    const effectOf = (effect: PaymentEffect): FamilyEffect | undefined => {
      const operation = operationOf.get(effect.kind);
      const isCapture = effect.kind === "capture";
      if (operation === undefined || (isCapture && !vendor.isCapture(emulator, effect))) return undefined;
      return {
        vendor: vendor.id,
        operation,
        objectId: vendor.objectOf?.(emulator, effect) ?? effect.objectId,
        callKey: isCapture ? undefined : callOf(effect.operationId),
        messageId: null,
      };
    };
    return {
      ...wire,
      secret: emulator.credential,
      pay: (objectId) => vendor.pay(emulator, objectId),
      effects: async () => emulator.effects().flatMap((effect) => effectOf(effect) ?? []),
      payments: () => vendor.payments(emulator).map((payment) => ({ vendor: vendor.id, ...payment })),
      close: async () => {
        await wire.close();
        await emulator.close();
      },
    };
  },
});
