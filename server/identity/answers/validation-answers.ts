import { z } from "zod";
import {
  toldDone,
  toldFlag,
  toldList,
  fieldsOf,
  toldText,
  toldTexts,
  toldTime,
  toldWord,
  ids,
  orNull,
} from "./answer-fields.ts";
import { organizationFacts, organizationStatus, roleField, ValidatedPerson } from "./person-answers.ts";
import { validationRefusals } from "../validation/refusal.ts";

const binding = {
  serviceId: ids.service("The service of the resource"),
  type: toldText("The kind of resource", "project"),
  resourceId: toldText("The resource's id at the service", "p_1"),
};
export const ResourceBindingShape = binding;

/** What a credential is worth. */
export const ValidationAnswerSchema = fieldsOf({
  valid: toldDone("The credential counts at this moment"),
  subjectType: toldWord("What the credential stands for", ["user", "service", "api_key"]),
  user: orNull(ValidatedPerson, "The person; null: a service, or a key of an organization"),
  organization: orNull(
    fieldsOf({
      ...organizationFacts,
      status: organizationStatus,
      admission: orNull(
        fieldsOf({
          monthlyLimitNanos: orNull(
            toldText("The platform's hard budget for it, in nano-USD a calendar month (UTC)", "25000000000"),
            "The platform's hard budget for it, in nano-USD a calendar month (UTC); null: none",
          ),
        }),
        "That it may use the platform's vendor credentials; null: it uses its own vendor keys alone",
      ),
    }),
    "The session's active organization, or the key's; null: none",
  ),
  role: orNull(
    roleField("The role in that organization"),
    "The role in that organization; null: keys, services and third parties' apps have none",
  ),
  platformBypass: toldFlag("Whether a person who operates the whole platform is behind it", false),
  serviceId: orNull(
    ids.service("The app for which the credential was issued"),
    "The app for which the credential was issued; null: none",
  ),
  sessionId: orNull(
    ids.session("The session behind the token"),
    "The session behind the token; null: keys and services have none",
  ),
  lastSignIn: orNull(
    fieldsOf({
      at: toldTime("When the person last showed who they are"),
      sufficient: toldFlag("Whether everything was shown that the account asks for"),
    }),
    "When and how the person last signed in; null: keys, services, and tokens that are older than it",
  ),
  apiKey: orNull(
    fieldsOf({
      id: ids.key("The key's id"),
      name: toldText("What the key was called", "ci"),
      environment: toldWord("Whether the key is for real work or for tests", ["live", "test"]),
      scopes: toldTexts("What the key was given", "srv_nexus.ai"),
      resourceBindings: toldList(
        "Resources for which alone the key works; empty: it is bound to none",
        fieldsOf(binding),
      ),
    }),
    "The key, where the credential is one; else null",
  ),
  scopes: orNull(
    toldTexts("What a third party's app was granted", "openid"),
    "What a third party's app was granted; null: the credential is not limited so",
  ),
  credentialId: toldText("The token's `jti`, or the key's id", "tok_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
  proofKey: orNull(
    toldText("The thumbprint of the key to which the token is bound", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"),
    "The thumbprint of the key to which the token is bound; null: to none",
  ),
  permissions: toldTexts("What the credential may do, as `service.resource:action`, sorted", "srv_nexus.ai:invoke"),
  expiresAt: orNull(toldTime("When this ends by itself"), "When this ends by itself; null: a key without an end"),
});

/** Why a credential is worth nothing; it has a form of its own. */
export const RefusedValidationAnswer = fieldsOf({
  valid: z.literal(false).meta({ description: "The credential does not count", examples: [false] }),
  error: toldWord("Why not", [...validationRefusals, "unknown_service"]),
});
export const ApiKeyValidationAnswer = z.union([
  ValidationAnswerSchema,
  fieldsOf({
    valid: z.literal(false).meta({ description: "The key does not count", examples: [false] }),
    code: toldWord("Why not", validationRefusals),
  }),
]);
