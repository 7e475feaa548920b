import { describe, expect, it } from "vitest";
import { errorBodyOf, refusalBodyOf } from "../../_wire/vendor-error-body.ts";
import { chatErrors } from "./chat-errors.ts";

describe("what a refusal says", () => {
  it.each([
    [{ detail: "Not Found" }, { message: "Not Found" }],
    [
      { detail: [{ loc: ["body", "messages", 0, "content"], msg: "Field required", type: "missing" }] },
      { message: "messages[0].content: Field required", param: "messages[0].content", type: "missing" },
    ],
    [{ detail: { message: "Too long", code: "too_long" } }, { message: "Too long", code: "too_long" }],
    [{ message: "No route matched" }, { message: "No route matched" }],
    [{ Message: "Forbidden" }, { message: "Forbidden" }],
    [
      { errors: [{ message: "Bad size", code: "size", param: "image" }] },
      { message: "Bad size", code: "size", param: "image" },
    ],
    [{ errors: ["Bad size", "Bad shape"] }, { message: "Bad size; Bad shape" }],
    [{ errors: { size: ["is too large"] } }, { message: "size: is too large", param: "size" }],
    [{ error: "model 'x' not found" }, { message: "model 'x' not found" }],
    [
      { error: "invalid_request", error_description: "No such thing." },
      { message: "No such thing.", code: "invalid_request" },
    ],
    [
      { statusCode: 400, error: "Bad Request", message: "n must be 1" },
      { message: "n must be 1", status: 400 },
    ],
    [
      { error: { message: "No.", type: "t", code: "c", param: "p" } },
      { message: "No.", type: "t", code: "c", param: "p" },
    ],
    [
      { type: "error", error: { type: "not_found_error", message: "model: x" } },
      { message: "model: x", type: "not_found_error" },
    ],
    [
      [
        {
          error: {
            code: 400,
            status: "INVALID_ARGUMENT",
            message: "Bad.",
            details: [{ fieldViolations: [{ field: "contents" }] }],
          },
        },
      ],
      { message: "Bad.", type: "INVALID_ARGUMENT", status: 400, param: "contents" },
    ],
    [
      {
        object: "error",
        message: { detail: [{ loc: ["body", "n"], msg: "too many", type: "value_error" }] },
        type: "invalid",
      },
      { message: "n: too many", param: "n" },
    ],
    [
      {
        error: {
          message: "Provider returned error",
          code: 400,
          metadata: {
            provider_name: "Azure",
            raw: '{"error":{"message":"max_tokens is too large","param":"max_tokens"}}',
          },
        },
      },
      { message: "Azure: max_tokens is too large", param: "max_tokens", status: 400 },
    ],
    [
      { error: { message: "Your input was flagged", metadata: { reasons: ["violence", "self-harm"] } } },
      { message: "Your input was flagged (violence, self-harm)" },
    ],
    [
      {
        error: {
          message: 'litellm.BadRequestError: {"error": {"message": "Too many images", "code": "too_many"}}',
          code: "400",
        },
      },
      { message: "Too many images", code: "too_many", status: 400, names: [] },
    ],
    [
      { title: "Unprocessable", detail: "The model is loading.", status: 422 },
      { message: "The model is loading.", status: 422 },
    ],
    ["upstream connect error. Try again.", { message: "upstream connect error." }],
    [
      "<!doctype html><head><title>x</title></head><body><h1>Request too large</h1><hr>nginx",
      { message: "Request too large nginx" },
    ],
  ])("%j", (document, told) => {
    expect(refusalBodyOf(document, chatErrors)).toMatchObject(told);
  });

  it.each([
    undefined,
    null,
    7,
    "",
    "   ",
    {},
    [],
    { errors: [] },
    { detail: 3 },
    { error: null },
    { error: "" },
    { error: {} },
  ])("nothing in %j", (document) => {
    expect(refusalBodyOf(document, chatErrors)).toBeUndefined();
  });

  it("is found in bounded time, however deep or long it is", () => {
    let deep: unknown = { message: "here" };
    for (let index = 0; index < 2_000; index += 1) deep = { detail: deep, message: deep };
    const began = process.threadCpuUsage();
    refusalBodyOf(deep, chatErrors);
    refusalBodyOf({ error: { message: "{".repeat(60_000) } }, chatErrors);
    refusalBodyOf(`<${"<p ".repeat(60_000)}`, chatErrors);
    expect(process.threadCpuUsage(began).user / 1_000).toBeLessThan(500);
  });
});

describe("an answer", () => {
  it.each([
    { choices: [{ message: { content: "hi" } }], error: null },
    { choices: [], error: "" },
    { candidates: [], error: {} },
    { message: "hi" },
    { detail: "high" },
    { errors: [] },
  ])("is no error for having the words of one: %j", (document) => {
    expect(errorBodyOf(document, chatErrors)).toBeUndefined();
  });

  it.each([
    { error: { message: "No." } },
    { error: "No." },
    { object: "error", message: "No." },
    { type: "error", message: "No.", code: "c" },
    { choices: [{ finish_reason: "error", error: { code: 502 } }] },
  ])("is one where it holds one: %j", (document) => {
    expect(errorBodyOf(document, chatErrors)).toBeDefined();
  });
});
