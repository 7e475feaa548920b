import { inTurn, printRounds } from "./compare.ts";
import { chatUrlOf, type RunningContender } from "./contender.ts";
import { contenders } from "./contenders.ts";
import { measure } from "./measure.ts";
import { settings } from "./settings.ts";
import { startInstantUpstream } from "./upstream.ts";

const { seconds, users, workers } = settings;
const delayMs = 10;
const askedBytes = 1_024;
const answeredBytes = 10_240;

const words = "The quick brown fox jumps over the lazy dog. ";
const textOf = (bytes: number): string => words.repeat(Math.ceil(bytes / words.length)).slice(0, bytes);

/** A chat of exactly so many bytes. */
const chatOfBytes = (model: string, bytes: number): string => {
  const body = (content: string): string =>
    JSON.stringify({ model, messages: [{ role: "user", content }], max_tokens: 4_096 });
  return body(textOf(bytes - body("").length));
};

/** WSO2's published scenario: a backend that answers after 10 ms, 1 KiB in, 10 KiB out, an API key. */
export const wso2 = async (): Promise<void> => {
  const upstream = await startInstantUpstream({ delayMs, content: textOf(answeredBytes - 600) });
  try {
    const answered = (await (await fetch(chatUrlOf(upstream), { method: "POST", body: "{}" })).text()).length;
    console.log(
      `  the backend answers after ${delayMs} ms, ${askedBytes} bytes in, ${answered} bytes out, ${seconds} s each, ${settings.rounds} rounds in turn, ${workers} gateway process(es); medians\n`,
    );
    const cases = users.map((many) => ({
      name: `${many} connections`,
      measure: ({ url, headers, model, pid }: RunningContender) =>
        measure({
          url: chatUrlOf({ url }),
          headers,
          body: chatOfBytes(model, askedBytes),
          pid,
          connections: many,
          seconds,
        }),
    }));
    for (const [name, rounds] of await inTurn({ upstream, contenders: contenders(), cases })) printRounds(name, rounds);
  } finally {
    await upstream.stop();
  }
};
