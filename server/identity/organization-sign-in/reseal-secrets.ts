import type { HousekeepingTask } from "../housekeeping/start-housekeeping.ts";
import type { IdentityContext } from "../identity-context.ts";
import { secretPlace } from "./secret-place.ts";
import { listSealedSecrets, replaceSealedSecret } from "./store.ts";

/** Brings the secrets of providers under the current encryption key, some a minute, and then rests. */
export const resealSecrets = ({ db, sealer }: Pick<IdentityContext, "db" | "sealer">): HousekeepingTask => {
  let done = false;
  return {
    name: "secrets of organizations' providers",
    run: async () => {
      if (done) return;
      const due = await listSealedSecrets(db, sealer.prefix);
      for (const { organization_id: id, secret_sealed: sealed } of due)
        await replaceSealedSecret(db, id, sealed, sealer.seal(sealer.open(sealed, secretPlace(id)), secretPlace(id)));
      done = due.length === 0;
    },
  };
};
