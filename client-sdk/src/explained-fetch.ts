import { ConnectionProblem, type ConnectionReason } from "./connection-problem.ts";

type Fetch = typeof globalThis.fetch;

/** Runtimes name the same failures by these; the connection never stood in any of them. */
const reasons: readonly (readonly [RegExp, ConnectionReason])[] = [
  [/^(ECONNREFUSED|ConnectionRefused)$/, "refused"],
  [/^(ENOTFOUND|EAI_AGAIN|EAI_NONAME)$/, "unknown_host"],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES)$/, "unreachable"],
  [/^(ERR_SSL_|EPROTO$|HPE_)/, "protocol"],
  [/^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT)/, "certificate"],
];

const codeOf = (error: unknown): string => {
  for (let at = error, depth = 0; typeof at === "object" && at !== null && depth < 5; depth += 1) {
    if ("code" in at && typeof at.code === "string") return at.code;
    at = "cause" in at ? at.cause : undefined;
  }
  return "";
};

const words: Readonly<Partial<Record<ConnectionReason, (origin: string) => string>>> = {
  refused: (origin) =>
    `Nothing listens at ${origin}: is Nexus started, and is this its port? It prints its address when it starts.`,
  unknown_host: (origin) => `The host of ${origin} is not known: is the name right, and can this machine resolve it?`,
  unreachable: (origin) => `${origin} cannot be reached: no connection came about.`,
  protocol: (origin) =>
    `${origin} does not speak ${origin.startsWith("https") ? "https: try http://" : "http: try https://"} in baseUrl.`,
  certificate: (origin) => `The certificate of ${origin} is not trusted by this machine.`,
};

const lost = (origin: string, cause: unknown): ConnectionProblem =>
  new ConnectionProblem("lost", `The connection to ${origin} broke before Nexus answered.`, { cause });

const isBrowser = (): boolean => "window" in globalThis && "location" in globalThis;

const answers = (fetch: Fetch, url: string, init: RequestInit): Promise<boolean> =>
  fetch(url, { ...init, cache: "no-store", credentials: "omit" }).then(
    () => true,
    () => false,
  );

/**
 * Browsers do not say why a call failed. Something that answers, but not to a page that asks first, refuses the page's
 * origin: the call itself was then never sent.
 */
const browserProblem = async (fetch: Fetch, url: URL, cause: unknown): Promise<ConnectionProblem> => {
  const { origin } = globalThis.location;
  const health = `${url.origin}/health`;
  if (origin === url.origin) return lost(url.origin, cause);
  if (!(await answers(fetch, health, { mode: "no-cors" })))
    return globalThis.location.protocol === "https:" && url.protocol === "http:"
      ? new ConnectionProblem(
          "protocol",
          `A page of ${origin} may not call ${url.origin}: browsers keep pages of https from http.`,
          { cause },
        )
      : lost(url.origin, cause);
  if (await answers(fetch, url.href, { method: "OPTIONS" })) return lost(url.origin, cause);
  return new ConnectionProblem(
    "cors",
    `${url.origin} does not let pages of ${origin} call it (CORS): register ${origin} as an origin of your app, for example with \`nexus app add <name> --dev ${origin}\`.`,
    { cause },
  );
};

const problemOf = async (fetch: Fetch, url: URL, cause: unknown): Promise<ConnectionProblem> => {
  const code = codeOf(cause);
  const reason = reasons.find(([pattern]) => pattern.test(code))?.[1];
  const say = reason && words[reason];
  if (reason !== undefined && say !== undefined) return new ConnectionProblem(reason, say(url.origin), { cause });
  return isBrowser() && code === "" ? browserProblem(fetch, url, cause) : lost(url.origin, cause);
};

const notNexus = ({ status, headers }: Response, url: URL): ConnectionProblem => {
  const kind = headers.get("content-type")?.split(";")[0] ?? "nothing";
  return new ConnectionProblem(
    "not_nexus",
    `Another server than Nexus answered at ${url.origin}: status ${status}, ${kind}. Is this its port? Topolo Auth and the sandbox have addresses of their own.`,
    // A proxy that stands before Nexus may have handed the call on.
    status >= 500 ? { effect: "unknown" } : {},
  );
};

const isJson = ({ headers }: Response): boolean => /\bjson/i.test(headers.get("content-type") ?? "");

/** A refusal of ours says who makes it. */
const isOurs = (body: string): boolean => /"(nexus|result|effect)"/.test(body);

const requireNexus = async (response: Response, url: URL): Promise<Response> => {
  if (!isJson(response)) throw notNexus(response, url);
  if (response.ok) return response;
  const body = await response.text();
  if (!isOurs(body)) throw notNexus(response, url);
  return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers });
};

const urlOf = (input: Parameters<Fetch>[0]): URL =>
  new URL(typeof input === "string" || input instanceof URL ? input : input.url);

/** Calls as `fetch` does; what keeps Nexus from answering is thrown in words that say what to change. */
export const explainedFetch =
  (fetch: Fetch): Fetch =>
  async (input, init) => {
    const url = urlOf(input);
    let response: Response;
    try {
      response = await fetch(input, init);
    } catch (error) {
      if (init?.signal?.aborted) throw error;
      throw await problemOf(fetch, url, error);
    }
    return requireNexus(response, url);
  };
