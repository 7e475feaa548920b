import type { Deps } from "../../platform/deps.ts";
import { selectVendorUncertain } from "./store-resolutions.ts";

/** What is in doubt at one vendor, in every organization together. */
export interface VendorUncertain {
  readonly vendor: string;
  readonly count: number;
  readonly heldNanos: bigint;
}

/** What is in doubt now, by vendor. */
export const countUncertain = async ({ db }: Pick<Deps, "db">): Promise<readonly VendorUncertain[]> =>
  (await selectVendorUncertain(db.pool)).map(({ vendor, count, held }) => ({ vendor, count, heldNanos: BigInt(held) }));
