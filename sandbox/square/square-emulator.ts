import { createJsonEmulator, type JsonEmulator, type JsonEmulatorTime } from "../acting/json-emulator.ts";
import { jsonWords } from "../acting/json-words.ts";
import { objectOf, stringOf } from "../read-json.ts";
import { squareLocation } from "./render-square.ts";
import { squarePage } from "./square-page.ts";
import { squareRefusal } from "./square-refusal.ts";
import { squareEndpoints } from "./square-routes.ts";
import { SquareStore } from "./square-store.ts";

/** Square's API as far as Nexus uses it, below `/square`, with the page on which payers pay. */
export type SquareEmulator = JsonEmulator<SquareStore>;

/** Of what nobody publishes, as long as Nexus plans on. */
const keyLifetimeMs = 3_600_000;
const version = "2026-09-16";

const words = jsonWords({
  headers: { "content-type": "application/json", "square-version": version },
  wrongKey: squareRefusal(401, "UNAUTHORIZED", "This request could not be authorized."),
  rateLimited: squareRefusal(429, "RATE_LIMITED", "Too many requests."),
  maintenance: squareRefusal(503, "SERVICE_UNAVAILABLE", "Service unavailable."),
  inProgress: squareRefusal(409, "CONFLICT", "A request with this key is being processed."),
  refused: squareRefusal(402, "GENERIC_DECLINE", "Authorization error: 'GENERIC_DECLINE'"),
  failed: squareRefusal(500, "INTERNAL_SERVER_ERROR", "An internal server error has occurred."),
  mismatch: squareRefusal(400, "IDEMPOTENCY_KEY_REUSED", "Different request parameters used for the same key."),
});

export const createSquareEmulator = ({ now, lateMs = 500 }: JsonEmulatorTime): SquareEmulator => {
  const store = new SquareStore(now);
  return createJsonEmulator({
    id: "square",
    credential: { apiKey: "sandbox-token-takes-any-value", locationId: squareLocation },
    now,
    lateMs,
    store,
    words,
    notFound: () => squareRefusal(404, "NOT_FOUND", "Resource not found."),
    malformed: () => squareRefusal(400, "EXPECTED_JSON_BODY", "The body is no JSON."),
    isCaller: (headers) =>
      /^Bearer \S{16,}$/.test(headers.authorization ?? "") && headers["square-version"] === version,
    keyOf: ({ body }) => stringOf(objectOf(body)["idempotency_key"]) || undefined,
    keyLifetimeMs,
    endpoints: squareEndpoints,
    page: (path, _, form) => {
      const [, id] = /^\/(?:u|merchant\/checkout)\/(\w+)$/.exec(path) ?? [];
      return id === undefined ? undefined : squarePage(store, id, form);
    },
  });
};
