import { z } from "zod";
import { ModelName } from "../../contracts/model-name.ts";
import { VendorId } from "../credentials/index.ts";

const ModelGlob = z
  .string()
  .max(256)
  .regex(/^[A-Za-z0-9*?][A-Za-z0-9*?._:/@+-]*$/)
  .describe("A pattern over `vendor/model`: `*` stands for any run of characters, `?` for one.");

const distinct = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** How an organization wants its calls routed. */
export const Preferences = z.strictObject({
  vendorOrder: z
    .array(VendorId)
    .max(50)
    .refine(distinct, "no vendor twice")
    .describe("Vendors that may answer for the same model, best first."),
  fallback: z.boolean().describe("Whether a call may move on to another route at all."),
  fallbackModels: z
    .record(ModelName, z.array(ModelName).max(10).refine(distinct, "no model twice"))
    .refine((chains) => Object.keys(chains).length <= 100, "at most 100 chains")
    .describe("Models to try next, in order, by the requested one."),
  modelAllowList: z
    .array(ModelGlob)
    .max(200)
    .nullable()
    .describe("Models that may be called, fallbacks included; null: the platform's default list; an empty list: none."),
  byokPolicy: z
    .enum(["strict", "fallback-with-consent"])
    .describe(
      "`strict`: where the organization has a key of its own for a vendor, nobody else pays. `fallback-with-consent`: other tiers are used when it fails; the person who sets this consents.",
    ),
  requireApp: z.boolean().describe("Refuse calls that are not attributed to a registered app."),
});
export type Preferences = Readonly<z.output<typeof Preferences>>;

/** Preferences as they might be, to see what they would change before they are set. */
export const RoutingDraft = Preferences.pick({
  vendorOrder: true,
  fallback: true,
  modelAllowList: true,
  byokPolicy: true,
}).partial();

/** What holds for an organization that has said nothing. */
export const defaultPreferences: Preferences = Object.freeze({
  vendorOrder: [],
  fallback: true,
  fallbackModels: {},
  modelAllowList: null,
  byokPolicy: "strict",
  requireApp: false,
});

export const PreferencesView = z.object({
  ...Preferences.shape,
  revision: z.int().describe("Sent back with a change, so that concurrent changes are detected; 0 before the first."),
  byokConsent: z
    .object({ by: z.string(), at: z.iso.datetime() })
    .nullable()
    .describe("Who consented to another tier paying, and when."),
  updatedAt: z.iso.datetime().nullable(),
});
export type PreferencesView = z.output<typeof PreferencesView>;
