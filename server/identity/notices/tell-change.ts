import { isAuthAuditAction } from "../audit/audit-actions.ts";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { CallingClient } from "../http/steps.ts";
import { changesToldBy } from "./notice-table.ts";
import { recordToldChange } from "./store.ts";
import type { ToldChange } from "./told-change.ts";

interface TellChange extends HttpExchange, Params {
  readonly client: CallingClient;
  readonly input: ToldChange;
}

/** A service tells of a change to something that it keeps, so that the person and the owners are mailed about it. */
export const tellChange = async ({ context, request, params, client, input }: TellChange): Promise<HttpAnswer> => {
  if (client.serviceId !== params["id"]) throw new AuthError("forbidden");
  const kinds = changesToldBy(client.serviceId);
  const { kind } = input;
  if (!kinds.includes(kind) || !isAuthAuditAction(kind))
    throw new AuthError("invalid_request", {
      issues: [
        {
          field: "kind",
          expected: kinds.length === 0 ? "none: this service tells of no changes" : `one of ${kinds.join(", ")}`,
        },
      ],
    });
  const known = await recordToldChange(context.db, {
    serviceId: client.serviceId,
    change: { ...input, kind },
    requestId: request.requestId,
    now: new Date(context.clock.now()),
  });
  if (!known) throw new AuthError("organization_not_found");
  context.outbox.flush();
  return okAnswer({ id: input.id });
};
