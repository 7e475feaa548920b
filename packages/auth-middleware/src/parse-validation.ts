import { isPermission, isRole } from "@topolo/auth-client";
import type { LastSignIn } from "./last-sign-in.ts";
import type {
  PrincipalAdmission,
  PrincipalApiKey,
  PrincipalOrganization,
  PrincipalUser,
  ValidationAnswer,
} from "./principal.ts";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value.length > 0;
const isString = (value: unknown): value is string => typeof value === "string";
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isNullable = <T>(value: unknown, is: (inner: unknown) => inner is T): value is T | null =>
  value === null || is(value);
const isOneOf =
  <T extends string>(...known: readonly T[]) =>
  (value: unknown): value is T =>
    known.some((item) => item === value);

const isPrincipalType = isOneOf("human", "service_local", "service_account");
const isOrganizationStatus = isOneOf("active", "suspended", "revoked");
const isSubjectType = isOneOf("user", "service", "api_key");
const isEnvironment = isOneOf("live", "test");

const isUser = (value: unknown): value is PrincipalUser =>
  isRecord(value) &&
  isText(value.id) &&
  isNullable(value.email, isText) &&
  isNullable(value.emailVerified, isBoolean) &&
  isNullable(value.name, isString) &&
  isNullable(value.pictureUrl, isText) &&
  isNullable(value.principalType, isPrincipalType) &&
  Array.isArray(value.principalServices) &&
  value.principalServices.every(isText) &&
  isNullable(value.launcherEligible, isBoolean);

/** Null is no admission; anything else that is not one makes the answer none. */
export const isAdmission = (value: unknown): value is PrincipalAdmission =>
  isRecord(value) &&
  isNullable(
    value.monthlyLimitNanos,
    (limit): limit is string => typeof limit === "string" && /^\d{1,19}$/.test(limit),
  );

const isOrganization = (value: unknown): value is PrincipalOrganization =>
  isRecord(value) &&
  isText(value.id) &&
  isText(value.slug) &&
  typeof value.name === "string" &&
  isOrganizationStatus(value.status) &&
  isNullable(value.admission, isAdmission);

const isBinding = (value: unknown): value is PrincipalApiKey["resourceBindings"][number] =>
  isRecord(value) && isText(value.serviceId) && isText(value.type) && isText(value.resourceId);

const isApiKey = (value: unknown): value is PrincipalApiKey =>
  isRecord(value) &&
  isText(value.id) &&
  typeof value.name === "string" &&
  isEnvironment(value.environment) &&
  Array.isArray(value.scopes) &&
  value.scopes.every(isText) &&
  Array.isArray(value.resourceBindings) &&
  value.resourceBindings.every(isBinding);

const isTextList = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

const isTime = (value: unknown): value is string => isText(value) && !Number.isNaN(Date.parse(value));

const isLastSignIn = (value: unknown): value is LastSignIn =>
  isRecord(value) && isTime(value.at) && typeof value.sufficient === "boolean";

/** What each kind of subject must and must not carry. */
const isConsistent = ({
  subjectType,
  user,
  role,
  sessionId,
  lastSignIn,
  apiKey,
  organization,
  platformBypass,
  scopes,
  permissions,
}: ValidationAnswer): boolean => {
  // What was granted limits everything else: no role, no bypass, no permission that is not among it.
  if (scopes !== null) {
    if (role !== null || platformBypass || lastSignIn !== null || apiKey !== null) return false;
    if (!permissions.every((permission) => scopes.includes(permission))) return false;
    if (organization?.status !== "active" && permissions.length > 0) return false;
    // In its own name such an app acts for nobody.
    if (subjectType === "service") return user === null && sessionId === null && permissions.length === 0;
    return subjectType === "user" && user !== null && sessionId !== null;
  }
  if (platformBypass && organization?.slug !== "admin") return false;
  if (organization?.status !== "active" && permissions.length > 0) return false;
  if (subjectType !== "user" && lastSignIn !== null) return false;
  if (subjectType === "user")
    return user !== null && sessionId !== null && apiKey === null && (role === null) === (organization === null);
  if (subjectType === "api_key")
    return apiKey !== null && organization !== null && sessionId === null && !platformBypass;
  return user === null && apiKey === null && sessionId === null;
};

const isAnswer = (value: unknown): value is ValidationAnswer =>
  isRecord(value) &&
  value.valid === true &&
  isSubjectType(value.subjectType) &&
  isNullable(value.user, isUser) &&
  isNullable(value.organization, isOrganization) &&
  isNullable(value.role, isRole) &&
  typeof value.platformBypass === "boolean" &&
  isNullable(value.serviceId, isText) &&
  isNullable(value.sessionId, isText) &&
  isNullable(value.lastSignIn, isLastSignIn) &&
  isNullable(value.apiKey, isApiKey) &&
  isText(value.credentialId) &&
  isNullable(value.proofKey, isText) &&
  isNullable(value.scopes, isTextList) &&
  Array.isArray(value.permissions) &&
  value.permissions.every(isPermission) &&
  isNullable(value.expiresAt, isTime);

/** Auth's positive answer, or undefined for anything that is not exactly one. */
export const parseValidation = (body: unknown): ValidationAnswer | undefined =>
  isAnswer(body) && isConsistent(body) ? body : undefined;

/** Auth's explicit no, of either validation route. */
export const parseRefusal = (body: unknown): string | undefined => {
  if (!isRecord(body) || body.valid !== false) return undefined;
  if (isText(body.error)) return body.error;
  return isText(body.code) ? body.code : undefined;
};
