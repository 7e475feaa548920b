import { Writable } from "node:stream";
import { format, inspect } from "node:util";
import { pino } from "pino";
import { expect, test } from "vitest";
import { Secret } from "./index.ts";

test("no way of printing shows the value", () => {
  const secret = new Secret("sk-canary");
  let logged = "";
  const log = pino(
    {},
    new Writable({
      write(chunk, _encoding, done) {
        logged += String(chunk);
        done();
      },
    }),
  );
  log.info({ secret, nested: { secret } }, "%s %o", secret, secret);
  const printed = [
    String(secret),
    `${secret}`,
    "" + secret,
    JSON.stringify({ secret }),
    inspect(secret, { showHidden: true, depth: 9 }),
    format("%s %o %j %O", secret, secret, secret, secret),
    JSON.stringify(Object.entries(secret)),
    JSON.stringify({ ...secret }),
    logged,
  ];
  for (const text of printed) expect(text).not.toContain("canary");
  expect(secret.reveal()).toBe("sk-canary");
});
