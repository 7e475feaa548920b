import type { CallContext } from "../../contracts/call-context.ts";
import type { Operation } from "../../contracts/operation.ts";
import { NexusError } from "../../errors.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Deps } from "../../platform/deps.ts";

/** What the operations of files need. */
export interface FilesDeps {
  readonly gateway: Gateway;
  readonly deps: Pick<Deps, "db" | "log">;
}

/** May this actor ask for this, with this app? Before a body is read, or what is kept is looked at. */
export const requireFileUse = ({ gateway }: FilesDeps, ctx: CallContext, { permission, id }: Operation): void => {
  if (!ctx.permissions.has(permission))
    throw new NexusError("SCOPE_DENIED", {
      message: `${id} needs the permission ${permission}.`,
      details: { permission },
    });
  gateway.requireApp(ctx);
  gateway.requireBound(ctx);
};
