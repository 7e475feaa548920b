/** An object of JSON. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A text field, or a TypeError that names it. */
export const textField = (fields: Fields, name: string): string => {
  const value = fields[name];
  if (typeof value !== "string") throw new TypeError(`${name} is not a text`);
  return value;
};

/** An ISO time as ms since the epoch, or a TypeError that names it. */
export const timeField = (fields: Fields, name: string): number => {
  const time = Date.parse(textField(fields, name));
  if (Number.isNaN(time)) throw new TypeError(`${name} is not a time`);
  return time;
};
