import type { OperationOf } from "../../contracts/operation.ts";
import type { Line } from "../../contracts/payments/input-parts.ts";
import type { Amount, CheckoutLine, KeptPrice } from "../../contracts/payments/payment-act.ts";
import { NexusError } from "../../errors.ts";
import { paymentsRead, type PaymentPin, type PaymentPlace } from "../../families/payments/index.ts";
import type { Route } from "../../families/family.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { askVendor } from "./ask-vendor.ts";

const mostRemembered = 10_000;
const longestTotal = 999_999_999_999n;

/** What a vendor's prices come to: a vendor never changes the amount of one. */
const remembered = new Map<string, KeptPrice>();

const keyOf = ({ credential }: Route, priceId: string): string => `${credential.id} ${credential.version} ${priceId}`;

const remember = (route: Route, priceId: string, price: KeptPrice): KeptPrice => {
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(keyOf(route, priceId), price);
  return price;
};

interface PricedLines {
  readonly lines: readonly CheckoutLine[];
  /** What is due at once; undefined where a price was not to be read. */
  readonly total: Amount | undefined;
  /** The account that keeps the prices that are named. */
  readonly pin: PaymentPin | undefined;
}

const notFixed = (at: number): NexusError =>
  new NexusError("INVALID_INPUT", {
    issues: [{ field: `lines.${at}.price`, expected: "a price with a fixed amount" }],
  });

interface SoughtPrice {
  /** On whose behalf it is read. */
  readonly operation: OperationOf<"act">;
  readonly place: PaymentPlace;
  readonly priceId: string;
  readonly at: number;
}

const readPrice = async (
  ctx: ProcedureContext,
  { operation, place, priceId, at }: SoughtPrice,
): Promise<{ readonly price: KeptPrice; readonly pin: PaymentPin }> => {
  const { answer, route } = await askVendor(
    ctx,
    paymentsRead({
      operation,
      place,
      unable: (vendor) =>
        vendor.isPriceId(priceId) ? undefined : { field: `lines.${at}.price`, expected: "a price that it keeps" },
      known: (tried) => remembered.get(keyOf(tried, priceId)),
      ask: async (vendor, io) => vendor.readPrice?.(priceId, io),
    }),
  );
  if (answer === undefined) throw notFixed(at);
  remember(route, priceId, answer);
  return { price: answer, pin: { vendor: route.target.vendor, credentialId: route.credential.id } };
};

const requireOneCurrency = (units: readonly Amount[]): void => {
  const [first] = units;
  const at = units.findIndex(({ currency }) => currency !== first?.currency);
  if (at > 0)
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: `lines.${at}`, expected: `${first?.currency ?? "one currency"}, as the first line` }],
    });
};

const totalOf = (units: readonly Amount[], lines: readonly Line[]): Amount => {
  requireOneCurrency(units);
  const amount = units.reduce((sum, unit, at) => sum + unit.amount * BigInt(lines[at]?.quantity ?? 1), 0n);
  const [first] = units;
  if (first === undefined || amount > longestTotal)
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "lines", expected: `at most ${longestTotal} minor units together` }],
    });
  return { amount, currency: first.currency };
};

interface Sale {
  readonly mode: "payment" | "subscription";
  readonly lines: readonly Line[];
  readonly provider?: string | undefined;
  readonly credentialPolicy?: "any" | "byok_only" | undefined;
  readonly dryRun?: boolean | undefined;
}

/** The lines of a checkout or a link with what they come to: the vendor's own prices are read there first, each once. */
export const priceLines = async (
  ctx: ProcedureContext,
  operation: OperationOf<"act">,
  { provider, credentialPolicy, mode, lines, dryRun = false }: Sale,
  customerAt?: PaymentPin,
): Promise<PricedLines> => {
  let pin = customerAt;
  let place: PaymentPlace =
    pin === undefined ? { question: { operation: operation.id, provider, credentialPolicy } } : { pin };
  const units: Amount[] = [];
  let whole = true;
  for (const [at, line] of lines.entries()) {
    if (!("price" in line)) {
      if (mode === "subscription")
        throw new NexusError("INVALID_INPUT", {
          issues: [{ field: `lines.${at}`, expected: "a price of the vendor's, which says how often it is paid" }],
        });
      units.push({ amount: BigInt(line.amount.amount), currency: line.amount.currency });
      continue;
    }
    if (dryRun) {
      whole = false;
      continue;
    }
    const read = await readPrice(ctx, { operation, place, priceId: line.price, at });
    if (read.price.recurring && mode === "payment")
      throw new NexusError("INVALID_INPUT", {
        issues: [{ field: `lines.${at}.price`, expected: "a price that is paid once, or mode subscription" }],
      });
    units.push(read.price);
    // The prices of one checkout are kept by one account.
    pin = read.pin;
    place = { pin };
  }
  return {
    lines: lines.map((line): CheckoutLine =>
      "price" in line
        ? { priceId: line.price, quantity: line.quantity }
        : {
            name: line.name,
            unit: { amount: BigInt(line.amount.amount), currency: line.amount.currency },
            quantity: line.quantity,
          },
    ),
    total: whole ? totalOf(units, lines) : undefined,
    pin,
  };
};
