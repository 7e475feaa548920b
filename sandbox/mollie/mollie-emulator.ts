import { createJsonEmulator, type JsonEmulator, type JsonEmulatorTime } from "../acting/json-emulator.ts";
import { jsonWords } from "../acting/json-words.ts";
import { molliePage } from "./mollie-page.ts";
import { mollieRefusal } from "./mollie-refusal.ts";
import { mollieEndpoints } from "./mollie-routes.ts";
import { MollieStore } from "./mollie-store.ts";

/** Mollie's API as far as Nexus uses it, below `/mollie`, with the page on which payers pay. */
export type MollieEmulator = JsonEmulator<MollieStore>;

/** As long as Nexus plans on, and no longer: https://docs.mollie.com/reference/api-idempotency promises no time. */
const keyLifetimeMs = 3_600_000;

const words = jsonWords({
  headers: { "content-type": "application/hal+json" },
  wrongKey: mollieRefusal(401, "Missing authentication, or failed to authenticate"),
  rateLimited: mollieRefusal(429, "Too many requests"),
  maintenance: mollieRefusal(503, "The service is temporarily unavailable"),
  inProgress: mollieRefusal(409, "Another request with the same idempotency key is being processed"),
  refused: mollieRefusal(422, "The amount is higher than the maximum", "amount"),
  failed: mollieRefusal(500, "Internal server error"),
  mismatch: mollieRefusal(400, "The idempotency key was used for another request"),
  repeated: (first) => ({ ...first, headers: { "idempotent-replayed": "true" } }),
});

export const createMollieEmulator = ({ now, lateMs = 500 }: JsonEmulatorTime): MollieEmulator => {
  const store = new MollieStore(now);
  return createJsonEmulator({
    id: "mollie",
    credential: { apiKey: "test_sandboxtakesanykeyofthisform" },
    now,
    lateMs,
    store,
    words,
    notFound: () => mollieRefusal(404, "The resource does not exist"),
    malformed: () => mollieRefusal(400, "The body is no JSON"),
    isCaller: ({ authorization = "" }) => /^Bearer (test|live)_\w{12,}$/.test(authorization),
    keyOf: ({ headers }) => {
      const key = headers["idempotency-key"];
      if (typeof key !== "string" || key === "") return undefined;
      if (key.length > 255) throw mollieRefusal(400, "The idempotency key is too long");
      return key;
    },
    keyLifetimeMs,
    endpoints: mollieEndpoints,
    page: (path, _, form) => {
      const [, code] = /^\/checkout\/select-method\/(\w+)$/.exec(path) ?? [];
      return code === undefined ? undefined : molliePage(store, code, form);
    },
  });
};
