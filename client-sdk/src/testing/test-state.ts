import type { NexusOperations } from "../operations.ts";
import {
  embedAnswer,
  factsOf,
  imageAnswer,
  moderateAnswer,
  rerankAnswer,
  objectAnswer,
  partsOf,
  speechAnswer,
  textAnswer,
  transcriptAnswer,
} from "./default-answers.ts";
import { objectOfSchema } from "./object-of-schema.ts";
import { nexusRefusal, scriptedRefusalOf } from "./refusal.ts";
import { testedProcedures } from "./server-schemas.ts";
import { sendTestMail } from "./test-mail.ts";
import { TestPayments } from "./test-payments.ts";
import type { TestedProcedure } from "./tested-procedure.ts";

/** How an in-memory Nexus is made. */
export interface TestNexusOptions {
  /** What the caller may do, such as `srv_nexus.ai:invoke`; everything unless told otherwise. */
  readonly permissions?: readonly string[];
  /** A hard budget in nano-USD; without limit unless told otherwise. */
  readonly budgetNanoUsd?: bigint;
  /** What each metered call costs, in nano-USD; 1,000,000 (a tenth of a cent) unless told otherwise. */
  readonly costNanoUsd?: bigint;
  /** Wallets of the app's customers, in nano-USD, by customer id. */
  readonly wallets?: Readonly<Record<string, bigint>>;
  /** Tries of the client altogether, as in `createNexusClient`; 1 unless told otherwise, so that tests do not wait. */
  readonly maxAttempts?: number;
}

/** A call as it reached Nexus. */
export interface TestCall {
  /** `family.verb` */
  readonly name: string;
  readonly input: unknown;
  /** The client gives one to every metered call. */
  readonly idempotencyKey: string | undefined;
  readonly customerId: string | undefined;
}

/** Nothing answers an operation in this test. */
export class UnscriptedCallError extends Error {
  constructor(name: string) {
    super(`Nothing answers ${name} in this test: say what does with test.answer("${name}", …).`);
    this.name = "UnscriptedCallError";
  }
}

type Script = (input: never, call: TestCall) => unknown;
type Inputs<Name extends keyof NexusOperations> = NexusOperations[Name]["input"];

interface Kept {
  readonly print: string;
  readonly answer: Promise<unknown>;
}

const isParts = (answer: unknown): answer is AsyncIterable<unknown> =>
  typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer;

/** A stream can be read once; what is replayed is read again and again. */
const lasting = async (answer: unknown): Promise<() => unknown> => {
  if (!isParts(answer)) return () => structuredClone(answer);
  const parts: unknown[] = [];
  for await (const part of answer) parts.push(part);
  return async function* replay() {
    yield* parts;
  };
};

/** What an in-memory Nexus remembers. */
export class TestState {
  payments: TestPayments = new TestPayments();
  calls: TestCall[] = [];
  spent: bigint = 0n;
  readonly #options: TestNexusOptions;
  readonly #scripts = new Map<string, Script>();
  readonly #kept = new Map<string, Kept>();
  readonly #suppressed = new Set<string>();
  readonly #wallets = new Map<string, bigint>();
  #operations = 0;

  constructor(options: TestNexusOptions) {
    this.#options = options;
    this.#fillWallets();
  }

  script(name: string, script: Script): void {
    if (!testedProcedures.has(name)) throw new Error(`Nexus has no operation ${name}.`);
    this.#scripts.set(name, script);
  }

  suppress(address: string): void {
    this.#suppressed.add(address.toLowerCase());
  }

  inputsOf<Name extends keyof NexusOperations>(name: Name): readonly Inputs<Name>[] {
    return this.calls.flatMap((call) => (call.name === name ? [call.input as Inputs<Name>] : []));
  }

  reset(): void {
    this.payments = new TestPayments();
    this.calls = [];
    this.spent = 0n;
    this.#operations = 0;
    for (const map of [this.#scripts, this.#kept, this.#suppressed, this.#wallets]) map.clear();
    this.#fillWallets();
  }

  async answer(call: TestCall): Promise<unknown> {
    const procedure = testedProcedures.get(call.name);
    if (!procedure) throw nexusRefusal("NOT_FOUND", { message: `There is no ${call.name} here.` });
    // What a caller changes later is not what it sent.
    const sent = { ...call, input: structuredClone(call.input) };
    this.calls.push(sent);
    this.#requirePermission(procedure, call.name);
    const parsed = procedure.parse(sent.input);
    if (!procedure.metered || call.idempotencyKey === undefined) return this.#answered(sent, parsed, procedure);
    return this.#once(sent, call.idempotencyKey, () => this.#answered(sent, parsed, procedure));
  }

  /** The same key and request are answered once; a refusal frees the key, as where nothing was done. */
  async #once({ name, input }: TestCall, key: string, make: () => Promise<unknown>): Promise<unknown> {
    const print = JSON.stringify([name, input]);
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.print !== print) throw nexusRefusal("IDEMPOTENCY_MISMATCH");
    const answer = kept?.answer ?? make().then(lasting);
    this.#kept.set(key, { print, answer });
    try {
      const replay = await answer;
      return typeof replay === "function" ? replay() : replay;
    } catch (error) {
      if (scriptedRefusalOf(error)?.wire.effect !== "done") this.#kept.delete(key);
      throw error;
    }
  }

