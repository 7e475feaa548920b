import { z } from "zod";
import { generateInstance } from "../../../sandbox/generate-instance.ts";
import { objectOf } from "../../../sandbox/read-json.ts";
import type { AuthRoute } from "../../../server/identity/http/route.ts";
import type { DeclaredProcedure } from "../../../server/transport/trpc/procedure-list.ts";
import { askOverRest, askOverTrpc, type RawAsk } from "../../../test/send-raw.ts";
import type { SeededChoices } from "../seeded-choices.ts";
import type { CallerKind, FuzzTarget } from "./fuzz-targets.ts";
import type { Callers, RoutesWorld } from "./open-routes-world.ts";

/** A request to one of the two listeners. */
export interface RandomAsk extends RawAsk {
  readonly listener: "auth" | "nexus";
}

export interface AskContext {
  readonly random: SeededChoices;
  readonly world: Pick<RoutesWorld, "clientSecrets">;
  readonly callers: Callers;
  readonly target: FuzzTarget;
  readonly kind: CallerKind;
}

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const;

const hostileTexts = [
  "", " ", "\0", "a\0b", "\u001b[31m", "\ud800", "\udc00x", "\u202eabc", "\u0085", "e\u0301\u200b\ufeff",
  "👩‍👩‍👧‍👦".repeat(9), "__proto__", "constructor", "null", "'; drop table auth.users; --", "{{7*7}}${7*7}",
  "<script>alert(1)</script>", "../../etc/passwd", "%s%n%00", "1e400", "9223372036854775808", "NaN",
  "2026-02-30T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "http://127.0.0.1:1/", "javascript:alert(1)",
  "a@example.com\r\nBcc: b@example.com", "x".repeat(3_000), "=".repeat(44), "-".repeat(43), "a.b.c",
] as const; // prettier-ignore

const hostileValues: readonly [unknown, ...unknown[]] = [
  null, true, 0, -1, 1.5, 1e308, 2 ** 53, 2_147_483_648, [], {}, [[[]]], [null], ["\0"],
  { "\0": 1 }, { __proto__: null, constructor: 1 }, Array.from({ length: 300 }, () => "x"),
]; // prettier-ignore

const hostileBytes = ["%00", "%ff", "%ed%a0%80", "%", "%0a", "..%2f..", "%2e%2e", "%c2%85"] as const;

const ids = ({ random, callers: { people } }: AskContext): string => {
  const actor = people[random.below(people.length)];
  return random.pick([
    actor?.userId ?? "x", actor?.sessionId ?? "x", actor?.email ?? "x", "org_admin", "org_topolo", "org_other",
    "srv_nexus", "srv_admin", "srv_roadmapper", "nexus", "owner", "member", "google", "me",
    `key_${"0".repeat(32)}`, `vft_${"0".repeat(32)}`, "01a20028-f85c-706b-b97e-0071d41bb937", "srv_nexus.ai:invoke",
  ]); // prettier-ignore
};

const hostile = ({ random }: AskContext): unknown =>
  random.chance(0.6) ? random.pick(hostileTexts) : random.pick(hostileValues);

/** Changes one thing somewhere in a JSON value, or nothing. */
const mutated = (context: AskContext, value: unknown, depth = 0): unknown => {
  const { random } = context;
  if (random.chance(0.15 + depth * 0.1)) return random.chance(0.3) ? ids(context) : hostile(context);
  if (Array.isArray(value)) return value.map((item) => (random.chance(0.5) ? mutated(context, item, depth + 1) : item));
  if (typeof value !== "object" || value === null) return random.chance(0.25) ? ids(context) : value;
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  const changed = entries.flatMap(([name, member], index): [string, unknown][] => {
    if (index !== at) return [[name, member]];
    return random.chance(0.15) ? [] : [[name, mutated(context, member, depth + 1)]];
  });
  const extra = random.chance(0.1) ? [[random.pick(hostileTexts), hostile(context)] as [string, unknown]] : [];
  return Object.fromEntries([...changed, ...extra]);
};

/** The value as it is, or with one thing changed. */
const changed = (context: AskContext, value: unknown): unknown =>
  context.random.chance(0.25) ? value : mutated(context, value);

const text = (context: AskContext, body: unknown): string =>
  context.random.chance(0.02) ? "{" : (JSON.stringify(changed(context, body)) ?? "");

