import type { AiVendor } from "../../server/contracts/ai-vendor.ts";
import { email } from "../../server/contracts/email.ts";
import type { ProviderDefinition } from "../../server/contracts/provider.ts";
import { operationsOfVendor } from "../../server/families/ai/index.ts";
import { providers } from "../../server/providers/index.ts";
import { markdownTable } from "./table.ts";

const operationsOf = ({ ai, email: mail }: ProviderDefinition): string =>
  [...(ai ? operationsOfVendor(ai) : []), ...(mail ? [email.send] : [])].map(({ id }) => id).join(", ");

const nativeOf = (ai: AiVendor | undefined): string => Object.keys(ai?.native ?? {}).join(", ") || "–";

const left = { drain: "reads on to the vendor's numbers", abort: "cuts and estimates" } as const;

/** docs/generated/vendors.md */
export const vendorsPage = (): string =>
  [
    "# Vendors",
    "",
    "A model is named `vendor/model`, for example `openai/gpt-4o-mini`. A dialect that passes untranslated keeps every field the vendor knows.",
    "",
    markdownTable(
      ["Id", "Vendor", "Operations", "Passes untranslated", "Credential", "Address", "When the caller leaves a stream"],
      [...providers.values()].map((vendor) => [
        `\`${vendor.id}\``,
        `[${vendor.name}](${vendor.docsUrl})`,
        operationsOf(vendor),
        nativeOf(vendor.ai),
        Object.keys(vendor.credential.shape)
          .map((field) => `\`${field}\``)
          .join(", "),
        `\`${vendor.defaultBaseUrl}\`${vendor.customBaseUrl ? ", or your own" : ""}`,
        vendor.ai ? left[vendor.ai.onDisconnect] : "–",
      ]),
    ),
    "",
  ].join("\n");
