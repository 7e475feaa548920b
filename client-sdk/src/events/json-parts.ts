import { unreadableWebhook } from "./event-error.ts";

export type Json = Readonly<Record<string, unknown>>;

export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw unreadableWebhook("The webhook's body is no JSON.", error);
  }
};

export const parseObject = (bytes: Uint8Array): Json => {
  const value = parseJson(bytes);
  if (!isJson(value)) throw unreadableWebhook("The webhook's body is no JSON object.");
  return value;
};

/** The value at the end of the path, where everything on the way is an object. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((from, name) => (isJson(from) && Object.hasOwn(from, name) ? from[name] : undefined), value);

export const jsonTextAt = (value: unknown, ...path: readonly string[]): string | undefined => {
  const found = at(value, ...path);
  return typeof found === "string" && found !== "" ? found : undefined;
};

export const jsonListAt = (value: unknown, ...path: readonly string[]): readonly unknown[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as readonly unknown[]) : [];
};
