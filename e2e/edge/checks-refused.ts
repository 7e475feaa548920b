import { expect } from "vitest";
import type { EdgeCheck } from "./checks-leaving.ts";
import { wireOf, type EdgeKindId } from "./edge-table.ts";
import { modelOf } from "./edge-world.ts";
import { wholeOf, withJson } from "./reply-with.ts";
import { wireRefusal } from "./wire-answers.ts";

const day = 86_400_000;

export const checksRefused = {
  statusKept: async (crossing) => {
    const refusal = wireRefusal[wireOf(crossing)];
    for (const status of [400, 404, 413]) {
      crossing.answer(withJson(refusal("Image 3 is too odd for this model.", "odd_image", status), status));
      const { status: told, error } = await crossing.ask();
      expect({ status: told, message: error?.message }).toEqual({
        status,
        message: expect.stringContaining("Image 3 is too odd for this model."),
      });
    }
    for (const row of await crossing.rows()) expect(row).toMatchObject({ state: "released", booked: 0n });
  },
  errorInTwoHundred: async (crossing) => {
    crossing.answer(withJson(wireRefusal[wireOf(crossing)]("No capacity.", "server_error", 503)));
    const { status } = await crossing.ask();
    expect(status).toBeGreaterThanOrEqual(400);
    for (const row of await crossing.rows()) expect(row).toMatchObject({ state: "released", booked: 0n });
  },
  secretInRefusal: async (crossing) => {
    const { secret } = crossing;
    const refusal = wireRefusal[wireOf(crossing)];
    for (const repeated of [secret, encodeURIComponent(secret), `Bearer ${secret}`, `…${secret.slice(-12)}`]) {
      crossing.answer(withJson(refusal(`The key ${repeated} may not do that.`, "bad_request", 400), 400));
      const { status, raw } = await crossing.ask();
      expect(status).toBe(400);
      expect(raw).not.toContain(repeated);
      expect(raw).not.toContain(secret.slice(-8));
    }
  },
  operatorsAccount: async (crossing) => {
    const refusal = wireRefusal[wireOf(crossing)]("Insufficient credits.", "insufficient_credits", 402);
    crossing.answer(withJson(refusal, 402));
    const { status, error } = await crossing.ask();
    expect(status).toBeGreaterThanOrEqual(500);
    expect(error?.code).not.toBe("PROVIDER_RATE_LIMITED");
    expect(error?.code).not.toBe("BUDGET_EXCEEDED");
  },
  budgetNamed: async (crossing) => {
    crossing.answer(withJson(wholeOf(crossing)));
    await crossing.setBudget(3n);
    const { status, error } = await crossing.ask();
    expect({ status, code: error?.code }).toEqual({ status: 402, code: "BUDGET_EXCEEDED" });
    expect(error?.details["budget"]).toMatchObject({
      id: expect.any(String),
      scope: "organization",
      period: "month",
      limitNanos: "3",
      spentNanos: "0",
      nextResetAt: expect.stringMatching(/^20/),
    });
    expect(error?.retryAfterMs).toBeGreaterThan(0);
    expect(error?.retryAfterMs).toBeLessThanOrEqual(31 * day);
    expect(crossing.sent).toHaveLength(0);
  },
  oneModel: async (crossing) => {
    const { vendor } = crossing;
    const refused = modelOf(crossing, 0);
    const refusal = wireRefusal[wireOf(crossing)]("You may not use this model.", "model_not_found", 403);
    const good = withJson(wholeOf(crossing, { model: modelOf(crossing, 1) }));
    crossing.answer((response, request) =>
      JSON.stringify([request.path, request.body["model"]]).includes(`${refused}"`) ||
      request.path.includes(`/${refused}:`) ||
      request.path.includes(`/${encodeURIComponent(refused)}/`)
        ? withJson(refusal, 403)(response, request)
        : good(response, request),
    );
    for (let times = 0; times < 3; times += 1) {
      expect((await crossing.ask()).status).toBeGreaterThanOrEqual(400);
      expect((await crossing.ask({ model: `${vendor}/${modelOf(crossing, 1)}` })).status).toBe(200);
    }
  },
  oneCredential: async (crossing) => {
    const refusal = wireRefusal[wireOf(crossing)]("Invalid key.", "authentication_error", 401);
    crossing.answer(withJson(refusal, 401));
    await crossing.ask();
    const { status, error } = await crossing.ask();
    expect({ status, code: error?.code }).toEqual({ status: 502, code: "PROVIDER_AUTH_FAILED" });
    expect(crossing.sent).toHaveLength(1);
    expect(error?.retryAfterMs).toBeGreaterThan(0);
    expect(error?.retryAfterMs).toBeLessThan(day);
  },
} satisfies Partial<Record<EdgeKindId, EdgeCheck>>;
