import type { ProviderDefinition } from "../contracts/provider.ts";
import { anthropic } from "./ai/anthropic/anthropic.ts";
import { azure } from "./ai/azure/azure.ts";
import { bedrock } from "./ai/bedrock/bedrock.ts";
import { cohere } from "./ai/cohere/cohere.ts";
import { elevenlabs } from "./ai/elevenlabs/elevenlabs.ts";
import { fal } from "./ai/fal/fal.ts";
import { groq } from "./ai/groq/groq.ts";
import { mistral } from "./ai/mistral/mistral.ts";
import { google } from "./ai/google/google.ts";
import { deepgram } from "./ai/deepgram/deepgram.ts";
import { deepseek } from "./ai/deepseek/deepseek.ts";
import { compatible } from "./ai/compatible/compatible.ts";
import { ollama } from "./ai/ollama/ollama.ts";
import { openai } from "./ai/openai/openai.ts";
import { openrouter } from "./ai/openrouter/openrouter.ts";
import { vertex } from "./ai/vertex/vertex.ts";
import { vllm } from "./ai/vllm/vllm.ts";
import { xai } from "./ai/xai/xai.ts";
import { cloudflare } from "./email/cloudflare/cloudflare.ts";
import { postmark } from "./email/postmark/postmark.ts";
import { mailgun } from "./email/mailgun/mailgun.ts";
import { sendgrid } from "./email/sendgrid/sendgrid.ts";
import { ses } from "./email/ses/ses.ts";
import { resend } from "./email/resend/resend.ts";
import { smtp } from "./email/smtp/smtp.ts";
import { adyen } from "./payments/adyen/adyen.ts";
import { mollie } from "./payments/mollie/mollie.ts";
import { paypal } from "./payments/paypal/paypal.ts";
import { razorpay } from "./payments/razorpay/razorpay.ts";
import { square } from "./payments/square/square.ts";
import { stripe } from "./payments/stripe/stripe.ts";

/** Every vendor that Nexus knows; adding one is one line. */
const all: readonly ProviderDefinition[] = [
  openai,
  anthropic,
  google,
  vertex,
  azure,
  bedrock,
  mistral,
  groq,
  xai,
  cohere,
  elevenlabs,
  deepgram,
  fal,
  deepseek,
  openrouter,
  ollama,
  vllm,
  compatible,
  resend,
  smtp,
  cloudflare,
  ses,
  postmark,
  sendgrid,
  mailgun,
  stripe,
  paypal,
  mollie,
  square,
  adyen,
  razorpay,
];

/** The register, by vendor id. */
export const providers: ReadonlyMap<string, ProviderDefinition> = new Map(
  all.map((provider) => [provider.id, provider]),
);

/** The vendor of an id, the first segment of `vendor/model`. */
export const providerOf = (id: string): ProviderDefinition | undefined => providers.get(id);
