import {
  deleteOrganizationOverride,
  DeleteOrganizationOverrideInput,
  DeleteOrganizationOverrideOutput,
  listOrganizationOverrides,
  ListOrganizationOverridesInput,
  ListOrganizationOverridesOutput,
  listPlatformDefaults,
  ListPlatformDefaultsInput,
  ListPlatformDefaultsOutput,
  rotateOrganizationOverride,
  RotateOrganizationOverrideInput,
  RotateOrganizationOverrideOutput,
  rotatePlatformDefault,
  RotatePlatformDefaultInput,
  RotatePlatformDefaultOutput,
  setOrganizationOverride,
  SetOrganizationOverrideInput,
  SetOrganizationOverrideOutput,
  setOrganizationOverrideStatus,
  SetOrganizationOverrideStatusInput,
  SetOrganizationOverrideStatusOutput,
  setPlatformDefault,
  SetPlatformDefaultInput,
  SetPlatformDefaultOutput,
  setPlatformDefaultStatus,
  SetPlatformDefaultStatusInput,
  SetPlatformDefaultStatusOutput,
  testOrganizationOverride,
  TestOrganizationOverrideInput,
  TestOrganizationOverrideOutput,
  testPlatformDefault,
  TestPlatformDefaultInput,
  TestPlatformDefaultOutput,
} from "../../../domain/credentials/index.ts";
import { declare, del, get, post, put, router } from "../procedures.ts";

const read = "srv_nexus.credentials:read";
const manage = "srv_nexus.credentials:manage";

/** Secrets that Nexus manages: the platform's defaults (its super-admin alone), and overrides for organizations. */
export const credentialsRouter = router({
  listPlatformDefaults: declare({
    permission: read,
    summary: "List the platform's default credentials",
    rest: get("/api/provider-credentials/platform-defaults"),
  })
    .input(ListPlatformDefaultsInput)
    .output(ListPlatformDefaultsOutput)
    .query(({ ctx, input }) => listPlatformDefaults(ctx.deps.management, ctx.call, input)),

  setPlatformDefault: declare({
    permission: manage,
    summary: "Store the platform's secret for a vendor",
    rest: put("/api/provider-credentials/platform-defaults/{vendor}"),
    lasting: true,
  })
    .input(SetPlatformDefaultInput)
    .output(SetPlatformDefaultOutput)
    .mutation(({ ctx, input }) => setPlatformDefault(ctx.deps.management, ctx.call, input)),

  rotatePlatformDefault: declare({
    permission: manage,
    summary: "Replace the platform's secret for a vendor",
    rest: post("/api/provider-credentials/platform-defaults/{vendor}/rotate"),
    lasting: true,
  })
    .input(RotatePlatformDefaultInput)
    .output(RotatePlatformDefaultOutput)
    .mutation(({ ctx, input }) => rotatePlatformDefault(ctx.deps.management, ctx.call, input)),

  setPlatformDefaultStatus: declare({
    permission: manage,
    summary: "Disable the platform's default for a vendor or enable it again",
    rest: post("/api/provider-credentials/platform-defaults/{vendor}/status"),
    lasting: true,
  })
    .input(SetPlatformDefaultStatusInput)
    .output(SetPlatformDefaultStatusOutput)
    .mutation(({ ctx, input }) => setPlatformDefaultStatus(ctx.deps.management, ctx.call, input)),

  testPlatformDefault: declare({
    permission: manage,
    summary: "Ask a vendor whether it takes the platform's secret, at no cost",
    rest: post("/api/provider-credentials/platform-defaults/{vendor}/test"),
    lasting: false,
  })
    .input(TestPlatformDefaultInput)
    .output(TestPlatformDefaultOutput)
    .mutation(({ ctx, input }) => testPlatformDefault(ctx.deps.management, ctx.deps.probeCredential, ctx.call, input)),

  listOrganizationOverrides: declare({
    permission: read,
    summary: "List the credentials that Nexus manages for an organization",
    rest: get("/api/provider-credentials/organization-overrides"),
  })
    .input(ListOrganizationOverridesInput)
    .output(ListOrganizationOverridesOutput)
    .query(({ ctx, input }) => listOrganizationOverrides(ctx.deps.management, ctx.call, input)),

  setOrganizationOverride: declare({
    permission: manage,
    summary: "Store an organization's managed secret for a vendor",
    rest: put("/api/provider-credentials/organization-overrides/{vendor}"),
    lasting: true,
  })
    .input(SetOrganizationOverrideInput)
    .output(SetOrganizationOverrideOutput)
    .mutation(({ ctx, input }) => setOrganizationOverride(ctx.deps.management, ctx.call, input)),

  rotateOrganizationOverride: declare({
    permission: manage,
    summary: "Replace the secret of an organization's override",
    rest: post("/api/provider-credentials/organization-overrides/{vendor}/rotate"),
    lasting: true,
  })
    .input(RotateOrganizationOverrideInput)
    .output(RotateOrganizationOverrideOutput)
    .mutation(({ ctx, input }) => rotateOrganizationOverride(ctx.deps.management, ctx.call, input)),

  setOrganizationOverrideStatus: declare({
    permission: manage,
    summary: "Disable an organization's override or enable it again",
    rest: post("/api/provider-credentials/organization-overrides/{vendor}/status"),
    lasting: true,
  })
    .input(SetOrganizationOverrideStatusInput)
    .output(SetOrganizationOverrideStatusOutput)
    .mutation(({ ctx, input }) => setOrganizationOverrideStatus(ctx.deps.management, ctx.call, input)),

  testOrganizationOverride: declare({
    permission: manage,
    summary: "Ask a vendor whether it takes an organization's managed secret, at no cost",
    rest: post("/api/provider-credentials/organization-overrides/{vendor}/test"),
    lasting: false,
  })
    .input(TestOrganizationOverrideInput)
    .output(TestOrganizationOverrideOutput)
    .mutation(({ ctx, input }) =>
      testOrganizationOverride(ctx.deps.management, ctx.deps.probeCredential, ctx.call, input),
    ),

  deleteOrganizationOverride: declare({
    permission: manage,
    summary: "Remove an organization's override and its secret",
    rest: del("/api/provider-credentials/organization-overrides/{vendor}"),
    lasting: false,
  })
    .input(DeleteOrganizationOverrideInput)
    .output(DeleteOrganizationOverrideOutput)
    .mutation(({ ctx, input }) => deleteOrganizationOverride(ctx.deps.management, ctx.call, input)),
});
