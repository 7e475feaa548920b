import { z } from "zod";
import {
  nothingMetered,
  ProviderError,
  type Answered,
  type ProviderFailure,
  type VendorIo,
} from "../../../server/contracts/vendor-call.ts";
import type { LookUpResult } from "../../../server/families/family.ts";
import { transportFailure } from "../../../server/providers/_wire/transport-failure.ts";

/** The request as it is kept and sent: all of it but the secret. */
const KeptRequest = z.strictObject({ key: z.string(), body: z.string() });
export type KeptRequest = z.infer<typeof KeptRequest>;

const Effect = z.object({ id: z.string().min(1), reference: z.string(), amount: z.int() });
export type ActingEffect = z.infer<typeof Effect>;
const Failure = z.object({ error: z.object({ code: z.string() }) });
const Found = z.object({ data: z.array(Effect) });

const maxBytes = 64 * 1024;

export const encodeEffect = (effect: ActingEffect): Uint8Array => Buffer.from(JSON.stringify(effect));
export const decodeEffect = (bytes: Uint8Array): ActingEffect =>
  Effect.parse(JSON.parse(Buffer.from(bytes).toString()));

type Told = Partial<ProviderFailure> & Pick<ProviderFailure, "kind" | "code">;

const failure = ({ about = "route", ...told }: Told): ProviderError =>
  new ProviderError({
    about,
    status: undefined,
    retryAfterMs: undefined,
    vendorRequestId: undefined,
    message: "The vendor did not do it.",
    ...told,
  });

const unknown = (doubt: ProviderFailure["doubt"], more: Partial<ProviderFailure> = {}): ProviderError =>
  failure({ kind: "unknown", doubt, code: "PROVIDER_BAD_RESPONSE", ...more });

/** What never reached the vendor was not done; of what may have, nobody can tell. */
const ofTransport = (error: unknown): unknown => transportFailure(error) ?? error;

const readAll = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw unknown("too_large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What the vendor documents of each code, with what it means for a repeat. */
const refusalOf = (status: number, text: string, retryAfter: string | undefined): ProviderError => {
  const parsed = Failure.safeParse(jsonOf(text));
  const about = { status, retryAfterMs: retryAfter === undefined ? undefined : Number(retryAfter) * 1_000 };
  // Whoever answered was not the vendor: what became of the request behind it, it cannot tell.
  if (!parsed.success) return unknown(status >= 500 ? "server_error" : "unreadable", about);
  const { code } = parsed.data.error;
  if (code === "idempotency_key_in_use") return unknown("server_error", { ...about, repeat: "in_progress" });
  if (code === "idempotency_error")
    return failure({ ...about, kind: "refused", code: "PROVIDER_REJECTED", about: "request", repeat: "mismatch" });
  if (code === "not_executed_maintenance")
    return failure({ ...about, kind: "refused", code: "PROVIDER_UNAVAILABLE", documented: true });
  if (status === 401) return failure({ ...about, kind: "refused", code: "PROVIDER_AUTH_FAILED", about: "route" });
  if (status === 429) return failure({ ...about, kind: "refused", code: "PROVIDER_RATE_LIMITED" });
  if (status === 400 || status === 402 || status === 404 || status === 422)
    return failure({ ...about, kind: "refused", code: "PROVIDER_REJECTED", about: "request" });
  return unknown("server_error", about);
};

/** Sends a kept request, for the first time or again. */
export const sendEffect = async (kept: Uint8Array, io: VendorIo): Promise<Answered<Uint8Array>> => {
  const { key, body } = KeptRequest.parse(JSON.parse(Buffer.from(kept).toString()));
  try {
    const response = await io.send({
      method: "POST",
      path: "/v1/effects",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${io.credential["apiKey"] ?? ""}`,
        "idempotency-key": key,
      },
      body,
    });
    const text = await readAll(response.body);
    if (response.status < 200 || response.status > 299)
      throw refusalOf(response.status, text, response.headers["retry-after"]);
    const effect = Effect.safeParse(jsonOf(text));
    if (!effect.success) throw unknown("unreadable", { status: response.status });
    return { ...nothingMetered(effect.data.id), result: encodeEffect(effect.data) };
  } catch (error) {
    throw ofTransport(error);
  }
};

/** Asks by our operation id. */
export const findEffect = async (io: VendorIo): Promise<LookUpResult> => {
  try {
    const response = await io.send({
      method: "GET",
      path: "/v1/references/{reference}/effects",
      values: { reference: io.operationId },
      headers: { authorization: `Bearer ${io.credential["apiKey"] ?? ""}` },
    });
    const found = Found.safeParse(jsonOf(await readAll(response.body)));
    if (response.status !== 200 || !found.success) return { kind: "unknown" };
    const [effect] = found.data.data;
    return effect === undefined
      ? { kind: "not_done" }
      : { kind: "done", metered: nothingMetered(effect.id), result: encodeEffect(effect) };
  } catch (error) {
    throw ofTransport(error);
  }
};

export const cancelKey = async (key: string, io: VendorIo): Promise<void> => {
  try {
    const response = await io.send({
      method: "POST",
      path: "/v1/keys/{key}/cancel",
      values: { key },
      headers: { authorization: `Bearer ${io.credential["apiKey"] ?? ""}` },
    });
    await readAll(response.body);
    if (response.status !== 200) throw unknown("server_error", { status: response.status });
  } catch (error) {
    throw ofTransport(error);
  }
};
