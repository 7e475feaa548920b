import type { VendorBounds, VendorFee } from "../../../contracts/vendor-bounds.ts";
import { compatibleBounds } from "../_openai-chat/compatible-bounds.ts";

/** Makers whose models read documents themselves. */
const readsDocuments = /^~?(anthropic\/claude|google\/gemini|openai\/(gpt-[4-9]|o\d))/;

/** openrouter.ai/docs: makers' own fees are passed on; a document that a model cannot read is read for a fee by page. */
const fees = (model: string, documentPages: number | undefined): readonly VendorFee[] => {
  const all: VendorFee[] = [];
  if (/deep-research/.test(model)) all.push({ unitClass: "search", count: undefined });
  else if (/sonar|-search-(preview|api)|:online\b/.test(model)) all.push({ unitClass: "request", count: 1 });
  if (documentPages !== 0 && !readsDocuments.test(model)) all.push({ unitClass: "page", count: documentPages });
  return all;
};

/** OpenRouter, which passes on what the makers of its models bill. */
export const openRouterBounds: VendorBounds = {
  ...compatibleBounds,
  unaskedOutput: (model) => (/image/.test(model) ? { unitClass: "outputImage", least: 6_240 } : undefined),
  fees,
};
