import { readFileSync } from "node:fs";
import { join } from "node:path";
import { productUnderTest } from "./product-under-test.ts";

/** What the product tells a newcomer. */
export interface FirstRunFacts {
  readonly gatewayUrl: string;
  readonly authUrl: string;
  readonly apiKey: string;
  readonly bootstrapUrl: string;
  readonly mailboxUrl: string;
}

const isFirstRun = (value: unknown): value is FirstRunFacts =>
  typeof value === "object" &&
  value !== null &&
  (["gatewayUrl", "authUrl", "apiKey", "bootstrapUrl", "mailboxUrl"] as const).every(
    (name) => typeof Reflect.get(value, name) === "string",
  );

export const readFirstRun = (): FirstRunFacts => {
  const facts: unknown = JSON.parse(readFileSync(join(productUnderTest().dataDir, "first-run.json"), "utf8"));
  if (!isFirstRun(facts)) throw new Error("first-run.json is not as expected");
  return facts;
};
