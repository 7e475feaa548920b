import type { Deps } from "../../platform/deps.ts";
import type { PlacedPayment } from "./find-payment.ts";
import type { SeenPayment } from "./seen-payment.ts";
import { updateSeen } from "./store.ts";

const textOf = ({ status, providerStatus, next, captured, refunded }: SeenPayment): string =>
  [status, providerStatus, next, captured?.amount, refunded?.amount].join("\n");

/** Keeps how a payment stood at its vendor, for lists that ask no vendor. */
export const noteSeen = async (
  { db, clock, log }: Pick<Deps, "db" | "clock" | "log">,
  { operationId, seen: before }: Pick<PlacedPayment, "operationId" | "seen">,
  { status, providerStatus, next, captured, refunded }: SeenPayment,
): Promise<void> => {
  // A page shows less than the payment that was made on it.
  const kept = { captured: captured ?? before?.captured ?? null, refunded: refunded ?? before?.refunded ?? null };
  const seen = { status, providerStatus, next, ...kept };
  if (before !== null && textOf(before) === textOf(seen)) return;
  // What was asked for is answered all the same: the next look keeps it.
  await updateSeen(db.pool, operationId, seen, new Date(clock.now())).catch((error: unknown) =>
    log.warn({ err: error, operationId }, "how a payment stands could not be kept"),
  );
};
