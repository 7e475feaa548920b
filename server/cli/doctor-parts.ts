import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createAuthMiddleware, followRevocations } from "@topolo/auth-middleware";
import { loadCredentials, openCredential, type CredentialRef } from "../domain/credentials/index.ts";
import { inspectRegistry } from "../identity/index.ts";
import { createEgress } from "../platform/egress/index.ts";
import { silentLogger } from "../platform/logger.ts";
import { providers } from "../providers/index.ts";
import { bad, none, ok, type Diagnosis } from "../domain/system/index.ts";
import type { Operator } from "./open-operator.ts";

const checkAuth = async function* ({ env, dataDir, running, addresses }: Operator): AsyncGenerator<Diagnosis> {
  const remote = env.TOPOLO_AUTH_URL;
  if (remote === undefined && !running) {
    yield none("Topolo Auth", "starts with the gateway");
    return;
  }
  const authUrl = addresses.authInternal ?? addresses.auth;
  const clientSecret =
    env.TOPOLO_AUTH_CLIENT_SECRET ??
    (remote === undefined ? await readFile(join(dataDir, "auth-client-secret"), "utf8").catch(() => "") : "");
  try {
    const services = await createAuthMiddleware({ authUrl, serviceId: "srv_nexus", clientSecret }).services();
    yield ok("Topolo Auth", `${authUrl} answers and accepts the client secret; ${services.length} services`);
    if (env.NEXUS_AUTH_CACHE_MS > 0) yield await checkFeed(authUrl, clientSecret);
  } catch {
    const todo =
      remote === undefined
        ? "Restart Topolo Nexus: a client secret that is no longer good is made anew at the start."
        : "Check TOPOLO_AUTH_URL, and that TOPOLO_AUTH_CLIENT_SECRET is the secret of srv_nexus there. Until then nobody gets in.";
    yield bad("Topolo Auth", `${authUrl} does not answer, or refuses the client secret`, todo);
  }
};

const feedWaitMs = 3_000;

/** Listens until it has heard where things stand, as a gateway does. */
const checkFeed = async (authUrl: string, clientSecret: string): Promise<Diagnosis> => {
  const name = "revocation feed";
  const feed = followRevocations({ authUrl, serviceId: "srv_nexus", clientSecret });
  try {
    const until = performance.now() + feedWaitMs;
    while (!feed.isFresh() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    if (feed.isFresh()) return ok(name, `heard from, ${Math.round(feed.state().ageMs)} ms old`);
    return bad(
      name,
      "nothing is heard; gateways ask Auth for every call",
      "See that no proxy between them holds answers back, and that Auth's own readiness is well.",
    );
  } finally {
    feed.close();
  }
};

const checkRegistry = async function* ({ env, authUrl }: Operator): AsyncGenerator<Diagnosis> {
  if (env.TOPOLO_AUTH_URL !== undefined) return;
  const name = "service registry";
  try {
    const { services, drift, incomplete } = await inspectRegistry({ databaseUrl: authUrl, log: silentLogger });
    const inWords = (parts: typeof incomplete): string =>
      parts.map(({ serviceId, missing }) => `${serviceId} has no ${missing.join(", ")}`).join("; ");
    // Nothing stops working for want of a page to read, and apps added at the command line have none yet.
    const isUndocumented = ({ missing }: (typeof incomplete)[number]): boolean =>
      missing.every((part) => part === "docs");
    const lacking = incomplete.filter((each) => !isUndocumented(each));
    const undocumented = incomplete.filter(isUndocumented);
    if (drift.length > 0)
      yield bad(
        name,
        `differs from the manifests: ${drift.map(({ serviceId, part }) => `${serviceId} ${part}`).join(", ")}`,
        "Start Topolo Nexus: it applies manifests that changed. Rows changed by hand stay until their manifest's version grows.",
      );
    else if (lacking.length > 0)
      yield bad(name, inWords(lacking), "Add what is missing to the manifest of the service.");
    else if (undocumented.length > 0) yield ok(name, `${services} services; ${inWords(undocumented)}`);
    else yield ok(name, `${services} services, complete, as their manifests say`);
  } catch {
    yield none(name, "made when Topolo Auth starts");
  }
};

const checkSandbox = async function* ({ running, addresses: { sandbox }, deps }: Operator): AsyncGenerator<Diagnosis> {
  if (sandbox === undefined) {
    yield none("sandbox", "off");
    return;
  }
  if (!running) {
    yield none("sandbox", "starts with the gateway");
    return;
  }
  const { host } = new URL(sandbox);
  const egress = createEgress({ allow: [host], log: deps.log, clock: deps.clock });
  try {
    await egress.json({
      url: `http://${host}/openai/v1/models`,
      method: "GET",
      headers: { authorization: "Bearer sk-doctor" },
      timeoutMs: 2_000,
      maxBytes: 1 << 20,
    });
    yield ok("sandbox", `http://${host} answers`);
  } catch {
    yield bad("sandbox", `http://${host} does not answer`, "Look at the log; it is started again by itself.");
  } finally {
    await egress.close();
  }
};

const opens = (operator: Operator, ref: CredentialRef): boolean => {
  try {
    openCredential(operator.deps.secretBox, ref);
    return true;
  } catch {
    return false;
  }
};

const checkCredentials = async function* (operator: Operator): AsyncGenerator<Diagnosis> {
  const { byOwner, platform } = await loadCredentials(operator.deps.db.pool);
  const own = [...byOwner.values()].flat();
  const without: string[] = [];
  for (const vendor of providers.keys()) {
    const standard = platform.get(vendor);
    const owned = own.filter((ref) => ref.vendor === vendor);
    const shut = [...(standard ? [standard] : []), ...owned].filter((ref) => !opens(operator, ref));
    const name = `vendor ${vendor}`;
    const note = [
      standard ? `platform default at ${standard.allowedHost}` : "no platform default",
      ...(owned.length > 0 ? [`${owned.length} of organizations`] : []),
    ].join(", ");
    if (shut.length > 0)
      yield bad(
        name,
        `${shut.map(({ id }) => id).join(", ")} does not open`,
        "Store this credential again: its row was edited or its key is missing.",
      );
    else if (standard || owned.length > 0) yield ok(name, note);
    else without.push(vendor);
  }
  if (without.length > 0)
    yield none(
      "vendors without a key",
      `${without.join(", ")} (PLATFORM_<VENDOR>_API_KEY, or an organization's own key)`,
    );
};

/** What the gateway leans on. */
export const checkParts = async function* (operator: Operator): AsyncGenerator<Diagnosis> {
  yield* checkAuth(operator);
  yield* checkRegistry(operator);
  yield* checkSandbox(operator);
  yield* checkCredentials(operator);
};
