import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { NexusCallOptions } from "../call-options.ts";
import { withCustomer } from "../customer.ts";
import { withIdempotencyKey } from "../idempotency.ts";
import type { GenerateTextInput } from "../types.ts";
import { presentFields } from "./present-fields.ts";

type Options = Pick<LanguageModelV4CallOptions, "headers" | "abortSignal" | "providerOptions">;

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Names of headers in lower case: callers write them as they like. */
const headerOf = (headers: Options["headers"], name: string): string | undefined =>
  textOf(Object.entries(headers ?? {}).find(([given]) => given.toLowerCase() === name)?.[1]);

/** Short, and the same for the same request. */
const digestOf = async (input: unknown): Promise<string> => {
  const bytes = new TextEncoder().encode(JSON.stringify(input));
  const digest = await globalThis.crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest).subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
};

const longestKey = 255;

/**
 * How a call is made. The key is joined with a digest of the request: an agent makes several under the same options,
 * and each of them is to be made once.
 */
export const callOptionsOf = async (
  { headers, abortSignal, providerOptions }: Options,
  input: unknown,
): Promise<NexusCallOptions> => {
  const own = providerOptions?.["nexus"];
  const key = textOf(own?.["idempotencyKey"]) ?? headerOf(headers, "idempotency-key");
  const customer = textOf(own?.["customerId"]) ?? headerOf(headers, "x-nexus-customer-id");
  const signal: NexusCallOptions = presentFields({ signal: abortSignal });
  const paid = customer === undefined ? signal : withCustomer(customer, signal);
  if (key === undefined) return paid;
  const digest = `.${await digestOf(input)}`;
  return withIdempotencyKey(`${key.slice(0, longestKey - digest.length)}${digest}`, paid);
};

type VendorOptions = Pick<GenerateTextInput, "providerOptions">;

/** Options for vendors: Nexus's own are not one of them. The AI SDK lets options hold undefined; JSON has no such thing. */
export const vendorOptionsOf = ({ providerOptions }: { readonly providerOptions?: unknown }): VendorOptions => {
  if (typeof providerOptions !== "object" || providerOptions === null) return {};
  const vendors: NonNullable<VendorOptions["providerOptions"]> = JSON.parse(
    JSON.stringify({ ...providerOptions, nexus: undefined }),
  );
  return Object.keys(vendors).length === 0 ? {} : { providerOptions: vendors };
};

/** What Nexus has fields of its own for, and callers of the AI SDK put among a vendor's options; the first one counts. The rest is the vendor's. */
export const ownChoicesOf = <N extends string>(
  options: { readonly providerOptions?: unknown },
  names: readonly N[],
): { readonly chosen: { [K in N]?: unknown }; readonly left: VendorOptions } => {
  const { providerOptions = {} } = vendorOptionsOf(options);
  const chosen: { [K in N]?: unknown } = {};
  for (const one of Object.values(providerOptions))
    for (const name of names) {
      chosen[name] ??= one[name];
      delete one[name];
    }
  const left = Object.entries(providerOptions).filter(([, one]) => Object.keys(one).length > 0);
  return { chosen, left: left.length === 0 ? {} : { providerOptions: Object.fromEntries(left) } };
};
