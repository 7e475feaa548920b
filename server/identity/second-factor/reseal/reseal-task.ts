import type { IdentityContext } from "../../identity-context.ts";
import type { HousekeepingTask } from "../../housekeeping/start-housekeeping.ts";
import { resealSeeds } from "./store.ts";

const batch = 500;

/** Brings every seed under the current encryption key, some a minute, and then rests: new ones are sealed under it. */
export const resealTask = ({ db, sealer, log }: Pick<IdentityContext, "db" | "sealer" | "log">): HousekeepingTask => {
  let done = false;
  return {
    name: "authenticator seeds",
    run: async () => {
      if (done) return;
      const count = await resealSeeds(db, sealer, batch);
      if (count > 0) log.info({ count }, "authenticator seeds sealed under the current encryption key");
      done = count < batch;
    },
  };
};
