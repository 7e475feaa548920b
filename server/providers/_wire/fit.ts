import type { GenerateTextInput, GenerateTextOutput } from "../../contracts/ai/generate-text.ts";
import type { ProviderIo } from "../../contracts/ai-vendor.ts";

type Warning = GenerateTextOutput["warnings"][number];
type VendorOptions = NonNullable<GenerateTextInput["providerOptions"]>[string];

/** A request as a vendor's model takes it, and what had to be changed for that. */
export interface Fitted {
  readonly input: GenerateTextInput;
  /** For the adapter; never above the reserved limit. */
  readonly maxOutputTokens: number;
  readonly warnings: readonly Warning[];
}

/** Fits a request to a model, so that the vendor has nothing to refuse that can be put otherwise. */
export type Fit = (input: GenerateTextInput, io: Pick<ProviderIo, "model" | "maxOutputTokens">) => Fitted;

/** Notes that a setting was carried out otherwise than asked. */
export type WarnOfChange = (setting: string, details: string) => void;

/** Warnings, each once. */
export const openWarnings = (): { readonly warn: WarnOfChange; readonly warnings: readonly Warning[] } => {
  const warnings: Warning[] = [];
  const warn: WarnOfChange = (setting, details) => {
    if (warnings.some((known) => known.setting === setting && known.details === details)) return;
    warnings.push({ type: "compatibility", setting, details });
  };
  return { warn, warnings };
};

/** The input with more options for one vendor; what the caller set takes precedence. */
export const withVendorOptions = (
  input: GenerateTextInput,
  vendor: string,
  options: VendorOptions,
): GenerateTextInput => ({
  ...input,
  providerOptions: { ...input.providerOptions, [vendor]: { ...options, ...input.providerOptions?.[vendor] } },
});
