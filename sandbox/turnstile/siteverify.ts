import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** The vendor's documented test secrets: one always passes, one always fails, one says the token was used. */
export const testSecrets = {
  passes: "1x0000000000000000000000000000000AA",
  fails: "2x0000000000000000000000000000000AA",
  used: "3x0000000000000000000000000000000AA",
} as const;

const tokenForm = /^sandbox\.(pass|fail|outage)\.([a-z0-9_-]{1,32})\.([a-z0-9.-]{1,253})\.([A-Za-z0-9_-]{1,100})$/;
const maxRemembered = 10_000;
const maxBytes = 16 * 1024;

/** A token as the widget of a page would hand it out. */
export const sandboxToken = (
  action: string,
  {
    hostname = "localhost",
    verdict = "pass",
    nonce,
  }: { hostname?: string; verdict?: "pass" | "fail" | "outage"; nonce: string },
): string => `sandbox.${verdict}.${action}.${hostname}.${nonce}`;

interface Verdict {
  readonly success: boolean;
  readonly "error-codes": readonly string[];
  readonly [name: string]: unknown;
}

const refusal = (...codes: string[]): Verdict => ({ success: false, "error-codes": codes });

const read = async (request: IncomingMessage): Promise<Readonly<Record<string, string>> | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (!(request.headers["content-type"] ?? "").startsWith("application/json"))
    return Object.fromEntries(new URLSearchParams(text));
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null) return undefined;
    return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    return undefined;
  }
};

/** The check of the robot widget's tokens, with the vendor's answers; remembers which tokens were used. */
export const createSiteverify = (now: () => number) => {
  const used = new Set<string>();

  const judge = (form: Readonly<Record<string, string>>): Verdict | "outage" => {
    const { secret, response } = form;
    if (!secret) return refusal("missing-input-secret");
    if (secret === testSecrets.fails) return refusal("invalid-input-response");
    if (secret === testSecrets.used) return refusal("timeout-or-duplicate");
    if (secret !== testSecrets.passes) return refusal("invalid-input-secret");
    if (!response) return refusal("missing-input-response");
    const [, verdict, action, hostname] = tokenForm.exec(response) ?? [];
    if (verdict === "outage") return "outage";
    if (verdict !== "pass") return refusal("invalid-input-response");
    const digest = createHash("sha256").update(response).digest("base64");
    if (used.has(digest)) return refusal("timeout-or-duplicate");
    used.add(digest);
    const oldest = used.size > maxRemembered ? used.values().next().value : undefined;
    if (oldest !== undefined) used.delete(oldest);
    return {
      success: true,
      challenge_ts: new Date(now()).toISOString(),
      hostname,
      action,
      cdata: "",
      "error-codes": [],
    };
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = (status: number, body: unknown) =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.method !== "POST") return send(405, refusal("bad-request"));
    const form = await read(request);
    if (form === undefined) return send(400, refusal("bad-request"));
    const verdict = judge(form);
    return verdict === "outage" ? send(503, refusal("internal-error")) : send(200, verdict);
  };
};
