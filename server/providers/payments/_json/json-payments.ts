import { z } from "zod";
import type { ActIdentity, ActRules, LookUpOf } from "../../../contracts/act-rules.ts";
import type { MovedMoney } from "../../../contracts/payments/money.ts";
import type { Amount, CheckoutLine, PaymentAct, PaymentActKind } from "../../../contracts/payments/payment-act.ts";
import type { PaymentsVendor } from "../../../contracts/payments/payments-vendor.ts";
import type { VendorObject } from "../../../contracts/payments/vendor-objects.ts";
import { nothingMetered, type VendorIo } from "../../../contracts/vendor-call.ts";
import { KeptJsonRequest, shownJsonRequest } from "./json-request.ts";
import { unreadableAnswer } from "./payment-verdicts.ts";

/** A request to act as it is kept. */
const KeptJsonAct = z.strictObject({
  kind: z.string(),
  /** The object that it changes; absent where it makes a new one. */
  objectId: z.string().optional(),
  /** The payment behind that object, where it is named. */
  paymentId: z.string().optional(),
  /** What it comes to, where that is known; in minor units of ISO 4217. An answer that says otherwise is none. */
  amount: z.strictObject({ amount: z.string(), currency: z.string() }).optional(),
  request: KeptJsonRequest,
});

/** The same, of an act that its vendor can do. */
export type KeptJsonAct<K extends PaymentActKind = PaymentActKind> = Omit<z.infer<typeof KeptJsonAct>, "kind"> & {
  readonly kind: K;
};

/** A request, and the object that it is about. */
export type PreparedJson = Pick<z.infer<typeof KeptJsonAct>, "objectId" | "paymentId" | "request">;

interface JsonPayments<K extends PaymentActKind> {
  /** What it can do, and what it promises of repeats and look-ups of each. */
  readonly rules: Readonly<Record<K, ActRules>>;
  readonly prepare: (act: Extract<PaymentAct, { readonly kind: K }>, identity: ActIdentity) => PreparedJson;
  /** Carries a request out that is kept, and reads its answer. */
  readonly carryOut: (act: KeptJsonAct<K>, io: VendorIo) => Promise<VendorObject>;
  /** What became of it. */
  readonly find: (act: KeptJsonAct<K>, io: VendorIo) => Promise<VendorObject | "not_done" | "unknown">;
}

/** A line whose amount is named. */
export type PaidLine = Extract<CheckoutLine, { readonly unit: unknown }>;
export const isPaidLine = (line: CheckoutLine): line is PaidLine => "unit" in line;

/** What lines come to together; undefined where the vendor's own prices decide. */
export const totalOfLines = (lines: readonly CheckoutLine[]): Amount | undefined => {
  const [first] = lines;
  if (first === undefined || !isPaidLine(first) || !lines.every(isPaidLine)) return undefined;
  const amount = lines.filter(isPaidLine).reduce((sum, { unit, quantity }) => sum + unit.amount * BigInt(quantity), 0n);
  return { amount, currency: first.unit.currency };
};

/** The same where each line's amount is named. */
export const paidTotal = (lines: readonly CheckoutLine[]): Amount => {
  const total = totalOfLines(lines);
  if (total === undefined) throw new Error("a checkout without a line that is paid");
  return total;
};

/** What is paid for, in words. */
export const describedLines = (lines: readonly CheckoutLine[]): string =>
  lines
    .filter(isPaidLine)
    .map(({ name, quantity }) => `${quantity} × ${name}`)
    .join(", ");

const amountOf = (act: PaymentAct): Amount | undefined => {
  if (act.kind === "order.create" || act.kind === "refund.create") return act;
  return act.kind === "checkout.create" ? totalOfLines(act.lines) : undefined;
};

const shownAmount = (object: VendorObject): MovedMoney | null | undefined => {
  if (object.kind === "checkout") return object.total;
  return object.kind === "order" || object.kind === "refund" ? object.amount : undefined;
};

/** Whether an object comes to something else than was asked for; one that cannot be said in whole minor units does. */
const contradicts = ({ amount: asked }: Pick<KeptJsonAct, "amount">, object: VendorObject): boolean => {
  const shown = shownAmount(object);
  if (asked === undefined || shown === undefined) return false;
  return shown?.amount !== asked.amount || shown.currency !== asked.currency;
};

const idOf = (object: VendorObject): string => object.providerObjectId;

/** What a vendor with a JSON API has to do for acts, of the parts that are its own. */
export const jsonPayments = <K extends PaymentActKind>({
  rules,
  prepare,
  carryOut,
  find,
}: JsonPayments<K>): Pick<PaymentsVendor, "acts" | "rulesOf" | "prepare" | "show" | "send" | "lookUp"> => {
  const isOwn = (kind: string): kind is K => Object.hasOwn(rules, kind);
  const isOwnAct = (act: PaymentAct): act is Extract<PaymentAct, { readonly kind: K }> => isOwn(act.kind);
  const known = (kind: string): K => {
    if (isOwn(kind)) return kind;
    throw new Error(`${kind} is none of this vendor's acts`);
  };
  const decode = (bytes: Uint8Array): KeptJsonAct<K> => {
    const kept = KeptJsonAct.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
    return { ...kept, kind: known(kept.kind) };
  };
  return {
    acts: new Set(Object.keys(rules).filter(isOwn)),
    rulesOf: (kind) => rules[known(kind)],
    prepare: async (act, identity) => {
      if (!isOwnAct(act)) throw new Error(`${act.kind} is none of this vendor's acts`);
      const amount = amountOf(act);
      const kept: z.infer<typeof KeptJsonAct> = {
        kind: act.kind,
        ...prepare(act, identity),
        ...(amount === undefined ? {} : { amount: { amount: amount.amount.toString(), currency: amount.currency } }),
      };
      return Buffer.from(JSON.stringify(kept));
    },
    show: (bytes) => shownJsonRequest(decode(bytes).request),
    send: async (bytes, io) => {
      const act = decode(bytes);
      const result = await carryOut(act, io);
      if (idOf(result) === "") throw unreadableAnswer();
      if (contradicts(act, result)) throw unreadableAnswer("The vendor answered another amount than it was asked for.");
      return { ...nothingMetered(idOf(result)), result };
    },
    lookUp: async (bytes, io): Promise<LookUpOf<VendorObject>> => {
      const act = decode(bytes);
      const result = await find(act, io);
      if (typeof result === "string") return { kind: result };
      if (contradicts(act, result)) return { kind: "contradicted" };
      return { kind: "done", metered: nothingMetered(idOf(result)), result };
    },
  };
};