  async #answered(call: TestCall, parsed: unknown, procedure: TestedProcedure): Promise<unknown> {
    if (!procedure.metered) return this.#make(call, parsed, 0n);
    const cost = this.#options.costNanoUsd ?? 1_000_000n;
    this.#requireRoom(call, cost);
    const answer = await this.#make(call, parsed, cost);
    this.spent += cost;
    const { customerId } = call;
    if (customerId !== undefined) this.#wallets.set(customerId, (this.#wallets.get(customerId) ?? 0n) - cost);
    return answer;
  }

  #requirePermission({ permissions }: TestedProcedure, name: string): void {
    const granted = this.#options.permissions;
    if (granted === undefined || permissions.some((one) => granted.includes(one))) return;
    throw nexusRefusal("SCOPE_DENIED", {
      message: `${name} needs the permission ${permissions.join(" or ")}.`,
      details: { permission: permissions[0] },
    });
  }

  #requireRoom({ customerId }: TestCall, cost: bigint): void {
    const { budgetNanoUsd } = this.#options;
    if (budgetNanoUsd !== undefined && this.spent + cost > budgetNanoUsd)
      throw nexusRefusal("BUDGET_EXCEEDED", {
        details: { limitNanos: String(budgetNanoUsd), spentNanos: String(this.spent) },
      });
    if (customerId === undefined) return;
    const balance = this.#wallets.get(customerId);
    if (balance === undefined) throw nexusRefusal("CUSTOMER_UNKNOWN");
    if (balance < cost) throw nexusRefusal("WALLET_EMPTY", { details: { balanceNanos: String(balance) } });
  }

  async #make(call: TestCall, parsed: unknown, cost: bigint): Promise<unknown> {
    const script = this.#scripts.get(call.name);
    if (script) return script(call.input as never, call);
    return this.#byDefault(call.name, parsed, cost);
  }

  #byDefault(name: string, parsed: unknown, costNanoUsd: bigint): unknown {
    const operationId = this.#newId();
    const facts = { operationId, costNanoUsd, replayed: false };
    const model = (input: { readonly model: string }) => factsOf(input.model, operationId, costNanoUsd);
    const say = (input: Inputs<"ai.generateText">) =>
      textAnswer(
        "This is an answer of the in-memory Nexus.",
        model(input),
        JSON.stringify(input.messages ?? input.prompt),
      );
    const isDry = typeof parsed === "object" && parsed !== null && "dryRun" in parsed && parsed.dryRun === true;
    if (isDry) throw new UnscriptedCallError(name);
    switch (name) {
      case "ai.generateText":
        return say(parsed as Inputs<"ai.generateText">);
      case "ai.streamText":
        return partsOf(say(parsed as Inputs<"ai.generateText">));
      case "ai.generateObject": {
        const input = parsed as Inputs<"ai.generateObject">;
        const object = objectOfSchema(input.schema) as NexusOperations["ai.generateObject"]["output"]["object"];
        return objectAnswer(object, model(input), JSON.stringify(input.messages ?? input.prompt));
      }
      case "ai.embed": {
        const input = parsed as Inputs<"ai.embed">;
        return embedAnswer(input.values, model(input));
      }
      case "ai.rerank": {
        const input = parsed as Inputs<"ai.rerank">;
        return rerankAnswer(input, model(input));
      }
      case "ai.moderate": {
        const input = parsed as Inputs<"ai.moderate">;
        return moderateAnswer(JSON.stringify(input.content), model(input));
      }
      case "ai.generateImage": {
        const input = parsed as Inputs<"ai.generateImage">;
        return imageAnswer(input.prompt, input.n ?? 1, model(input));
      }
      case "ai.generateSpeech": {
        const input = parsed as Inputs<"ai.generateSpeech">;
        return speechAnswer(input.text, model(input));
      }
      case "ai.transcribe":
        return transcriptAnswer(model(parsed as Inputs<"ai.transcribe">));
      case "email.send":
        return sendTestMail(parsed as Inputs<"email.send">, this.#suppressed, facts);
      case "payments.checkout.create":
        return this.payments.create(parsed as Inputs<"payments.checkout.create">, facts);
      case "payments.checkout.get":
        return this.payments.get((parsed as Inputs<"payments.checkout.get">).checkoutId);
      case "payments.refund.create":
        return this.payments.refund(parsed as Inputs<"payments.refund.create">, facts);
      default:
        throw new UnscriptedCallError(name);
    }
  }

  /** As the ledger's: a UUIDv7, one after the other. */
  #newId(): string {
    this.#operations += 1;
    return `019a0000-0000-7000-8000-${String(this.#operations).padStart(12, "0")}`;
  }

  #fillWallets(): void {
    for (const [customerId, nanos] of Object.entries(this.#options.wallets ?? {})) this.#wallets.set(customerId, nanos);
  }
}