const isScim = (target: FuzzTarget): boolean => target.at === "auth" && target.route.path.startsWith("/scim/");

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

const segment = (context: AskContext): string => {
  const { random } = context;
  if (random.chance(0.15)) return random.pick(hostileBytes);
  return encoded(random.chance(0.2) ? random.pick(hostileTexts) || "x" : ids(context)).slice(0, 1_000);
};

/** A path with its segments filled in, mostly with what there is of their kind. */
const filled = (context: AskContext, path: string): string => {
  const { random, callers: { people } } = context; // prettier-ignore
  const person = people[random.below(people.length)];
  const known: Readonly<Record<string, string | undefined>> = {
    organizations: random.pick(["org_topolo", "org_topolo", "org_admin"]),
    users: person?.userId,
    members: person?.userId,
    principals: person?.userId,
    sessions: person?.sessionId,
    services: "srv_nexus",
    "bindable-resources": "org_topolo",
    federated: "google",
    Schemas: "urn:ietf:params:scim:schemas:core:2.0:User",
  };
  return path.replaceAll(/(\w[\w-]*)\/:\w+/g, (_whole, before: string) => {
    const fits = random.chance(0.6) ? known[before] : undefined;
    return `${before}/${fits ?? segment(context)}`;
  });
};

const names = [
  "client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code", "code_challenge",
  "code_challenge_method", "prompt", "max_age", "id_token_hint", "login_hint", "request", "request_uri", "claims",
  "response_mode", "resource", "grant_type", "refresh_token", "code_verifier", "device_code", "token",
  "token_type_hint", "client_secret", "post_logout_redirect_uri", "logout_hint", "ui_locales", "return_to", "link",
  "service_id", "cursor", "limit", "before", "email", "confirm", "account", "error", "registration",
] as const; // prettier-ignore

const values = [
  "srv_nexus", "https://roadmapper.topolo.app/auth/callback", "code", "openid profile email offline_access", "S256",
  "x".repeat(43), "login", "none", "select_account create", "60", "authorization_code", "refresh_token",
  "client_credentials", "urn:ietf:params:oauth:grant-type:device_code",
  "urn:topolo:params:oauth:grant-type:handoff-code", "urn:topolo:service:srv_nexus", "form_post", "true", "1",
  '{"id_token":{"amr":null}}', "eyJhbGciOiJub25lIn0.e30.", "5",
] as const; // prettier-ignore

const formOf = (context: AskContext): string => {
  const { random } = context;
  return Array.from({ length: random.below(7) }, () => {
    const value = random.chance(0.1)
      ? random.pick(hostileBytes)
      : encoded(
          random.chance(0.2) ? random.pick(hostileTexts) : random.chance(0.3) ? ids(context) : random.pick(values),
        );
    return `${random.chance(0.05) ? random.pick(hostileBytes) : random.pick(names)}=${value}`;
  }).join("&");
};

const browser = { "x-topolo-auth": "1", origin: "http://localhost:3000", "x-service-id": "srv_nexus" };
const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

/** The service that asks: Topolo Developers where it alone may. */
const clientOf = (target: FuzzTarget, { clientSecrets }: AskContext["world"]): string =>
  target.at === "auth" && target.route.path.startsWith("/api/services/approved-apps")
    ? `srv_developers:${clientSecrets.developers}`
    : `srv_nexus:${clientSecrets.nexus}`;

/** What shows who asks, as one of that kind would. */
const genuine = ({ random, callers, kind, world, target }: AskContext): Record<string, string> => {
  const person = callers.people[random.below(callers.people.length)];
  if (kind === "nobody" || !person) return {};
  if (kind === "person")
    return target.at !== "auth" || random.chance(0.7)
      ? { authorization: `Bearer ${person.token}` }
      : { ...browser, cookie: person.cookie };
  if (kind === "key") return { authorization: `Bearer ${isScim(target) ? callers.scimToken : callers.apiKey}` };
  return target.at === "auth"
    ? { authorization: basic(clientOf(target, world)) }
    : { "x-nexus-service-token": callers.serviceToken, "x-nexus-organization-id": "org_topolo" };
};

