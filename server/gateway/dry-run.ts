import type { CallContext } from "../contracts/call-context.ts";
import type { ActRequest, Route } from "../families/family.ts";
import { estimate } from "./estimate.ts";
import type { Gateway } from "./gateway.ts";

/** What a request to act would be: where it would go first, what it can cost on any route, and its exact bytes. */
export interface DryRun {
  readonly route: Route;
  readonly boundNanos: bigint;
  readonly request: Uint8Array;
}

/** Stands for the key that is made when something is sent. */
const noKey = "made-when-it-is-sent";

/** All steps of a call before money is set aside; nothing is reserved, opened or sent. */
export const dryRun = async <A>(gateway: Gateway, request: ActRequest<A>, ctx: CallContext): Promise<DryRun> => {
  const {
    routes: [route],
    boundNanos,
  } = await estimate(gateway, request, ctx);
  const bytes = await request.prepare(route, { operationId: gateway.newId(), providerKey: noKey });
  return { route, boundNanos, request: bytes };
};
