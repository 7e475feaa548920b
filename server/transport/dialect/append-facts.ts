import type { NexusFacts } from "../../contracts/nexus-facts.ts";

const openBrace = 123;
const closeBrace = 125;

const isSpace = (byte: number | undefined): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9;

/**
 * Adds a `nexus` member to a JSON object without touching a byte of what the vendor wrote. Bytes that are no JSON object
 * are returned as they are.
 */
export const appendFacts = (body: Uint8Array, facts: NexusFacts): Uint8Array => {
  let start = 0;
  while (isSpace(body[start])) start += 1;
  let end = body.length - 1;
  while (end > start && isSpace(body[end])) end -= 1;
  if (body[start] !== openBrace || body[end] !== closeBrace || end === start) return body;
  let last = end - 1;
  while (isSpace(body[last])) last -= 1;
  const comma = last === start ? "" : ",";
  return Buffer.concat([body.subarray(0, end), Buffer.from(`${comma}"nexus":${JSON.stringify(facts)}}`)]);
};
