import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import { devicePollSeconds } from "./engine/payload-adapter.ts";

/** Begins a sign-in on a device, and says how often it may ask (RFC 8628 §3.2), which the engine leaves out. */
export const startDevice = async ({ request, context }: HttpExchange): Promise<HttpAnswer> => {
  const answer = await context.oauth.answer(request);
  if (answer.status !== 200 || answer.text === undefined) return answer;
  const begun: unknown = JSON.parse(answer.text);
  return { ...answer, text: JSON.stringify({ ...Object(begun), interval: devicePollSeconds }) };
};
