/** Nano-USD per token, search, second or second of video, as the vendors publish them; written down here so that nothing of the price book is asked. */
const perToken: Readonly<Record<string, Readonly<Record<string, bigint>>>> = {
  "gpt-4o-mini": { input: 150n, cacheRead: 75n, output: 600n, reasoning: 600n },
  "gpt-4.1-mini": { input: 400n, cacheRead: 100n, output: 1_600n, reasoning: 1_600n, search: 10_000_000n },
  "claude-sonnet-4-5": { input: 3_000n, cacheRead: 300n, cacheWrite5m: 3_750n, output: 15_000n, reasoning: 15_000n },
  "claude-haiku-4-5": {
    input: 1_000n,
    cacheRead: 100n,
    cacheWrite5m: 1_250n,
    output: 5_000n,
    reasoning: 5_000n,
    search: 10_000_000n,
  },
  "gemini-2.5-flash": { input: 300n, cacheRead: 30n, output: 2_500n, reasoning: 2_500n, search: 35_000_000n },
  "amazon.nova-lite-v1:0": { input: 60n, cacheRead: 15n, output: 240n },
  "command-r-08-2024": { input: 150n, output: 600n },
  "mistral-small-2603": { input: 150n, output: 600n },
  "text-embedding-3-small": { input: 20n },
  "omni-moderation-latest": { request: 0n },
  "rerank-v4.0-fast": { search: 2_000_000n },
  "gpt-image-1-mini": { input: 2_000n, inputImage: 2_500n, outputImage: 8_000n },
  "whisper-1": { second: 100_000n },
  "veo-3.1-fast-generate-preview": { videoSecond: 100_000_000n },
};

/** The most that so many tokens in and out can cost, whatever classes the vendor bills them in. */
export const publishedMost = (model: string, tokensIn: number, tokensOut: number): bigint => {
  const prices = perToken[model];
  if (!prices) throw new Error(`no published price of ${model} is written down`);
  let [dearestIn, dearestOut] = [0n, 0n];
  for (const [unit, price] of Object.entries(prices)) {
    if (unit === "output" || unit === "reasoning") dearestOut = price > dearestOut ? price : dearestOut;
    else dearestIn = price > dearestIn ? price : dearestIn;
  }
  return BigInt(tokensIn) * dearestIn + BigInt(tokensOut) * dearestOut;
};

/** What units of a model cost, in nano-USD, by the published prices. */
export const publishedCost = (model: string, units: Readonly<Record<string, number | undefined>>): bigint => {
  const prices = perToken[model];
  if (!prices) throw new Error(`no published price of ${model} is written down`);
  let nanos = 0n;
  for (const [unit, count] of Object.entries(units)) {
    if (!count) continue;
    const price = prices[unit];
    if (price === undefined) throw new Error(`no published price of ${model} for ${unit}`);
    nanos += BigInt(count) * price;
  }
  return nanos;
};
