import { isObject, parseJson } from "../read-json.ts";

const stripped = (value: unknown): unknown => {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) =>
      name === "id" || name === "order_id" ? [] : [[name, isObject(one) ? stripped(one) : one]],
    ),
  );
};

/** A body without the ids of its objects. */
export const withoutIds = (body: string): string => JSON.stringify(stripped(parseJson(body)) ?? {});
