import type { CredentialTier, UnitClass } from "../../contracts/units.ts";
import type { ModelSkill } from "../../contracts/ai.ts";
import type { ModelRules } from "../../contracts/ai-vendor.ts";
import type { PriceSet } from "../pricing/index.ts";

/** What an organization wants of routing. */
export interface RoutingPreferences {
  /** Vendors that may answer for the same model id, best first. */
  readonly vendorOrder: readonly string[];
  /** Whether a call may move on to another route at all. */
  readonly fallback: boolean;
  /** Models to try next, in order, by the requested name (as written, or as `vendor/model`). */
  readonly fallbackModels: Readonly<Record<string, readonly string[]>>;
  /** Globs over `vendor/model`; null: the platform's list. */
  readonly modelAllowList: readonly string[] | null;
  /** Whether another tier may pay once the organization has a key of its own for a vendor. */
  readonly byokPolicy: "strict" | "fallback-with-consent";
  /** Whether calls must be attributed to a registered app. */
  readonly requireApp: boolean;
}

/** What a request asks of a vendor beyond text. */
export interface Needs {
  readonly tools: boolean;
  readonly images: boolean;
  readonly json: boolean;
  /** A search of the web by the vendor. */
  readonly search?: boolean;
  /** The field that asks for an answer that is spoken. */
  readonly spoken?: string;
  /** The dialect of a request that cannot be translated; null where it can. */
  readonly dialect: string | null;
}

/** The part of a request that decides where it can go. */
export interface RoutingRequest {
  /** `vendor/model`, or a bare model id. */
  readonly requestedModel: string;
  /** `family.verb` */
  readonly operation: string;
  /** The caller's dialect; says whose a name without a vendor is. */
  readonly dialect: string;
  readonly needs: Needs;
  /** The field that names something kept at the vendor: only an organization's own key may reach it. */
  readonly heldField?: string | undefined;
  /** Unit classes that the call may be metered in; a route must have a price for each. */
  readonly unitClasses: readonly UnitClass[];
}

/** What a registered vendor can do. */
export interface RoutingVendor {
  readonly id: string;
  /** By the operation's id, what one of its models must be able to do for it. */
  readonly operations: ReadonlyMap<string, ModelSkill>;
  readonly tools: boolean;
  readonly images: boolean;
  readonly json: boolean;
  /** Dialects it takes untranslated. */
  readonly dialects: ReadonlySet<string>;
  /** It may serve models that no catalogue lists (self-hosted, aggregating): a name is not unknown, only unpriced. */
  readonly openModelList: boolean;
  readonly models: ModelRules;
}

/** A credential as routing sees it; the secret stays closed. */
export interface RoutableCredential {
  readonly id: string;
  readonly version: number;
  readonly tier: CredentialTier;
}

/** What a circuit is for: a model at a credential, all models under a credential, or all of a vendor. */
export type CircuitScope = "model" | "credential" | "vendor";

/**
 * Why a circuit is open. `credential`: the secret was refused. `account`: no credit left. `access`: no access to the model.
 * `rate`: a limit. `errors`: too many calls failed. `unreachable`: nobody answers.
 */
export type CircuitReason = "credential" | "account" | "access" | "rate" | "errors" | "unreachable";

/** Whether a way may be tried just now. `half_open` admits one probe. */
export type Circuit =
  | { readonly state: "closed" | "half_open" }
  | {
      readonly state: "open";
      readonly scope: CircuitScope;
      readonly reason: CircuitReason;
      readonly retryAfterMs: number;
    };

/** A circuit that is open, or waits for its probe. */
export interface OpenCircuit {
  readonly scope: CircuitScope;
  readonly reason: CircuitReason;
  readonly vendor: string;
  /** Where it is one model's. */
  readonly model: string | undefined;
  /** The public id of the credential, where it is a credential's. */
  readonly credentialId: string | undefined;
  /** 0: the next call is the probe. */
  readonly retryAfterMs: number;
  /** How long ago it opened. */
  readonly openForMs: number;
}

/** Everything `chooseRoutes` looks at; it changes none of it. */
export interface RoutingWorld<C extends RoutableCredential> {
  readonly vendors: readonly RoutingVendor[];
  readonly preferences: RoutingPreferences;
  /** Globs that hold where the organization has no list of its own. */
  readonly platformAllowList: readonly string[];
  readonly credentialsOf: (vendor: string) => readonly C[];
  /** Whether the platform pays for the organization. */
  readonly admitted: boolean;
  readonly knows: (vendor: string, model: string) => boolean;
  /** Model ids of a vendor, for suggestions. */
  readonly models: (vendor: string) => readonly string[];
  /** By the tier that pays: what an organization has set for its own servers counts for its own key alone. */
  readonly priceSet: (vendor: string, model: string, payer: CredentialTier | undefined) => PriceSet | null;
  readonly circuit: (vendor: string, model: string, credential: C) => Circuit;
}

/** One way to answer: who, with which model, at whose expense, at which price. */
export interface ChosenRoute<C extends RoutableCredential> {
  readonly vendor: string;
  readonly model: string;
  readonly credential: C;
  readonly priceSet: PriceSet;
}
