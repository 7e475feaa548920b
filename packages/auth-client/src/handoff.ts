import { AuthClientError } from "./auth-client-error.ts";
import { understand, type AskAuth, type Fetch } from "./ask-auth.ts";
import { adoptToken } from "./browser-sign-in.ts";
import { isFields, textField } from "./fields.ts";
import type { SessionHolder } from "./session-holder.ts";
import type { AuthSession } from "./session.ts";
import { exchangeGrant } from "./token-endpoint.ts";

/** An app that the person may open. */
export interface SwitcherService {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly launchUrl: string | null;
  /** The app that asks. */
  readonly current: boolean;
}

export interface Handoff {
  /** The apps that the signed-in person may open, as of their active organization. */
  readonly services: () => Promise<readonly SwitcherService[]>;
  /** Opens another app without a second sign-in: a single-use code travels in the address, never a token. */
  readonly openApp: (serviceId: string, redirectUri: string) => Promise<void>;
  /** On arrival in the other app: takes the session over. Remove the code from the address afterwards. */
  readonly redeemHandoff: (url?: string) => Promise<AuthSession>;
}

interface CreateHandoff {
  readonly authUrl: string;
  readonly serviceId: string;
  readonly ask: AskAuth["ask"];
  readonly holder: SessionHolder;
  readonly accessToken: () => Promise<string | undefined>;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly navigate: (url: string) => void;
}

const isService = (value: unknown): boolean => isFields(value) && typeof value.id === "string";

const parseServices = (body: unknown, own: string): readonly SwitcherService[] => {
  if (!isFields(body) || !Array.isArray(body.services)) throw new TypeError("not a list of services");
  return body.services
    .filter(isService)
    .filter(isFields)
    .map((service) => ({
      id: textField(service, "id"),
      slug: textField(service, "slug"),
      name: textField(service, "name"),
      launchUrl: typeof service.launch_url === "string" ? service.launch_url : null,
      current: service.id === own,
    }));
};

const parseDestination = (body: unknown): string => {
  if (!isFields(body)) throw new TypeError("not a destination");
  return new URL(textField(body, "url")).href;
};

/** The address without what signed in. */
const withoutQuery = (url: URL): string => `${url.origin}${url.pathname}`;

/** Moving between apps that trust the same Auth. */
export const createHandoff = (options: CreateHandoff): Handoff => {
  const { serviceId, ask, accessToken, navigate } = options;
  const bearer = async (): Promise<string> => {
    const token = await accessToken();
    if (token === undefined) throw new AuthClientError("signed_out", 401, "Nobody is signed in.");
    return token;
  };

  return {
    services: async () =>
      understand(await ask({ method: "GET", path: "/api/app-switcher/services", bearer: await bearer() }), (body) =>
        parseServices(body, serviceId),
      ),
    openApp: async (service, redirectUri) => {
      const body = { service_id: service, redirect_uri: redirectUri };
      navigate(understand(await ask({ path: "/sso/handoff-code", bearer: await bearer(), body }), parseDestination));
    },
    redeemHandoff: async (url = location.href) => {
      const arrived = new URL(url);
      const code = arrived.searchParams.get("code");
      if (code === null) throw new AuthClientError("invalid_grant", 0, "The address carries no code.");
      const tokens = await exchangeGrant(
        { ...options, clientId: serviceId },
        {
          grant_type: "urn:topolo:params:oauth:grant-type:handoff-code",
          code,
          redirect_uri: withoutQuery(arrived),
        },
      );
      return adoptToken(options, tokens);
    },
  };
};
