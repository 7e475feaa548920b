import type { RequestRecord } from "../../sandbox/request-log.ts";
import type { ClientLine, RunEvidence, ReplyLine } from "./evidence.ts";
import { doubleRow, firstOf } from "./falsify.ts";
import type { Plant } from "./plants.ts";

// What the vendor and the callers could have seen: effects, replies, connections, and how much of anything there was.

const isReply = (line: ClientLine): line is ReplyLine => line.type === "reply";
const answers = ({ client }: RunEvidence): readonly ReplyLine[] =>
  client
    .filter(isReply)
    .filter(({ status, wellFormed, operationId }) => status === 200 && wellFormed && operationId !== null);
const oneAnswer = (sound: RunEvidence): ReplyLine => firstOf(answers(sound), "answer");
const oneError = (sound: RunEvidence, code: string): ReplyLine =>
  firstOf(
    sound.client.filter(isReply).filter((line) => line.code === code),
    `reply ${code}`,
  );
const billed = (sound: RunEvidence): RequestRecord =>
  firstOf(
    sound.requests.filter((request) => request.billed && request.operationId === oneAnswer(sound).operationId),
    "billed request",
  );

const change = (sound: RunEvidence, line: ClientLine, changes: Partial<ReplyLine>): RunEvidence => ({
  ...sound,
  client: sound.client.map((one) => (one === line ? Object.assign({}, one, changes) : one)),
});

const changeReplies = (sound: RunEvidence, to: (line: ReplyLine) => ReplyLine): RunEvidence => ({
  ...sound,
  client: sound.client.map((line) => (isReply(line) ? to(line) : line)),
});

const without = (sound: RunEvidence, is: (line: ClientLine) => boolean): RunEvidence => ({
  ...sound,
  client: sound.client.filter((line) => !is(line)),
});

/** A second effect under an operation of its own; its row is booked in every book. */
const secondEffect = (sound: RunEvidence, bodyDigest: string): RunEvidence => {
  const request = billed(sound);
  const row = firstOf(
    sound.operations.filter(({ operationId }) => operationId === request.operationId),
    "row of that effect",
  );
  const twice = doubleRow(sound, row, { requestId: "a repeat's own" });
  const twin = { ...request, seq: 1_000_000, operationId: `${row.operationId}-again`, bodyDigest };
  return {
    ...twice,
    requests: [...sound.requests, twin],
    sightings: [...sound.sightings, { type: "sighting", operationId: twin.operationId, visible: true }],
    answers: [
      ...sound.answers,
      ...sound.answers.filter(({ seq }) => seq === request.seq).map((answer) => ({ ...answer, seq: twin.seq })),
    ],
  };
};

const nothing: RunEvidence = {
  requests: [],
  answers: [],
  client: [],
  sightings: [],
  disturbances: [],
  run: [],
  operations: [],
  entries: [],
  budgets: [],
  rollups: [],
};

