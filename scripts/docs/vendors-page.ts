import type { AiVendor } from "../../server/contracts/ai-vendor.ts";
import { email } from "../../server/contracts/email.ts";
import type { Operation } from "../../server/contracts/operation.ts";
import { payments } from "../../server/contracts/payments.ts";
import type { PaymentsVendor } from "../../server/contracts/payments/payments-vendor.ts";
import type { ProviderDefinition } from "../../server/contracts/provider.ts";
import { operationsOfVendor } from "../../server/families/ai/index.ts";
import { providers } from "../../server/providers/index.ts";
import { markdownTable } from "./table.ts";

/** What some vendors keep, and others do not. */
const kept: Readonly<Record<string, keyof PaymentsVendor>> = {
  [payments.getCustomer.id]: "readCustomer",
  [payments.getSubscription.id]: "readSubscription",
  [payments.listSubscriptions.id]: "listSubscriptions",
  [payments.getLink.id]: "readLink",
  [payments.getInvoice.id]: "readInvoice",
  [payments.listInvoices.id]: "listInvoices",
  [payments.getDispute.id]: "readDispute",
  [payments.listDisputes.id]: "listDisputes",
};

/** Operations are named after their acts; what a vendor does can be read at it. */
const paymentsOf = (vendor: PaymentsVendor): Operation[] => {
  const names = new Set([...vendor.acts].map((kind) => `payments.${kind}`));
  const reads = (id: string): boolean => {
    const member = kept[id];
    return member === undefined || vendor[member] !== undefined;
  };
  return Object.values(payments).filter(({ id, effect }) => (effect === "read" ? reads(id) : names.has(id)));
};

const operationsOf = ({ ai, email: mail, payments: money }: ProviderDefinition): string =>
  [...(ai ? operationsOfVendor(ai) : []), ...(mail ? [email.send] : []), ...(money ? paymentsOf(money) : [])]
    .map(({ id }) => id)
    .join(", ");

const nativeOf = (ai: AiVendor | undefined): string => Object.keys(ai?.native ?? {}).join(", ") || "–";

const left = { drain: "reads on to the vendor's numbers", abort: "cuts and estimates" } as const;

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

const feeOf = ({ fees }: ProviderDefinition): string => {
  const { recipient, message } = fees?.mail ?? {};
  if (recipient !== undefined) return `$${recipient.usd} per ${recipient.per.toLocaleString("en")} recipients`;
  return message === undefined || message.usd === 0 ? "set by an operator" : `$${message.usd} per ${message.per} mails`;
};

/** What vendors of mail say that they can do, and what routes are filtered by. */
const mailTable = (): string =>
  markdownTable(
    [
      "Id",
      "Recipients",
      "Size",
      "Keeps our Message-ID",
      "Blind copies alone",
      "Repeats under a key",
      "Price",
      "Tried with",
    ],
    [...providers.values()].flatMap((vendor) => {
      if (vendor.email === undefined) return [];
      const { capabilities, rules } = vendor.email;
      const lifetime = typeof rules.keyLifetimeMs === "number" ? `${rules.keyLifetimeMs / 3_600_000} h` : "no keys";
      return [
        [
          `\`${vendor.id}\``,
          String(capabilities.maxRecipients),
          megabytes(capabilities.maxBytes),
          capabilities.keepsMessageId ? "yes" : "no: `X-Nexus-Operation` names it",
          capabilities.needsTo ? "no" : "yes",
          lifetime,
          feeOf(vendor),
          { sandbox: "the sandbox", vendor_test_mode: "the vendor's test mode", live: "live" }[capabilities.verified],
        ],
      ];
    }),
  );

/** docs/generated/vendors.md */
export const vendorsPage = (): string =>
  [
    "# Vendors",
    "",
    "A model is named `vendor/model`, for example `openai/gpt-4o-mini`. A dialect that passes untranslated keeps every field the vendor knows.",
    "",
    markdownTable(
      [
        "Id",
        "Vendor",
        "Operations",
        "Passes untranslated",
        "Credential",
        "A test of it",
        "Address",
        "When the caller leaves a stream",
      ],
      [...providers.values()].map((vendor) => [
        `\`${vendor.id}\``,
        `[${vendor.name}](${vendor.docsUrl})`,
        operationsOf(vendor),
        nativeOf(vendor.ai),
        Object.keys(vendor.credential.shape)
          .map((field) => `\`${field}\``)
          .join(", "),
        vendor.probe?.asks ?? "none is free",
        `\`${vendor.defaultBaseUrl}\`${vendor.addressForm ? ", of your own" : vendor.customBaseUrl ? ", or your own" : ""}`,
        vendor.ai ? left[vendor.ai.onDisconnect] : "–",
      ]),
    ),
    "",
    "## Mail",
    "",
    "A mail that is larger than a vendor takes goes by another one. Prices are of each vendor's list, as its folder says with the day; an operator replaces them by `prices set`.",
    "",
    mailTable(),
    "",
  ].join("\n");
