import { Provider } from "oidc-provider";
import { equalDigests, sha256 } from "../../crypto/digest.ts";
import type { HttpRequest } from "../../http/auth-request.ts";
import type { Logger } from "../../../platform/logger.ts";
import { findClientSecrets } from "../../service-clients/store.ts";
import type { LiveSession } from "../../validation/live-session.ts";
import { findLiveSession } from "../live-browser-session.ts";
import type { OAuthEngine } from "../oauth-engine.ts";
import { announceScopes } from "./announce-scopes.ts";
import { createConfiguration, type EngineDeps } from "./configuration.ts";
import { cookiesForEngine, cookieValues, engineCookies } from "./cookies.ts";
import { bindLiveSession } from "./live-session-of.ts";
import { bodyForEngine, mcpAddressOf, queryForEngine } from "./nexus-address.ts";
import { toNodeExchange, type NodeExchange } from "./node-exchange.ts";

const isOwnSession = (cookie: string): boolean => cookie.startsWith(`${engineCookies.session}=`);

const contentPolicy = "default-src 'none'; script-src 'none'; frame-ancestors 'none'; base-uri 'none'";

const createProvider = (deps: EngineDeps, log: Logger): Provider => {
  const provider = new Provider(deps.issuer, createConfiguration(deps));
  const { prototype } = provider.Client;
  // Secrets are kept as digests, several at a time while one is being replaced.
  prototype.compareClientSecret = async function compare(actual: string): Promise<boolean> {
    const presented = sha256(actual);
    const secrets = await findClientSecrets(deps.db, this.clientId, new Date(deps.clock.now()));
    return secrets.some(({ secretHash }) => equalDigests(secretHash, presented));
  };
  prototype.includeSid = () => true;
  provider.use(async (ctx, next) => {
    ctx.set("Content-Security-Policy", contentPolicy);
    await next();
  });
  provider.use(announceScopes(deps));
  provider.on("server_error", (_, error) => log.error({ err: error }, "the OAuth engine failed"));
  provider.silent = true;
  return provider;
};

/** Opens the engine. Every request reaches it through the router, in memory, with headers we have chosen. */
export const createEngine = (deps: EngineDeps, log: Logger): OAuthEngine => {
  const provider = createProvider(deps, log);
  const run = provider.callback();
  const mcpAddress = mcpAddressOf(deps.dashboardOrigin);

  const open = (request: HttpRequest, live: LiveSession | undefined, body: Buffer): NodeExchange => {
    const cookies = cookiesForEngine(request, live?.sessionId);
    const node = toNodeExchange(
      { ...request, query: queryForEngine(request.query, mcpAddress) },
      { issuer: deps.issuer, cookies, body: bodyForEngine(body, request.header("content-type"), mcpAddress) },
    );
    bindLiveSession(node.message, live);
    return node;
  };

  return {
    provider,
    answer: async (request, body) => {
      const live = await findLiveSession(deps, request);
      const node = open(
        request,
        live,
        body ?? (request.method === "POST" ? await request.readBody() : Buffer.alloc(0)),
      );
      await run(node.message, node.response);
      const answer = await node.answer;
      return { ...answer, cookies: (answer.cookies ?? []).filter((cookie) => !isOwnSession(cookie)) };
    },
    interaction: async (request, uid) => {
      if (!cookieValues(request, engineCookies.interaction).includes(uid)) return undefined;
      const details = await provider.Interaction.find(uid);
      return (
        details && {
          details,
          finish: async (result) => {
            // A sign-in makes a session of its own; the one the request came with may have ended by it.
            if (result.login || result["select_account"] || result["create"]) details.session = undefined;
            details.result = "error" in result ? result : { ...details.lastSubmission, ...result };
            await details.persist();
            return details.returnTo;
          },
        }
      );
    },
  };
};
