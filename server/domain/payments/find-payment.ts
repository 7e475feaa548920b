import { appScopeOf } from "../../contracts/app-scope-of.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { beforeSending, closePayment, selectOwnRefunds, selectPayment, type PlacedPaymentRow } from "./store.ts";

/** A payment that its vendor has: by whom it was made, and who alone can change it. */
export interface PlacedPayment extends PlacedPaymentRow {
  readonly objectId: string;
  readonly credentialId: string;
}

interface Wanted {
  readonly kind: "checkout" | "order" | "link" | "refund";
  /** As callers know it: the kind's prefix and the operation. */
  readonly id: string;
  /** It is to be changed: by its own app, and by people who look after the organization's payments. */
  readonly toChange?: boolean;
  /** Other apps' of the organization, too. */
  readonly anyApp?: boolean;
}

const manage = "srv_nexus.payments:manage";

/** Whether something of an app is the caller's to see, or to change. */
export const isWithin = (call: CallContext, appId: string, toChange: boolean): boolean => {
  const scope = appScopeOf(call);
  if (scope === undefined && (!toChange || call.permissions.has(manage))) return true;
  return appId === (call.appId ?? "");
};

const missing = (): NexusError => new NexusError("NOT_FOUND", { message: "There is no such payment." });

const unplaced = ({ operationId, state }: PlacedPaymentRow): NexusError => {
  if (state === "released")
    return new NexusError("NOT_FOUND", { message: "It was not made: its operation failed.", details: { operationId } });
  const unknown = state === "uncertain";
  return new NexusError(unknown ? "OUTCOME_UNKNOWN" : "CONFLICT", {
    message: unknown
      ? "Whether it was made is not known yet; it is being looked up."
      : "It is being made; ask again in a moment.",
    operationId,
    retryAfterMs: 2_000,
  });
};

/** A payment that the caller sees; another is not there. */
export const findPayment = async (
  { db }: Pick<Deps, "db">,
  call: CallContext,
  { kind, id, toChange = false, anyApp = false }: Wanted,
): Promise<PlacedPayment> => {
  const operationId = id.slice(id.indexOf("_") + 1);
  const row = await beforeSending(selectPayment(db.pool, call.organizationId, operationId));
  if (row?.kind !== kind || !(anyApp || isWithin(call, row.appId, toChange))) throw missing();
  const { objectId, credentialId } = row;
  if (objectId === null || credentialId === null || (row.state !== "settled" && row.state !== "late"))
    throw unplaced(row);
  return { ...row, objectId, credentialId };
};

/** Operations of ours that refund a payment. */
export const ownRefundsOf = async (
  { db }: Pick<Deps, "db">,
  { operationId }: PlacedPayment,
): Promise<ReadonlySet<string>> => new Set(await beforeSending(selectOwnRefunds(db.pool, operationId)));

/** Notes that a payment can never be paid any more, or that a refund came to nothing. */
export const noteClosed = ({ db, clock }: Pick<Deps, "db" | "clock">, { operationId }: PlacedPayment): Promise<void> =>
  beforeSending(closePayment(db.pool, operationId, new Date(clock.now())));
