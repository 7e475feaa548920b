import { AuthUnavailable } from "./errors.ts";
import type { AuthTransport } from "./transport.ts";

export interface Ask {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer in JSON; what it means is for the caller to say. */
export interface AuthAnswer {
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

/** Returns a function that asks Auth and understands JSON alone; everything else is AuthUnavailable. */
export const createAsk =
  ({ authUrl, transport, timeoutMs }: CreateAsk) =>
  async ({ method, path, headers, body }: Ask): Promise<AuthAnswer> => {
    try {
      return await withinDeadline(timeoutMs, async (signal) => {
        const request = new Request(`${authUrl}${path}`, {
          method,
          redirect: "manual",
          cache: "no-store",
          signal,
          headers: {
            Accept: "application/json",
            ...headers,
            ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const response = await transport(request);
        if (response.status === 0 || (response.status >= 300 && response.status < 400))
          throw new AuthUnavailable("it redirects");
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
