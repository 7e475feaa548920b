import type { SourceMutation } from "./gateway-process.ts";
import type { FunctionMutation } from "./short-campaign.ts";

/** A way in which the product might be broken, and the verdicts that must all fail on what it then does. */
export interface Mutation {
  readonly name: string;
  readonly noticedBy: readonly string[];
  /** One text of the gateway's code, or of a function of the database. */
  readonly source?: SourceMutation;
  readonly routine?: FunctionMutation;
  /** It shows only where gateways are killed. */
  readonly needsKills?: true;
  /** It shows only where the vendor bills more than it was asked for. */
  readonly overbills?: true;
}

const ledger = "server/platform/ledger";

/** Ways to lose money, or the truth about it. */
export const mutations: readonly Mutation[] = [
  {
    name: "recovery books 1 nano",
    noticedBy: ["estimates"],
    source: {
      file: `${ledger}/recovery.ts`,
      find: "costNanos: checkpoint && checkpoint.costNanos > heldNanos ? checkpoint.costNanos : heldNanos,",
      replace: "costNanos: 1n,",
    },
  },
  {
    name: "broken answers are booked at 1 nano",
    noticedBy: ["estimates"],
    source: {
      file: "server/gateway/end-call.ts",
      find: `end: "uncertain", source: "none",`,
      replace: `end: "settled", costNanos: 1n, source: "estimated",`,
    },
  },
  {
    name: "a doubt gives its hold back",
    noticedBy: ["I-2", "I-4"],
    routine: {
      routine: "nexus_settle",
      find: "when o.state = 'open' and t.fin = 'uncertain' then 'u'",
      replace: "when o.state = 'open' and t.fin = 'uncertain' then 'r'",
    },
  },
  {
    name: "key budgets are never counted",
    noticedBy: ["attribution", "I-10"],
    source: {
      file: "server/domain/budgets/levels-for.ts",
      find: `(keyId === undefined || add(rules.get(ruleKey("key", keyId))))`,
      replace: "true",
    },
  },
  {
    name: "user budgets are never counted",
    noticedBy: ["attribution", "I-10"],
    source: {
      file: "server/domain/budgets/levels-for.ts",
      find: `(userId === undefined || add(rules.get(ruleKey("user", userId))))`,
      replace: "true",
    },
  },
  {
    name: "the key is not written on rows",
    noticedBy: ["attribution"],
    source: { file: `${ledger}/reserve-batch.ts`, find: "({ facts }) => facts.keyId", replace: "() => undefined" },
  },
  {
    name: "the user is not written on rows",
    noticedBy: ["attribution"],
    source: { file: `${ledger}/reserve-batch.ts`, find: "({ facts }) => facts.userId", replace: "() => undefined" },
  },
  {
    name: "reserve ignores the limit",
    noticedBy: ["I-3"],
    routine: {
      routine: "nexus_reserve",
      find: "when hard then lim - spent - reserved - overrun else",
      replace: "when false then 0 else",
    },
  },
  {
    name: "reserve ignores overrun",
    noticedBy: ["I-3"],
    overbills: true,
    routine: {
      routine: "nexus_reserve",
      find: "lim - spent - reserved - overrun",
      replace: "lim - spent - reserved",
    },
  },
  {
    name: "estimates are settled twofold",
    noticedBy: ["estimates"],
    routine: {
      routine: "nexus_settle",
      find: "case when a = 's' then least(cost, held) end covered,",
      replace: "case when a = 's' then least(cost, held) * case when src = 'estimated' then 2 else 1 end end covered,",
    },
  },
  {
    name: "a nano is added to what the vendor told",
    noticedBy: ["I-4"],
    routine: {
      routine: "nexus_settle",
      find: "case when a = 's' then least(cost, held) end covered,",
      replace: "case when a = 's' then least(cost, held) + 1 end covered,",
    },
  },
  {
    name: "an ended hold stays on its budgets",
    noticedBy: ["I-10"],
    routine: { routine: "nexus_settle", find: "reserved = u.reserved - d.r,", replace: "reserved = u.reserved," },
  },
  {
    name: "the rollup skips what was estimated",
    noticedBy: ["I-10"],
    routine: {
      routine: "nexus_roll_up_usage",
      find: "from batch group by 1, 2, 3, 4, 5, 6, 7, 8",
      replace: "from batch where source <> 'estimated' group by 1, 2, 3, 4, 5, 6, 7, 8",
    },
  },
  {
    name: "holds are a hundredth of the bound",
    noticedBy: ["I-3"],
    source: {
      file: "server/gateway/reservation.ts",
      find: "      if (bound > heldNanos) heldNanos = bound;",
      replace: "      if (bound > heldNanos) heldNanos = bound / 100n + 1n;",
    },
  },
  {
    name: "the vendor is asked before the hold is durable",
    noticedBy: ["I-1"],
    source: {
      file: `${ledger}/ledger.ts`,
      find: "const reply = await reserves.submit({ hold: call }, signal);",
      replace: `void reserves.submit({ hold: call }, signal).catch(() => undefined);\n    const reply = { status: "held" };`,
    },
  },
  {
    name: "idempotency keys are ignored",
    noticedBy: ["I-5"],
    needsKills: true,
    source: {
      file: `${ledger}/reserve-batch.ts`,
      find: "idempotency && hex(idempotency.key)",
      replace: "undefined",
    },
  },
  {
    name: "every error says that nothing was done",
    noticedBy: ["I-9"],
    source: { file: "server/transport/encode-error.ts", find: "effect: error.effect,", replace: `effect: "none",` },
  },
  {
    name: "another cost is told than is booked",
    noticedBy: ["I-6"],
    source: {
      file: "server/gateway/end-call.ts",
      find: "costNanoUsd: costNanos.toString(),",
      replace: "costNanoUsd: (costNanos + 1n).toString(),",
    },
  },
  {
    name: "all replies are 500",
    noticedBy: ["I-9", "evidence"],
    source: {
      file: "server/transport/dispatch.ts",
      find: "return await door.answer(request, ctx);",
      replace: `await door.answer(request, ctx);\n      throw new Error("broken on purpose");`,
    },
  },
];
