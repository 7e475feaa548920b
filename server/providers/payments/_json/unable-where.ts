import type { Unable } from "../../../contracts/payments/payments-vendor.ts";

/** What of an act a vendor has no way to do, where a condition says so. */
export const unableWhere = (condition: boolean, field: string, expected: string): Unable | undefined =>
  condition ? { field, expected } : undefined;
