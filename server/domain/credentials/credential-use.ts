import type { Deps } from "../../platform/deps.ts";
import { openBatch } from "../../platform/batch.ts";
import { updateCredentialUse } from "./store.ts";

/** Remembers when credentials were used, and writes it down a few times a minute. */
export interface CredentialUse {
  readonly used: (credentialId: string) => void;
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const openCredentialUse = (deps: Pick<Deps, "db" | "clock" | "log">): CredentialUse => {
  const batch = openBatch<number>({
    name: "credential use",
    merge: Math.max,
    write: (facts) =>
      updateCredentialUse(
        deps.db.pool,
        [...facts.keys()],
        [...facts.values()].map((at) => new Date(at)),
      ),
    log: deps.log,
  });
  return {
    used: (credentialId) => batch.add(credentialId, deps.clock.now()),
    flush: batch.flush,
    close: batch.close,
  };
};