export const plantsOfLogs: readonly Plant[] = [
  {
    name: "a second effect of one call",
    noticedBy: ["I-5"],
    apply: (sound) => secondEffect(sound, billed(sound).bodyDigest),
  },
  {
    name: "a second effect whose body differs by a byte",
    noticedBy: ["I-5"],
    apply: (sound) => secondEffect(sound, "another digest"),
  },
  {
    name: "the same operation done twice",
    noticedBy: ["I-4", "I-5"],
    apply: (sound) => ({
      ...sound,
      requests: [...sound.requests, { ...billed(sound), seq: 1_000_000, bodyDigest: "another digest" }],
    }),
  },
  {
    name: "an effect without an operation",
    noticedBy: ["I-1", "I-4"],
    apply: (sound) => ({
      ...sound,
      requests: [...sound.requests, { ...billed(sound), operationId: "nobody's", mark: "nobody" }],
    }),
  },
  {
    name: "a token more at the vendor",
    noticedBy: ["I-4"],
    apply: (sound) => {
      const request = billed(sound);
      const dearer = { ...request, units: { ...request.units, output: (request.units?.output ?? 0) + 1 } };
      return { ...sound, requests: sound.requests.map((one) => (one === request ? dearer : one)) };
    },
  },
  {
    name: "an operation that came after its effect",
    noticedBy: ["I-1"],
    apply: (sound) => ({
      ...sound,
      sightings: sound.sightings.map((one, at) => (at === 0 ? { ...one, visible: false } : one)),
    }),
  },
  {
    name: "nobody looked for operations",
    noticedBy: ["I-1", "evidence"],
    apply: (sound) => ({ ...sound, sightings: [] }),
  },
  {
    name: "every look for an operation failed",
    noticedBy: ["evidence"],
    apply: (sound) => ({ ...sound, sightings: sound.sightings.map((one) => ({ ...one, visible: null })) }),
  },
  {
    name: "a success for a stranger",
    noticedBy: ["I-8"],
    apply: (sound) => {
      const stranger = firstOf(
        sound.client.filter((line) => line.type === "sent" && !line.authenticated),
        "stranger",
      );
      const told = { status: 200, code: null, effect: null };
      return changeReplies(sound, (line) => (line.call === stranger.call ? { ...line, ...told } : line));
    },
  },
  {
    name: "an effect that was denied",
    noticedBy: ["I-9"],
    apply: (sound) => change(sound, oneAnswer(sound), { status: 503, code: "LEDGER_UNAVAILABLE", effect: "none" }),
  },
  {
    name: "an operation under way that was billed, said to be none",
    noticedBy: ["I-9"],
    apply: (sound) =>
      change(sound, oneAnswer(sound), {
        status: 409,
        code: "IDEMPOTENCY_IN_PROGRESS",
        effect: "none",
        operationId: null,
        requestId: null,
      }),
  },
  {
    name: "an effect that is done, and whose row was given back",
    noticedBy: ["I-9"],
    apply: (sound) => {
      const row = firstOf(
        sound.operations.filter(({ state }) => state === "released"),
        "released row",
      );
      return change(sound, oneAnswer(sound), {
        status: 502,
        code: "PROVIDER_BAD_RESPONSE",
        effect: "done",
        operationId: row.operationId,
      });
    },
  },
  {
    name: "an error of no known kind",
    noticedBy: ["I-9"],
    apply: (sound) => change(sound, oneAnswer(sound), { status: 500, code: "OOPS", effect: "none" }),
  },
  {
    name: "a reply without a type",
    noticedBy: ["I-9"],
    apply: (sound) => change(sound, oneAnswer(sound), { status: 500, wellFormed: false, body: "Bad Gateway" }),
  },
  {
    name: "all replies 500",
    noticedBy: ["I-9", "evidence"],
    apply: (sound) => changeReplies(sound, (line) => ({ ...line, status: 500, code: "INTERNAL", effect: "unknown" })),
  },
  {
    name: "all replies 500, and none can be read",
    noticedBy: ["I-9", "evidence"],
    apply: (sound) =>
      changeReplies(sound, (line) => ({
        ...line,
        status: 500,
        code: null,
        effect: null,
        operationId: null,
        wellFormed: false,
      })),
  },
  {
    name: "a call never answered",
    noticedBy: ["replies"],
    apply: (sound) => {
      const lost = oneAnswer(sound);
      return without(sound, (line) => line === lost);
    },
  },
  {
    name: "a call answered twice",
    noticedBy: ["replies"],
    apply: (sound) => ({ ...sound, client: [...sound.client, oneAnswer(sound)] }),
  },
  {
    name: "a connection that nobody broke",
    noticedBy: ["replies"],
    apply: (sound) => {
      const lost = oneAnswer(sound);
      const { call, attempt, at } = lost;
      const broken: ClientLine = { type: "broken", call, attempt, reason: "ECONNRESET", at };
      const client = [...sound.client.filter((line) => line !== lost), broken];
      return { ...sound, client, disturbances: [] };
    },
  },
  {
    name: "a caller who waited in vain",
    noticedBy: ["replies"],
    apply: (sound) => {
      const { call, attempt, at } = oneError(sound, "BUDGET_EXCEEDED");
      const waited: ClientLine = { type: "broken", call, attempt, reason: "TimeoutError", at };
      return { ...sound, client: [...sound.client, waited] };
    },
  },
  {
    name: "kills that nobody noted",
    noticedBy: ["replies", "evidence"],
    apply: (sound) => ({ ...sound, disturbances: [] }),
  },
  {
    name: "a second answer to one call",
    noticedBy: ["I-5"],
    apply: (sound) => ({ ...sound, client: [...sound.client, { ...oneAnswer(sound), contentDigest: "other" }] }),
  },
  {
    name: "an acknowledged call nobody knows",
    noticedBy: ["I-6"],
    apply: (sound) => change(sound, oneAnswer(sound), { operationId: "nobody's" }),
  },
  {
    name: "another cost than was told",
    noticedBy: ["I-6"],
    apply: (sound) => change(sound, oneAnswer(sound), { costNanoUsd: "1" }),
  },
  {
    name: "budgets that once stood below the vendor's bill",
    noticedBy: ["money"],
    apply: (sound) => {
      const at = new Date(Math.max(...sound.requests.map((one) => Date.parse(one.at))) + 1_000).toISOString();
      const budgets = sound.budgets.map(({ id, hard, lim }) => ({
        id: String(id),
        hard,
        lim: String(lim),
        reserved: "0",
        spent: "1",
        overrun: "0",
        rolledOff: "0",
      }));
      return {
        ...sound,
        run: [...sound.run, { type: "budgets", at, budgets }],
        disturbances: sound.disturbances.filter(({ kind }) => kind !== "clock"),
      };
    },
  },
  {
    name: "a fault that never was",
    noticedBy: ["evidence"],
    apply: (sound) => ({
      ...sound,
      run: [
        ...sound.run,
        { type: "fault", name: "black hole", on: "postgres", from: "", to: "", effect: 0, measure: "bytes held" },
      ],
    }),
  },
  { name: "an empty run", noticedBy: ["evidence"], apply: () => nothing },
  {
    name: "a run without load",
    noticedBy: ["evidence"],
    apply: (sound) => ({ ...nothing, budgets: sound.budgets, disturbances: sound.disturbances }),
  },
  {
    name: "no estimated row",
    noticedBy: ["evidence"],
    apply: (sound) => ({ ...sound, operations: sound.operations.filter(({ source }) => source !== "estimated") }),
  },
  {
    name: "no doubt in the whole run",
    noticedBy: ["evidence"],
    apply: (sound) => ({ ...sound, operations: sound.operations.map((row) => ({ ...row, doubt: null })) }),
  },
  {
    name: "no refusal by budget",
    noticedBy: ["evidence"],
    apply: (sound) => {
      const refused = new Set(
        sound.client.filter(isReply).flatMap(({ code, call }) => (code === "BUDGET_EXCEEDED" ? [call] : [])),
      );
      return without(sound, ({ call }) => refused.has(call));
    },
  },
  {
    name: "no answer given again",
    noticedBy: ["evidence"],
    apply: (sound) => changeReplies(sound, (line) => ({ ...line, replayed: false })),
  },
  {
    name: "no stream",
    noticedBy: ["evidence"],
    apply: (sound) => ({
      ...sound,
      client: sound.client.map((line) => (line.type === "sent" ? { ...line, stream: false } : line)),
    }),
  },
  { name: "no rollup", noticedBy: ["I-10", "evidence"], apply: (sound) => ({ ...sound, rollups: [] }) },
];
