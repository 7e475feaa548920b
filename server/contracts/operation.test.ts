import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { ActRequest, AnswerRequest } from "../families/family.ts";
import { defineOperation } from "./operation.ts";

const send = defineOperation({
  id: "email.send",
  family: "email",
  effect: "act",
  permission: "srv_nexus.email:send",
  summary: "Sends an e-mail",
  input: z.strictObject({}),
  output: z.object({}),
});

test("an operation that acts cannot be asked for as one that reads, by the compiler's word", () => {
  expect(send).toMatchObject({ id: "email.send", effect: "act" });
  expectTypeOf(send).toExtend<ActRequest<unknown>["operation"]>();
  expectTypeOf(send).not.toExtend<AnswerRequest<unknown>["operation"]>();
});
