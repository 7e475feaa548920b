import type { ListedPayment } from "../../_data/answers.ts";
import type { ShownAmount } from "../../_ui/format-money.ts";

/** What of a payment can still be given back, by what was last seen; undefined where nothing was taken. */
export const remainingOf = ({
  captured,
  refunded,
}: Pick<ListedPayment, "captured" | "refunded">): ShownAmount | undefined => {
  if (captured === null || captured.amount === "0") return undefined;
  const left = BigInt(captured.amount) - BigInt(refunded?.amount ?? 0);
  return { amount: (left > 0n ? left : 0n).toString(), currency: captured.currency };
};
