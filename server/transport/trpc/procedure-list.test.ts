import { describe, expect, it } from "vitest";
import { z } from "zod";
import { t } from "./init.ts";
import { listProcedures } from "./procedure-list.ts";
import { declare, get, post, router } from "./procedures.ts";

const one = declare({ permission: "srv_nexus.usage:read", summary: "One", rest: get("/api/one") });
const input = z.strictObject({});
const output = z.object({ ok: z.boolean() });
const ok = (): { ok: boolean } => ({ ok: true });

describe("the router", () => {
  it("declares permission, strict input and output of every procedure", () => {
    const procedures = listProcedures();
    expect(procedures.length).toBeGreaterThanOrEqual(35);
    for (const { name, permissions, summary, rest, type } of procedures) {
      for (const permission of permissions)
        expect(permission, name).toMatch(/^srv_nexus\.[a-z]+:(read|invoke|manage|send|create|approve)$/);
      expect(summary.length, name).toBeGreaterThan(5);
      expect(rest.path, name).toMatch(
        /^\/api\/(ai|email|payments|keys|provider-credentials|service-tokens|operations|usage|audit|system|preferences|apps|customers|plans|top-ups|billing)(\/|$)/,
      );
      expect(rest.method === "GET", name).toBe(type === "query");
    }
  });

  it("lets nobody change anything with a permission to read", () => {
    for (const { name, permissions, type } of listProcedures()) {
      if (type === "mutation")
        expect(
          permissions.filter((permission) => permission.endsWith(":read")),
          name,
        ).toEqual([]);
    }
  });

  it("charges for the operations of the families alone, and for a top-up, which makes a checkout", () => {
    expect(
      listProcedures()
        .filter(({ metered }) => metered)
        .map(({ name }) => name),
    ).toEqual([
      "ai.generateText",
      "ai.streamText",
      "ai.generateObject",
      "ai.embed",
      "ai.rerank",
      "ai.moderate",
      "ai.generateImage",
      "ai.generateSpeech",
      "ai.transcribe",
      "ai.estimate",
      "ai.batches.create",
      "ai.files.upload",
      "ai.videos.start",
      "email.send",
      "email.sendBatch",
      "email.render",
      "payments.checkout.create",
      "payments.checkout.expire",
      "payments.checkout.capture",
      "payments.order.create",
      "payments.order.authorize",
      "payments.order.capture",
      "payments.order.cancel",
      "payments.refund.create",
      "payments.customer.create",
      "payments.portal.create",
      "payments.subscription.update",
      "payments.subscription.cancel",
      "payments.link.create",
      "payments.link.deactivate",
      "wallets.topUp",
    ]);
  });
});

describe("a router that does not start", () => {
  it.each([
    ["permission", router({ bare: t.procedure.input(input).output(output).query(ok) })],
    ["strict object", router({ open: one.input(z.object({})).output(output).query(ok) })],
    ["strict object", router({ none: one.output(output).query(ok) })],
    [
      "`lasting`",
      router({
        silent: declare({ permission: "srv_nexus.keys:manage", summary: "One", rest: post("/api/one") })
          .input(input)
          .output(output)
          .mutation(ok),
      }),
    ],
    ["output", router({ mute: one.input(input).query(ok) })],
    [
      "route that is taken",
      router({ a: one.input(input).output(output).query(ok), b: one.input(input).output(output).query(ok) }),
    ],
  ])("without %s", (what, broken) => {
    expect(() => listProcedures(broken)).toThrow(what);
  });
});
