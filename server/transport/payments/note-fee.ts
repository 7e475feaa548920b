import type { MovedMoney } from "../../contracts/payments/money.ts";
import type { PlacedPayment } from "../../domain/payments/index.ts";
import type { ProcedureDeps } from "../trpc/procedure-deps.ts";

interface KnownFee {
  readonly fee: MovedMoney | null;
  /** Nobody can pay it any more, so that there is no fee. */
  readonly over: boolean;
}

const nanosPerCent = 10_000_000n;

/** The vendor's own number in nano-USD; one in another currency stays an estimate, at its ceiling. */
const feeNanos = ({ fee, over }: KnownFee): bigint | undefined => {
  if (over) return 0n;
  return fee?.currency === "USD" ? BigInt(fee.amount) * nanosPerCent : undefined;
};

/** Books what the vendor took of a payment in place of the estimate that was booked when it was made. */
export const noteFee = async (
  { gateway: { ledger, log } }: Pick<ProcedureDeps, "gateway">,
  { operationId, state }: PlacedPayment,
  known: KnownFee,
): Promise<void> => {
  const costNanos = feeNanos(known);
  if (costNanos === undefined || state !== "settled") return;
  const result = { resolution: { by: "lookup" as const } };
  // What was asked for is answered, whatever becomes of the correction: the next look makes it again.
  await ledger
    .settle({ operationId, end: "settled", costNanos, source: "provider", result })
    .catch((error: unknown) => log.warn({ err: error, operationId }, "the vendor's fee is not booked yet"));
};
