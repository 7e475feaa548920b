import {
  createServiceToken,
  CreateServiceTokenInput,
  CreateServiceTokenOutput,
  listServiceTokens,
  ListServiceTokensInput,
  ListServiceTokensOutput,
  revokeServiceToken,
  RevokeServiceTokenInput,
  RevokeServiceTokenOutput,
  rotateServiceToken,
  RotateServiceTokenInput,
  RotateServiceTokenOutput,
} from "../../../domain/service-tokens/index.ts";
import { declare, get, post, router } from "../procedures.ts";

const read = "srv_nexus.tokens:read";
const manage = "srv_nexus.tokens:manage";

/** The tokens with which the organization's backends call. */
export const serviceTokensRouter = router({
  list: declare({
    permission: read,
    summary: "List the organization's service tokens",
    rest: get("/api/service-tokens"),
  })
    .input(ListServiceTokensInput)
    .output(ListServiceTokensOutput)
    .query(({ ctx, input }) => listServiceTokens(ctx.deps.management, ctx.call, input)),

  create: declare({
    permission: manage,
    summary: "Make a service token, shown once, with permissions that the caller has",
    rest: post("/api/service-tokens"),
    lasting: true,
  })
    .input(CreateServiceTokenInput)
    .output(CreateServiceTokenOutput)
    .mutation(({ ctx, input }) => {
      // Nobody is told here of a permission that they do not have themselves.
      const deps = { ...ctx.deps.management, knownPermissions: ctx.call.permissions };
      return createServiceToken(deps, ctx.call, input);
    }),

  rotate: declare({
    permission: manage,
    summary: "Replace a service token; the old one goes on for a while",
    rest: post("/api/service-tokens/{id}/rotate"),
    lasting: true,
  })
    .input(RotateServiceTokenInput)
    .output(RotateServiceTokenOutput)
    .mutation(({ ctx, input }) => rotateServiceToken(ctx.deps.management, ctx.call, input)),

  revoke: declare({
    permission: manage,
    summary: "Revoke a service token for good",
    rest: post("/api/service-tokens/{id}/revoke"),
    lasting: false,
  })
    .input(RevokeServiceTokenInput)
    .output(RevokeServiceTokenOutput)
    .mutation(({ ctx, input }) => revokeServiceToken(ctx.deps.management, ctx.call, input)),
});
