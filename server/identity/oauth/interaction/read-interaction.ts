import { AuthError } from "../../auth-error.ts";
import type { HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import { readClient } from "../../service-clients/read-client.ts";
import type { ClientRow } from "../../service-clients/store.ts";
import type { OpenInteraction } from "../oauth-engine.ts";

/** A sign-in under way, and the client it is for. */
export interface PendingInteraction {
  readonly interaction: OpenInteraction;
  readonly client: ClientRow;
  readonly scopes: readonly string[];
}

/** The client and the scopes a request names; scopes we do not know were dropped by the engine. */
export const scopesOf = (scope: unknown): string[] =>
  typeof scope === "string" ? scope.split(" ").filter((name) => name !== "") : [];

/** Only the browser that started it has its cookie. */
export const pendingInteraction = async ({
  request,
  context,
  params,
}: HttpExchange & Params): Promise<{ readonly pending: PendingInteraction }> => {
  const uid = params.uid ?? "";
  const interaction = await context.oauth.interaction(request, uid);
  const clientId = interaction?.details.params.client_id;
  const client = typeof clientId === "string" ? await readClient(context, clientId) : undefined;
  if (!interaction || !client) throw new AuthError("interaction_not_found");
  return { pending: { interaction, client, scopes: scopesOf(interaction.details.params.scope) } };
};
