import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import { isCarriedReasoning } from "./carried-reasoning.ts";
import type { ResponseItem } from "./responses-request.ts";

/** Fields by which Nexus keeps and finds things; the vendor keeps nothing. */
const keptHere = ["previous_response_id", "conversation", "background", "client_metadata"] as const;

/** Thinking that OpenAI could not read: another vendor's. */
const isForeign = ({ type, encrypted_content: opaque }: ResponseItem): boolean =>
  type === "reasoning" && isCarriedReasoning(opaque);

/**
 * The caller's body with what policy decides: the vendor's model name, the reserved output limit, nothing that the vendor
 * would keep, and the whole conversation in place of a reference to it. Serialized from the parsed value: of a key sent
 * twice, the vendor sees the one that was checked.
 */
export const nativeResponsesBody = (
  body: Readonly<Record<string, unknown>>,
  items: readonly ResponseItem[],
  { model, maxOutputTokens }: Pick<ProviderIo, "model" | "maxOutputTokens">,
): Record<string, unknown> => {
  const native: Record<string, unknown> = { ...body };
  for (const field of keptHere) delete native[field];
  if (body["background"] === true) native["stream"] = true;
  const isAsSent = typeof body["input"] === "string" && items.length === 1;
  return {
    ...native,
    ...(isAsSent ? {} : { input: items.some(isForeign) ? items.filter((item) => !isForeign(item)) : items }),
    model,
    max_output_tokens: maxOutputTokens,
    store: false,
  };
};
