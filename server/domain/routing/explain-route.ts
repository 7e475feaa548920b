import { z } from "zod";
import { ai } from "../../contracts/ai.ts";
import { ModelName } from "../../contracts/model-name.ts";
import { credentialTiers } from "../../contracts/units.ts";
import type { NexusError } from "../../errors.ts";
import { RoutingDraft } from "../preferences/index.ts";
import { consideredBecause, considerModels, type ConsideredModel } from "./consider-models.ts";
import { credentialVerdicts, judgeCredentials, type JudgedCredential } from "./judge-credentials.ts";
import type { RoutableCredential, RoutingRequest, RoutingWorld } from "./route.ts";

const operations = Object.values(ai).flatMap((operation) => ("skill" in operation ? [operation] : []));

/** The operations for which a model is chosen. */
export const routableOperations = operations.map(({ id }) => id);
export type RoutableOperation = (typeof routableOperations)[number];

/** The call that is asked about, and preferences as they might be: those that are left out are the organization's. */
export const ExplainRouteInput = z.strictObject({
  model: ModelName,
  operation: z.enum(routableOperations).optional().describe("ai.generateText where it is left out."),
  tools: z.boolean().optional().describe("Whether the call offers tools."),
  images: z.boolean().optional().describe("Whether the call has images."),
  json: z.boolean().optional().describe("Whether the call asks for JSON of a schema."),
  ...RoutingDraft.shape,
});
export type ExplainRouteInput = z.output<typeof ExplainRouteInput>;

const Refusal = z.object({
  code: z.string(),
  message: z.string(),
  candidates: z.array(z.string()).describe("Models of a similar name, where the name is unknown or ambiguous."),
});

const Considered = z.object({
  model: z.string().describe("vendor/model; as it was written, where it stands for no model."),
  because: z.enum(consideredBecause),
  refusal: Refusal.nullable().describe("Why this model has no route; null where it has one."),
  credentials: z
    .array(
      z.object({
        credentialId: z.string(),
        tier: z.enum(credentialTiers),
        verdict: z.enum(credentialVerdicts),
        retryAfterMs: z.int().nullable().describe("How long its circuit stays open; null where it is not."),
      }),
    )
    .describe("Every credential that is stored for the vendor, by tier, and whether a route goes by it."),
});

/** Where a call would go, and why. */
export const ExplainRouteOutput = z.object({
  routes: z
    .array(
      z.object({
        vendor: z.string(),
        model: z.string(),
        credentialId: z.string(),
        tier: z.enum(credentialTiers),
      }),
    )
    .describe("The routes in the order in which they are tried; empty where the call would be refused."),
  refusal: Refusal.nullable().describe("What the call would be refused with; null where it has a route."),
  considered: z.array(Considered).describe("Every model that the request was compared with, in order."),
});
export type ExplainRouteOutput = z.output<typeof ExplainRouteOutput>;

const isText = (value: unknown): value is string => typeof value === "string";

const refusalOf = ({ code, message, details }: NexusError): z.output<typeof Refusal> => {
  const named = details?.["candidates"];
  return { code, message, candidates: Array.isArray(named) ? named.filter(isText) : [] };
};

const viewCredential = <C extends RoutableCredential>({ credential, verdict, circuit }: JudgedCredential<C>) => ({
  credentialId: credential.id,
  tier: credential.tier,
  verdict,
  retryAfterMs: circuit.state === "open" ? circuit.retryAfterMs : null,
});

const viewConsidered = <C extends RoutableCredential>(
  { name, because, target, refusal }: ConsideredModel<C>,
  request: RoutingRequest,
  world: RoutingWorld<C>,
): z.output<typeof Considered> => ({
  model: name,
  because,
  refusal: refusal ? refusalOf(refusal) : null,
  credentials: target ? judgeCredentials(target, request, world).map(viewCredential) : [],
});

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the fields that are there but say nothing. */
const definedOf = <T extends object>(values: T): Defined<T> =>
  // What is filtered are the entries of a T; TypeScript knows only that they are entries.
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;

/** Chooses routes as a call would, and tells what was passed over and why. Sends nothing and costs nothing. */
export const explainRoute = <C extends RoutableCredential>(
  { model, operation: id = ai.generateText.id, tools, images, json, ...draft }: ExplainRouteInput,
  current: RoutingWorld<C>,
): ExplainRouteOutput => {
  const preferences = { ...current.preferences, ...definedOf(draft) };
  const world = { ...current, preferences };
  const asked = operations.find((operation) => operation.id === id) ?? ai.generateText;
  const request: RoutingRequest = {
    requestedModel: model,
    operation: asked.id,
    dialect: "typed",
    needs: { tools: tools === true, images: images === true, json: json === true, dialect: null },
    unitClasses: asked.unitClasses,
  };
  const considered = considerModels(request, world);
  const routes = considered.flatMap((one) => one.routes);
  const refusal = routes.length === 0 ? considered[0]?.refusal : undefined;
  return {
    routes: routes.map(({ vendor, model: name, credential }) => ({
      vendor,
      model: name,
      credentialId: credential.id,
      tier: credential.tier,
    })),
    refusal: refusal ? refusalOf(refusal) : null,
    considered: considered.map((one) => viewConsidered(one, request, world)),
  };
};
