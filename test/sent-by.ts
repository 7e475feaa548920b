import type { GenerateTextInput, GenerateTextOutput } from "../server/contracts/ai/generate-text.ts";
import type { AiVendor, ProviderIo } from "../server/contracts/ai-vendor.ts";
import { noDownload } from "./no-download.ts";
import { isTextVendor } from "./text-vendor.ts";

interface Sent {
  readonly path: string;
  /** What the vendor gets to read. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly warnings: GenerateTextOutput["warnings"];
}

interface Asked {
  readonly model: string;
  /** What was reserved. */
  readonly maxOutputTokens: number;
  /** What the vendor answers. */
  readonly answer: unknown;
}

/** What a vendor is sent for an input, down to the bytes of its own dialect. */
export const sentBy = async (
  vendor: AiVendor | undefined,
  input: Omit<GenerateTextInput, "model">,
  { model, maxOutputTokens, answer }: Asked,
): Promise<Sent> => {
  if (!isTextVendor(vendor)) throw new Error("a vendor without text");
  let sent: Pick<Sent, "path" | "body"> | undefined;
  const io: ProviderIo = {
    model,
    maxOutputTokens,
    credential: { apiKey: "key" },
    baseUrl: "https://vendor.example",
    send: ({ path, body }) => {
      sent = { path, body: JSON.parse(String(body)) };
      return Promise.resolve({
        status: 200,
        headers: { "content-type": "application/json" },
        body: (async function* () {
          yield Buffer.from(JSON.stringify(answer));
        })(),
      });
    },
    download: noDownload,
    signal: AbortSignal.timeout(10_000),
    operationId: "operation",
  };
  const { result } = await vendor.generateText({ model, ...input }, io);
  if (!sent) throw new Error("nothing was sent");
  return { ...sent, warnings: result.warnings };
};
