import { z } from "zod";
import type { CallActor, CallContext } from "../../contracts/call-context.ts";
import type { PricedVendor } from "../../contracts/price-catalogue.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import type { VendorRegister } from "../existence/index.ts";
import { loadPriceBook } from "../pricing/index.ts";
import { viewPreferences } from "./get-preferences.ts";
import { defaultPreferences, Preferences, PreferencesView } from "./preferences.ts";
import { requireKnownNames } from "./require-known-names.ts";
import { selectPreferences, upsertPreferences, type StoredPreferences } from "./store.ts";

export const SetPreferencesInput = Preferences.partial().extend({
  revision: z
    .int()
    .min(0)
    .max(2_147_483_646)
    .describe("The revision that the change is based on; CONFLICT where it is no longer the newest."),
});
export type SetPreferencesInput = z.input<typeof SetPreferencesInput>;

export const SetPreferencesOutput = PreferencesView;
export type SetPreferencesOutput = z.output<typeof SetPreferencesOutput>;

const idOf = (actor: CallActor): string =>
  actor.kind === "user" ? actor.userId : actor.kind === "api_key" ? actor.keyId : actor.tokenId;

/** Consent is given by whoever switches the policy, and stands until it is switched back. */
const consentOf = (
  policy: Preferences["byokPolicy"],
  before: StoredPreferences | undefined,
  actor: CallActor,
  at: Date,
): Pick<StoredPreferences, "consentBy" | "consentAt"> => {
  if (policy === "strict") return { consentBy: null, consentAt: null };
  if (before?.byokPolicy === policy) return before;
  return { consentBy: idOf(actor), consentAt: at };
};

const outdated = (): NexusError =>
  new NexusError("CONFLICT", { message: "The preferences have changed since they were read; read them again." });

/** What the verb stands on: the vendors that names are compared with. */
export interface PreferencesDeps extends Deps {
  readonly vendors: VendorRegister<PricedVendor & { readonly customBaseUrl: boolean }>;
}

/** Changes the preferences that are named and leaves the others. */
export const setPreferences = async (
  deps: PreferencesDeps,
  ctx: CallContext,
  input: SetPreferencesInput,
): Promise<SetPreferencesOutput> => {
  const { revision, ...parsed } = parseInput(SetPreferencesInput, input);
  const { organizationId } = ctx;
  const changes: Partial<Preferences> = Object.fromEntries(
    Object.entries(parsed).filter(([, value]) => value !== undefined),
  );
  const book = await loadPriceBook(deps.db.pool, deps.vendors);
  requireKnownNames({ vendors: deps.vendors, book, organizationId }, changes);
  const row = await auditedChange(deps, ctx, async (tx, audit) => {
    const before = await selectPreferences(tx, organizationId);
    if ((before?.revision ?? 0) !== revision) throw outdated();
    const at = new Date(deps.clock.now());
    const wanted = { ...defaultPreferences, ...before, ...changes };
    const consent = consentOf(wanted.byokPolicy, before, ctx.actor, at);
    const saved = await upsertPreferences(tx, revision, { ...wanted, organizationId, ...consent, updatedAt: at });
    if (saved === undefined) throw outdated();
    await audit({
      action: "preferences.set",
      target: organizationId,
      details: { revision: saved.revision, changed: Object.keys(changes) },
    });
    const policyBefore = (before ?? defaultPreferences).byokPolicy;
    if (saved.byokPolicy !== policyBefore) {
      const action =
        saved.byokPolicy === "strict" ? "preferences.byok-consent-withdraw" : "preferences.byok-consent-give";
      await audit({ action, target: organizationId, details: { by: idOf(ctx.actor), at: at.toISOString() } });
    }
    return saved;
  });
  return viewPreferences(row);
};
