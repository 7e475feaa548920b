import { openBatch } from "../../platform/batch.ts";
import type { Deps } from "../../platform/deps.ts";
import { updateServiceTokenUse } from "./store.ts";

/** Remembers when tokens were used, and writes it down a few times a minute. */
export interface ServiceTokenUse {
  readonly used: (tokenId: string) => void;
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const openServiceTokenUse = ({ db, clock, log }: Pick<Deps, "db" | "clock" | "log">): ServiceTokenUse => {
  const batch = openBatch<number>({
    name: "service token use",
    merge: Math.max,
    write: (facts) =>
      updateServiceTokenUse(
        db.pool,
        [...facts.keys()],
        [...facts.values()].map((at) => new Date(at)),
      ),
    log,
  });
  return { used: (tokenId) => batch.add(tokenId, clock.now()), flush: batch.flush, close: batch.close };
};
