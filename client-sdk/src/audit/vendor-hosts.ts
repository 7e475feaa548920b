// Written by `npm run docs` from the vendors that the server calls.

/** A vendor, and the addresses that are its own. */
interface VendorHosts {
  readonly id: string;
  readonly name: string;
  readonly family: "ai" | "email" | "payments";
  readonly hosts: readonly string[];
}

/** Every vendor that Nexus calls. */
// A list stays a list.
// oxfmt-ignore
export const vendorHosts: readonly VendorHosts[] = [
  {"id":"openai","name":"OpenAI","family":"ai","hosts":["api.openai.com"]},
  {"id":"anthropic","name":"Anthropic","family":"ai","hosts":["api.anthropic.com"]},
  {"id":"google","name":"Google Gemini","family":"ai","hosts":["generativelanguage.googleapis.com"]},
  {"id":"vertex","name":"Google Vertex AI","family":"ai","hosts":["africa-south1-aiplatform.googleapis.com","aiplatform.googleapis.com","asia-east1-aiplatform.googleapis.com","asia-east2-aiplatform.googleapis.com","asia-northeast1-aiplatform.googleapis.com","asia-northeast3-aiplatform.googleapis.com","asia-south1-aiplatform.googleapis.com","asia-southeast1-aiplatform.googleapis.com","australia-southeast1-aiplatform.googleapis.com","europe-central2-aiplatform.googleapis.com","europe-north1-aiplatform.googleapis.com","europe-southwest1-aiplatform.googleapis.com","europe-west1-aiplatform.googleapis.com","europe-west2-aiplatform.googleapis.com","europe-west3-aiplatform.googleapis.com","europe-west4-aiplatform.googleapis.com","europe-west6-aiplatform.googleapis.com","europe-west8-aiplatform.googleapis.com","europe-west9-aiplatform.googleapis.com","me-central1-aiplatform.googleapis.com","me-central2-aiplatform.googleapis.com","me-west1-aiplatform.googleapis.com","northamerica-northeast1-aiplatform.googleapis.com","southamerica-east1-aiplatform.googleapis.com","us-central1-aiplatform.googleapis.com","us-east1-aiplatform.googleapis.com","us-east4-aiplatform.googleapis.com","us-east5-aiplatform.googleapis.com","us-south1-aiplatform.googleapis.com","us-west1-aiplatform.googleapis.com","us-west4-aiplatform.googleapis.com"]},
  {"id":"azure","name":"Azure OpenAI","family":"ai","hosts":[]},
  {"id":"bedrock","name":"Amazon Bedrock","family":"ai","hosts":["bedrock-runtime.af-south-1.amazonaws.com","bedrock-runtime.ap-east-2.amazonaws.com","bedrock-runtime.ap-northeast-1.amazonaws.com","bedrock-runtime.ap-northeast-2.amazonaws.com","bedrock-runtime.ap-northeast-3.amazonaws.com","bedrock-runtime.ap-south-1.amazonaws.com","bedrock-runtime.ap-south-2.amazonaws.com","bedrock-runtime.ap-southeast-1.amazonaws.com","bedrock-runtime.ap-southeast-2.amazonaws.com","bedrock-runtime.ap-southeast-3.amazonaws.com","bedrock-runtime.ap-southeast-4.amazonaws.com","bedrock-runtime.ap-southeast-5.amazonaws.com","bedrock-runtime.ap-southeast-7.amazonaws.com","bedrock-runtime.ca-central-1.amazonaws.com","bedrock-runtime.eu-central-1.amazonaws.com","bedrock-runtime.eu-central-2.amazonaws.com","bedrock-runtime.eu-north-1.amazonaws.com","bedrock-runtime.eu-south-1.amazonaws.com","bedrock-runtime.eu-south-2.amazonaws.com","bedrock-runtime.eu-west-1.amazonaws.com","bedrock-runtime.eu-west-2.amazonaws.com","bedrock-runtime.eu-west-3.amazonaws.com","bedrock-runtime.il-central-1.amazonaws.com","bedrock-runtime.me-central-1.amazonaws.com","bedrock-runtime.me-south-1.amazonaws.com","bedrock-runtime.mx-central-1.amazonaws.com","bedrock-runtime.sa-east-1.amazonaws.com","bedrock-runtime.us-east-1.amazonaws.com","bedrock-runtime.us-east-2.amazonaws.com","bedrock-runtime.us-gov-east-1.amazonaws.com","bedrock-runtime.us-gov-west-1.amazonaws.com","bedrock-runtime.us-west-1.amazonaws.com","bedrock-runtime.us-west-2.amazonaws.com"]},
  {"id":"mistral","name":"Mistral","family":"ai","hosts":["api.mistral.ai"]},
  {"id":"groq","name":"Groq","family":"ai","hosts":["api.groq.com"]},
  {"id":"xai","name":"xAI","family":"ai","hosts":["api.x.ai"]},
  {"id":"cohere","name":"Cohere","family":"ai","hosts":["api.cohere.com"]},
  {"id":"elevenlabs","name":"ElevenLabs","family":"ai","hosts":["api.elevenlabs.io","api.eu.residency.elevenlabs.io","api.in.residency.elevenlabs.io","api.us.elevenlabs.io"]},
  {"id":"deepgram","name":"Deepgram","family":"ai","hosts":["api.au.deepgram.com","api.deepgram.com","api.eu.deepgram.com","api.in.deepgram.com"]},
  {"id":"fal","name":"fal","family":"ai","hosts":["queue.fal.run"]},
  {"id":"deepseek","name":"DeepSeek","family":"ai","hosts":["api.deepseek.com"]},
  {"id":"openrouter","name":"OpenRouter","family":"ai","hosts":["openrouter.ai"]},
  {"id":"ollama","name":"Ollama","family":"ai","hosts":[]},
  {"id":"vllm","name":"vLLM","family":"ai","hosts":[]},
  {"id":"compatible","name":"OpenAI-compatible server","family":"ai","hosts":[]},
  {"id":"resend","name":"Resend","family":"email","hosts":["api.resend.com"]},
  {"id":"smtp","name":"SMTP","family":"email","hosts":[]},
  {"id":"cloudflare","name":"Cloudflare Email Service","family":"email","hosts":[]},
  {"id":"ses","name":"Amazon SES","family":"email","hosts":["email.af-south-1.amazonaws.com","email.ap-northeast-1.amazonaws.com","email.ap-northeast-2.amazonaws.com","email.ap-northeast-3.amazonaws.com","email.ap-south-1.amazonaws.com","email.ap-southeast-1.amazonaws.com","email.ap-southeast-2.amazonaws.com","email.ap-southeast-3.amazonaws.com","email.ca-central-1.amazonaws.com","email.eu-central-1.amazonaws.com","email.eu-north-1.amazonaws.com","email.eu-south-1.amazonaws.com","email.eu-west-1.amazonaws.com","email.eu-west-2.amazonaws.com","email.eu-west-3.amazonaws.com","email.il-central-1.amazonaws.com","email.me-south-1.amazonaws.com","email.sa-east-1.amazonaws.com","email.us-east-1.amazonaws.com","email.us-east-2.amazonaws.com","email.us-west-1.amazonaws.com","email.us-west-2.amazonaws.com"]},
  {"id":"postmark","name":"Postmark","family":"email","hosts":["api.postmarkapp.com"]},
  {"id":"sendgrid","name":"SendGrid","family":"email","hosts":["api.eu.sendgrid.com","api.sendgrid.com"]},
  {"id":"mailgun","name":"Mailgun","family":"email","hosts":["api.eu.mailgun.net","api.mailgun.net"]},
  {"id":"stripe","name":"Stripe","family":"payments","hosts":["api.stripe.com"]},
  {"id":"paypal","name":"PayPal","family":"payments","hosts":["api-m.paypal.com"]},
  {"id":"mollie","name":"Mollie","family":"payments","hosts":["api.mollie.com"]},
  {"id":"square","name":"Square","family":"payments","hosts":["connect.squareup.com","connect.squareupsandbox.com"]},
  {"id":"adyen","name":"Adyen","family":"payments","hosts":["checkout-test.adyen.com"]},
  {"id":"razorpay","name":"Razorpay","family":"payments","hosts":["api.razorpay.com"]},
];
