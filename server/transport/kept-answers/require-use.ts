import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Gateway } from "../../gateway/gateway.ts";

/** May this caller reach what is kept of responses? Whoever may ask for one may. */
export const requireUse = async (gateway: Gateway, ctx: CallContext): Promise<void> => {
  const { permission, id } = ai.generateText;
  if (!ctx.permissions.has(permission))
    throw new NexusError("SCOPE_DENIED", {
      message: `${id} needs the permission ${permission}.`,
      details: { permission },
    });
  gateway.requireApp(ctx);
  gateway.requireBound(ctx);
  await gateway.takeRateGrant(ctx, 0);
};
