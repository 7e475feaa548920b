import { AuthUnavailable } from "./errors.ts";
import type { AuthTransport } from "./transport.ts";

export interface AskRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a form instead, as OAuth wants it. */
  readonly form?: Readonly<Record<string, string>>;
  /** The question counts once, so that it cannot be asked again where its answer was lost. */
  readonly once?: boolean;
}

/** An answer in JSON; what it means is for the caller to say. */
export interface AskResponse {
  readonly status: number;
  readonly body: unknown;
}

interface CreateAsk {
  readonly authUrl: string;
  readonly transport: AuthTransport;
  readonly timeoutMs: number;
}

const maxAnswerBytes = 1024 * 1024;

const readBounded = async (response: Response): Promise<string> => {
  if (!response.body) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let size = 0;
  let text = "";
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxAnswerBytes) throw new AuthUnavailable("the answer is too large");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
};

/** One deadline for the whole exchange, kept even where the transport ignores the signal. */
const withinDeadline = async <T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AuthUnavailable("no answer in time"));
      abort.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(abort.signal), deadline]);
  } finally {
    clearTimeout(timer);
  }
};

const contentOf = ({ body, form }: AskRequest): { readonly type?: string; readonly text?: string } => {
  if (form) return { type: "application/x-www-form-urlencoded", text: new URLSearchParams(form).toString() };
  return body === undefined ? {} : { type: "application/json", text: JSON.stringify(body) };
};

const lostConnections: ReadonlySet<unknown> = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/** The connection ended without an answer, as one does that Auth closes for being idle just when it is used again. */
const isLostConnection = (error: unknown): boolean => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && lostConnections.has(cause.code);
};

/** Returns a function that asks Auth and understands JSON alone; everything else is AuthUnavailable. */
export const createAsk =
  ({ authUrl, transport, timeoutMs }: CreateAsk) =>
  async (question: AskRequest): Promise<AskResponse> => {
    const { method, path, headers, once = false } = question;
    const { type, text } = contentOf(question);
    try {
      return await withinDeadline(timeoutMs, async (signal) => {
        const send = (): Promise<Response> =>
          transport(
            new Request(`${authUrl}${path}`, {
              method,
              redirect: "manual",
              cache: "no-store",
              signal,
              headers: {
                Accept: "application/json",
                ...headers,
                ...(type === undefined ? {} : { "Content-Type": type }),
              },
              ...(text === undefined ? {} : { body: text }),
            }),
          );
        // Asking changes nothing at Auth, so it is done once more.
        const response = await send().catch((error: unknown) => {
          if (once || signal.aborted || !isLostConnection(error)) throw error;
          return send();
        });
        if (response.status === 0 || (response.status >= 300 && response.status < 400))
          throw new AuthUnavailable("it answered with a redirect");
        if (!/^application\/json\s*(;|$)/i.test(response.headers.get("content-type") ?? "")) {
          throw new AuthUnavailable(`status ${response.status} without JSON`);
        }
        const answer: unknown = JSON.parse(await readBounded(response));
        return { status: response.status, body: answer };
      });
    } catch (error) {
      throw AuthUnavailable.is(error) ? error : new AuthUnavailable("the exchange failed", { cause: error });
    }
  };
