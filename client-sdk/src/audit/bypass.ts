import type { VendorFacts } from "./vendor-facts.ts";

/** What was found: `key` a vendor's key, `call` its address, `sdk` its package in use, `dependency` its package installed. */
export type BypassKind = "key" | "call" | "sdk" | "dependency";

/** One place where an app goes past Nexus. Never holds a key. */
export interface Bypass {
  readonly kind: BypassKind;
  readonly vendor: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The name of what was found: a variable, a host, a package. */
  readonly what: string;
  readonly proposal: string;
}

const calls: Readonly<Record<VendorFacts["family"], string>> = {
  ai: "Call the model through Nexus: `nexus.ai.generateText`, the AI SDK's provider of `@topolo/nexus-client/ai-sdk`, or the SDK of OpenAI, Anthropic or Google with its base URL set to Nexus.",
  email: "Send through Nexus: `nexus.email.send`, or `createEmailSender` of `@topolo/nexus-client/email`.",
  payments: "Take payments through Nexus: `nexus.payments.checkout.create` or `nexus.payments.order.create`.",
};

const byKind: Readonly<Record<BypassKind, (vendor: VendorFacts) => string>> = {
  key: ({ name }) =>
    `Take the key out of the app and replace it at ${name}: it has been where it does not belong. Store the new one at Nexus (dashboard: Vendor keys), and give the app a key of Nexus.`,
  call: ({ family }) => calls[family],
  sdk: ({ family, redirectable }) =>
    redirectable.length > 0
      ? `Keep the SDK, with its base URL set to Nexus and a key of Nexus; or replace it. ${calls[family]}`
      : calls[family],
  dependency: ({ family }) => `Remove the package once nothing uses it. ${calls[family]}`,
};

export const bypassOf = (
  kind: BypassKind,
  vendor: VendorFacts,
  place: Pick<Bypass, "file" | "line" | "what">,
): Bypass => ({ kind, vendor: vendor.name, ...place, proposal: byKind[kind](vendor) });
