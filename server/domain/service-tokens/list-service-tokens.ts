import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OperatorContext } from "../../contracts/operator.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { ownersFor, type ServiceTokenDeps } from "./service-token-deps.ts";
import { ServiceTokenView, viewServiceToken } from "./service-token-view.ts";
import { selectServiceTokens } from "./store.ts";

export const ListServiceTokensInput = z.strictObject({});
export type ListServiceTokensInput = z.input<typeof ListServiceTokensInput>;

export const ListServiceTokensOutput = z.object({ serviceTokens: z.array(ServiceTokenView) });
export type ListServiceTokensOutput = z.output<typeof ListServiceTokensOutput>;

const most = 1_000;

/** An organization's tokens; the platform super-admin also sees the operators', and operators see the newest thousand of all. */
export const listServiceTokens = async (
  deps: ServiceTokenDeps,
  ctx: CallContext | OperatorContext,
  input: ListServiceTokensInput,
): Promise<ListServiceTokensOutput> => {
  parseInput(ListServiceTokensInput, input);
  const rows = await selectServiceTokens(deps.db.pool, ownersFor(deps, ctx), most);
  return { serviceTokens: rows.map(viewServiceToken) };
};
