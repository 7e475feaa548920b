import { AuthRefusal } from "./auth-refusal.ts";

/** A field of an answer, whatever it is. */
export const fieldAt = (answer: unknown, name: string): unknown =>
  typeof answer === "object" && answer !== null ? Reflect.get(answer, name) : undefined;

export const optionalText = (answer: unknown, name: string): string | undefined => {
  const found = fieldAt(answer, name);
  return typeof found === "string" && found !== "" ? found : undefined;
};

/** A text that the contract promises. */
export const textAt = (answer: unknown, name: string): string => {
  const found = fieldAt(answer, name);
  if (typeof found !== "string") throw new AuthRefusal("bad_answer");
  return found;
};

export const flagAt = (answer: unknown, name: string): boolean => fieldAt(answer, name) === true;

/** A list, read item by item; where it is missing there are none. */
export const listAt = <T>(answer: unknown, name: string, read: (item: unknown) => T): readonly T[] => {
  const found = fieldAt(answer, name);
  return Array.isArray(found) ? found.map((item: unknown) => read(item)) : [];
};
