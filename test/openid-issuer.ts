import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import { interactionPolicy, Provider } from "oidc-provider";

/** Somebody with an account at the issuer. */
export interface IssuerAccount {
  readonly sub: string;
  readonly [claim: string]: unknown;
}

/** An independent OpenID provider on loopback, in which one person is signed in at a time. */
export interface OpenIdIssuer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who is signed in from now on, where a browser of its own comes. */
  readonly signIn: (account: IssuerAccount) => void;
  /** Walks the browser from an authorization URL to the address the issuer sends it back to. */
  readonly authorize: (url: string, account: IssuerAccount) => Promise<URL>;
  readonly close: () => Promise<void>;
}

const clientId = "topolo";
const clientSecret = "a secret of this suite alone, long enough";

const policyOf = () => {
  const { base, Prompt } = interactionPolicy;
  const policy = base();
  policy.add(new Prompt({ name: "select_account", requestable: true }));
  return policy;
};

/** Follows redirects as a browser does, cookies included, until they leave the issuer. */
const walk = async (issuer: string, start: string): Promise<URL> => {
  const jar = new Map<string, string>();
  let next = new URL(start);
  for (let hops = 0; hops < 12; hops += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(next, { redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    const location = response.headers.get("location");
    if (location === null) throw new Error(`the issuer answered ${response.status} ${await response.text()}`);
    next = new URL(location, next);
    if (next.origin !== issuer) return next;
  }
  throw new Error("the issuer redirects in circles");
};

export const startOpenIdIssuer = async (redirectUris: string[], listenAt = 0): Promise<OpenIdIssuer> => {
  const server = createServer();
  server.listen(listenAt, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://localhost:${port}`;
  const accounts = new Map<string, IssuerAccount>();
  let signedIn = "";
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const provider = new Provider(url, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: redirectUris,
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: "one" }] },
    cookies: { keys: ["a key of this suite alone"] },
    claims: { openid: ["sub", "tid", "xms_edov"], email: ["email", "email_verified"], profile: ["name", "picture"] },
    features: { devInteractions: { enabled: false } },
    interactions: { policy: policyOf(), url: (_, { uid }) => `/interact/${uid}` },
    pkce: { required: () => true },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => accounts.get(sub) ?? { sub } }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new provider.Grant({ accountId: oidc.session?.accountId ?? "", clientId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith("/interact/"))
      void provider.interactionFinished(request, response, { login: { accountId: signedIn }, select_account: {} });
    else void answer(request, response);
  });
  const signIn = (account: IssuerAccount): void => {
    accounts.set(account.sub, account);
    signedIn = account.sub;
  };
  return {
    url,
    clientId,
    clientSecret,
    signIn,
    authorize: (start, account) => {
      signIn(account);
      return walk(url, start);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
