import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { judgeQueue } from "./judge-queue.ts";
import { killQueue } from "./kill-queue.ts";

const secrets = {
  encryptionKeys: `k1:${randomBytes(32).toString("base64")}`,
  tokenPepper: randomBytes(32).toString("base64"),
};

let test: TestGateway;

beforeAll(async () => {
  test = await openTestGateway({ mail: true, knowsSandbox: true, secrets });
});
afterAll(() => test.close());

it("of two processes that are killed again and again none sends a mail that the other has sent, and none is lost", async () => {
  const mails = await killQueue({ test, secrets, kills: 2, mailsPerKill: 48, seed: 20_261_129, patienceMs: 240_000 });
  expect(judgeQueue(mails)).toEqual([]);
  expect(mails.some(({ wasCutOff }) => wasCutOff)).toBe(true);
  expect(mails.filter(({ state }) => state === "settled").length).toBeGreaterThan(mails.length / 2);
  for (const { vendor, arrived, state } of mails)
    if (vendor === "resend") expect([arrived, state]).toEqual([1, "settled"]);
}, 300_000);

it("mail that arrived twice, did not arrive or has no end is noticed", () => {
  const mail = { operationId: "a", vendor: "resend", arrived: 1, state: "settled", wasCutOff: false };
  expect(judgeQueue([mail, { ...mail, vendor: "smtp", arrived: 0, state: "unknown" }])).toEqual([]);
  expect(judgeQueue([{ ...mail, arrived: 2 }])).toEqual(["a at resend arrived 2 times"]);
  expect(judgeQueue([{ ...mail, arrived: 0 }])).toHaveLength(1);
  expect(judgeQueue([{ ...mail, state: "open" }])).toHaveLength(1);
  expect(judgeQueue([{ ...mail, state: "unknown" }])).toHaveLength(1);
  expect(judgeQueue([{ ...mail, vendor: "smtp", arrived: 2, state: "unknown" }])).toHaveLength(1);
});
