import { AuthError } from "../auth-error.ts";
import { newId } from "../../platform/ids.ts";
import type { HttpRequest, EncodedAnswer } from "./exchange.ts";
import { maxAuthBodyBytes } from "./node-listener.ts";
import { fitBody } from "./require-fit-text.ts";

const readBody = async (request: Request): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxAuthBodyBytes) throw new AuthError("payload_too_large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const toAuthRequest = (request: Request): HttpRequest => {
  const url = new URL(request.url);
  return {
    method: request.method,
    path: url.pathname,
    search: url.search.slice(1),
    query: url.searchParams,
    header: (name) => request.headers.get(name) ?? undefined,
    ip: "in-process",
    requestId: newId(),
    readBody: async () => fitBody(await readBody(request), request.headers.get("content-type") ?? undefined),
  };
};

const webStreamOf = (chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> => {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    cancel: async () => void (await iterator.return?.()),
  });
};

/** The same routes for a caller in this process. */
export const createFetchHandler =
  (handle: (request: HttpRequest) => Promise<EncodedAnswer>) =>
  async (request: Request): Promise<Response> => {
    const { status, headers, cookies, body } = await handle(toAuthRequest(request));
    const content = typeof body === "string" ? body || null : webStreamOf(body);
    const response = new Response(content, { status, headers });
    for (const cookie of cookies) response.headers.append("Set-Cookie", cookie);
    return response;
  };
