import { afterAll, beforeAll } from "vitest";
import { startSandbox } from "../start-sandbox.ts";
import type { Sandbox } from "../start-sandbox.ts";

export interface OpenAiAnswer {
  readonly status: number;
  readonly error?: { readonly message: string; readonly type: string; readonly param: unknown; readonly code: unknown };
  readonly answer: unknown;
}

/** A sandbox for one test file, and what its OpenAI answers to a body. */
export function openaiForTests() {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());
  return async (
    path: string,
    body: unknown,
    vendor: "openai" | "compatible" = "openai",
    key = "sk-test",
  ): Promise<OpenAiAnswer> => {
    const response = await fetch(sandbox.baseUrls[vendor] + path, {
      method: "POST",
      headers: {
        ...(body instanceof FormData ? {} : { "content-type": "application/json" }),
        ...(key === "" ? {} : { authorization: `Bearer ${key}` }),
      },
      body: body instanceof FormData ? body : JSON.stringify(body),
    });
    const answer = (await response.json()) as Partial<OpenAiAnswer>;
    return { status: response.status, answer, ...(answer.error ? { error: answer.error } : {}) };
  };
}
