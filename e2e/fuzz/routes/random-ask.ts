import { z } from "zod";
import { generateInstance } from "../../../sandbox/generate-instance.ts";
import { objectOf } from "../../../sandbox/read-json.ts";
import { routes } from "../../../server/identity/routes.ts";
import { listProcedures, type DeclaredProcedure } from "../../../server/transport/trpc/procedure-list.ts";
import { askOverRest, askOverTrpc, type RawAsk } from "../../../test/send-raw.ts";
import type { SeededChoices } from "../seeded-choices.ts";
import type { Actor, RoutesWorld } from "./open-routes-world.ts";

/** A request to one of the two listeners. */
export interface RandomAsk extends RawAsk {
  readonly listener: "auth" | "nexus";
}

export interface AskContext {
  readonly random: SeededChoices;
  readonly world: RoutesWorld;
  readonly actors: readonly Actor[];
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
  null, true, 0, -1, 1.5, 1e308, 9_007_199_254_740_993, 2_147_483_648, [], {}, [[[]]], [null], ["\0"],
  { "\0": 1 }, { __proto__: null, constructor: 1 }, Array.from({ length: 300 }, () => "x"),
]; // prettier-ignore

const hostileBytes = ["%00", "%ff", "%ed%a0%80", "%", "%0a", "..%2f..", "%2e%2e", "%c2%85"] as const;

const ids = ({ random, actors }: AskContext): string => {
  const actor = actors[random.below(actors.length)];
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

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

const segment = (context: AskContext): string => {
  const { random } = context;
  if (random.chance(0.15)) return random.pick(hostileBytes);
  return encoded(random.chance(0.2) ? random.pick(hostileTexts) || "x" : ids(context)).slice(0, 1_000);
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

const form = (context: AskContext): string => {
  const { random } = context;
  return Array.from({ length: random.below(7) }, () => {
    const value = random.chance(0.1)
      ? random.pick(hostileBytes)
      : encoded(
          String(
            random.chance(0.2) ? random.pick(hostileTexts) : random.chance(0.3) ? ids(context) : random.pick(values),
          ),
        );
    return `${random.chance(0.05) ? random.pick(hostileBytes) : random.pick(names)}=${value}`;
  }).join("&");
};

const credentials = ({ random, world, actors }: AskContext): Record<string, string> => {
  const actor = actors[random.below(actors.length)];
  if (!actor || random.chance(0.15)) return {};
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
  return random.pick<Record<string, string>>([
    { authorization: `Bearer ${actor.token}` },
    { authorization: `Bearer ${actor.token}` },
    { cookie: actor.cookie, "x-topolo-auth": "1", origin: "http://localhost:3000", "x-service-id": "srv_nexus" },
    { cookie: actor.cookie, "x-topolo-auth": "1" },
    { authorization: basic(`srv_nexus:${world.clientSecret}`) },
    { authorization: basic(`srv_nexus:${random.pick(hostileTexts)}`) },
    { authorization: basic(`${random.pick(hostileTexts)}:x`) },
    { authorization: `Bearer ${actor.token.slice(0, random.below(actor.token.length))}` },
    { "x-nexus-service-token": "nst_x", "x-nexus-organization-id": "org_topolo" },
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
  ...credentials(context),
  ...(context.random.chance(0.3)
    ? { "x-topolo-auth": "1", origin: "http://localhost:3000", "x-service-id": "srv_nexus" }
    : {}),
  ...(context.random.chance(0.05) ? { accept: "text/html" } : {}),
  ...more,
});

const askAuth = (context: AskContext): RandomAsk => {
  const { random } = context;
  const route = routes[random.below(routes.length)];
  if (!route) throw new Error("Auth has no routes");
  const schema = route.steps.flatMap((step) =>
    "body" in step && step.body instanceof z.ZodType ? [step.body] : [],
  )[0];
  const method = random.chance(0.9) ? route.method : random.pick(methods);
  const path = route.path.replaceAll(/:\w+/g, () => segment(context));
  const query = random.chance(route.method === "GET" ? 0.6 : 0.1) ? `?${form(context)}` : "";
  const ask = { listener: "auth", method, path: path + query } as const;
  if (method === "GET" || method === "HEAD") return { ...ask, headers: headersOf(context, {}) };
  if (schema === undefined && random.chance(0.7))
    return {
      ...ask,
      headers: headersOf(context, { "content-type": "application/x-www-form-urlencoded" }),
      body: form(context),
    };
  const body = schema === undefined ? hostile(context) : mutated(context, sampleOf(schema));
  return { ...ask, headers: headersOf(context, json), body: random.chance(0.03) ? "{" : (JSON.stringify(body) ?? "") };
};

const procedures = listProcedures();
const chat = { model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "Hello" }], max_tokens: 8 };
const dialects: readonly [readonly [string, object], ...(readonly [string, object])[]] = [
  ["/v1/chat/completions", { ...chat, temperature: 0.5, n: 1, tools: [], stop: ["x"], stream: true }],
  ["/v1/embeddings", { model: "openai/text-embedding-3-small", input: ["one"], dimensions: 8 }],
  ["/v1/messages", { ...chat, model: "anthropic/claude-sonnet-4-5", system: "s", top_k: 3 }],
  ["/v1/messages/count_tokens", { ...chat, model: "anthropic/claude-sonnet-4-5", max_tokens: undefined }],
];
const open = [
  "/health",
  "/health/ready",
  "/metrics",
  "/docs/errors",
  "/api/openapi.json",
  "/v1/models",
  "/v1/models/x",
] as const;

/** What a procedure takes, with a model and a vendor that there are. */
const inputOf = ({ input }: DeclaredProcedure): object => {
  const known = { model: "openai/gpt-4o-mini", vendor: "openai", prompt: "Hello" };
  const taken = Object.entries(known).filter(([name]) => Object.hasOwn(input.shape, name));
  return { ...objectOf(sampleOf(input)), ...Object.fromEntries(taken) };
};

const askNexus = (context: AskContext): RandomAsk => {
  const { random } = context;
  const choice = random.next();
  const procedure = procedures[random.below(procedures.length)];
  if (choice < 0.7 && procedure) {
    const input = objectOf(mutated(context, inputOf(procedure)));
    const asked = (random.chance(0.5) ? askOverRest : askOverTrpc)(procedure, input);
    return {
      ...asked,
      listener: "nexus",
      method: random.chance(0.95) ? asked.method : random.pick(methods),
      headers: headersOf(context, { ...asked.headers }),
    };
  }
  const query = random.chance(0.3) ? `?${form(context)}` : "";
  if (choice < 0.9) {
    const [path, body] = random.pick(dialects);
    return {
      listener: "nexus",
      method: random.chance(0.9) ? "POST" : random.pick(methods),
      path: path + query,
      headers: headersOf(context, json),
      body: JSON.stringify(mutated(context, body)) ?? "",
    };
  }
  const path = random.chance(0.6) ? random.pick(open) : `/api/${segment(context)}`;
  return { listener: "nexus", method: random.pick(methods), path: path + query, headers: headersOf(context, {}) };
};

/** Any request that a stranger, or somebody with every right, could send to either listener. */
export const randomAsk = (context: AskContext): RandomAsk =>
  context.random.chance(0.6) ? askAuth(context) : askNexus(context);