/** What does not. */
const broken = ({ random, callers: { people } }: AskContext): Record<string, string> => {
  const token = people[random.below(people.length)]?.token ?? "";
  return random.pick<Record<string, string>>([
    { authorization: basic(`srv_nexus:${random.pick(hostileTexts)}`) },
    { authorization: basic(`${random.pick(hostileTexts)}:x`) },
    { authorization: `Bearer ${token.slice(0, random.below(token.length))}` },
    { authorization: `Bearer ${token}`, "x-api-key": "tpk_x" },
    { "x-nexus-service-token": "nst_x", "x-nexus-organization-id": "org_topolo" },
    { "x-nexus-service-token": token, "x-nexus-organization-id": "org_topolo" },
    { cookie: `topolo_session=${token}`, "x-topolo-auth": "1" },
    { "x-api-key": "tpk_x" },
  ]);
};

const samples = new Map<z.ZodType, unknown>();
/** One value that a schema describes, as far as JSON Schema says it. */
const sampleOf = (schema: z.ZodType): unknown => {
  if (!samples.has(schema))
    samples.set(schema, generateInstance(objectOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }))));
  return samples.get(schema);
};

const json = { "content-type": "application/json" };
const headersOf = (context: AskContext, more: Record<string, string>): Record<string, string> => ({
  ...(context.random.chance(0.5) ? browser : {}),
  ...(context.random.chance(0.9) ? genuine(context) : broken(context)),
  ...(context.random.chance(0.03) ? { accept: "text/html" } : {}),
  ...more,
});

const scimUser = { userName: "a@example.com", externalId: "1", emails: [{ value: "a@example.com", primary: true }] };
const scimBody = (method: string): object =>
  method === "PATCH"
    ? { Operations: [{ op: "replace", path: "active", value: false }] }
    : {
        schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
        displayName: "A",
        members: [],
        active: true,
        ...scimUser,
      };

const askAuth = (context: AskContext, { method, path, steps }: AuthRoute): RandomAsk => {
  const { random, target } = context;
  const form = formOf(context);
  const query = random.chance(method === "GET" ? 0.5 : 0.1) ? `?${form}` : "";
  const ask = { listener: "auth", method, path: filled(context, path) + query } as const;
  if (method === "GET") return { ...ask, headers: headersOf(context, {}) };
  const schema = steps.flatMap((step) => ("body" in step && step.body instanceof z.ZodType ? [step.body] : []))[0];
  const body = schema ? sampleOf(schema) : isScim(target) ? scimBody(method) : undefined;
  if (body === undefined && random.chance(0.8))
    return { ...ask, headers: headersOf(context, { "content-type": "application/x-www-form-urlencoded" }), body: form };
  return { ...ask, headers: headersOf(context, json), body: text(context, body ?? hostile(context)) };
};

/** What a procedure takes, with a model and a vendor that there are. */
const inputOf = ({ input }: DeclaredProcedure): object => {
  const known = { model: "openai/gpt-4o-mini", vendor: "openai", prompt: "Hello" };
  const taken = Object.entries(known).filter(([name]) => Object.hasOwn(input.shape, name));
  return { ...objectOf(sampleOf(input)), ...Object.fromEntries(taken) };
};

const askProcedure = (context: AskContext, procedure: DeclaredProcedure): RandomAsk => {
  const input = objectOf(changed(context, inputOf(procedure)));
  const asked = (context.random.chance(0.5) ? askOverRest : askOverTrpc)(procedure, input);
  return { ...asked, listener: "nexus", headers: headersOf(context, { ...asked.headers }) };
};

const askTarget = (context: AskContext): RandomAsk => {
  const { random, target } = context;
  const query = random.chance(0.2) ? `?${formOf(context)}` : "";
  switch (target.at) {
    case "auth":
      return askAuth(context, target.route);
    case "procedure":
      return askProcedure(context, target.procedure);
    case "dialect":
      return {
        listener: "nexus",
        method: "POST",
        path: target.path + query,
        headers: headersOf(context, json),
        body: text(context, target.body),
      };
    case "open":
      return { listener: "nexus", method: "GET", path: target.path + query, headers: headersOf(context, {}) };
    case "unknown": {
      const path = `/${random.pick(["api", "v1", "api/trpc", "api/auth", "docs"])}/${segment(context)}`;
      return { listener: "nexus", method: random.pick(methods), path: path + query, headers: headersOf(context, {}) };
    }
  }
};

/** The request of that number: any that a stranger, or somebody with every right, could send to either listener. */
export const randomAsk = (context: AskContext): RandomAsk => {
  const ask = askTarget(context);
  return context.random.chance(0.05) ? { ...ask, method: context.random.pick(methods) } : ask;
};
