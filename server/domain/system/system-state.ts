import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { Diagnosis } from "./diagnosis.ts";

const count = z.int().nonnegative();
const moment = z.iso.datetime();

/** What waits to be done. */
const Queue = z.object({
  name: z.string().describe("What waits in it"),
  waiting: count.describe("Due, or waiting for a free process"),
  later: count.describe("Scheduled for later; counted up to 10,000"),
  oldestSince: moment.nullable().describe("Since when the oldest of what is due waits; null where nothing does"),
  failed: count.describe("What came back at least once, or was refused"),
});

/** A way to a vendor that calls keep away from. */
const SystemCircuit = z.object({
  state: z.enum(["open", "half_open"]).describe("`half_open`: the next call tries it"),
  scope: z.enum(["vendor", "credential", "model"]).describe("What is kept away from"),
  vendor: z.string().describe("To whom the way is shut"),
  model: z.string().nullable().describe("The vendor's model id; null where it is not about one"),
  credentialId: z.string().nullable().describe("Public id of the credential; null where it is not about one"),
  reason: z
    .string()
    .describe("What failed so often: `credential`, `account`, `access`, `rate`, `errors` or `unreachable`"),
  words: z.string().describe("The same in words"),
  since: moment.describe("When it opened"),
  retryAt: moment.nullable().describe("When it is tried again; null: at the next call"),
});

export const SystemState = z.object({
  at: moment.describe("When it was looked at"),
  versions: z
    .object({
      release: z.string().describe("Of Topolo Nexus"),
      node: z.string().describe("Of the process that answered"),
      postgres: z.string().describe("Of the server"),
    })
    .describe("What runs"),
  ready: z.boolean().describe("Whether the process that answered takes calls"),
  checks: z
    .array(
      z.object({
        name: z.string().describe("What was asked"),
        ok: z.boolean().describe("Whether it is well"),
        note: z.string().describe("What it said"),
      }),
    )
    .describe("What readiness depends on, each really asked"),
  processes: z
    .array(
      z.object({
        id: z.string().describe("Of the process"),
        answered: z.boolean().describe("It is the one that answered"),
        startedAt: moment.describe("Since when this process runs"),
        heardMs: z.int().describe("Milliseconds since its last sign of life"),
      }),
    )
    .describe("Gateway processes that were heard of in the last minute"),
  tasks: z
    .array(
      z.object({
        name: z.string().describe("The worker's task"),
        doneAt: moment.describe("When it was last done"),
      }),
    )
    .describe("What one of the processes does for all"),
  queues: z.array(Queue).describe("What waits"),
  uncertain: z
    .array(
      z.object({
        vendor: z.string().describe("Where the operations were sent"),
        count: count.describe("Operations whose outcome is unknown"),
        heldNanos: z.string().describe("Nano-USD held for them, a decimal string"),
      }),
    )
    .describe("Operations whose outcome is unknown, of all organizations"),
  circuits: z.array(SystemCircuit).describe("Of the process that answered: each has its own"),
  snapshots: z
    .array(
      z.object({
        name: z.string().describe("What is kept in memory"),
        loadedAt: moment.describe("When it was last read; it is read again when it changes"),
      }),
    )
    .describe("Configuration that the process that answered has in memory"),
  revocationFeed: z
    .object({
      fresh: z.boolean().describe("Answers of Auth may be reused"),
      ageMs: z.int().nullable().describe("Milliseconds since something was heard; null: not yet"),
      interruptions: count.describe("How often it broke off since the start"),
    })
    .nullable()
    .describe("What Auth tells of what it revokes; null where every call asks Auth"),
  migrations: z
    .object({
      applied: count.describe("Of Nexus' schema"),
      last: z.string().nullable().describe("Name of the last one"),
      pending: z.array(z.string()).describe("Names of those that this version has and the database has not"),
    })
    .describe("Of the database"),
  findings: z.array(Diagnosis).describe("What `nexus doctor` says of what can be seen from a gateway"),
});
export type SystemState = z.output<typeof SystemState>;

/** Input of `getSystem`. */
export const GetSystemInput = z.strictObject({});

/** How the installation is. Platform administrators alone see it: it is about every organization. */
export const getSystem = async (
  lookAtSystem: () => Promise<SystemState>,
  { actor }: CallContext,
  input: z.input<typeof GetSystemInput>,
): Promise<SystemState> => {
  parseInput(GetSystemInput, input);
  if (actor.kind !== "user" || !actor.platformBypass)
    throw new NexusError("SCOPE_DENIED", {
      message: "How the installation is, platform administrators alone see.",
      details: { reason: "platform_only" },
    });
  return lookAtSystem();
};
