import { roleTable } from "../../../server/identity/matrix/role-table.ts";
import type { Access } from "../../../server/identity/matrix/role-rules.ts";
import type { AuthRoute } from "../../../server/identity/http/route.ts";
import { routes } from "../../../server/identity/routes.ts";
import { listProcedures, type DeclaredProcedure } from "../../../server/transport/trpc/procedure-list.ts";

/** Who asks: nobody; somebody signed in; an API key, or a directory's token where directories ask; a service. */
export const callerKinds = ["nobody", "person", "key", "service"] as const;
export type CallerKind = (typeof callerKinds)[number];

type Shape =
  | { readonly at: "auth"; readonly route: AuthRoute }
  | { readonly at: "procedure"; readonly procedure: DeclaredProcedure }
  | { readonly at: "dialect"; readonly path: string; readonly body: object }
  | { readonly at: "open"; readonly path: string }
  | { readonly at: "unknown" };

/** One route of either listener, with whoever has to get past its door in a run that is long enough. */
export type FuzzTarget = Shape & { readonly name: string; readonly admits: readonly CallerKind[] };

const admittedBy = (access: Access): CallerKind => {
  if (access === "everyone") return "nobody";
  if (access === "directories") return "key";
  return access === "services" ? "service" : "person";
};

const authTargets = routes.map((route): FuzzTarget => {
  const name = `${route.method} ${route.path}`;
  const row = roleTable.find((one) => one.route === name);
  if (!row) throw new Error(`${name} has no row in the role matrix`);
  // What needs a sign-in under way, or a first administrator, turns away everybody who has none.
  const admits = row.ok === 401 || row.ok === 403 ? [] : [admittedBy(row.access)];
  return { at: "auth", name: `Auth ${name}`, route, admits };
});

const procedureTargets = listProcedures().map((procedure): FuzzTarget => ({
  at: "procedure",
  name: `Nexus ${procedure.name}`,
  procedure,
  // Only use of the vendors is for every kind of credential; the rest depends on scopes.
  admits: procedure.metered ? ["person", "key", "service"] : ["person"],
}));

const chat = { model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "Hello" }], max_tokens: 8 };
const claude = { ...chat, model: "anthropic/claude-sonnet-4-5" };
const dialects: readonly (readonly [string, object])[] = [
  ["/v1/chat/completions", { ...chat, temperature: 0.5, n: 1, tools: [], stop: ["x"], stream: true }],
  ["/v1/images/generations", { model: "openai/gpt-image-1.5", prompt: "A boat" }],
  ["/v1/audio/speech", { model: "openai/tts-1", voice: "alloy", input: "Hello" }],
  ["/v1/rerank", { model: "cohere/rerank-v3.5", query: "one", documents: ["one"] }],
  ["/v1/moderations", { model: "openai/omni-moderation-latest", input: ["one"] }],
  ["/v1/embeddings", { model: "openai/text-embedding-3-small", input: ["one"], dimensions: 8 }],
  ["/v1/messages", { ...claude, system: "s", top_k: 3 }],
  ["/v1/messages/count_tokens", { ...claude, max_tokens: undefined }],
  ["/mcp", { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "list_calls", arguments: { limit: 5 } } }],
];
const open = ["/health", "/health/ready", "/metrics", "/api/openapi.json", "/.well-known/oauth-protected-resource/mcp"] as const; // prettier-ignore
const listed = ["/v1/models", "/v1/models/openai%2Fgpt-4o-mini"] as const;

/** Every route of both listeners, and what is none. */
export const fuzzTargets: readonly FuzzTarget[] = [
  ...authTargets,
  ...procedureTargets,
  ...dialects.map(([path, body]): FuzzTarget => ({
    at: "dialect",
    name: `Nexus POST ${path}`,
    path,
    body,
    admits: ["person", "key", "service"],
  })),
  ...open.map((path): FuzzTarget => ({ at: "open", name: `Nexus ${path}`, path, admits: ["nobody"] })),
  ...listed.map((path): FuzzTarget => ({
    at: "open",
    name: `Nexus ${path}`,
    path,
    admits: ["person", "key", "service"],
  })),
  { at: "unknown", name: "Nexus, no route", admits: [] },
];

/** The route and the caller of a request, which its number alone decides; all pairs come in turn. */
export const fuzzTargetOf = (seed: number): { readonly target: FuzzTarget; readonly kind: CallerKind } => {
  const target = fuzzTargets[seed % fuzzTargets.length];
  const kind = callerKinds[Math.floor(seed / fuzzTargets.length) % callerKinds.length];
  if (!target || !kind) throw new Error(`no target for ${seed}`);
  return { target, kind };
};
