import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import type { Caller } from "../../http/steps.ts";
import { auditActor } from "../../organizations/actor.ts";
import { registrationStateOf } from "../completeness.ts";
import type { Manifest } from "../manifest.ts";
import { diffManifest } from "../manifest-diff.ts";
import { thirdPartyIssues } from "../third-party-rules.ts";
import { uploadManifest, type UploadOutcome } from "./store.ts";

export const PutManifestQuery = z.strictObject({
  dry_run: z.enum(["true", "false"]).default("false").describe("Only say what would change"),
});
export type PutManifestQuery = z.infer<typeof PutManifestQuery>;

/** Adds what the query asks, beside the body. */
export const uploadOptions = ({ input }: { readonly input: PutManifestQuery }): { readonly dryRun: boolean } => ({
  dryRun: input.dry_run === "true",
});

interface PutManifest extends HttpExchange, Params {
  readonly caller: Caller;
  readonly dryRun: boolean;
  readonly input: Manifest;
}

const conflict = (field: string, expected: string): AuthError =>
  new AuthError("manifest_conflict", { issues: [{ field, expected }] });

/** Throws where the outcome is a refusal. */
export const refuseConflict = (outcome: UploadOutcome): void => {
  if (outcome === "first_party") throw conflict("id", "a service whose manifest is not checked in with the code");
  if (outcome === "version_not_greater") throw conflict("version", "a version greater than the stored one");
  if (outcome === "client_taken") throw conflict("clients", "client ids that no other service has");
  if (outcome === "slug_taken") throw new AuthError("slug_taken");
};

/** Registers a service, or its next version, for a platform operator. */
export const putManifest = async (exchange: PutManifest): Promise<HttpAnswer> => {
  const { context, params, caller, input: manifest, dryRun } = exchange;
  if (manifest.id !== params.id)
    throw new AuthError("invalid_request", { issues: [{ field: "id", expected: "the id of the path" }] });
  const before = await context.catalogues.recent();
  if (before.services.get(manifest.id)?.firstParty) refuseConflict("first_party");
  const issues = thirdPartyIssues(manifest, before, context);
  if (issues.length > 0) throw new AuthError("invalid_request", { issues });
  const changes = diffManifest(manifest, before.services.get(manifest.id));
  const { outcome, catalogueVersion } = await uploadManifest(context.db, {
    manifest,
    actor: auditActor(exchange, caller),
    now: new Date(context.clock.now()),
    dryRun,
  });
  refuseConflict(outcome);
  const service = (await context.catalogues.atLeast(catalogueVersion)).services.get(manifest.id);
  return okAnswer({
    serviceId: manifest.id,
    version: manifest.version,
    dryRun,
    applied: outcome === "applied",
    changes: outcome === "unchanged" ? [] : changes,
    ...(service ? { registration: registrationStateOf(service) } : {}),
  });
};
