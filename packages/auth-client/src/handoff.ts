import { AuthClientError } from "./auth-client-error.ts";
import { understand, type AskAuth } from "./ask-auth.ts";
import { isFields, textField } from "./fields.ts";
import type { SessionHolder } from "./session-holder.ts";
import { parseSession, type AuthSession } from "./session.ts";
import type { TabBridge } from "./tab-bridge.ts";

/** An app that the person may open. */
export interface SwitcherService {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly launchUrl: string | null;
  /** The app that asks. */
  readonly current: boolean;
}

/** A handoff of one person into a browser that belongs to another one, or to nobody yet. */
export interface AccountMismatch {
  /** Whose session is handed over. */
  readonly account: Person;
  /** Who is signed in in this browser; undefined: nobody. */
  readonly current: Person | undefined;
}

export interface Person {
  readonly email: string;
  readonly name: string;
}

export interface Handoff {
  /** The apps that the signed-in person may open, as of their active organization. */
  readonly services: () => Promise<readonly SwitcherService[]>;
  /** Opens another app without a second sign-in: a single-use code travels in the address, never a token. */
  readonly openApp: (serviceId: string, redirectUri: string, options?: { readonly state?: string }) => Promise<void>;
  /**
   * On arrival in the other app: takes the session over. Where this browser is somebody else's, `confirm` decides; without
   * it, or where it says no, this throws `account_mismatch`. Remove the code from the address afterwards.
   */
  readonly redeemHandoff: (options?: {
    readonly url?: string;
    readonly confirm?: (mismatch: AccountMismatch) => boolean | Promise<boolean>;
  }) => Promise<AuthSession>;
}

interface CreateHandoff {
  readonly serviceId: string;
  readonly ask: AskAuth["ask"];
  readonly holder: SessionHolder;
  readonly tabs: TabBridge;
  readonly accessToken: () => Promise<string | undefined>;
  readonly navigate: (url: string) => void;
}

/** Whether an address carries the code of a handoff, as opposed to that of a sign-in. */
export const isHandoff = (url: string): boolean => new URL(url).searchParams.get("code")?.startsWith("thc_") ?? false;

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

const parsePerson = (value: unknown): Person | undefined =>
  isFields(value) ? { email: textField(value, "email"), name: textField(value, "name") } : undefined;

const parseMismatch = (body: unknown): AccountMismatch => {
  const account = isFields(body) ? parsePerson(body.account) : undefined;
  if (!isFields(body) || !account) throw new TypeError("not a mismatch");
  return { account, current: parsePerson(body.current) };
};

const ofHandoff = (parameter: string): boolean => /^(code|state)=/.test(parameter);

/** The address as it was asked for, to the letter: without what the handoff has added to it. */
const askedFor = (url: string): string => {
  const [address = "", query = ""] = (url.split("#", 1)[0] ?? "").split("?", 2);
  const kept = query.split("&").filter((parameter) => parameter !== "" && !ofHandoff(parameter));
  return kept.length === 0 ? address : `${address}?${kept.join("&")}`;
};

/** Moving between apps that trust the same Auth. */
export const createHandoff = (options: CreateHandoff): Handoff => {
  const { serviceId, ask, holder, tabs, accessToken, navigate } = options;
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
    openApp: async (service, redirectUri, { state } = {}) => {
      const body = { service_id: service, redirect_uri: redirectUri, ...(state === undefined ? {} : { state }) };
      navigate(understand(await ask({ path: "/sso/handoff-code", bearer: await bearer(), body }), parseDestination));
    },
    redeemHandoff: async ({ url = location.href, confirm } = {}) => {
      const startedIn = holder.nextGeneration();
      const form = {
        grant_type: "urn:topolo:params:oauth:grant-type:handoff-code",
        client_id: serviceId,
        code: new URL(url).searchParams.get("code") ?? "",
        redirect_uri: askedFor(url),
      };
      let answer = await ask({ path: "/sso/exchange", form });
      if (answer.status === 409 && (await confirm?.(understand({ ...answer, status: 200 }, parseMismatch))))
        answer = await ask({ path: "/sso/exchange", form: { ...form, confirm: "true" } });
      const session = understand(answer, parseSession);
      if (startedIn === holder.generation()) {
        holder.become("authenticated", session);
        tabs.send({ type: "session", session });
      }
      return session;
    },
  };
};
