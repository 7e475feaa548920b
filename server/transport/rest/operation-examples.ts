/** A request for each of the operations that people try first, by procedure; the test sends them through the contracts. */
export const operationExamples: Readonly<Record<string, unknown>> = {
  "ai.generateText": { model: "openai/gpt-4o-mini", prompt: "Name three rivers.", maxOutputTokens: 100 },
  "ai.streamText": { model: "anthropic/claude-sonnet-4-5", prompt: "Name three rivers.", maxOutputTokens: 100 },
  "ai.generateObject": {
    model: "openai/gpt-4o-mini",
    prompt: "Name three rivers.",
    schema: {
      type: "object",
      properties: { rivers: { type: "array", items: { type: "string" } } },
      required: ["rivers"],
      additionalProperties: false,
    },
    maxOutputTokens: 100,
  },
  "ai.embed": { model: "openai/text-embedding-3-small", values: ["sunny day at the beach", "rainy afternoon"] },
  "ai.rerank": {
    model: "cohere/rerank-v4.0-fast",
    query: "Which river is longest?",
    documents: ["The Rhine", "The Nile"],
    topN: 1,
  },
  "ai.moderate": { model: "openai/omni-moderation-latest", content: "I like rivers." },
  "ai.generateImage": { model: "openai/gpt-image-1.5", prompt: "A boat on a lake", size: "1024x1024", quality: "low" },
  "ai.generateSpeech": { model: "openai/gpt-4o-mini-tts", text: "Good morning.", voice: "coral" },
  "ai.transcribe": { model: "openai/whisper-1", audio: { mediaType: "audio/mpeg", data: "//uQZAAAAAAAAAAAAAAA" } },
  "email.send": {
    from: "app@example.com",
    to: ["ann@example.org"],
    subject: "Your invoice",
    text: "It is attached.",
  },
  "payments.checkout.create": {
    reference: "invoice-7",
    mode: "payment",
    successUrl: "https://topolo.app/done",
    lines: [{ name: "Chairs", amount: { amount: "1050", currency: "USD" }, quantity: 2 }],
  },
  "keys.create": { vendor: "openai", label: "Main account", secret: { apiKey: "sk-0000" } },
  "usage.budgets.set": { scope: "organization", period: "month", limitNanos: "25000000000" },
};
