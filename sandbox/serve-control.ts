import type { IncomingMessage, ServerResponse } from "node:http";
import type { MailControl } from "./mail/mail-control.ts";
import { isObject, objectOf, parseJson } from "./read-json.ts";
import { readRules } from "./script.ts";
import { readBody } from "./serve-vendors.ts";
import type { Settings, SandboxServer } from "./serve-vendors.ts";

const loopback = /^(127\.|::1$|::ffff:127\.)/;

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Puts the known fields of a control call into the settings; says what is wrong with them otherwise. */
function changeSettings(settings: Settings, change: unknown): string | undefined {
  if (!isObject(change)) return "settings are an object";
  for (const name of ["idempotent", "lookup"] as const) {
    const value = change[name];
    if (value !== undefined && typeof value !== "boolean") return `${name} must be true or false`;
    if (typeof value === "boolean") settings[name] = value;
  }
  const { paceMs, keys } = change;
  if (paceMs !== undefined) {
    if (typeof paceMs !== "number" || !(paceMs >= 0)) return "paceMs must be a number";
    settings.paceMs = paceMs;
  }
  if (keys !== undefined) {
    const sets = Object.values(objectOf(keys));
    if (!isObject(keys) || !sets.every((set) => Array.isArray(set) && set.every((key) => typeof key === "string"))) {
      return "keys must hold lists of texts by vendor";
    }
    settings.keys = keys;
  }
  return undefined;
}

const whole = (text: string | null, otherwise: number): number => {
  const value = Number(text ?? otherwise);
  return Number.isInteger(value) && value >= 0 ? value : otherwise;
};

/** What the control routes reach beside the vendors' script. */
interface ControlTargets {
  readonly mail: MailControl;
  readonly reset: () => Promise<void>;
}

/** The control routes under `/__sandbox`: loopback callers only, and none that comes from a web page. */
export async function serveControl(
  server: SandboxServer,
  { mail, reset }: ControlTargets,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!loopback.test(request.socket.remoteAddress ?? "") || request.headers.origin !== undefined) {
    return answer(response, 403, { error: "control routes are for loopback callers" });
  }
  const raw = await readBody(request, 1_048_576);
  const body = raw === undefined ? undefined : parseJson(raw.toString());
  const route = `${request.method} ${url.pathname.slice("/__sandbox".length)}`;
  if (route === "POST /script") {
    const rules = readRules(body);
    if (typeof rules === "string") return answer(response, 400, { error: rules });
    server.script.add(rules);
    return answer(response, 200, { added: rules.length });
  }
  if (route === "DELETE /script") {
    server.script.clear();
    return answer(response, 200, {});
  }
  if (route === "POST /mail") {
    const wrong = mail.set(body);
    return wrong === undefined ? answer(response, 200, {}) : answer(response, 400, { error: wrong });
  }
  if (route === "DELETE /mail") {
    mail.clear();
    return answer(response, 200, {});
  }
  if (route === "POST /settings") {
    const wrong = changeSettings(server.settings, body);
    return wrong === undefined ? answer(response, 200, {}) : answer(response, 400, { error: wrong });
  }
  if (route === "POST /reset") {
    await reset();
    return answer(response, 200, {});
  }
  if (route === "GET /health") return answer(response, 200, { seq: server.seq });
  if (route === "GET /requests") {
    const after = whole(url.searchParams.get("after"), 0);
    const limit = Math.min(whole(url.searchParams.get("limit"), 100), 10_000);
    const requests = server.store.page(after, Math.max(limit, 1));
    return answer(response, 200, { requests, next: requests.at(-1)?.seq ?? null, seq: server.seq });
  }
  if (route.startsWith("GET /lookup/")) {
    if (!server.settings.lookup) return answer(response, 503, { error: "lookup is switched off" });
    const requests = server.store.byOperation(decodeURIComponent(route.slice("GET /lookup/".length)));
    return answer(response, requests.length === 0 ? 404 : 200, { requests });
  }
  return answer(response, 404, { error: `no control route ${route}` });
}
