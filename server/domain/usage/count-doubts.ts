import type { Deps } from "../../platform/deps.ts";
import { selectVendorDoubts } from "./store-doubts.ts";

/** What is in doubt at one vendor, in every organization together. */
export interface VendorDoubts {
  readonly vendor: string;
  readonly count: number;
  readonly heldNanos: bigint;
}

/** What is in doubt now, by vendor. */
export const countDoubts = async ({ db }: Pick<Deps, "db">): Promise<readonly VendorDoubts[]> =>
  (await selectVendorDoubts(db.pool)).map(({ vendor, count, held }) => ({ vendor, count, heldNanos: BigInt(held) }));
