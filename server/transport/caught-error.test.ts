import { expect, it } from "vitest";
import { NexusError } from "../errors.ts";
import { caughtError } from "./caught-error.ts";

const coded = (code: string, cause?: unknown): Error => Object.assign(new Error("broken", { cause }), { code });

it.each([
  ["a socket that was closed", coded("ECONNRESET")],
  ["a server that shuts down", coded("57P01")],
  ["a server without connections left", coded("53300")],
  ["a pool that waits too long", new Error("timeout exceeded when trying to connect")],
  ["a connection that was cut", new Error("Connection terminated unexpectedly")],
  ["one below another error", new Error("the list failed", { cause: coded("08006") })],
])("%s is an outage of the database, which may be over at the next try", (_, thrown) => {
  expect(caughtError(thrown)).toMatchObject({
    code: "LEDGER_UNAVAILABLE",
    http: 503,
    effect: "unknown",
    retryAfterMs: 1_000,
    cause: thrown,
  });
});

it.each([
  ["a statement that is wrong", coded("42601")],
  ["a value that is there already", coded("23505")],
  ["a mistake of ours", new TypeError("x is not a function")],
  ["no error at all", "thrown"],
])("%s is internal", (_, thrown) => {
  expect(caughtError(thrown)).toMatchObject({ code: "INTERNAL", http: 500, cause: thrown });
});

it("an error of ours stays what it is, whatever its cause", () => {
  const own = new NexusError("PROVIDER_UNAVAILABLE", { cause: coded("ECONNREFUSED") });
  expect(caughtError(own)).toBe(own);
});
