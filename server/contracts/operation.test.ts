import { expect, test } from "vitest";
import { z } from "zod";
import { defineOperation, type Operation } from "./operation.ts";

const send: Operation = {
  id: "email.send",
  family: "email",
  effect: "act",
  permission: "srv_nexus.email:send",
  summary: "Sends an e-mail",
  input: z.strictObject({}),
  output: z.object({}),
};

test("an operation that acts is refused, by the compiler and at start", () => {
  // @ts-expect-error the effect is not `read`
  expect(() => defineOperation(send)).toThrow("email.send: an operation of effect act cannot be offered yet");
  expect(defineOperation({ ...send, effect: "read" })).toMatchObject({ id: "email.send", effect: "read" });
});
