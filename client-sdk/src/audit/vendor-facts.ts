import { vendorHosts } from "./vendor-hosts.ts";

/** How an app goes to a vendor past Nexus. */
export interface VendorFacts {
  readonly name: string;
  readonly family: "ai" | "email" | "payments";
  readonly hosts: readonly string[];
  /** Packages whose only purpose is the vendor, by the language's own names for them. */
  readonly packages: readonly string[];
  /** Packages that speak the vendor's dialect and may be pointed at Nexus by a base URL. */
  readonly redirectable: readonly string[];
  /** Names of environment variables that hold its keys. */
  readonly variables: RegExp;
  /** What its keys look like; undefined where they look like nothing. */
  readonly keys: RegExp | undefined;
}

type Told = Omit<VendorFacts, "name" | "family" | "hosts">;

const none = /(?!)/;

/** By the vendor's id. A vendor of ours without a line here fails the tests. */
const told: Readonly<Record<string, Told>> = {
  openai: {
    packages: ["@ai-sdk/openai"],
    redirectable: ["openai", "@langchain/openai", "langchain_openai", "langchain-openai"],
    variables: /^OPENAI_(API_)?(KEY|SECRET)/,
    keys: /\bsk-(?!ant-|or-)(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,}/,
  },
  anthropic: {
    packages: ["@ai-sdk/anthropic"],
    redirectable: [
      "@anthropic-ai/sdk",
      "anthropic",
      "@langchain/anthropic",
      "langchain_anthropic",
      "langchain-anthropic",
    ],
    variables: /^(ANTHROPIC|CLAUDE)_(API_)?KEY/,
    keys: /\bsk-ant-[A-Za-z0-9_-]{20,}/,
  },
  google: {
    packages: [
      "@google/genai",
      "@google/generative-ai",
      "@ai-sdk/google",
      "google-genai",
      "google.genai",
      "google.generativeai",
    ],
    redirectable: [],
    variables: /^(GEMINI|GOOGLE_GENERATIVE_AI|GOOGLE_AI)_(API_)?KEY/,
    keys: /\bAIza[A-Za-z0-9_-]{35}/,
  },
  vertex: {
    packages: [
      "@google-cloud/vertexai",
      "@ai-sdk/google-vertex",
      "vertexai",
      "@langchain/google-vertexai",
      "langchain_google_vertexai",
    ],
    redirectable: [],
    variables: /^(GOOGLE_)?VERTEX_.*(KEY|CREDENTIALS)/,
    keys: undefined,
  },
  azure: {
    packages: ["@ai-sdk/azure", "@azure/openai", "@azure-rest/ai-inference", "azure-ai-inference"],
    redirectable: [],
    variables: /^AZURE_(OPENAI|AI)_.*KEY/,
    keys: undefined,
  },
  bedrock: {
    packages: ["@aws-sdk/client-bedrock-runtime", "@ai-sdk/amazon-bedrock", "@langchain/aws", "langchain_aws"],
    redirectable: [],
    variables: /^(AWS_)?BEDROCK_.*(KEY|SECRET|TOKEN)|^AWS_BEARER_TOKEN_BEDROCK/,
    keys: undefined,
  },
  mistral: {
    packages: ["@mistralai/mistralai", "@ai-sdk/mistral", "mistralai", "@langchain/mistralai", "langchain_mistralai"],
    redirectable: [],
    variables: /^MISTRAL_(API_)?KEY/,
    keys: undefined,
  },
  groq: {
    packages: ["groq-sdk", "@ai-sdk/groq", "groq", "@langchain/groq", "langchain_groq"],
    redirectable: [],
    variables: /^GROQ_(API_)?KEY/,
    keys: /\bgsk_[A-Za-z0-9]{20,}/,
  },
  xai: {
    packages: ["@ai-sdk/xai", "xai_sdk", "xai-sdk", "@langchain/xai", "langchain_xai"],
    redirectable: [],
    variables: /^(XAI|GROK)_(API_)?KEY/,
    keys: /\bxai-[A-Za-z0-9]{20,}/,
  },
  deepseek: {
    packages: ["@ai-sdk/deepseek"],
    redirectable: [],
    variables: /^DEEPSEEK_(API_)?KEY/,
    keys: undefined,
  },
  openrouter: {
    packages: ["@openrouter/ai-sdk-provider", "@openrouter/sdk"],
    redirectable: [],
    variables: /^OPENROUTER_(API_)?KEY/,
    keys: /\bsk-or-[A-Za-z0-9_-]{20,}/,
  },
  ollama: { packages: ["ollama", "ollama-ai-provider"], redirectable: [], variables: none, keys: undefined },
  vllm: { packages: [], redirectable: [], variables: /^VLLM_API_KEY/, keys: undefined },
  compatible: { packages: [], redirectable: ["@ai-sdk/openai-compatible"], variables: none, keys: undefined },
  elevenlabs: {
    packages: ["@elevenlabs/elevenlabs-js", "@ai-sdk/elevenlabs", "elevenlabs"],
    redirectable: [],
    variables: /^(ELEVENLABS|ELEVEN|XI)_(API_)?KEY/,
    keys: /\bsk_[0-9a-f]{48}\b/,
  },
  deepgram: {
    packages: ["@deepgram/sdk", "@ai-sdk/deepgram", "deepgram", "deepgram-sdk"],
    redirectable: [],
    variables: /^(DEEPGRAM|DG)_(API_)?KEY/,
    keys: undefined,
  },
  fal: {
    packages: ["@fal-ai/client", "@fal-ai/serverless-client", "@ai-sdk/fal", "fal-client", "fal"],
    redirectable: [],
    variables: /^FAL_(API_)?KEY/,
    keys: undefined,
  },
  cohere: {
    packages: ["cohere-ai", "@cohere-ai/sdk", "cohere"],
    redirectable: [],
    variables: /^(CO|COHERE)_(API_)?KEY/,
    keys: undefined,
  },
  resend: {
    packages: ["resend"],
    redirectable: [],
    variables: /^RESEND_(API_)?KEY/,
    keys: /\bre_[A-Za-z0-9]{8,}_[A-Za-z0-9]{16,}/,
  },
  smtp: {
    packages: ["nodemailer", "emailjs", "smtplib"],
    redirectable: [],
    variables: /^(SMTP|MAIL)_(PASS|PASSWORD|URL)/,
    keys: undefined,
  },
  cloudflare: { packages: [], redirectable: [], variables: /^CLOUDFLARE_(EMAIL_)?API_(KEY|TOKEN)/, keys: undefined },
  ses: {
    packages: ["@aws-sdk/client-ses", "@aws-sdk/client-sesv2"],
    redirectable: [],
    variables: /^(AWS_)?SES_.*(KEY|SECRET|PASSWORD)/,
    keys: undefined,
  },
  postmark: {
    packages: ["postmark", "postmarker"],
    redirectable: [],
    variables: /^POSTMARK_.*(KEY|TOKEN)/,
    keys: undefined,
  },
  sendgrid: {
    packages: ["@sendgrid/mail", "@sendgrid/client", "sendgrid"],
    redirectable: [],
    variables: /^SENDGRID_(API_)?KEY/,
    keys: /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/,
  },
  mailgun: {
    packages: ["mailgun.js", "mailgun-js", "mailgun"],
    redirectable: [],
    variables: /^MAILGUN_(API_)?KEY/,
    keys: undefined,
  },
  stripe: {
    packages: ["stripe"],
    redirectable: [],
    variables: /^STRIPE_(SECRET|API|RESTRICTED)_?KEY/,
    keys: /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/,
  },
  paypal: {
    packages: ["@paypal/paypal-server-sdk", "@paypal/checkout-server-sdk", "paypal-rest-sdk", "paypalrestsdk"],
    redirectable: [],
    variables: /^PAYPAL_.*SECRET/,
    keys: undefined,
  },
  mollie: {
    packages: ["@mollie/api-client", "mollie"],
    redirectable: [],
    variables: /^MOLLIE_(API_)?KEY/,
    keys: /\b(?:live|test)_[A-Za-z0-9]{30,}/,
  },
  square: {
    packages: ["square", "squareup"],
    redirectable: [],
    variables: /^SQUARE_(ACCESS_TOKEN|API_KEY)/,
    keys: /\bEAAA[A-Za-z0-9_-]{40,}/,
  },
  adyen: {
    packages: ["@adyen/api-library", "Adyen"],
    redirectable: [],
    variables: /^ADYEN_(API_)?KEY/,
    keys: undefined,
  },
  razorpay: {
    packages: ["razorpay"],
    redirectable: [],
    variables: /^RAZORPAY_(KEY_)?SECRET/,
    keys: undefined,
  },
};

/** Vendors that Nexus calls, and how an app would go past it. */
export const vendorFacts: readonly VendorFacts[] = vendorHosts.map(({ id, name, family, hosts }) => {
  const facts = told[id];
  if (!facts) throw new Error(`The audit knows nothing of the vendor ${id}.`);
  return { name, family, hosts, ...facts };
});
