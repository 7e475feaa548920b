import { AuthClientError } from "./auth-client-error.ts";
import { createCookieJar } from "./cookie-jar.ts";
import { isFields } from "./fields.ts";

/** How requests reach Auth; `fetch` by default. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface AuthRequest {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a form instead, as OAuth wants it. */
  readonly form?: Readonly<Record<string, string>>;
  readonly bearer?: string | undefined;
}

export interface AuthResponse {
  readonly status: number;
  /** Parsed JSON; undefined where there was none. */
  readonly body: unknown;
  readonly retryAfterMs: number | undefined;
}

export interface AskAuth {
  /** Any answer at all, of whatever status; throws `unavailable` where there is none. */
  readonly ask: (question: AuthRequest) => Promise<AuthResponse>;
  readonly forgetCookie: () => void;
}

interface CreateAskAuth {
  readonly authUrl: string;
  readonly serviceId: string;
  readonly headless: boolean;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
}

export const readJsonBody = async (response: Response): Promise<unknown> => {
  if (!(response.headers.get("content-type") ?? "").startsWith("application/json")) return undefined;
  return response.json().catch(() => undefined);
};

const retryAfterOf = (response: Response): number | undefined => {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
};

/** Both shapes of a refusal: Auth's `{error: {code}}` and OAuth's `{error: "code"}`. */
const codeOf = (body: unknown): string | undefined => {
  if (!isFields(body)) return undefined;
  const { error } = body;
  if (typeof error === "string") return error;
  return isFields(error) && typeof error.code === "string" ? error.code : undefined;
};

/** The error of an answer that is not what was asked for. */
export const errorOf = ({ status, body, retryAfterMs }: AuthResponse): AuthClientError => {
  const code = codeOf(body);
  return code === undefined
    ? new AuthClientError("unavailable", status, `Topolo Auth answered ${status}.`, { retryAfterMs })
    : new AuthClientError(code, status, `Topolo Auth refused: ${code}.`, { retryAfterMs });
};

/** Reads an answer with a parser that throws; what it cannot read counts as an outage. */
export const understand = <T>(answer: AuthResponse, parse: (body: unknown) => T): T => {
  if (answer.status < 200 || answer.status > 299) throw errorOf(answer);
  try {
    return parse(answer.body);
  } catch (error) {
    throw new AuthClientError("unavailable", answer.status, "Topolo Auth's answer could not be understood.", {
      cause: error,
    });
  }
};

export const unreachable = (cause: unknown): AuthClientError =>
  AuthClientError.is(cause)
    ? cause
    : new AuthClientError("unavailable", 0, "Topolo Auth cannot be reached.", { cause });

const contentOf = ({ body, form }: AuthRequest): { readonly type?: string; readonly text?: string } => {
  if (form) return { type: "application/x-www-form-urlencoded", text: new URLSearchParams(form).toString() };
  return body === undefined ? {} : { type: "application/json", text: JSON.stringify(body) };
};

/** Returns the way to ask Auth, with the headers its routes want and, headless, with the session cookie. */
export const createAskAuth = ({ authUrl, serviceId, headless, fetch, timeoutMs }: CreateAskAuth): AskAuth => {
  const cookies = createCookieJar(headless);
  return {
    forgetCookie: cookies.clear,
    ask: async (question) => {
      const { method = "POST", path, bearer } = question;
      const { type, text } = contentOf(question);
      try {
        const response = await fetch(`${authUrl}${path}`, {
          method,
          credentials: "include",
          redirect: "error",
          cache: "no-store",
          signal: AbortSignal.timeout(timeoutMs),
          headers: {
            "X-Topolo-Auth": "1",
            "X-Service-ID": serviceId,
            ...(type === undefined ? {} : { "Content-Type": type }),
            ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
            ...cookies.headers(),
          },
          ...(text === undefined ? {} : { body: text }),
        });
        cookies.keep(response);
        return { status: response.status, body: await readJsonBody(response), retryAfterMs: retryAfterOf(response) };
      } catch (error) {
        throw unreachable(error);
      }
    },
  };
};
