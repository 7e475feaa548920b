/** A small chat of one message, as JSON. */
export const chatBodyOf = (model: string): string =>
  JSON.stringify({
    model,
    messages: [{ role: "user", content: "Say hello to the benchmark." }],
    max_tokens: 64,
  });

export const chatBody = chatBodyOf("gpt-4o-mini");
