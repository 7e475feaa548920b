const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** JSON-plain values as bytes, for answers that are kept. */
export const toJsonBytes = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));

export const fromJsonBytes = (bytes: Uint8Array): unknown => JSON.parse(decoder.decode(bytes));
