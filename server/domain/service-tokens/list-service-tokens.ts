import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { seesPlatform, type ServiceTokenDeps } from "./service-token-deps.ts";
import { ServiceTokenView, viewServiceToken } from "./service-token-view.ts";
import { selectServiceTokens } from "./store.ts";

export const ListServiceTokensInput = z.strictObject({});
export type ListServiceTokensInput = z.input<typeof ListServiceTokensInput>;

export const ListServiceTokensOutput = z.object({ serviceTokens: z.array(ServiceTokenView) });
export type ListServiceTokensOutput = z.output<typeof ListServiceTokensOutput>;

/** The tokens that the organization has issued; the platform super-admin also sees those of the operators. */
export const listServiceTokens = async (
  deps: ServiceTokenDeps,
  ctx: CallContext,
  input: ListServiceTokensInput,
): Promise<ListServiceTokensOutput> => {
  parseInput(ListServiceTokensInput, input);
  const rows = await selectServiceTokens(deps.db.pool, ctx.organizationId, seesPlatform(deps, ctx));
  return { serviceTokens: rows.map(viewServiceToken) };
};
