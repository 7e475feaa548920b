import { unreadableWebhook } from "./event-error.ts";

/** A webhook as it came: a fetch `Request`, or its headers with the body before anybody parsed it. */
export type WebhookRequest =
  | Request
  | {
      readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
      readonly body: string | Uint8Array;
    };

/** The same for all servers: headers by name, and the body's exact bytes. */
export interface ReadWebhook {
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
}

/** Vendors send some hundred kilobytes at most; nobody parses more. */
const maxBytes = 8 * 1024 * 1024;

const headerOf = (headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>) => {
  if (headers instanceof Headers) return (name: string) => headers.get(name) ?? undefined;
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return (name: string): string | undefined => {
    const value = byName.get(name);
    // Twice is one header too many: who reads the first is told another thing than who reads the last.
    return typeof value === "string" ? value : value?.length === 1 ? value[0] : undefined;
  };
};

export const readWebhook = async (request: WebhookRequest): Promise<ReadWebhook> => {
  const body =
    request instanceof Request
      ? new Uint8Array(await request.arrayBuffer())
      : typeof request.body === "string"
        ? new TextEncoder().encode(request.body)
        : request.body;
  if (body.byteLength > maxBytes) throw unreadableWebhook("The webhook is larger than vendors send.");
  return { header: headerOf(request.headers), body };
};
