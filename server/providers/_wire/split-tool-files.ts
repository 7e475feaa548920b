import type { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import type { Message } from "../../contracts/ai/message.ts";
import type { WarnOfChange } from "./fit.ts";

type ToolMessage = Extract<Message, { role: "tool" }>;
type UserPart = Exclude<Extract<Message, { role: "user" }>["content"], string>[number];

/** Results in words, and the files that were among them. */
const split = (message: ToolMessage): { readonly results: ToolMessage; readonly files: readonly UserPart[] } => {
  const files: UserPart[] = [];
  const results = message.content.map((result) => {
    const { output } = result;
    if (output.type !== "content") return result;
    const texts: string[] = [];
    for (const part of output.value) {
      if (part.type === "text") texts.push(...(part.text === "" ? [] : [part.text]));
      else {
        files.push({ type: "text", text: "A tool's result holds this file:" }, part);
        texts.push("[a file, in the next message]");
      }
    }
    return { ...result, output: { type: "text" as const, value: texts.join("\n") } };
  });
  return { results: { ...message, content: results }, files };
};

/** For vendors whose tool results are text alone: files among them follow as the user's. */
export const splitToolFiles = (input: GenerateTextInput, warn: WarnOfChange): GenerateTextInput => {
  const { messages } = input;
  if (!messages?.some((one) => one.role === "tool" && one.content.some(({ output }) => output.type === "content")))
    return input;
  const fitted: Message[] = [];
  let waiting: UserPart[] = [];
  const flush = (): void => {
    if (waiting.length === 0) return;
    warn("messages.tool-result", "a file among the results of tools was sent as the user's");
    fitted.push({ role: "user", content: waiting });
    waiting = [];
  };
  for (const message of messages) {
    if (message.role !== "tool") {
      flush();
      fitted.push(message);
      continue;
    }
    const { results, files } = split(message);
    fitted.push(results);
    waiting.push(...files);
  }
  flush();
  return { ...input, messages: fitted };
};
