import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { isOperator, type OrganizationOperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";

/** Whose customers are meant: an app names its own, or nobody; people name any of the organization's. */
export const ofApp = {
  appId: z.string().min(1).max(128).optional().describe("The app; the calling one where absent"),
};

/** Who asks about customers. */
export type BillingCaller = CallContext | OrganizationOperatorContext;

/** The app that a request is about. An app sees and changes its own customers alone. */
export const billedApp = (ctx: BillingCaller, named: string | undefined): string => {
  const own = isOperator(ctx) ? undefined : ctx.appId;
  const isPerson = isOperator(ctx) || ctx.actor.kind === "user";
  const appId = named ?? own;
  if (appId === undefined)
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "appId", expected: "the app whose customer it is" }] });
  if (!isPerson && appId !== own)
    throw new NexusError("SCOPE_DENIED", { message: "An app has to do with its own customers alone." });
  return appId;
};
